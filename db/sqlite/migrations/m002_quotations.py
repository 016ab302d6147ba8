"""Who said what, and where the sentences of a summary stand."""

# spans: where ("title", "summary", "body"), start and end, in code points
STATEMENTS = (
    "ALTER TABLE tags ADD COLUMN summary_spans TEXT NOT NULL DEFAULT '[]'",
    """CREATE TABLE quotes (
        article INTEGER NOT NULL REFERENCES articles,
        position INTEGER NOT NULL,
        text TEXT NOT NULL,
        speaker TEXT NOT NULL,
        title TEXT NOT NULL,
        organisation TEXT NOT NULL,
        place TEXT NOT NULL,
        begins INTEGER NOT NULL,
        ends INTEGER NOT NULL,
        PRIMARY KEY (article, position)
    ) STRICT, WITHOUT ROWID""",
)
