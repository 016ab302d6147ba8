"""Stories of the same event in other words, their merges, and what comes from a press release."""

STATEMENTS = (
    "ALTER TABLE tags ADD COLUMN terms BLOB NOT NULL DEFAULT x''",
    # a story that turned out to be another one has no articles any more: its address leads there
    "ALTER TABLE stories ADD COLUMN merged_into INTEGER REFERENCES stories",
    "CREATE INDEX stories_merged ON stories (merged_into) WHERE merged_into IS NOT NULL",
    # article: the one that showed it; merged_at: when that was first seen
    """CREATE TABLE story_merges (
        id INTEGER PRIMARY KEY,
        story INTEGER NOT NULL UNIQUE REFERENCES stories,
        survivor INTEGER NOT NULL REFERENCES stories,
        article INTEGER NOT NULL REFERENCES articles,
        merged_at INTEGER NOT NULL,
        articles INTEGER NOT NULL
    ) STRICT""",
    "ALTER TABLE sources ADD COLUMN newsroom TEXT NOT NULL DEFAULT ''",
    # share of the article's text that stands in the release, 0 … 1
    """CREATE TABLE echoes (
        article INTEGER PRIMARY KEY REFERENCES articles,
        release INTEGER NOT NULL REFERENCES articles,
        share REAL NOT NULL
    ) STRICT""",
)
