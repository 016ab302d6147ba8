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
    # a guid that is the address is found by the address
    "CREATE INDEX contents_by_guid ON contents (guid) WHERE guid <> '' AND guid <> url",
)
