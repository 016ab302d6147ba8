"""Telling people that a source fell silent or came back. The only user of Apprise."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from db.health import FINE, OUTAGES, QUIET, Health, health_of
from db.query import SourceStatus

TOLD = (OUTAGES | QUIET) - {Health.UNVISITED}
"""states that are worth a message; who was not visited is the job's affair, not the source's"""


@dataclass(frozen=True, slots=True)
class Change:
    """A source whose health is another one than people were last told. `Health.OK` = recovered."""

    status: SourceStatus
    before: Health
    after: Health


def changes(
    statuses: Sequence[SourceStatus], told: Mapping[str, Health], now: datetime
) -> list[Change]:
    """What people do not know yet, in the order of ``statuses``.

    A state in between (late, not visited) is no change: it ends as one of the others. Nobody is
    told that a source was switched off, but it is no longer held to be bad.
    """
    found = []
    for status in statuses:
        health = health_of(status, now)
        before = told.get(status.source.id, Health.OK)
        if health in FINE or health is Health.STOPPED:
            health = Health.OK if health in FINE else health
        elif health not in TOLD:
            continue
        if health is not before and not (health is Health.STOPPED and before is Health.OK):
            found.append(Change(status, before, health))
    return found


def send(urls: Sequence[str], title: str, body: str) -> int:
    """Send one plain-text message to every address; how many took it. Never raises.

    The addresses hold passwords: nothing that the library has to say about them is logged.
    """
    with _silence():
        return sum(_sent(url, title, body) for url in urls)


def _sent(url: str, title: str, body: str) -> bool:
    import apprise  # takes long, and few commands need it

    try:
        target = apprise.Apprise()
        return bool(
            target.add(url)
            and target.notify(body=body, title=title, body_format=apprise.NotifyFormat.TEXT)
        )
    except Exception:
        # a service's trouble, whatever it is; even its text may hold the address
        return False


@contextmanager
def _silence() -> Iterator[None]:
    before = logging.root.manager.disable
    logging.disable(logging.CRITICAL)
    try:
        yield
    finally:
        logging.disable(before)
