"""Terms of headlines, keywords per day, and which companies appear together."""

TERMS = (
    "CREATE TABLE terms (id INTEGER PRIMARY KEY, text TEXT NOT NULL UNIQUE) STRICT",
    # of relevant articles only. day and outlet repeat the article's, so that the use of a term is
    # counted from one index
    """CREATE TABLE article_terms (
        article INTEGER NOT NULL REFERENCES articles,
        term INTEGER NOT NULL REFERENCES terms,
        position INTEGER NOT NULL,
        day INTEGER NOT NULL,
        outlet INTEGER NOT NULL,
        PRIMARY KEY (article, term)
    ) STRICT, WITHOUT ROWID""",
    "CREATE INDEX article_terms_by_term ON article_terms (term, day, outlet)",
)

ROLLUPS = (
    """CREATE TABLE daily_pairs (
        first INTEGER NOT NULL,
        second INTEGER NOT NULL,
        day INTEGER NOT NULL,
        language TEXT NOT NULL,
        articles INTEGER NOT NULL,
        PRIMARY KEY (first, second, day, language)
    ) STRICT, WITHOUT ROWID""",
    # the day leads, since all keywords of a period are asked for. articles holds stories, by their
    # first day and by the first day on which one of their articles had the keyword.
    # kind: 0 topic, 1 term
    """CREATE TABLE daily_keywords (
        kind INTEGER NOT NULL,
        keyword INTEGER NOT NULL,
        day INTEGER NOT NULL,
        match_day INTEGER NOT NULL,
        articles INTEGER NOT NULL,
        PRIMARY KEY (kind, day, keyword, match_day)
    ) STRICT, WITHOUT ROWID""",
    *(
        f"CREATE INDEX daily_{name}_void ON daily_{name} (articles) WHERE articles = 0"
        for name in ("pairs", "keywords")
    ),
)

# an older database knows companies, topics and stories already; its terms come with re-tagging
FILL = (
    """INSERT INTO daily_pairs (first, second, day, language, articles)
        SELECT m.company, n.company, a.day, a.language, COUNT(*) FROM articles a
        CROSS JOIN mentions m ON m.article = a.id
        CROSS JOIN mentions n ON n.article = a.id AND n.company > m.company
        WHERE a.relevant = 1 GROUP BY 1, 2, 3, 4""",
    """INSERT INTO daily_keywords (kind, keyword, day, match_day, articles)
        SELECT 0, topic, first_day, match_day, COUNT(*) FROM (
            SELECT t.topic, s.first_day, MIN(a.day) AS match_day FROM stories s
            CROSS JOIN articles a ON a.story = s.id
            CROSS JOIN article_topics t ON t.article = a.id
            WHERE a.relevant = 1 GROUP BY s.id, t.topic
        ) GROUP BY 1, 2, 3, 4""",
)

STATEMENTS = (*TERMS, *ROLLUPS, *FILL)
