"""Names of outlets as aggregators write them, and headlines with the outlet's name at the end."""

from __future__ import annotations

import re

# What an aggregator says → the outlet's own name. Keys: lower case, without "www.".
_KNOWN = {
    "ajunews.com": "아주경제",
    "asiae.co.kr": "아시아경제",
    "biz.chosun.com": "조선비즈",
    "biz.heraldcorp.com": "헤럴드경제",
    "bizwatch.co.kr": "비즈워치",
    "bloter.net": "블로터",
    "businesspost.co.kr": "비즈니스포스트",
    "chosun.com": "조선일보",
    "chosunbiz": "조선비즈",
    "chosunbiz.com": "조선비즈",
    "ddaily.co.kr": "디지털데일리",
    "digitimes": "DIGITIMES",
    "donga.com": "동아일보",
    "dt.co.kr": "디지털타임스",
    "edaily.co.kr": "이데일리",
    "einfomax.co.kr": "연합인포맥스",
    "etnews.com": "전자신문",
    "etoday.co.kr": "이투데이",
    "fnnews.com": "파이낸셜뉴스",
    "g-enews.com": "글로벌이코노믹",
    "hani.co.kr": "한겨레",
    "hankookilbo.com": "한국일보",
    "hankyung.com": "한국경제",
    "herald.com": "헤럴드경제",
    "heraldcorp.com": "헤럴드경제",
    "inews24.com": "아이뉴스24",
    "it.chosun.com": "IT조선",
    "joongang.co.kr": "중앙일보",
    "khan.co.kr": "경향신문",
    "kmib.co.kr": "국민일보",
    "koreaherald.com": "The Korea Herald",
    "koreatimes.co.kr": "The Korea Times",
    "m.blog.naver.com": "네이버 블로그",
    "blog.naver.com": "네이버 블로그",
    "mk.co.kr": "매일경제",
    "mt.co.kr": "머니투데이",
    "news.samsung.com": "삼성전자 뉴스룸",
    "news.skhynix.co.kr": "SK하이닉스 뉴스룸",
    "news1.kr": "뉴스1",
    "newsis.com": "뉴시스",
    "newspim.com": "뉴스핌",
    "nocutnews.co.kr": "노컷뉴스",
    "ohmynews.com": "오마이뉴스",
    "sbs.co.kr": "SBS",
    "sedaily.com": "서울경제",
    "segye.com": "세계일보",
    "seoul.co.kr": "서울신문",
    "techm.kr": "테크M",
    "thebell.co.kr": "더벨",
    "thelec.kr": "디일렉",
    "thelec.net": "THE ELEC",
    "v.daum.net": "다음뉴스",
    "n.news.naver.com": "네이버뉴스",
    "yna.co.kr": "연합뉴스",
    "ytn.co.kr": "YTN",
    "zdnet.co.kr": "지디넷코리아",
    "zdnet korea": "지디넷코리아",
    "매일경제 마켓": "매일경제",
    "한국경제신문": "한국경제",
    "조선일보 머니": "조선일보",
    "서울pn": "서울Pn",
}

_SEPARATOR = r"\s[-–—|:]\s"
_LAST = re.compile(rf"^(?P<title>.+){_SEPARATOR}(?P<outlet>[^\n]{{1,60}})$", re.DOTALL)
_SECTIONS = (
    "뉴스|기사|기사본문|본문|전체기사|전체|산업|경제|증권|금융|기업|테크|IT|과학|반도체|정치|사회|국제|문화"
    "|오피니언|종합|포토|홈|헤드라인|News|Home"
)
# The path that some content systems write into the page's title: `… < 반도체 < 기사본문`
_SECTION_PATH = re.compile(
    rf"(?:\s+<\s+[^<>\n]{{1,20}})*\s+<\s+(?:[^<>\n]{{0,12}})?(?:{_SECTIONS})$"
)


def outlet_name(name: str) -> str:
    """The outlet's usual name; a name that we do not know is returned as it is, without "www."."""
    bare = name.strip().removeprefix("https://").removeprefix("http://").rstrip("/")
    bare = re.sub(r"^www\.", "", bare, flags=re.IGNORECASE)
    return _KNOWN.get(bare.lower(), bare)


def split_headline(title: str, named: str) -> tuple[str, str]:
    """(headline, outlet) of an aggregator's entry that says its outlet is ``named`` ("" = unknown).

    ``제목 - 매체`` loses the outlet's name, also where it stands twice or behind a section path.
    Without ``named`` the last part of the title is the outlet; "" where there is none.
    """
    if named:
        return without_outlet(title, named), outlet_name(named)
    found = _LAST.match(title)
    if not found or not found["title"].strip():
        return title, ""
    return without_outlet(found["title"].strip(), found["outlet"]), outlet_name(found["outlet"])


def without_outlet(title: str, outlet: str) -> str:
    """``title`` without the name of ``outlet`` at its end, as often as it stands there. Never empty."""
    names = {outlet.casefold(), outlet_name(outlet).casefold()}
    aggregated = False
    while (found := _LAST.match(title)) is not None and found["outlet"].casefold() in names:
        title, aggregated = found["title"].rstrip(), True
    return (_SECTION_PATH.sub("", title) or title) if aggregated else title
