"""The sample as a database: written articles through the same processing as real ones."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import groupby, repeat
from pathlib import Path

from db.connect import open_store
from db.errors import StoreError
from db.model import (
    Company,
    FeedState,
    FetchOutcome,
    RunReport,
    RunState,
    kst_day,
)
from db.store import Store
from ingest import sample
from ingest.config import Config, save_configuration
from ingest.executors import Serial
from ingest.pipeline import process
from ingest.process.rules import CompaniesFile


def is_current(path: Path, config: Config, now: datetime) -> bool:
    """Whether ``path`` holds a sample made today (its days are counted back) by this tagger."""
    try:
        version = open_store(str(path), read_only=True).info().tagger_version
        made_at = datetime.fromtimestamp(path.stat().st_mtime, UTC)
    except (StoreError, OSError):
        return False
    return kst_day(made_at) == kst_day(now) and (
        version == with_invented_companies(config).tagger.version
    )


def build_sample(path: Path, config: Config, now: datetime) -> None:
    """Make the sample database at ``path``, replacing an older one in one step.

    The invented companies join the dictionary of ``config`` for this database only.
    """
    config = with_invented_companies(config)
    draft = path.with_name(path.name + ".new")
    path.parent.mkdir(parents=True, exist_ok=True)
    for leftover in draft.parent.glob(draft.name + "*"):
        leftover.unlink()
    store = open_store(str(draft))
    try:
        store.mark_sample()
        save_configuration(store, config)
        _relive(store, config, now)
    finally:
        store.close()
    draft.replace(path)


def _relive(store: Store, config: Config, now: datetime) -> None:
    """Older articles from an archive; those of the last days by the runs that brought them."""
    final = sample.articles(now)
    waiting = sorted(map(sample.first_form, final), key=lambda article: article.first_seen_at)
    visits = sorted(sample.visits(now), key=lambda visit: (visit.fetched_at, visit.source_id))
    begin = min(visit.fetched_at for visit in visits)
    store.import_articles([article for article in waiting if article.first_seen_at < begin])
    waiting = [article for article in waiting if article.first_seen_at >= begin]
    for started_at, group in groupby(visits, key=lambda visit: visit.fetched_at):
        run = RunReport(store.start_run(started_at), started_at, state=RunState.DONE)
        for visit in group:
            brought = []
            if visit.outcome is FetchOutcome.OK:
                brought = [
                    article
                    for article in waiting
                    if article.source_id == visit.source_id and article.first_seen_at <= started_at
                ]
            planned = FeedState(next_visit_at=started_at + sample.STEP)
            new = store.add_articles(brought, visit, planned, run.id)
            waiting = [article for article in waiting if article not in brought]
            run = replace(
                run,
                sources=run.sources + 1,
                failed=run.failed + (visit.outcome is FetchOutcome.FAILED),
                entries=run.entries + visit.entries,
                new=run.new + new,
            )
        tagged_at = started_at + timedelta(seconds=30)
        done = process(store, config.tagger, Serial(), repeat(tagged_at).__next__)
        store.finish_run(
            replace(
                run,
                finished_at=tagged_at,
                tagged=done.tagged,
                relevant=done.relevant,
                tag_failures=done.failures,
                tagger_version=config.tagger.version,
            )
        )
    # an outage may outlast the log; its articles are there all the same
    store.import_articles(waiting)
    store.import_articles([replace(a, first_seen_at=a.modified_at) for a in final if a.modified_at])
    process(store, config.tagger, Serial(), lambda: now)


def with_invented_companies(config: Config) -> Config:
    """``config`` with the sample's sources and its companies besides the real ones."""
    rules = config.tagger.companies
    invented = CompaniesFile.model_validate({"company": sample.companies()}).company
    known = {rule.id for rule in rules.company}
    added = tuple(rule for rule in invented if rule.id not in known)
    tagger = replace(
        config.tagger, companies=rules.model_copy(update={"company": rules.company + added})
    )
    companies = tuple(
        Company(rule.id, rule.name_ko, rule.name_en, rule.country, rule.segment, rule.aliases)
        for rule in added
    )
    return replace(
        config,
        sources=tuple(sample.sources()),
        companies=config.companies + companies,
        tagger=tagger,
    )
