"""Health as data: habits, gaps in the coverage, retired sources, planned visits."""

_ANSWERED = "('ok', 'unchanged', 'empty')"
# as far back as gaps were shown before; all of a long log would take minutes
_LATELY = "fetched_at > (SELECT MAX(fetched_at) FROM fetches) - 31 * 86400"

FEEDS = (
    "ALTER TABLE sources ADD COLUMN interval_minutes INTEGER NOT NULL DEFAULT 0",
    *(
        f"ALTER TABLE feeds ADD COLUMN {column}"
        for column in (
            "first_fetch_at INTEGER",
            "last_answer_at INTEGER",
            "last_new_at INTEGER",
            "failing_since_at INTEGER",
            "fault TEXT NOT NULL DEFAULT ''",
            "fault_in_row INTEGER NOT NULL DEFAULT 0",
            "fault_since_at INTEGER",
            "empty_since_at INTEGER",
            "retired_at INTEGER",
            "next_visit_at INTEGER",
            "fresh_at INTEGER",
            "pause INTEGER NOT NULL DEFAULT 0",
        )
    ),
    f"""UPDATE feeds SET
        first_fetch_at = (SELECT MIN(fetched_at) FROM fetches f WHERE f.source = feeds.source),
        last_answer_at = COALESCE(
            (SELECT fetched_at FROM fetches f WHERE f.source = feeds.source AND {_LATELY}
                AND f.outcome IN {_ANSWERED} ORDER BY fetched_at DESC LIMIT 1), last_success_at),
        last_new_at = COALESCE(
            (SELECT fetched_at FROM fetches f WHERE f.source = feeds.source AND {_LATELY}
                AND f.new > 0 ORDER BY fetched_at DESC LIMIT 1),
            (SELECT MAX(first_seen_at) FROM articles a WHERE a.source = feeds.source)),
        fresh_at = newest_at,
        empty_since_at = CASE last_outcome WHEN 'empty' THEN last_fetch_at END""",
    """UPDATE feeds SET failing_since_at = COALESCE(
            (SELECT MIN(fetched_at) FROM fetches f WHERE f.source = feeds.source
                AND f.outcome = 'failed' AND f.fetched_at > COALESCE(feeds.last_answer_at, 0)),
            last_fetch_at)
        WHERE failures_in_row > 0""",
)

# missing_to_at: articles of start_at … missing_to_at were not found later
GAPS = (
    """CREATE TABLE gaps (
        id INTEGER PRIMARY KEY,
        source INTEGER NOT NULL REFERENCES sources,
        health TEXT NOT NULL,
        start_at INTEGER NOT NULL,
        end_at INTEGER NOT NULL,
        missing_to_at INTEGER NOT NULL
    ) STRICT""",
    "CREATE INDEX gaps_by_time ON gaps (end_at, start_at)",
    "CREATE INDEX gaps_by_source ON gaps (source, end_at)",
    # what the log of visits still knows: three failures or more between two answers
    f"""INSERT INTO gaps (source, health, start_at, end_at, missing_to_at)
        SELECT source, health, start_at, end_at, end_at FROM (
            SELECT source, MIN(fetched_at) AS start_at, SUM(outcome = 'failed') AS failures,
                CASE WHEN SUM(status IN (401, 403, 429, 451)) > 0 THEN 'blocked' ELSE 'failing' END
                    AS health,
                LEAD(MIN(fetched_at)) OVER (PARTITION BY source ORDER BY island) AS end_at
            FROM (
                SELECT source, fetched_at, outcome, status, SUM(outcome IN {_ANSWERED})
                    OVER (PARTITION BY source ORDER BY fetched_at, id) AS island
                FROM fetches WHERE outcome <> 'skipped' AND {_LATELY}
            ) GROUP BY source, island
        ) WHERE failures >= 3 AND end_at IS NOT NULL""",
)

HABITS = (
    """CREATE TABLE source_days (
        source INTEGER NOT NULL REFERENCES sources,
        day INTEGER NOT NULL,
        articles INTEGER NOT NULL,
        PRIMARY KEY (source, day)
    ) STRICT, WITHOUT ROWID""",
    "INSERT INTO source_days SELECT source, day, COUNT(*) FROM articles GROUP BY source, day",
)

# what subscribers were last told of a source's health
ANNOUNCED = """CREATE TABLE announced (
        source INTEGER PRIMARY KEY REFERENCES sources,
        health TEXT NOT NULL
    ) STRICT"""

STATEMENTS = (*FEEDS, *GAPS, *HABITS, ANNOUNCED)
