"""Lines of a page → text, sub-headlines, caption, reporter and copyright, each in its place.

What a system's boxes hold is left out by `ingest.collect.pagebody`; here are the lines that stand
among the paragraphs: by-lines, notices, links to other articles, captions without a name.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise

from lxml.html import HtmlElement

from ingest.collect import pagewords as words
from ingest.collect.bylines import MAX_AUTHOR, Stripped, people, spaced, strip_summary
from ingest.collect.pagereader import Kind, Line, Lines
from ingest.collect.plaintext import clean_line

MAX_CAPTION = 500
"""characters"""
ENDS = 2
"""lines at the end of a text in which by-lines and notices may follow a sentence"""


@dataclass(frozen=True, slots=True)
class Tidy:
    body: str = ""
    subheads: tuple[str, ...] = ()
    caption: str = ""
    author: str = ""
    copyright: str = ""


def is_outlet(name: str) -> bool:
    """Whether an author's name is rather that of a newspaper or a desk."""
    return words.OUTLET.search(name) is not None


def tidy(found: Lines, title: str, site: str) -> Tidy:
    """Put every line in its place. ``site`` is the outlet's name, "" if unknown."""
    lines = _without_tail([line for line in found.lines if line.text != title])
    copyright_line = author = ""
    caption = found.caption
    kept: list[Line] = []
    for line in lines:
        if line.kind is Kind.CAPTION:
            continue
        if _is_caption(line):
            caption = caption or (line.text if found.image_url else "")
        elif _is_copyright(line.text):
            copyright_line = copyright_line or line.text
        elif _is_byline(line.text):
            author = author or _people(line.text)
        elif not _is_notice(line, found.caption):
            kept.append(line)
    subheads, rest = _subheads(kept)
    stripped = _without_ends(_without_repeats(rest, found.caption), site)
    return Tidy(
        body=stripped.text,
        subheads=tuple(subheads),
        caption=caption,
        author=(author or stripped.author)[:MAX_AUTHOR],
        copyright=copyright_line,
    )


def _without_ends(texts: list[str], site: str) -> Stripped:
    """Without by-lines and notices that share a line with the text: they do in the first and last."""
    if len(texts) <= 2 * ENDS:
        return strip_summary("\n".join(texts), site)
    first = strip_summary("\n".join(texts[:1]), site)
    last = strip_summary("\n".join(texts[-ENDS:]), site)
    parts = [first.text, *map(spaced, texts[1:-ENDS]), last.text]
    return Stripped("\n".join(filter(None, parts)), first.author or last.author)


def _without_tail(lines: list[Line]) -> list[Line]:
    """What follows a heading such as 관련기사 is no longer the article, if most of it came before."""
    whole = sum(len(line.text) for line in lines) or 1
    read = 0
    for index, line in enumerate(lines):
        if 2 * read > whole and len(line.text) <= 40 and words.TAIL_HEADING.match(line.text):
            return lines[:index]
        read += len(line.text)
    return lines


def _is_caption(line: Line) -> bool:
    """A line that nothing calls a caption, right behind a photo."""
    if line.kind is not Kind.TEXT or len(line.text) > 300:
        return False
    if words.PHOTO_LINE.search(line.text):
        credited = split_credit(line.text)[1] != ""
        return line.after_image or (credited and len(line.text) <= 150)
    return line.after_image and len(line.text) <= 200 and split_credit(line.text)[1] != ""


def _is_copyright(text: str) -> bool:
    if len(text) > 200 or not words.COPYRIGHT.search(text) or words.STATEMENT.search(text):
        return False
    return words.SENTENCE.search(words.COPYRIGHT.split(text, maxsplit=1)[0]) is None


def _is_byline(text: str) -> bool:
    return len(text) <= 120 and (
        words.BYLINE.match(text) is not None or words.ONLY_MAIL.match(text) is not None
    )


def _people(text: str) -> str:
    bare = words.BYLINE_TAIL.sub("", re.sub(words.MAIL, " ", text)).strip(" []()【】<>/|=·■▶")
    return people(bare.rpartition("=")[2].strip())


def _is_notice(line: Line, caption: str) -> bool:
    text = line.text
    if line.linked > 0.8 and (words.ELSEWHERE.match(text) or not words.SENTENCE.search(text)):
        # a line that is nothing but a link to elsewhere
        return line.kind is Kind.TEXT
    if text == caption or words.DATED.match(text) or not any(c.isalnum() for c in text):
        return True
    if len(text) > 200:
        return False
    if words.ELSEWHERE.match(text) and not words.SENTENCE.search(text):
        return text[:1] in "▶☞►➡→" or line.linked > 0 or "관련" in text[:6]
    if words.WIDGET.match(text):
        return True
    if words.STATEMENT.search(text):
        return False
    found = words.NOTICE.search(text)
    return found is not None and (len(text) <= 120 or found.start() == 0)


def _subheads(lines: list[Line]) -> tuple[list[str], list[Line]]:
    """The lines under the headline, and the rest: headings between paragraphs are text."""
    first_text = next(
        (
            index
            for index, line in enumerate(lines)
            if line.kind is Kind.TEXT and words.SENTENCE.search(line.text)
        ),
        0,
    )
    top = [line for line in lines[:first_text] if _is_subhead(line)]
    heads = [line for line in top if line.kind is Kind.SUBHEAD] or top
    texts = dict.fromkeys(words.SUBHEAD_MARK.sub("", line.text) for line in heads)
    return list(texts), [line for line in lines if line not in top]


def _is_subhead(line: Line) -> bool:
    if line.kind in (Kind.SUBHEAD, Kind.HEADING):
        return True
    short = len(line.text) <= 90 and not words.SENTENCE.search(line.text)
    return short and (line.bold or words.SUBHEAD_MARK.match(line.text) is not None)


def _without_repeats(lines: list[Line], caption: str) -> list[str]:
    """The same line twice in a row is one, and a line that only repeats the caption is none."""
    texts = [line.text for line in lines if not (caption and line.text and line.text == caption)]
    return texts[:1] + [text for before, text in pairwise(texts) if text != before]


def split_credit(caption: str) -> tuple[str, str]:
    """(what the photo shows, who made it); "" for what is not said."""
    text = words.CAPTION_MARK.sub("", words.CAPTION_LEAD.sub("", caption[:MAX_CAPTION])).strip()
    text = words.CAPTION_TAIL.sub(_closing_bracket, text).strip()
    for form in (words.CREDIT_BRACKET, words.CREDIT_BEHIND):
        if (inside := form.search(text)) is not None:
            return text[: inside.start()].strip(), _credit(inside["inside"])
    found = words.CREDIT_END.search(text)
    if found is None:
        return text, ""
    before = text[: found.start()].rstrip(" /|·,=")
    ended = not before or before.endswith((".", "”", '"', "…", "!", "?", "]", ")", "/"))
    # `… 삼성전자 제공`: a name without brackets is a credit only behind a sentence
    if found["plain"] and not (before and ended):
        return text, ""
    apart = text[found.start() : found.start() + 1] in " [(/|" or before.endswith("다")
    if found["who"] and not ended and not apart:
        return text, ""
    who = next((value for value in found.groupdict().values() if value), "")
    return before, _credit(who)


def _closing_bracket(tail: re.Match[str]) -> str:
    return tail.group()[-1] if tail.group()[-1] in "])>" else ""


def _credit(text: str) -> str:
    bare = words.CREDIT_WORD.sub("", text.strip())
    return clean_line(re.sub(r"^(?:사진|자료)\s|\s?제공$", "", bare)).strip(" .")


def copyright_in(tree: HtmlElement) -> str:
    """The copyright line of a page that stands outside of its text."""
    found: list[str] = []
    for element in tree.iter("p", "div", "span", "em", "address", "small", "li", "dd", "strong"):
        if not words.COPYRIGHT.search(element.text or ""):
            continue
        whole = element
        while whole.tag in ("span", "em", "small", "strong") and whole.getparent() is not None:
            whole = whole.getparent()
        for candidate in (whole, element):
            text = clean_line(" ".join(candidate.itertext()))
            if len(text) <= 300 and (line := words.COPYRIGHT_LINE.search(text)) is not None:
                found.append(line.group().strip())
                break
        if len(found) >= 20:
            break
    return max(
        found, key=lambda text: ("무단" in text or "저작권자" in text, -len(text)), default=""
    )
