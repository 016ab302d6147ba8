"""Reading article pages: ours against trafilatura alone, in accuracy and speed.

    python -m tests.bench.bench_pages [directory …]

A directory holds pairs: a page (``x.html`` or ``x.html.gz``) and what is right (``x.json``, with
``url``, ``body`` as a list of paragraphs and, if wanted, ``subheads`` and ``image_caption``); the
default is that of the tests. Accuracy is the F1 of sentences, letters and digits only, averaged
over pages: sentences are what the tagger reads. Both read the same bytes in one run.
"""

from __future__ import annotations

import gzip
import json
import re
import sys
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from statistics import mean
from typing import Any

import trafilatura

from ingest.collect.page import extract

DEFAULT = Path(__file__).parent.parent / "data" / "pages"
ROUNDS = 5
_BOUNDARY = re.compile(
    r"(?<=[다요죠까][.?!])\s*(?=\S)|(?<=[.!?][\"”’')])\s+|(?<=[a-z0-9)%][.!?])\s+(?=[A-Z\"“‘])"
)


def sentences(text: str) -> Counter[str]:
    """How often each sentence occurs, by its letters and digits."""
    parts = (part for line in text.split("\n") for part in _BOUNDARY.split(line))
    return Counter(bare for part in parts if len(bare := re.sub(r"\W+", "", part)) >= 2)


def f1(right: str, found: str) -> float:
    """Harmonic mean of precision and recall over sentences, 0 … 1."""
    wanted, got = sentences(right), sentences(found)
    common = sum((wanted & got).values())
    return 2 * common / (sum(wanted.values()) + sum(got.values())) if wanted or got else 1.0


def seconds(function: Callable[[], object]) -> float:
    """The fastest of a few rounds."""
    times = []
    for _ in range(ROUNDS):
        begun = time.perf_counter()
        function()
        times.append(time.perf_counter() - begun)
    return min(times)


def baseline(html: bytes, url: str) -> str:
    return trafilatura.extract(html, url=url, include_comments=False) or ""


def pairs(directory: Path) -> list[tuple[str, bytes, dict[str, Any]]]:
    """(name, page, what is right) of every pair in ``directory``."""
    found = []
    for path in sorted(directory.glob("*.html*")):
        answer = path.with_name(path.name.partition(".html")[0] + ".json")
        if answer.is_file():
            html = path.read_bytes()
            html = gzip.decompress(html) if path.suffix == ".gz" else html
            found.append((answer.stem, html, json.loads(answer.read_text("utf-8"))))
    return found


def measure(directory: Path) -> None:
    """Print one line per page, then the means."""
    rows = []
    for name, html, right in pairs(directory):
        url, body = right["url"], "\n".join(right["body"])
        page = extract(html, url)
        ours, theirs = f1(body, page.body), f1(body, baseline(html, url))
        spent = seconds(lambda html=html, url=url: extract(html, url))  # type: ignore[misc]
        spent_alone = seconds(lambda html=html, url=url: baseline(html, url))  # type: ignore[misc]
        print(f"{name:24} F1 {ours:.3f}  trafilatura {theirs:.3f}", end="")
        print(f"   {spent * 1000:6.1f} ms  {spent_alone * 1000:6.1f} ms")
        exact = [
            value == right[key]
            for key, value in (
                ("subheads", list(page.subheads)),
                ("image_caption", page.image_caption),
            )
            if key in right
        ]
        rows.append((ours, theirs, spent, spent_alone, exact))
    if not rows:
        sys.exit(f"no pairs of x.html and x.json in {directory}")
    exact = [right for row in rows for right in row[4]]
    print(f"{'mean of ' + str(len(rows)):24} F1 {mean(r[0] for r in rows):.3f}", end="")
    print(f"  trafilatura {mean(r[1] for r in rows):.3f}", end="")
    print(
        f"   {mean(r[2] for r in rows) * 1000:6.1f} ms  {mean(r[3] for r in rows) * 1000:6.1f} ms"
    )
    if exact:
        print(f"sub-headlines and captions exactly right: {sum(exact)} of {len(exact)}")


if __name__ == "__main__":
    for argument in sys.argv[1:] or [str(DEFAULT)]:
        measure(Path(argument))
