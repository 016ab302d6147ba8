"""What articles said before, and the other addresses under which an article is known."""

# changed: JSON, of db.versions.PARTS; …_hash knows a form again without keeping its text.
# article_urls: public ids of addresses that are not (or no longer) an article's own
STATEMENTS = (
    """CREATE TABLE versions (
        article INTEGER NOT NULL REFERENCES articles,
        position INTEGER NOT NULL,
        seen_at INTEGER NOT NULL,
        title TEXT NOT NULL,
        changed TEXT NOT NULL,
        summary_hash TEXT NOT NULL,
        body_hash TEXT NOT NULL,
        PRIMARY KEY (article, position)
    ) STRICT, WITHOUT ROWID""",
    """CREATE TABLE article_urls (
        public_id TEXT PRIMARY KEY,
        article INTEGER NOT NULL REFERENCES articles,
        url TEXT NOT NULL
    ) STRICT, WITHOUT ROWID""",
    "CREATE INDEX article_urls_by_article ON article_urls (article)",
    # by its end alone, where guids differ: a third of the size
    "CREATE INDEX contents_by_guid ON contents (substr(guid, -20)) WHERE guid <> ''",
)
