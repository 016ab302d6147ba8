"""The relevant articles of each day as columns, so that any filter is counted without a scan."""

STATEMENTS = (
    # numbers for languages, as columns hold no text
    "CREATE TABLE languages (id INTEGER PRIMARY KEY, code TEXT NOT NULL UNIQUE) STRICT",
    # packed records, see db.sqlite.columns; apart, so that a question reads only what it needs
    *(
        f"CREATE TABLE day_{what} (day INTEGER PRIMARY KEY, data BLOB NOT NULL) STRICT"
        for what in ("articles", "stories", "mentions", "topics")
    ),
    # days whose columns are out of date; while there are any, nobody reads columns
    "CREATE TABLE due_days (day INTEGER PRIMARY KEY) STRICT",
    "INSERT INTO due_days SELECT DISTINCT day FROM articles WHERE relevant = 1",
)
