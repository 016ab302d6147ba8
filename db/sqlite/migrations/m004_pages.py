"""Visits of articles' own pages, and the hosts that want to be left alone."""

STATEMENTS = (
    # the last visit; next_at is NULL when there will be no other, gone_at while the page is there
    """CREATE TABLE pages (
        article INTEGER PRIMARY KEY REFERENCES articles,
        visited_at INTEGER NOT NULL,
        outcome TEXT NOT NULL,
        status INTEGER,
        message TEXT NOT NULL,
        message_en TEXT NOT NULL,
        attempts INTEGER NOT NULL,
        missing INTEGER NOT NULL,
        missing_since_at INTEGER,
        gone_at INTEGER,
        next_at INTEGER
    ) STRICT""",
    """CREATE TABLE page_hosts (
        host TEXT PRIMARY KEY,
        refusals INTEGER NOT NULL,
        not_before_at INTEGER NOT NULL,
        status INTEGER
    ) STRICT, WITHOUT ROWID""",
)
