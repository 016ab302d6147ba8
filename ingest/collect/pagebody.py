"""The element that holds an article's text, and the lines in it.

Korean content systems differ in names, hardly in structure: `CONTAINERS` lists what they call the
element. Inside it, boxes that are no text are told by what they are called (`NOISE`).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum

from lxml.html import HtmlElement

from ingest.collect.plaintext import clean_line

CONTAINER_IDS = (
    "article-view-content-div article-view-content articleBody articlebody article_body article-body "
    "articleBodyContents articleContent article_content articleText articletxt articleTxt dic_area "
    "newsct_article newsEndContents newsEndView CmAdContent textBody content-text txt_area "
    "cont_newstext pnlContent harmonyContainer GS_Content newsView news_body_area news_body_id "
    "news_body_area_contents newsContent news_content viewcontent view_content article-end-body "
    "newsBody news-body print_area articleBodyArea arl_view_content snsAnchorContent "
    "adnmore_inImage body_wrap articleWrap-body"
).split()
CONTAINER_CLASSES = (
    "article-veiw-body article-view-body article-body article_body articleBody article-body-content "
    "article-text article_txt article_text article-txt news_cnt_detail_wrap story-news art_txt "
    "article_view end-body article-view news_txt news_text news_body newsview viewer view_con "
    "view_content news_bm articleView article_cont article_content article-content newsct_article "
    "article__content article__body entry-content post-content post-body single-content "
    "story-body story__body story-content content-body body-copy caas-body wysiwyg rich-text "
    "c-entry-content ArticleBody-articleBody text_area NwsCon boxWidthForm par smartOutput "
    "articleContent td-post-content article-detail view_cont view_txt viewContent cont_view"
).split()
BLOCKS = frozenset(
    "address article aside blockquote body center dd details div dl dt fieldset figure footer h1 h2 "
    "h3 h4 h5 h6 header hr html li main ol p pre section summary table tbody td tfoot th thead tr "
    "ul".split()
)
DROPPED = frozenset(
    "audio button canvas embed footer head input link map menu meta option param picture-source "
    "script select source style textarea title track video dialog".split()
)
HEADINGS = frozenset(["h1", "h2", "h3", "h4", "h5", "h6"])
_BOLD = frozenset(["b", "strong"])

NOISE = frozenset(
    "ad ads adv advert advertise advertisement advertising adbox adsbygoogle banner bnr related relate "
    "relation relnews recommend recommended recommendation recommendations share sharing sns social "
    "reporter journalist writer byline bylines profile copyright hashtag hashtags keyword keywords comment comments "
    "reply subscribe subscription newsletter donate donation popup layer fontsize toolbar utility "
    "util utils vote poll survey quiz promo promotion promotions tts btn button pagination breadcrumb outbrain "
    "taboola dable ranking popular mostread trending sponsor sponsored sidebar skip blind "
    "hidden feedback paywall follow readmore appdown recirc inline-ad tag_list tags taglist "
    "authorbox author-box authors toc cookie emotion sympathy likeit rel_news more-news".split()
)
CAPTIONS = frozenset(
    "caption captions figcaption imgdesc imgdesc cap phototxt photodesc photocaption credit imgcaption "
    "img_desc photo_desc photo_txt thum_figure_txt txt_caption img_txt img_caption wp-caption-text "
    "image_caption image-caption photo_caption photo-caption caption-text article_caption".split()
)
_SUBHEAD = re.compile(
    r"(?:^|[\s_-])(?:sub[-_]?(?:tit|title|head|heading|headline|headlines|ttl|tt)s?(?:[-_]\w+)*|tit[-_]?sub|titlesub|title_sub"
    r"|news-view-lead|media_end_summary|summary_view|mid_?title(?:_text)?|midtitle2?|stit|s_tit|standfirst|dek|deck"
    r"|article[-_](?:subtitle|sub)|article__(?:dek|subtitle|standfirst)|sub_?txt|small_?title|ab_subtitle"
    r"|view_sub|news_subtitle|article_subtitle|art_sub)(?:$|\s)"
    r"|subTit|subHead|subtitle",
    re.IGNORECASE,
)
_BOX = re.compile(
    r"^\W{0,3}(?:(?:AI|인공지능|GPT|챗GPT|[0-9세]\s?줄|한\s?줄|한눈에|핵심|기사|자동|뉴스)[가-힣A-Za-z0-9\s]{0,12}요약"
    r"|요약(?:하기|보기|봇)?\s|AI\s?뉴스\s?브리핑|(?:이\s?)?기사를?\s?(?:읽어|공유|들려)|관련\s?(?:기사|뉴스|콘텐츠|키워드|종목|태그)"
    r"|(?:추천|인기|많이\s?본|주요|최신|실시간|이 시각|함께\s?(?:본|읽을)|오늘의)\s?[가-힣\s]{0,6}(?:기사|뉴스|콘텐츠|이슈|글)(?![가-힣])"
    r"|이\s?기사\s?어땠|이\s?기사가\s?마음|여러분의 생각|독자\s?(?:설문|투표)|(?:기자\s?)?구독(?:하기)?\s|뉴스레터|후원하기|정기\s?후원"
    r"|글자\s?크기|글씨\s?크기|댓글|AD\b|광고\s|Advertisement\b|Related\s(?:articles|stories|topics|news|posts)"
    r"|Read (?:more|next)\b|Most (?:read|popular)\b|Recommended\b|Sign up\b|Subscribe\b|Newsletter\b"
    r"|(?:AI )?Summary\b|Key (?:points|takeaways)\b)",
    re.IGNORECASE,
)
_TOKEN = re.compile(r"[^a-zA-Z0-9가-힣]+")
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")
_SENTENCE_END = re.compile(r"[.!?…。][\"'”’」』)\]]*$")


class Kind(StrEnum):
    TEXT = "text"
    HEADING = "heading"
    SUBHEAD = "subhead"
    """by what the page calls it"""
    CAPTION = "caption"


@dataclass(frozen=True, slots=True)
class Line:
    """One paragraph, heading or caption. ``linked``: the share of it that is link, 0 … 1."""

    text: str
    kind: Kind = Kind.TEXT
    linked: float = 0.0
    bold: bool = False
    """all of it"""
    after_image: bool = False
    """nothing stands between it and a photo"""


@dataclass(frozen=True, slots=True)
class Lines:
    """What an element holds, in reading order; the first photo and its caption."""

    lines: tuple[Line, ...] = ()
    image_url: str = ""
    caption: str = ""

    @property
    def size(self) -> int:
        """Characters of text that is not link or caption."""
        return sum(
            len(line.text) for line in self.lines if line.kind is Kind.TEXT and line.linked < 0.5
        )


def from_container(tree: HtmlElement) -> Lines | None:
    """From the innermost element with a known name that holds most of the text; None without one."""
    candidates = _containers(tree)
    if not candidates:
        return None
    read = [(element, from_element(element)) for element in candidates]
    most = max(lines.size for _, lines in read)
    if not most:
        return None
    # of those that hold nearly everything, the last in document order is the innermost
    element, lines = [pair for pair in read if 5 * pair[1].size >= 4 * most][-1]
    outside = _subheads_before(tree, element)
    if not any(line.kind is Kind.SUBHEAD for line in lines.lines):
        lines = replace(lines, lines=(*outside, *lines.lines))
    return lines


def from_element(element: HtmlElement) -> Lines:
    reader = _Reader(len(element.text_content()))
    reader.inside(element)
    reader.end()
    return Lines(tuple(reader.lines), reader.image_url, reader.caption)


def from_text(text: str) -> Lines:
    """Each line of a plain text as a paragraph."""
    return Lines(tuple(Line(clean) for line in text.split("\n") if (clean := clean_line(line))))


def _containers(tree: HtmlElement) -> list[HtmlElement]:
    found = []
    for element in tree.iter("div", "article", "section", "td", "main", "span", "body", "p"):
        names = set((element.get("class") or "").split())
        if (
            element.get("itemprop") == "articleBody"
            or element.get("id") in CONTAINER_IDS
            or not names.isdisjoint(CONTAINER_CLASSES)
        ) and element.tag != "p":
            found.append(element)
            if len(found) >= 12:
                break
    return found


def _subheads_before(tree: HtmlElement, container: HtmlElement) -> list[Line]:
    """Elements called sub-headline between the headline and the text."""
    lines: list[Line] = []
    for element in tree.iter():
        if element is container:
            break
        if element.tag == "h1":
            lines.clear()
        name = f"{element.get('class') or ''} {element.get('id') or ''}"
        if not _SUBHEAD.search(name) or element.tag in ("a", "li", "body", "html", "ul"):
            continue
        text = element.text_content()
        if not 4 <= len(text.strip()) <= 400 or any(True for _ in element.iterancestors("a", "li", "aside")):
            continue
        if container in element.iterdescendants():
            continue
        reader = _Reader(len(text), heading=True)
        reader.inside(element)
        reader.end()
        known = {line.text for line in lines}
        lines += [
            Line(line.text, Kind.SUBHEAD) for line in reader.lines if line.text not in known and line.linked < 0.5
        ]
    return lines[:8]


def names_of(element: HtmlElement) -> set[str]:
    """The words of which an element's class and id are made, in lower case, and both as written."""
    words: set[str] = set()
    for name in f"{element.get('class') or ''} {element.get('id') or ''}".split()[:12]:
        # `print:px-40`, `leading-[170%]` are looks, not names
        if ":" in name or "[" in name:
            continue
        words.add(name.lower())
        words.update(part.lower() for part in _TOKEN.split(_CAMEL.sub("-", name)) if part)
    return words


@dataclass(slots=True)
class _Reader:
    """Walks an element once and keeps its lines."""

    whole: int
    """characters of the element's text: what is most of it is no noise, whatever it is called"""
    heading: bool = False
    lines: list[Line] = field(default_factory=list)
    image_url: str = ""
    caption: str = ""
    _parts: list[str] = field(default_factory=list)
    _linked: int = 0
    _bold: int = 0
    _in_link: int = 0
    _in_bold: int = 0
    _kinds: list[Kind] = field(default_factory=list)
    _image_last: bool = False

    def inside(self, element: HtmlElement) -> None:
        self._text(element.text)
        for child in element:
            self._element(child)
            self._text(child.tail)

    def end(self) -> None:
        """A paragraph ends here."""
        text = clean_line("".join(self._parts))
        size = len("".join(self._parts).strip()) or 1
        linked, bold = self._linked / size, self._bold / size
        self._parts.clear()
        self._linked = self._bold = 0
        if not text:
            return
        kind = self._kinds[-1] if self._kinds else Kind.TEXT
        self.lines.append(
            Line(text, kind, min(linked, 1.0), bold > 0.9, self._image_last and kind is Kind.TEXT)
        )
        if kind is not Kind.CAPTION:
            self._image_last = False

    def _text(self, text: str | None) -> None:
        if not text:
            return
        self._parts.append(text)
        size = len(text.strip())
        if self._in_link:
            self._linked += size
        if self._in_bold:
            self._bold += size

    def _element(self, element: HtmlElement) -> None:
        tag = element.tag
        if not isinstance(tag, str) or tag in DROPPED:
            return
        if tag == "br":
            self._break()
            return
        if tag == "img":
            self._image(element)
            return
        names = names_of(element)
        if tag == "figcaption" or (
            (not CAPTIONS.isdisjoint(names) or "desc" in names) and self._beside_image(element, names)
        ):
            self._caption(element)
            return
        if tag == "figure" or (tag == "table" and not self._is_layout(element)):
            self._figure(element)
            return
        if self._is_noise(element, names):
            self.end()
            return
        self._walk(element, tag, names)

    def _walk(self, element: HtmlElement, tag: str, names: set[str]) -> None:
        kind = None
        if _SUBHEAD.search(f"{element.get('class') or ''}") and tag != "a" and len(
            element.text_content()
        ) < 400:
            kind = Kind.SUBHEAD
        elif tag in HEADINGS:
            kind = Kind.HEADING
        block = tag in BLOCKS or kind is not None
        if block:
            self.end()
        if kind is not None:
            self._kinds.append(kind)
        self._in_link += tag == "a"
        self._in_bold += tag in _BOLD
        self.inside(element)
        self._in_link -= tag == "a"
        self._in_bold -= tag in _BOLD
        if block:
            self.end()
        if kind is not None:
            self._kinds.pop()

    def _break(self) -> None:
        """A `br` ends a line, unless it only wraps a sentence that goes on."""
        text = "".join(self._parts).rstrip()
        if len(text) >= 60 and not self.heading and not _SENTENCE_END.search(text) and text[-1:] in ",·":
            self._parts.append(" ")
            return
        self.end()

    def _image(self, element: HtmlElement) -> None:
        source = next(
            (v for name in ("data-src", "data-original", "data-lazy-src", "src") if (v := element.get(name))), ""
        )
        small = (element.get("width") or "").isdigit() and int(element.get("width") or 0) < 120
        if source.startswith("data:") or small or re.search(r"icon|logo|btn|blank|spacer|profile", source):
            return
        self.image_url = self.image_url or source.strip()
        if not clean_line("".join(self._parts)):
            self._image_last = True

    def _figure(self, element: HtmlElement) -> None:
        """A photo with what belongs to it; a table with figures is no text either."""
        self.end()
        inner = _Reader(10**9)
        for image in element.iter("img"):
            inner._image(image)
        if not inner.image_url:
            return
        self.image_url = self.image_url or inner.image_url
        inner.inside(element)
        inner.end()
        text = " ".join(
            line.text for line in inner.lines if line.kind in (Kind.CAPTION, Kind.TEXT)
        )
        self._keep_caption(text)
        self._image_last = True

    def _caption(self, element: HtmlElement) -> None:
        self.end()
        inner = _Reader(10**9)
        inner.inside(element)
        inner.end()
        self._keep_caption(" ".join(line.text for line in inner.lines))

    def _keep_caption(self, text: str) -> None:
        text = clean_line(text)
        if not text:
            return
        self.lines.append(Line(text, Kind.CAPTION))
        if self.image_url and not self.caption:
            self.caption = text

    def _beside_image(self, element: HtmlElement, names: set[str]) -> bool:
        text = len(element.text_content())
        if 2 * text > self.whole or any(True for _ in element.iter("img")):
            return False
        if "desc" not in names:
            return True
        parents = [e for e in element.iterancestors()][:2]
        return any(
            any(True for _ in parent.iter("img")) and len(parent.text_content()) < 2 * text + 60
            for parent in parents
        )

    def _is_layout(self, table: HtmlElement) -> bool:
        """Old systems set a whole article, or its paragraphs, in a table."""
        size = len(table.text_content())
        if 2 * size > self.whole:
            return True
        cells = list(table.iter("td"))
        has_image = any(True for _ in table.iter("img"))
        return not has_image and len(cells) <= 2 and size >= 150

    def _is_noise(self, element: HtmlElement, names: set[str]) -> bool:
        if element.tag in ("aside", "nav"):
            return 2 * len(element.text_content()) < self.whole
        style = (element.get("style") or "").replace(" ", "").lower()
        hidden = "display:none" in style or element.get("hidden") is not None
        called = not NOISE.isdisjoint(names)
        box = element.tag in ("div", "section", "ul", "ol", "dl", "details", "article", "table")
        if not (called or hidden or box):
            return False
        text = element.text_content()
        if 5 * len(text) > 2 * self.whole:
            return False
        if called or hidden:
            return True
        return _BOX.match(text[:400].strip()) is not None


def outermost_text(element: HtmlElement, words: Sequence[str]) -> str:
    """The text of the first small element that contains one of ``words``."""
    for child in element.iter():
        own = child.text or ""
        if any(word in own for word in words):
            return clean_line(child.text_content())
    return ""
