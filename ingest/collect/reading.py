"""A feed's bytes on their way to a reader, and what came of them. Made to travel between processes.

Imports little: each worker has to.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import datetime

from db.errors import ParseError
from db.model import Source
from ingest.collect.read import FeedRead, read_feed
from ingest.collect.sites import NO_SITES, Sites
from ingest.isolation import Isolated, Loss

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Reading:
    """A body to read, and what the reader needs. ``now``: the time of its arrival."""

    source: Source
    body: bytes
    content_type: str
    now: datetime


@dataclass(frozen=True, slots=True)
class Read:
    """What a reader made of a source's body: ``feed``, or ``error`` and no feed."""

    source: Source
    now: datetime
    feed: FeedRead | None = None
    error: ParseError | None = None


def read(reading: Reading, sites: Sites = NO_SITES) -> Read:
    """Bytes to articles. Whatever a feed does to the parser stays with this feed. Never raises."""
    source, now = reading.source, reading.now
    try:
        feed = read_feed(reading.body, reading.content_type, source, now, sites)
    except ParseError as error:
        return Read(source, now, error=error)
    except MemoryError:
        return lost(reading, Loss.DIED)
    except Exception as error:
        name = type(error).__name__
        log.exception("source %s could not be read", source.id)
        ko, en = f"피드를 읽다가 오류가 났습니다({name}).", f"the feed could not be read ({name})."
        return Read(source, now, error=ParseError(source.id, ko, en))
    return Read(source, now, feed)


def lost(reading: Reading, loss: Loss) -> Read:
    """For a feed that its reader did not survive."""
    if loss is Loss.TIME:
        ko = "피드를 해석하는 데 너무 오래 걸려 그만두었습니다."
        en = "reading the feed took too long and was given up."
    else:
        ko = "피드를 해석하던 프로세스가 죽었습니다. 메모리를 너무 많이 쓰는 피드일 수 있습니다."
        en = "the process that read the feed died. The feed may need too much memory."
    error = ParseError(reading.source.id, ko, en)
    return Read(reading.source, reading.now, error=error)


def isolated(workers: int = 0) -> Isolated:
    """The executor for `read`: what strangers wrote stays away from the process that stores."""
    return Isolated(lost, workers, preload=[__name__])
