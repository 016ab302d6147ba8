"""An article as the taggers read it: headline and sentences, in one spelling."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import Literal, NamedTuple

from db.model import Article
from ingest.process.sentences import split

Where = Literal["title", "summary", "body"]

MAX_TITLE = 1_000
MAX_TEXT = 30_000
"""Characters that are read of a headline and of a text. No news article is longer; a file that is
must not hold up the others."""

_SPACES = re.compile(r"\s+")
_TRANSLATE = {
    # NFKC turns the Korean middle dot U+318D into a vowel, and ① into a digit
    **dict.fromkeys(map(ord, "ㆍᆞ・•∙‧⋅･"), "·"),
    **dict.fromkeys(range(0x2460, 0x2474), " "),
    **dict.fromkeys(map(ord, "“”„‟〝〞＂"), '"'),
    **dict.fromkeys(map(ord, "‘’‚‛`´＇"), "'"),
    **dict.fromkeys(map(ord, "\u200b\u200c\u200d\u2060\ufeff\u00ad"), ""),
    ord("…"): "…",
}
_ADDRESS = re.compile(r"https?://[^\s가-힣]+")
_ELLIPSIS = re.compile(r"\.{2,}|…+|‥+")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
_UNWRITABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")


def normal(text: str) -> str:
    """NFKC with one form of middle dot, quotes and ellipsis, single spaces, no web addresses."""
    if "://" in text:
        text = _ADDRESS.sub(" ", text)
    if text.isascii() and ".." not in text:
        return _SPACES.sub(" ", _CONTROL.sub(" ", text)).strip()
    text = _ELLIPSIS.sub("…", text).translate(_TRANSLATE)
    # a placeholder keeps the ellipsis from becoming three full stops
    text = unicodedata.normalize("NFKC", text.replace("…", "\ue000")).replace("\ue000", "…")
    return _SPACES.sub(" ", _CONTROL.sub(" ", text)).strip()


@dataclass(frozen=True, slots=True)
class Sentence:
    """``raw`` as published, ``text`` in one spelling (`normal`); positions refer to ``text``.

    ``raw`` begins at code point ``start`` of that part of the article; it differs from what stands
    there by unwritable characters only, each of which is a blank here.
    """

    raw: str
    text: str
    where: Where
    start: int = 0


class Part(NamedTuple):
    """What is read of one part of the article, as published; unwritable characters are blanks."""

    where: Where
    text: str


@dataclass(frozen=True, slots=True)
class Document:
    """``sentences[0]`` is the headline, even if empty; the others follow in reading order.

    ``parts`` hold the same text uncut, for what runs over several sentences.
    """

    sentences: tuple[Sentence, ...]
    parts: tuple[Part, ...] = ()

    @property
    def title(self) -> Sentence:
        return self.sentences[0]

    @property
    def text(self) -> tuple[Sentence, ...]:
        return self.sentences[1:]


def read(article: Article) -> Document:
    """Headline, summary and body; a summary that only repeats the begin of the body is left out."""
    title = _UNWRITABLE.sub(" ", article.title[:MAX_TITLE])
    summary = _UNWRITABLE.sub(" ", article.summary[:MAX_TEXT])
    body = _UNWRITABLE.sub(" ", article.body[:MAX_TEXT])
    if repeats(summary, body):
        summary = ""
    sentences = [Sentence(title, normal(title), "title")]
    parts = (Part("title", title), Part("summary", summary), Part("body", body))
    for where, text in parts[1:]:
        for start, raw in split(text):
            if spelled := normal(raw):
                sentences.append(Sentence(raw, spelled, where, start))
    return Document(tuple(sentences), parts)


def repeats(summary: str, body: str) -> bool:
    """Whether ``summary`` is an excerpt of ``body``, white space and a cut end aside."""
    if not summary or not body:
        return False
    short = "".join(summary.split()).rstrip(".…")
    return bool(short) and short[:-2][:200] in "".join(body.split())
