"""What people keep: notes, mutes, saved views, audiences, edits of the configuration.

``relevant`` of articles and mentions gains a value: 2 is relevant, but hidden by a mute. So
whatever asks for ``relevant = 1`` leaves muted articles out, and 2 → 1 brings them back as they were.
"""

STATEMENTS = (
    """CREATE TABLE article_notes (
        id INTEGER PRIMARY KEY,
        article INTEGER NOT NULL REFERENCES articles,
        text TEXT NOT NULL,
        author TEXT NOT NULL,
        made_at INTEGER NOT NULL,
        deleted_at INTEGER,
        deleted_by TEXT NOT NULL DEFAULT ''
    ) STRICT""",
    "CREATE INDEX article_notes_standing ON article_notes (article) WHERE deleted_at IS NULL",
    # ref: internal id of the outlet, source or story; NULL for keywords
    """CREATE TABLE mutes (
        id INTEGER PRIMARY KEY,
        kind TEXT NOT NULL,
        value TEXT NOT NULL,
        ref INTEGER,
        author TEXT NOT NULL,
        made_at INTEGER NOT NULL,
        undone_at INTEGER,
        undone_by TEXT NOT NULL DEFAULT ''
    ) STRICT""",
    "CREATE INDEX mutes_active ON mutes (kind, ref) WHERE undone_at IS NULL",
    # the relevant articles that each active mute hides
    """CREATE TABLE mute_hits (
        article INTEGER NOT NULL REFERENCES articles,
        mute INTEGER NOT NULL REFERENCES mutes,
        PRIMARY KEY (article, mute)
    ) STRICT, WITHOUT ROWID""",
    "CREATE INDEX mute_hits_by_mute ON mute_hits (mute, article)",
    # stories are assigned whether or not somebody hides them
    "DROP INDEX articles_storyless",
    """CREATE INDEX articles_storyless ON articles (published_at, public_id)
        WHERE relevant >= 1 AND story IS NULL""",
    """CREATE TABLE saved_views (
        id INTEGER PRIMARY KEY,
        name TEXT NOT NULL,
        page TEXT NOT NULL,
        query TEXT NOT NULL,
        author TEXT NOT NULL,
        made_at INTEGER NOT NULL,
        deleted_at INTEGER,
        deleted_by TEXT NOT NULL DEFAULT ''
    ) STRICT""",
    "CREATE UNIQUE INDEX saved_views_by_name ON saved_views (name) WHERE deleted_at IS NULL",
    # by slug: a company may be chosen before the dictionary knows it, and after it left
    """CREATE TABLE audiences (
        company TEXT PRIMARY KEY,
        audience TEXT NOT NULL,
        position INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID""",
    # fields: a JSON object of texts
    """CREATE TABLE config_edits (
        id INTEGER PRIMARY KEY,
        kind TEXT NOT NULL,
        target TEXT NOT NULL,
        fields TEXT NOT NULL,
        author TEXT NOT NULL,
        made_at INTEGER NOT NULL,
        undone_at INTEGER,
        undone_by TEXT NOT NULL DEFAULT '',
        state TEXT NOT NULL DEFAULT 'waiting',
        message TEXT NOT NULL DEFAULT '',
        message_en TEXT NOT NULL DEFAULT ''
    ) STRICT""",
)
