"""Configuration, runs, articles, tags, daily roll-ups, search."""

CONFIGURATION = (
    "CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID",
    """CREATE TABLE companies (
        id INTEGER PRIMARY KEY,
        slug TEXT NOT NULL UNIQUE,
        name_ko TEXT NOT NULL,
        name_en TEXT NOT NULL,
        country TEXT NOT NULL DEFAULT '',
        segment TEXT NOT NULL DEFAULT '',
        aliases TEXT NOT NULL DEFAULT '[]',
        position INTEGER
    ) STRICT""",
    """CREATE TABLE topics (
        id INTEGER PRIMARY KEY,
        slug TEXT NOT NULL UNIQUE,
        name_ko TEXT NOT NULL,
        name_en TEXT NOT NULL,
        position INTEGER
    ) STRICT""",
    "CREATE TABLE outlets (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE) STRICT",
    # rights is NULL for a source that no configuration ever named, such as an archive
    """CREATE TABLE sources (
        id INTEGER PRIMARY KEY,
        slug TEXT NOT NULL UNIQUE,
        outlet TEXT NOT NULL,
        url TEXT NOT NULL DEFAULT '',
        section TEXT NOT NULL DEFAULT '',
        language TEXT NOT NULL DEFAULT 'ko',
        timezone TEXT NOT NULL DEFAULT 'Asia/Seoul',
        rights TEXT,
        aggregator INTEGER NOT NULL DEFAULT 0,
        licence TEXT NOT NULL DEFAULT '',
        enabled INTEGER NOT NULL DEFAULT 1,
        position INTEGER,
        articles INTEGER NOT NULL DEFAULT 0
    ) STRICT""",
)

RUNS = (
    """CREATE TABLE runs (
        id INTEGER PRIMARY KEY,
        started_at INTEGER NOT NULL,
        state TEXT NOT NULL,
        finished_at INTEGER,
        sources INTEGER NOT NULL DEFAULT 0,
        failed INTEGER NOT NULL DEFAULT 0,
        entries INTEGER NOT NULL DEFAULT 0,
        new INTEGER NOT NULL DEFAULT 0,
        tagged INTEGER NOT NULL DEFAULT 0,
        relevant INTEGER NOT NULL DEFAULT 0,
        tag_failures INTEGER NOT NULL DEFAULT 0,
        tagger_version TEXT NOT NULL DEFAULT ''
    ) STRICT""",
    # what the next conditional GET needs, and the health as of the last visit
    """CREATE TABLE feeds (
        source INTEGER PRIMARY KEY REFERENCES sources,
        etag TEXT NOT NULL,
        last_modified TEXT NOT NULL,
        body_hash TEXT NOT NULL,
        not_before_at INTEGER,
        last_fetch_at INTEGER,
        last_success_at INTEGER,
        failures_in_row INTEGER NOT NULL,
        last_outcome TEXT NOT NULL,
        last_status INTEGER,
        message TEXT NOT NULL,
        message_en TEXT NOT NULL,
        newest_at INTEGER
    ) STRICT""",
    """CREATE TABLE fetches (
        id INTEGER PRIMARY KEY,
        source INTEGER NOT NULL REFERENCES sources,
        run INTEGER NOT NULL REFERENCES runs,
        fetched_at INTEGER NOT NULL,
        outcome TEXT NOT NULL,
        status INTEGER,
        entries INTEGER NOT NULL,
        new INTEGER NOT NULL,
        rejected INTEGER NOT NULL,
        seconds REAL NOT NULL,
        message TEXT NOT NULL,
        message_en TEXT NOT NULL,
        newest_at INTEGER
    ) STRICT""",
    "CREATE INDEX fetches_by_source ON fetches (source, fetched_at)",
    "CREATE INDEX fetches_by_time ON fetches (fetched_at, source, outcome, new)",
)

ARTICLES = (
    "CREATE TABLE taggers (id INTEGER PRIMARY KEY, version TEXT NOT NULL UNIQUE) STRICT",
    # articles and outlets are those that are relevant; first_… is the earliest of them
    """CREATE TABLE stories (
        id INTEGER PRIMARY KEY,
        public_id TEXT NOT NULL UNIQUE,
        first_article INTEGER,
        first_at INTEGER,
        first_day INTEGER,
        articles INTEGER NOT NULL DEFAULT 0,
        outlets INTEGER NOT NULL DEFAULT 0
    ) STRICT""",
    "CREATE INDEX stories_by_day ON stories (first_day, articles)",
    # narrow on purpose: what filters and charts need, and nothing else.
    # state: 0 to be tagged (new, or its text changed), 1 tagged, 2 tagging failed
    """CREATE TABLE articles (
        id INTEGER PRIMARY KEY,
        public_id TEXT NOT NULL UNIQUE,
        source INTEGER NOT NULL REFERENCES sources,
        outlet INTEGER NOT NULL REFERENCES outlets,
        language TEXT NOT NULL,
        published_at INTEGER NOT NULL,
        day INTEGER NOT NULL,
        first_seen_at INTEGER NOT NULL,
        state INTEGER NOT NULL DEFAULT 0,
        tagger INTEGER REFERENCES taggers,
        relevant INTEGER NOT NULL DEFAULT 0,
        tone INTEGER NOT NULL DEFAULT 0,
        lead INTEGER NOT NULL DEFAULT 0,
        companies INTEGER NOT NULL DEFAULT 0,
        story INTEGER REFERENCES stories
    ) STRICT""",
    """CREATE INDEX articles_by_time ON articles
        (relevant, published_at, public_id, tone, outlet, language, companies, lead)""",
    "CREATE INDEX articles_by_outlet ON articles (outlet, relevant, published_at, tone, language)",
    """CREATE INDEX articles_by_story ON articles (story, relevant, published_at, public_id, outlet)
        WHERE story IS NOT NULL""",
    "CREATE INDEX articles_waiting ON articles (id) WHERE state <> 1",
    """CREATE INDEX articles_storyless ON articles (published_at, public_id)
        WHERE relevant = 1 AND story IS NULL""",
    "CREATE INDEX articles_by_source ON articles (source, first_seen_at)",
    # what a card shows of the publisher's
    """CREATE TABLE contents (
        article INTEGER PRIMARY KEY REFERENCES articles,
        url TEXT NOT NULL,
        title TEXT NOT NULL,
        author TEXT NOT NULL,
        rights TEXT NOT NULL,
        time_quality TEXT NOT NULL,
        modified_at INTEGER,
        has_text INTEGER NOT NULL,
        image_url TEXT NOT NULL,
        image_caption TEXT NOT NULL,
        image_credit TEXT NOT NULL,
        copyright TEXT NOT NULL,
        subheads TEXT NOT NULL,
        guid TEXT NOT NULL,
        published_raw TEXT NOT NULL
    ) STRICT""",
    # apart, so that no list ever reads them
    """CREATE TABLE bodies (
        article INTEGER PRIMARY KEY REFERENCES articles,
        summary TEXT NOT NULL,
        body TEXT NOT NULL
    ) STRICT""",
)

TAGS = (
    """CREATE TABLE tags (
        article INTEGER PRIMARY KEY REFERENCES articles,
        relevance REAL NOT NULL,
        tone_score REAL NOT NULL,
        summary TEXT NOT NULL,
        fingerprint BLOB NOT NULL,
        tagged_at INTEGER NOT NULL,
        failure TEXT
    ) STRICT""",
    # relevant, published_at, outlet, language and companies repeat the article's, so that the
    # questions about one company are answered from one index
    """CREATE TABLE mentions (
        article INTEGER NOT NULL REFERENCES articles,
        company INTEGER NOT NULL REFERENCES companies,
        position INTEGER NOT NULL,
        count INTEGER NOT NULL,
        in_title INTEGER NOT NULL,
        tone INTEGER NOT NULL,
        tone_score REAL NOT NULL,
        relevant INTEGER NOT NULL,
        published_at INTEGER NOT NULL,
        outlet INTEGER NOT NULL,
        language TEXT NOT NULL,
        companies INTEGER NOT NULL,
        PRIMARY KEY (article, company)
    ) STRICT, WITHOUT ROWID""",
    """CREATE INDEX mentions_by_time ON mentions
        (company, relevant, published_at, tone, outlet, language, companies)""",
    """CREATE INDEX mentions_by_outlet ON mentions
        (company, outlet, relevant, published_at, tone, language)""",
    """CREATE TABLE evidence (
        article INTEGER NOT NULL REFERENCES articles,
        company INTEGER NOT NULL REFERENCES companies,
        surfaces TEXT NOT NULL,
        cues TEXT NOT NULL,
        PRIMARY KEY (article, company)
    ) STRICT, WITHOUT ROWID""",
    """CREATE TABLE article_topics (
        article INTEGER NOT NULL REFERENCES articles,
        topic INTEGER NOT NULL REFERENCES topics,
        position INTEGER NOT NULL,
        PRIMARY KEY (article, topic)
    ) STRICT, WITHOUT ROWID""",
    "CREATE INDEX article_topics_by_topic ON article_topics (topic, article)",
)

ROLLUPS = (
    # company 0: all articles with their own tone; else the tone towards the company.
    # mentions: companies named by these articles, all together
    """CREATE TABLE daily_companies (
        company INTEGER NOT NULL,
        day INTEGER NOT NULL,
        tone INTEGER NOT NULL,
        language TEXT NOT NULL,
        articles INTEGER NOT NULL,
        mentions INTEGER NOT NULL,
        PRIMARY KEY (company, day, tone, language)
    ) STRICT, WITHOUT ROWID""",
    *(
        f"""CREATE TABLE daily_{name}s (
            {name} INTEGER NOT NULL,
            day INTEGER NOT NULL,
            tone INTEGER NOT NULL,
            language TEXT NOT NULL,
            articles INTEGER NOT NULL,
            PRIMARY KEY ({name}, day, tone, language)
        ) STRICT, WITHOUT ROWID"""
        for name in ("lead", "outlet", "topic")
    ),
    # stories by their first day and by the first day on which one of their articles named the
    # company (0: any article)
    """CREATE TABLE daily_stories (
        company INTEGER NOT NULL,
        day INTEGER NOT NULL,
        match_day INTEGER NOT NULL,
        articles INTEGER NOT NULL,
        PRIMARY KEY (company, day, match_day)
    ) STRICT, WITHOUT ROWID""",
    *(
        f"CREATE INDEX daily_{name}_void ON daily_{name} (articles) WHERE articles = 0"
        for name in ("companies", "leads", "outlets", "topics", "stories")
    ),
)

# the tokens come from db.search, parted by spaces; this tokenizer leaves all but ASCII alone
SEARCH = (
    """CREATE VIRTUAL TABLE search USING fts5 (title, text, content = '', tokenize = 'ascii')"""
)

STATEMENTS = (
    *CONFIGURATION,
    *RUNS,
    *ARTICLES,
    *TAGS,
    *ROLLUPS,
    SEARCH,
    "INSERT INTO meta VALUES ('revision', lower(hex(randomblob(8))))",
)
