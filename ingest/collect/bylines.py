"""What surrounds the text of a news article: by-lines, credits, e-mail addresses, notices, tails.

Works on plain paragraphs (`ingest.collect.plaintext.html_text`). Rules are narrow on purpose: text
that a rule does not surely recognise stays.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

MAX_AUTHOR = 80
"""characters"""


@dataclass(frozen=True, slots=True)
class Stripped:
    """Text without its surroundings, and the reporters that the by-line named ("" if none)."""

    text: str
    author: str = ""


_NAME = r"[가-힣]{2,4}"
_ROLE = (
    r"(?:\s[가-힣A-Za-z]{1,7}[부팀국])?"
    r"(?:\s?[가-힣A-Z]{0,4}(?:선임|전문|수습|인턴|객원|기획|시민|사진|영상))?"
    r"\s?(?:기자|특파원|논설위원|통신원|리포터|에디터|앵커|PD)"
)
_ROLE_WORDS = ("기자", "특파원", "위원", "통신원", "리포터", "에디터", "앵커", "PD")
_OUTLETS = (
    r"뉴스\d?|일보|신문|경제|데일리|타임[스즈]|코리아|투데이|닷컴|방송|통신|미디어|TV|뉴시스|인포맥스|비즈"
    r"|프레스|헤럴드|저널|조선|ZDNet|블로터|디일렉|뉴스룸|뉴스핌|OSEN|로이터|AFP|AP|EPA|NEWSIS|한겨레|더벨"
)
_IS_OUTLET = re.compile(rf"\S*(?:{_OUTLETS})")

# [서울=뉴시스] · (서울=연합뉴스) · 【세종=뉴시스】 · [지디넷코리아] · [○○경제 홍길동 기자]
_BRACKET = re.compile(
    r"\s*[\[(【〔（](?P<inside>[^\[\](){}【】〔〕（）\n]{2,60})[\])】〕）]\s*", re.DOTALL
)
_PLACE = re.compile(r"[가-힣A-Za-z·ㆍ,\s]{1,30}=\s?\S.{0,40}")
_OUTLET = re.compile(rf"(?:[A-Za-z가-힣0-9]+\s?){{0,2}}(?:{_OUTLETS})")
_REPORTER = re.compile(rf"{_NAME}{_ROLE}\s?$")
# 홍길동 기자 = · 홍길동·김철수 특파원=
_LEADING = re.compile(rf"\s*(?P<who>[가-힣A-Za-z·ㆍ,/\s]{{0,40}}?{_NAME}{_ROLE})\s?[=＝]\s*")
# … 홍길동 기자 at the end of the text, with or without an address, after / or ·
_TRAILING = re.compile(
    rf"[\s/|·=(\[]*(?P<who>{_NAME}(?:\s?[·ㆍ,]\s?{_NAME}){{0,3}}{_ROLE})\s*[)\]]?\s*$"
)

_EMAIL = re.compile(
    r"\s*[(\[<]?\s*[A-Za-z0-9][\w.+-]{0,63}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z]{2,63}){1,3}\s*[)\]>]?"
)
_NOTICE = re.compile(
    r"무단\s?(?:전재|복제|배포|도용|사용)|재배포\s?(?:및|금지)|재판매\s?및|저작권자|학습\s?(?:및\s?)?활용\s?금지"
    r"|all rights reserved|^\W*(?:copyrights?|ⓒ|©)\b|공감언론 뉴시스|후속\s?기사가 이어집니다|기사\s?제보"
    r"|^▶|^☞|^※\s?(?:저작권|본 기사)|네이버 (?:메인에서|채널|구독)"
    r"|^\W*관련\s?기사\W*$|^\W*(?:기사|원문)\s?보기\W*$"
    r"|^\W*(?:자세히|더)\s?보기\W*$",
    re.IGNORECASE,
)
_NOTICE_START = re.compile(
    r"\s*(?:<\s*)?(?:저작권자\s?[ⓒ©(]|무단\s?전재\s?(?:및|금지|[-,·ㆍ&])|ⓒ\s?[^\n.]{0,40}무단|copyright\s?[ⓒ©(]"
    r"|◎공감언론|후속\s?기사가 이어집니다).{0,160}$",
    re.IGNORECASE | re.DOTALL,
)
_NOTICE_WORDS = ("저작권자", "무단", "opyright", "OPYRIGHT", "◎공감언론", "이어집니다")
_TAIL = re.compile(
    r"\s*(?:The post .{1,400}? (?:appeared|first appeared) (?:first )?on .{1,120}|"
    r"(?:Continue reading|Read more|Read the full (?:story|article)|Keep reading)\b.{0,160}|"
    r"(?:기사|원문|전문)\s?보기|더\s?보기)\s*[→»>…]*\s*$",
    re.DOTALL,
)

_TAIL_WORDS = ("The post ", "eading", "Read ", "보기")
_CUT_MARK = re.compile(r"\s?\[\s*(?:…|\.\.\.)\s*\]")

# A first line that ends in a credit is the caption of a picture.
_CREDIT = (
    r"(?:자료\s?사진|사진\s?자료|(?:사진|이미지|그래픽|자료)\s?(?:제공)?\s?[=:]\s?[^\n]{1,30}|제공"
    r"|\S{0,10}캡[처쳐]|갈무리|게티이미지\S{0,12}"
    r"|셔터스톡|연합뉴스|뉴시스|뉴스1|로이터\S{0,6}|EPA\S{0,5}|AFP\S{0,5}|AP\S{0,5}|[ⓒ©]\s?[^\s.]{1,20}(?:\s\S{1,10})?"
    r"|[가-힣]{2,4}\s?(?:선임|사진)?기자)"
)
_CAPTION_LINE = re.compile(rf"^(?!.*다\.\s\S).{{0,200}}?[\s./(\[=|·]?{_CREDIT}[\s.)\]>】]*$")
# … 부스 전경. ⓒ○○[○○일보 홍길동 기자]행사가 열렸다: what stands before such a by-line is a caption.
_GLUED_BYLINE = re.compile(
    rf"^[^\n]{{1,300}}?(?=[\[(【][^\[\]()【】\n]{{2,40}}{_ROLE}\s?[\])】](?=[^\n]{{0,7}}[가-힣])[^\n]{{8}})"
)
_PHOTO_MARK = re.compile(r"^[\[(<【▲△◀▶]?\s?사진\s?[=:]\s?[^\s'\"‘“\])>】]{1,20}[\])>】]?\s*")
_PLAIN_SENTENCE = re.compile(r"다\.(?:\s|$)")

_NO_BRACKETS = str.maketrans("()<>[]", "      ")

# `했다.삼성전자는` but not `3.5%`, `v2.0`, `NVDA.O`, `다.kr`
_GLUED = re.compile(r"[.?!](?<=[가-힣][다요까죠].)(?=[가-힣A-Z0-9“‘「『\[(▲△■◆◇○●])")
_GLUED_QUOTE = re.compile(r"(?<=[가-힣](?:다|요|까|죠)[.?!][”’])(?=[가-힣]{2,12}(?:은|는|이|가)\s)")


def strip_summary(text: str, outlet: str) -> Stripped:
    """A feed's description or body without by-lines, credits and notices; ``outlet`` is the source's.

    Paragraphs stay apart. Text that consists of nothing else becomes "".
    """
    if not text:
        return Stripped("")
    lines = [line for line in text.split("\n") if not _is_notice(line)]
    while len(lines) > 1 and _is_caption(lines[0]):
        del lines[0]
    text = "\n".join(lines)
    if "기자" in text[:360]:
        text = _GLUED_BYLINE.sub("", text, count=1)
    text, leading = _without_lead(_PHOTO_MARK.sub("", text, count=1), outlet)
    if any(word in text for word in _NOTICE_WORDS):
        text = _NOTICE_START.sub("", text)
    # a tail is at the end: searching a long body for it from every blank would be slow
    end = text[-600:]
    if any(word in end for word in _TAIL_WORDS):
        text = text[:-600] + _TAIL.sub("", end)
    text = (_CUT_MARK.sub("…", text) if "[" in text else text).rstrip("\ufffd")
    had_address = _EMAIL.search(text) is not None if "@" in text else False
    if had_address:
        text = "\n".join(_EMAIL.sub("", line).rstrip(" /|·=") for line in text.split("\n"))
    text, trailing = _without_signature(text.strip())
    text = "\n".join(line for line in text.split("\n") if line.strip(" .·-=/|()[]<>"))
    return Stripped(spaced(text).strip(), (leading or trailing)[:MAX_AUTHOR])


def spaced(text: str) -> str:
    """Give sentences that lost their blank (`했다.삼성전자는`) their blank back."""
    text = _GLUED.sub(r"\g<0> ", text)
    return _GLUED_QUOTE.sub(" ", text) if "”" in text or "’" in text else text


def _is_notice(line: str) -> bool:
    # a long line that merely contains such words is text
    return (
        len(line) <= 160
        and _NOTICE.search(line) is not None
        and not _PLAIN_SENTENCE.search(line[:-1])
    )


def _is_caption(line: str) -> bool:
    return len(line) <= 200 and _CAPTION_LINE.match(line) is not None


def _without_lead(text: str, outlet: str) -> tuple[str, str]:
    """Cut by-lines off the front, as many as there are. Returns (text, names)."""
    author = ""
    for _ in range(4):
        bracket = _BRACKET.match(text)
        if bracket and (found := _byline(bracket["inside"].strip(), outlet)) is not None:
            author = author or found
            text = text[bracket.end() :]
            continue
        leading = _LEADING.match(text) if "=" in text[:80] or "＝" in text[:80] else None
        if leading is None:
            break
        author = author or people(leading["who"])
        text = text[leading.end() :]
    return text, author


def _byline(inside: str, outlet: str) -> str | None:
    """Reporters named in a leading bracket, "" for a bracket that names place or outlet only, else None."""
    if _REPORTER.search(inside):
        return people(inside)
    if _PLACE.fullmatch(inside) or _OUTLET.fullmatch(inside):
        return ""
    return "" if outlet and inside.replace(" ", "") == outlet.replace(" ", "") else None


def _without_signature(text: str) -> tuple[str, str]:
    last = text[-60:]
    found = _TRAILING.search(last) if any(role in last for role in _ROLE_WORDS) else None
    if found is None:
        return text, ""
    before = text[: len(text) - len(last) + found.start()]
    # `… 김철수 기자` ends a sentence's text only where a sentence ended before it
    if before and not before.rstrip().endswith((".", "”", '"', "…", "!", "?", ")", "]")):
        return text, ""
    return before.rstrip(), people(found["who"])


def people(byline: str) -> str:
    """The reporters that a by-line names, without role, place and outlet: `홍길동, 김철수`."""
    words = re.split(r"[\s,·ㆍ/=]+", re.sub(rf"{_ROLE}\s*$", "", byline.strip()).strip())
    names: list[str] = []
    for word in reversed(words):
        # Before the last name only three syllables surely are a name: 대전, 이데일리 are not.
        length = (2, 3, 4) if not names else (3,)
        if len(word) not in length or not re.fullmatch(_NAME, word) or _IS_OUTLET.fullmatch(word):
            break
        if names and word.endswith(("부", "팀", "국")):
            break
        names.insert(0, word)
    return ", ".join(names)


def author_name(raw: str) -> str:
    """The author element of a feed as names: without role, address and brackets."""
    bare = _EMAIL.sub(" ", raw)
    text = " ".join(re.sub(r"[(<\[][^)>\]]*[)>\]]", " ", bare).split())
    if not text:
        # `address (name)`, the form that RSS asks for
        text = " ".join(bare.translate(_NO_BRACKETS).split())
    if re.search(rf"[가-힣]{_ROLE}$", text):
        text = people(text) or text
    return text.strip(" ,·/|-=")[:MAX_AUTHOR]
