"""An article as the taggers read it: headline and sentences, in one spelling."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import Literal

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
    """``raw`` as published, ``text`` in one spelling (`normal`); positions refer to ``text``."""

    raw: str
    text: str
    where: Where


@dataclass(frozen=True, slots=True)
class Document:
    """``sentences[0]`` is the headline, even if empty; the others follow in reading order."""

    sentences: tuple[Sentence, ...]

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
    parts: tuple[tuple[Where, str], ...] = (("summary", summary), ("body", body))
    for where, text in parts:
        for raw in split(text):
            if spelled := normal(raw):
                sentences.append(Sentence(raw, spelled, where))
    return Document(tuple(sentences))


def repeats(summary: str, body: str) -> bool:
    """Whether ``summary`` is an excerpt of ``body``, white space and a cut end aside."""
    if not summary or not body:
        return False
    short = "".join(summary.split()).rstrip(".…")
    return bool(short) and short[:-2][:200] in "".join(body.split())
