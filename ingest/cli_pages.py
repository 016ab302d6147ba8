"""The part of `run` that visits articles' pages and tags again what they brought."""

from __future__ import annotations

import time
from datetime import timedelta
from functools import partial

from db.model import TagScope
from db.pages import PageOutcome
from db.store import Store
from ingest.cli_screen import fail, now, out, progress
from ingest.collect.fetch import fetch_all
from ingest.collect.pagevisits import VisitLimits, Visits
from ingest.config import Config, page_limits_of
from ingest.executors import Serial
from ingest.messages import say
from ingest.pages import visit_pages
from ingest.pipeline import process

SHOWN_HOSTS = 5


def read_pages(store: Store, config: Config, *, quiet: bool) -> None:
    """Does nothing where the configuration switches it off."""
    settings = config.settings.pages
    if not settings.enabled or not settings.per_run:
        return
    begun = time.monotonic()
    limits = VisitLimits(settings.per_run, settings.seconds_per_host, settings.max_seconds)
    visits = Visits(partial(fetch_all, limits=page_limits_of(config)), limits)
    revisits = [timedelta(days=days) for days in settings.revisit_days]
    with progress(say("run.pages"), None, quiet=quiet) as shown:
        done = visit_pages(store, config.sources, visits, settings.per_run, revisits, now, shown)
    if done.changed:
        process(store, config.tagger, Serial(), now, TagScope.NEW)
    if quiet or not (done.visited or done.refusing):
        return
    counts = {outcome.value: done.outcomes.get(outcome, 0) for outcome in PageOutcome}
    seconds = time.monotonic() - begun
    out.print(
        say("run.paged", visited=done.visited, changed=done.changed, seconds=seconds, **counts)
    )
    for host in done.refusing[:SHOWN_HOSTS]:
        fail(say("run.refusing", host=host.host, status=host.status or "—"))
