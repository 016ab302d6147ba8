"""What people say against the machine, and the machine's own result beside it."""

STATEMENTS = (
    "ALTER TABLE tags ADD COLUMN corrected INTEGER NOT NULL DEFAULT 0",
    "ALTER TABLE mentions ADD COLUMN corrected INTEGER NOT NULL DEFAULT 0",
    # company is NULL where the article itself is meant; undone_at is NULL while it holds
    """CREATE TABLE corrections (
        id INTEGER PRIMARY KEY,
        article INTEGER NOT NULL REFERENCES articles,
        kind TEXT NOT NULL,
        company INTEGER REFERENCES companies,
        tone INTEGER,
        relevant INTEGER,
        reason TEXT NOT NULL,
        author TEXT NOT NULL,
        made_at INTEGER NOT NULL,
        undone_at INTEGER,
        replaced_by INTEGER REFERENCES corrections
    ) STRICT""",
    "CREATE INDEX corrections_by_article ON corrections (article)",
    "CREATE INDEX corrections_active ON corrections (article) WHERE undone_at IS NULL",
    # the machine's latest result, as JSON, of each article with corrections that hold; tags,
    # mentions, quotes … then hold what is shown of it
    """CREATE TABLE overruled (
        article INTEGER PRIMARY KEY REFERENCES articles,
        result TEXT NOT NULL
    ) STRICT""",
)
