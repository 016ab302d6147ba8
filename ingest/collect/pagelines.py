"""Lines of a page → text, sub-headlines, caption, reporter and copyright, each in its place.

What a system's boxes hold is left out by `ingest.collect.pagebody`; here are the lines that stand
among the paragraphs: by-lines, notices, links to other articles, captions without a name.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise

from lxml.html import HtmlElement

from ingest.collect.bylines import MAX_AUTHOR, people, spaced, strip_summary
from ingest.collect.pagebody import Kind, Line, Lines
from ingest.collect.plaintext import clean_line

_NAME = r"[가-힣]{2,4}"
_ROLE = (
    r"(?:선임|전문|수습|인턴|객원|기획|시민|사진|영상|온라인|AI|테크|산업|경제)?\s?"
    r"(?:기자|특파원|논설위원|통신원|리포터|에디터|앵커|PD|칼럼니스트)"
)
_MAIL = r"[A-Za-z0-9][\w.+-]{0,63}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z]{2,63}){1,3}"
_COPYRIGHT = re.compile(
    r"ⓒ|©|저작권자|무단\s?(?:전재|복제|배포|도용)|copyrights?\b|all rights reserved|\(c\)\s?\S+.{0,30}금지", re.IGNORECASE
)
_SENTENCE = re.compile(r"(?:다|요|까|죠)[.?!][\"'”’)\]]*(?:\s|$)|[a-z0-9)”\"][.?!][\"'”’)]*(?:\s|$)")
_BYLINE = re.compile(
    rf"^[\[(【<■▶/|=\s·]*(?:\S{{1,10}}[=＝]\s?)?(?:글|취재|사진|정리|영상)?[·:=/\s]*"
    rf"(?:[가-힣A-Za-z0-9]{{1,12}}\s)?{_NAME}(?:\s?[·ㆍ,/&]\s?{_NAME}){{0,4}}\s?{_ROLE}"
    rf"(?:\s?[·ㆍ,/&]\s?{_NAME}\s?{_ROLE}){{0,4}}[\s/|(<\[=·]*(?:{_MAIL})?[\s)>\]】/|=]*(?:\S{{1,12}}@\S{{1,30}})?"
    r"(?:기자\s?페이지|다른\s?기사\s?(?:더\s?)?보기|구독|의 기사 더 보기|프로필)?\s*$"
)
_ONLY_MAIL = re.compile(rf"^[\W\s]*(?:{_NAME}\s?{_ROLE}?\s?)?[\W\s]*{_MAIL}[\W\s]*$")
_DATED = re.compile(
    r"^\W*(?:입력|등록|수정|승인|기사\s?입력|최종\s?수정|송고|업데이트|발행|게재|작성|Published|Updated|Posted)\s*(?:일시?|시간)?"
    r"\s*[:：]?\s*\d{4}\s*[-./년]|^\d{4}[-./]\d{1,2}[-./]\d{1,2}[\s\d:]*(?:송고|입력|수정)?$",
    re.IGNORECASE,
)
_NOTICE = re.compile(
    r"^\W*(?:관련\s?(?:기사|뉴스)|추천\s?(?:기사|뉴스)|(?:이 기사|기사)를?\s?(?:공유|읽어)|글자\s?크기|글씨\s?크기|공유하기|댓글\s?\d*|스크랩"
    r"|프린트|인쇄(?:하기)?|가\s?가|좋아요\s?\d*|구독(?:하기|신청)?|후원하기|정기구독|뉴스레터|광고|ADVERTISEMENT|AD|전체\s?보기|닫기|이전|다음|목록"
    r"|더\s?보기|원본\s?보기|크게\s?보기|사진\s?(?:확대|크게)|이미지\s?(?:확대|크게)|음성으로\s?듣기|번역\s?(?:설정)?|URL\s?복사|카카오톡|페이스북|트위터"
    r"|네이버\s?(?:블로그|밴드)|Share|Print|Email|Comments?|Close|Listen|Subscribe|Related (?:articles|stories|topics)|Read more)\W*\d*\s*$"
    r"|제보는\s?카카오톡|기사\s?제보|제보\s?하기|기사\s?문의|카카오톡\s?:?\s?'?\S+'?\s?(?:을|를)?\s?(?:검색|채널\s?추가)|채널(?:을)?\s?(?:추가|구독)"
    r"|(?:네이버|다음|카카오|구글|유튜브)(?:에서|\s뉴스에서|\s채널에서)?.{0,20}(?:구독|채널\s?추가|팔로우)|구독(?:하고|하시면|해\s?주세요|을 눌러)"
    r"|기사를\s?읽어\s?드립니다|본문의? 내용은 이 글자크기로|앱(?:을)?\s?(?:다운로드|설치)|전체 맥락과 내용을 이해하기|자동 요약된|AI(?:가|로|\s?기술로).{0,20}요약"
    r"|이 기사는 .{0,40}(?:자동|AI|번역|생성|제휴|제공받)|기사\s?본문의?\s?(?:글자|내용은)|공감언론\s?뉴시스|후속\s?기사가\s?이어집니다"
    r"|재판매\s?및\s?DB|이\s?콘텐츠의\s?저작권|로그인\s?후\s?(?:이용|댓글)|다양한 채널에서|실시간\s?(?:뉴스|이슈)|당신이 좋아할|이 시각 (?:주요|추천)"
    r"|Sign up (?:for|to)|Subscribe (?:to|now)|Follow us|Click here to|This article was (?:originally|first) published|Download (?:the|our) app"
    r"|Your browser does not|Enable JavaScript",
    re.IGNORECASE,
)
_ELSEWHERE = re.compile(r"^\s*(?:[▶☞►➡→※]|\[?관련\s?기사\]?|\[?\s?(?:바로\s?가기|더\s?보기)\s?\]?|<\s?관련)\s*\S")
_TAIL_HEAD = re.compile(
    r"^\W*(?:관련\s?(?:기사|뉴스)|추천\s?(?:기사|뉴스|콘텐츠)|많이\s?본\s?(?:기사|뉴스)|인기\s?(?:기사|뉴스)|주요\s?(?:기사|뉴스)|최신\s?(?:기사|뉴스)"
    r"|이\s?시[각간]\s?(?:주요|추천|핫).{0,10}|함께\s?(?:본|읽을|읽으면).{0,10}|핫\s?(?:이슈|뉴스|클릭).{0,6}|기자의?\s?다른\s?기사|독자\s?의견|댓글.{0,6}"
    r"|Related (?:articles|stories|topics|news|posts)|Most (?:read|popular)|Recommended(?: for you)?|More (?:from|on) .{1,30}|Read next)\W*$",
    re.IGNORECASE,
)
_SUBHEAD_MARK = re.compile(r"^\s*(?:[-‐‑–—〉》>▷▶■□◆◇●○·ㆍ]|\[)\s*")
_CREDIT_END = re.compile(
    r"\s*[\[(<【/|]?\s*(?:(?:사진|이미지|그래픽|자료|출처|Photo|Image|Credit|Courtesy)\s?(?:출처|제공|사진)?\s?(?:[=:ㅣ|/]|of|by|\s)\s?"
    r"(?P<named>[^\[\]()<>\n]{1,40}?)|[ⓒ©]\s?(?P<copy>[^\[\]()<>\n]{1,30}?)|(?P<plain>[가-힣A-Za-z0-9·=/&\s]{2,24}?)\s?제공|"
    rf"(?P<who>(?:[가-힣]{{2,8}}=)?(?:연합뉴스(?:TV)?|뉴시스|뉴스1|로이터(?:[·/=\s]?연합뉴스)?|EPA(?:[·/=\s]?연합뉴스)?|AFP(?:[·/=\s]?연합뉴스)?"
    rf"|AP(?:[·/=\s]?(?:연합뉴스|뉴시스))?|게티이미지\S{{0,8}}|셔터스톡|Reuters|Getty Images|AP Photo|{_NAME}\s?(?:선임|사진|객원)?기자)))"
    r"\s*[\])>】]?\.?\s*$"
)
_BRACKETED = re.compile(r"\s*[\[(【<]\s*(?P<inside>(?:사진|이미지|그래픽|자료|출처|제공)[^\[\]()【】<>]{0,50}|[^\[\]()【】<>]{1,30}\s?제공)[\])】>]\s*\.?$")
_MARK_START = re.compile(r"^\s*[▲△◀▶▼▽◁▷]\s*")
_PHOTO_LINE = re.compile(r"^\s*[▲△◀▼▽◁]\s*\S|[\[(<【/]\s*(?:사진|이미지|그래픽|자료|출처)\s?(?:출처|제공)?\s?[=:ㅣ]|(?:사진|그래픽|이미지)\s?[=:]\s?\S{1,20}\s*$")
_OUTLET_WORD = re.compile(r"(?:뉴스|일보|신문|경제|데일리|타임[스즈]|투데이|닷컴|방송|통신|미디어|TV|뉴시스|헤럴드|News|Times|Daily)$")


@dataclass(frozen=True, slots=True)
class Tidy:
    body: str = ""
    subheads: tuple[str, ...] = ()
    caption: str = ""
    author: str = ""
    copyright: str = ""


def is_outlet(name: str) -> bool:
    """Whether an author's name is rather that of a newspaper or a desk."""
    return _OUTLET_WORD.search(name) is not None or name.endswith(("편집국", "뉴스팀", "온라인팀"))


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
    text = "\n".join(_without_repeats(rest, found.caption))
    stripped = strip_summary(text, site) if text else None
    return Tidy(
        body=stripped.text if stripped else "",
        subheads=tuple(subheads),
        caption=caption,
        author=(author or (stripped.author if stripped else ""))[:MAX_AUTHOR],
        copyright=copyright_line,
    )


def _without_tail(lines: list[Line]) -> list[Line]:
    """What follows a heading such as 관련기사 is no longer the article, if most of it came before."""
    whole = sum(len(line.text) for line in lines) or 1
    read = 0
    for index, line in enumerate(lines):
        if 2 * read > whole and len(line.text) <= 40 and _TAIL_HEAD.match(line.text):
            return lines[:index]
        read += len(line.text)
    return lines


def _is_caption(line: Line) -> bool:
    """A line that nothing calls a caption, right behind a photo."""
    if line.kind is not Kind.TEXT or len(line.text) > 300:
        return False
    if _PHOTO_LINE.search(line.text):
        return line.after_image or _PHOTO_LINE.match(line.text) is not None or len(line.text) <= 150
    return line.after_image and len(line.text) <= 200 and split_credit(line.text)[1] != ""


def _is_copyright(text: str) -> bool:
    if len(text) > 200 or not _COPYRIGHT.search(text):
        return False
    return _SENTENCE.search(_COPYRIGHT.split(text, maxsplit=1)[0]) is None


def _is_byline(text: str) -> bool:
    return len(text) <= 120 and (
        _BYLINE.match(text) is not None or _ONLY_MAIL.match(text) is not None
    )


def _people(text: str) -> str:
    bare = re.sub(_MAIL, " ", text)
    bare = re.sub(r"(?:기자\s?페이지|다른\s?기사.*|구독|프로필)\s*$", "", bare).strip(" []()【】<>/|=·■▶")
    bare = bare.rpartition("=")[2].strip()
    found = people(bare)
    return found


def _is_notice(line: Line, caption: str) -> bool:
    text = line.text
    if line.linked > 0.8 and (_ELSEWHERE.match(text) or not _SENTENCE.search(text)):
        # a line that is nothing but a link to elsewhere
        return line.kind is Kind.TEXT
    if text == caption or _DATED.match(text) or not any(c.isalnum() for c in text):
        return True
    if len(text) > 200:
        return False
    if _ELSEWHERE.match(text) and not _SENTENCE.search(text):
        return text[:1] in "▶☞►➡→" or line.linked > 0 or "관련" in text[:6]
    found = _NOTICE.search(text)
    return found is not None and (len(text) <= 120 or found.start() == 0)


def _subheads(lines: list[Line]) -> tuple[list[str], list[Line]]:
    """The lines under the headline, and the rest."""
    named = [line for line in lines if line.kind is Kind.SUBHEAD]
    first_text = next(
        (i for i, line in enumerate(lines) if line.kind is Kind.TEXT and _SENTENCE.search(line.text)), 0
    )
    top = [line for line in lines[:first_text] if _is_subhead(line)]
    heads = [line for line in top if line.kind is Kind.SUBHEAD] or top
    if not heads and first_text == 0:
        heads = named[:0]
    texts = list(dict.fromkeys(_SUBHEAD_MARK.sub("", line.text).rstrip("]") if line.text[:1] != "[" else
                               line.text for line in heads))
    dropped = {id(line) for line in top}
    return texts, [line for line in lines if id(line) not in dropped]


def _is_subhead(line: Line) -> bool:
    if line.kind in (Kind.SUBHEAD, Kind.HEADING):
        return True
    short = len(line.text) <= 90 and not _SENTENCE.search(line.text)
    return short and (line.bold or _SUBHEAD_MARK.match(line.text) is not None)


def _without_repeats(lines: list[Line], caption: str) -> list[str]:
    """The same line twice in a row is one, and a line that only repeats the caption is none."""
    texts = [line.text for line in lines if not (caption and line.text and line.text == caption)]
    return texts[:1] + [text for before, text in pairwise(texts) if text != before]


def split_credit(caption: str) -> tuple[str, str]:
    """(what the photo shows, who made it); "" for what is not said."""
    text = _MARK_START.sub("", caption).strip()
    inside = _BRACKETED.search(text)
    if inside is not None:
        return text[: inside.start()].strip(), _credit(inside["inside"])
    found = _CREDIT_END.search(text)
    if found is None:
        return text, ""
    before = text[: found.start()].rstrip(" /|·,=")
    # `… 삼성전자 제공`: a name without brackets is a credit only behind a sentence
    if found["plain"] and before and not before.endswith((".", "”", '"', "…", "!", "?", "]", ")", "/")):
        return text, ""
    if found["who"] and before and not before.endswith((".", "”", '"', "…", "!", "?", "]", ")", "/", "다")) and (
        text[found.start() : found.start() + 1] not in " [(/|"
    ):
        return text, ""
    who = next((value for value in found.groupdict().values() if value), "")
    return before, _credit(who)


def _credit(text: str) -> str:
    text = re.sub(r"^(?:사진|이미지|그래픽|자료|출처|Photo|Image|Credit)?\s?(?:출처|제공|사진)?\s?[=:ㅣ|/]\s?", "", text.strip())
    return clean_line(re.sub(r"\s?제공$", "", re.sub(r"^(?:사진|자료)\s", "", text))).strip(" .")


def copyright_in(tree: HtmlElement) -> str:
    """The shortest copyright line of a page that stands outside of its text."""
    found: list[str] = []
    for element in tree.iter("p", "div", "span", "em", "address", "small", "li", "dd", "strong"):
        own = element.text or ""
        if _COPYRIGHT.search(own):
            text = clean_line(element.text_content())
            if len(text) <= 200 and _is_copyright(text):
                found.append(spaced(text))
    return max(found[:20], key=lambda text: ("무단" in text or "저작권자" in text, -len(text)), default="")
