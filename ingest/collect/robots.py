"""robots.txt: what a host allows us, as RFC 9309 says."""

from __future__ import annotations

from dataclasses import dataclass

from protego import Protego

from ingest.collect.fetch import Fetched, FetchResult

AGENT = "chipwatch"
"""the product token by which robots.txt may speak to us"""
MAX_BYTES = 512_000
"""what lies beyond is not read; the standard asks for 500 KiB at least"""
LONGEST_DELAY = 30.0
"""seconds; a longer Crawl-delay would only mean that nothing is read"""


@dataclass(frozen=True, slots=True)
class Robots:
    """What one host says. ``reached`` is False where it could not be asked: then nothing is allowed."""

    rules: Protego | None
    reached: bool = True

    def allows(self, url: str) -> bool:
        if not self.reached:
            return False
        return self.rules is None or bool(self.rules.can_fetch(url, AGENT))

    @property
    def delay(self) -> float:
        """Seconds between two requests that the host asks for; 0 where it does not."""
        asked = self.rules.crawl_delay(AGENT) if self.rules is not None else None
        return min(float(asked or 0.0), LONGEST_DELAY)


def robots_of(answer: FetchResult) -> Robots:
    """2xx: its rules. 4xx: there are none, all is allowed. 429, 5xx or no answer: nothing is."""
    if isinstance(answer, Fetched):
        return Robots(Protego.parse(answer.body[:MAX_BYTES].decode("utf-8", "replace")))
    status = getattr(getattr(answer, "error", None), "status", None)
    absent = status is not None and 400 <= status < 500 and status != 429
    return Robots(None, reached=absent)
