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
    # articles by cue word behind a tone towards the company; tone is that tone
    """CREATE TABLE daily_cues (
        company INTEGER NOT NULL,
        day INTEGER NOT NULL,
        tone INTEGER NOT NULL,
        language TEXT NOT NULL,
        cue TEXT NOT NULL,
        cue_tone TEXT NOT NULL,
        articles INTEGER NOT NULL,
        PRIMARY KEY (company, day, tone, language, cue, cue_tone)
    ) STRICT, WITHOUT ROWID""",
    "CREATE INDEX daily_cues_void ON daily_cues (articles) WHERE articles = 0",
    """INSERT INTO daily_cues
        SELECT m.company, a.day, m.tone, a.language, j.value ->> 0, j.value ->> 1,
            COUNT(DISTINCT a.id)
        FROM articles a CROSS JOIN evidence e ON e.article = a.id
        CROSS JOIN mentions m ON m.article = e.article AND m.company = e.company
        CROSS JOIN json_each(e.cues) j
        WHERE a.relevant = 1 GROUP BY 1, 2, 3, 4, 5, 6""",
    # which version tagged last, and what others did, for the footer of every page
    "CREATE INDEX tags_by_time ON tags (tagged_at)",
    "CREATE INDEX articles_by_tagger ON articles (tagger)",
    "INSERT INTO due_days SELECT DISTINCT day FROM articles WHERE relevant = 1",
)
