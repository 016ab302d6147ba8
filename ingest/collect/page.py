"""An article's page → what it says: text, sub-headlines, photo, reporter, times. Pure.

Order of trust for the text: the element that content systems are known to put it in; the data from
which a page builds itself in the browser; ``articleBody`` of its JSON-LD; what trafilatura finds.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import UTC, datetime

import trafilatura
from lxml.html import HtmlElement

from db.errors import ParseError
from db.model import TimeQuality
from ingest.collect import addresses, pagebody, pagedata, pagedates, pagelines, pagetree
from ingest.collect.bylines import MAX_AUTHOR, author_name
from ingest.collect.outlets import without_outlet
from ingest.collect.pagereader import Lines
from ingest.collect.plaintext import clean_line, html_text, title_text

MAX_BODY = 200_000
MAX_TITLE = 500
MAX_SUBHEADS = 8
ENOUGH = 200
"""characters of text below which another way to find it is tried"""

MAX_FOR_TRAFILATURA = 15_000
"""elements; it takes its time with pages that consist of links"""

_DISTANT = datetime(9000, 1, 1, tzinfo=UTC)
_HANGUL = re.compile("[가-힣]")
_LATIN = re.compile("[A-Za-z]")
_GONE = re.compile(
    r"(?:삭제된|존재하지\s?않는|없는|찾을 수 없는|종료된)\s?(?:기사|페이지|콘텐츠|뉴스)"
    r"|(?:기사|페이지|콘텐츠|뉴스)[를을가이은는]?\s?(?:삭제되었|삭제됐|삭제 되었|찾을 수 없|존재하지 않)"
    r"|언론사\s?요청으로\s?삭제|page not found|article (?:has been removed|not found|is no longer available)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Page:
    """What a page says of its article. Plain text as in `db.model.Article`; "" where it is silent."""

    title: str = ""
    subheads: tuple[str, ...] = ()
    """the lines under the headline; headings between paragraphs stay in ``body``"""
    body: str = ""
    """paragraphs separated by one line feed"""
    author: str = ""
    image_url: str = ""
    image_caption: str = ""
    """without the credit"""
    image_credit: str = ""
    copyright: str = ""
    published_at: datetime | None = None
    """first publication, aware UTC"""
    time_quality: TimeQuality = TimeQuality.GUESSED
    published_raw: str = ""
    """as the page writes it"""
    modified_at: datetime | None = None
    """last publication, if later than the first"""
    canonical_url: str = ""
    language: str = ""
    """two letters"""
    gone: bool = False
    """the page says in place of a text that the article was deleted"""


def extract(
    html: str | bytes,
    url: str,
    *,
    content_type: str = "",
    tz: str = "Asia/Seoul",
    now: datetime | None = None,
) -> Page:
    """Read the page at ``url``. ``tz`` (IANA name) holds for times that name no zone.

    With ``now``, times more than an hour after it are not believed. A page without an article
    gives a `Page` without ``body``. Raises `ParseError` for what is not HTML, and nothing else.
    """
    try:
        tree = pagetree.parse(html, content_type)
        if tree is not None:
            return _page(tree, url, tz, now or _DISTANT)
    except (
        RecursionError,
        MemoryError,
        ValueError,
        AssertionError,
        LookupError,
        TypeError,
    ) as error:
        # libraries that read what anybody wrote may fail in any of these ways
        raise _not_a_page(url) from error
    raise _not_a_page(url)


def _not_a_page(url: str) -> ParseError:
    return ParseError(
        url, "기사 페이지로 읽을 수 없는 내용입니다.", "this is not a page that can be read."
    )


def _page(tree: HtmlElement, url: str, tz: str, now: datetime) -> Page:
    data = pagedata.read(tree)
    times = pagedates.read(tree, data, tz, now)
    site = clean_line(data.site)
    title = _title(tree, data, site)
    notice = pagelines.copyright_in(tree)
    tree = pagetree.without_code(tree)
    lines = _lines(tree, data, title, url)
    kept = pagelines.tidy(lines, title, site)
    body = kept.body
    gone = len(body) < ENOUGH and _says_gone(body or tree.text_content()[:20_000])
    subheads = kept.subheads or tuple(clean_line(html_text(line)) for line in data.subheads)
    image_url = _image(lines.image_url, url) or _image(data.image_url, url)
    caption, credit = pagelines.split_credit(kept.caption or clean_line(data.image_caption))
    return Page(
        title=title[:MAX_TITLE],
        subheads=tuple(line for line in subheads if line and line != title)[:MAX_SUBHEADS],
        body="" if gone else body[:MAX_BODY],
        author=_author(data, site) or kept.author,
        image_url=image_url,
        image_caption=caption if image_url else "",
        image_credit=credit[:MAX_AUTHOR] if image_url else "",
        copyright=(kept.copyright or notice or clean_line(data.copyright))[: pagelines.MAX_CAPTION],
        published_at=times.published_at,
        time_quality=times.quality,
        published_raw=times.published_raw,
        modified_at=times.modified_at,
        canonical_url=_canonical(data.canonical, url),
        language=_language(body or title, data.language),
        gone=gone,
    )


def _says_gone(text: str) -> bool:
    return _GONE.search(clean_line(text)) is not None


def _lines(tree: HtmlElement, data: pagedata.PageData, title: str, url: str) -> Lines:
    """From the first way that gives a text; the longest of all where none gives enough."""
    found = pagebody.from_container(tree)
    if found is not None and found.size >= ENOUGH and found.size * 2 >= len(data.body_html):
        if _HANGUL.search(title):
            return found
        # no list knows the systems of the whole world: look whether much more is to be had
        other = _by_trafilatura(tree, url)
        return found if 5 * found.size >= 4 * other.size else _with_photo(other, found)
    tried = [] if found is None else [found]
    if data.body_html:
        fragment = pagetree.fragment(data.body_html)
        if fragment is not None:
            tried.append(pagebody.from_element(fragment))
    if not any(lines.size >= 3 * ENOUGH for lines in tried):
        tried.append(_by_trafilatura(tree, url))
    if not any(lines.size >= ENOUGH for lines in tried) and data.body_text:
        tried.append(pagebody.from_text(html_text(data.body_text)))
    best = tried[0]
    for lines in tried[1:]:
        # a way that comes later must find much more where an earlier one found enough
        if lines.size > best.size * (2 if best.size >= ENOUGH else 1):
            best = lines
    return best if found is None or best is found else _with_photo(best, found)


def _with_photo(lines: Lines, other: Lines) -> Lines:
    return replace(
        lines,
        image_url=lines.image_url or other.image_url,
        caption=lines.caption or other.caption,
    )


def _by_trafilatura(tree: HtmlElement, url: str) -> Lines:
    if sum(1 for _ in tree.iter()) > MAX_FOR_TRAFILATURA:
        return Lines()
    try:
        text = trafilatura.extract(
            tree, url=url, include_comments=False, include_tables=False, favor_precision=False
        )
    except Exception:
        # whatever a page does to it, the other ways remain
        text = None
    return pagebody.from_text(text or "")


def _title(tree: HtmlElement, data: pagedata.PageData, site: str) -> str:
    heading = next(
        (clean_line(h1.text_content()) for h1 in tree.iter("h1") if h1.text_content().strip()), ""
    )
    raw = title_text(data.title or heading or (tree.findtext(".//title") or ""))
    title = without_outlet(raw, site) if site else raw
    # og:title often carries section and outlet behind the headline
    if heading and len(heading) >= 8 and title.startswith(heading):
        return heading
    return title


def _author(data: pagedata.PageData, site: str) -> str:
    names = []
    for raw in data.authors:
        name = author_name(title_text(raw))
        if name and name != site and "://" not in name and not pagelines.is_outlet(name):
            names.append(name)
    return ", ".join(dict.fromkeys(names))[:MAX_AUTHOR]


def _image(link: str, url: str) -> str:
    """The photo's address as published, http(s) only."""
    if not link:
        return ""
    found = addresses.absolute(link, url)
    fine = " " not in found and found.isprintable() and addresses.canonical_url(found)
    return found if fine else ""


def _canonical(link: str, url: str) -> str:
    found = addresses.canonical_url(addresses.absolute(link, url)) if link else None
    return found or addresses.canonical_url(url) or ""


def _language(text: str, declared: str) -> str:
    """By the script of the text: many Korean sites declare English, and the other way round."""
    hangul, latin = len(_HANGUL.findall(text[:5000])), len(_LATIN.findall(text[:5000]))
    if hangul >= 20 or hangul > latin / 4:
        return "ko" if hangul else declared[:2].lower()
    if latin >= 20 and declared[:2].lower() in ("", "ko"):
        return "en"
    return declared[:2].lower()
