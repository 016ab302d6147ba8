"""The words by which lines of a page are told apart: by-lines, notices, credits, headings of lists.

Each pattern is a tuple of alternatives, so that one can be added without reading the others.
"""

from __future__ import annotations

import re
from collections.abc import Sequence


def _any_of(alternatives: Sequence[str], before: str = "", after: str = "") -> re.Pattern[str]:
    return re.compile(f"{before}(?:{'|'.join(alternatives)}){after}", re.IGNORECASE)


_NAME = r"[가-힣]{2,4}"
_ROLE = (
    r"(?:선임|전문|수습|인턴|객원|기획|시민|사진|영상|온라인|AI|테크|산업|경제)?\s?"
    r"(?:기자|특파원|논설위원|통신원|리포터|에디터|앵커|PD|칼럼니스트)"
)
MAIL = r"[A-Za-z0-9][\w.+-]{0,63}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z]{2,63}){1,3}"

SENTENCE = re.compile(r"(?:다|요|까|죠)[.?!][\"'”’)\]]*(?:\s|$)|[a-z0-9)”\"][.?!][\"'”’)]*(?:\s|$)")
"""the end of one"""

_SUMMARISED = r"AI|인공지능|GPT|챗GPT|[0-9세]\s?줄|한\s?줄|한눈에|핵심|기사|자동|뉴스"
_PICKED = r"추천|인기|많이\s?본|주요|최신|실시간|이 시각|함께\s?(?:본|읽을)|오늘의"
_STAMPED = r"입력|등록|수정|승인|기사\s?입력|최종\s?수정|송고|업데이트|발행|게재|작성|Published|Updated|Posted"

BOX = _any_of(
    (
        rf"(?:{_SUMMARISED})[가-힣A-Za-z0-9\s]{{0,12}}요약.{{0,12}}|요약(?:하기|보기|봇)?",
        r"AI\s?뉴스\s?브리핑.{0,10}|(?:AI )?Summary|Key (?:points|takeaways)",
        r"(?:이\s?)?기사를?\s?(?:읽어|공유|들려).{0,20}",
        r"관련\s?(?:기사|뉴스|콘텐츠|키워드|종목|태그).{0,10}",
        rf"(?:{_PICKED})\s?[가-힣\s]{{0,6}}(?:기사|뉴스|콘텐츠|이슈|글)(?![가-힣]).{{0,10}}",
        r"이\s?기사\s?어땠.{0,10}|이\s?기사가\s?마음.{0,20}|여러분의 생각.{0,20}|독자\s?(?:설문|투표).{0,10}",
        r"(?:기자\s?)?구독(?:하기|신청)?|뉴스레터.{0,10}|(?:정기\s?)?후원(?:하기)?",
        r"글자\s?크기.{0,10}|글씨\s?크기.{0,10}|댓글.{0,8}|AD|광고|Advertisement",
        r"Sign up.{0,40}|Subscribe.{0,40}|Newsletter|Recommended.{0,10}",
        r"Related\s(?:articles|stories|topics|news|posts)|Read (?:more|next)|Most (?:read|popular).{0,30}",
    ),
    before=r"^\W{0,3}",
    after=r"\W*$",
)
"""the first words, up to where a line or element ends, of a box that is no part of the text"""
STATEMENT = re.compile(r"(?<!니)다\.[\"'”’)\]]*$")
"""news tells so; notices ask or end in -니다"""

BYLINE = re.compile(
    rf"^[\[(【<■▶/|=\s·]*(?:\S{{1,10}}[=＝]\s?)?(?:글|취재|사진|정리|영상)?[·:=/\s]*"
    rf"(?:[가-힣A-Za-z0-9]{{1,12}}\s)?{_NAME}(?:\s?[·ㆍ,/&]\s?{_NAME}){{0,4}}\s?{_ROLE}"
    rf"(?:\s?[·ㆍ,/&]\s?{_NAME}\s?{_ROLE}){{0,4}}[\s/|(<\[=·]*(?:{MAIL})?[\s)>\]】/|=]*"
    r"(?:기자\s?페이지|다른\s?기사\s?(?:더\s?)?보기|구독|의 기사 더 보기|프로필)?\s*$"
)
"""a whole line"""
BYLINE_TAIL = re.compile(r"(?:기자\s?페이지|다른\s?기사.*|의 기사 더 보기|구독|프로필)\s*$")
ONLY_MAIL = re.compile(rf"^[\W\s]*(?:{_NAME}\s?{_ROLE}?\s?)?[\W\s]*{MAIL}[\W\s]*$")

DATED = _any_of(
    (
        rf"\W*(?:{_STAMPED})\s*(?:일시?|시간)?\s*[:：]?\s*\d{{4}}\s*[-./년]",
        r"\d{4}[-./]\d{1,2}[-./]\d{1,2}[\s\d:]*(?:송고|입력|수정)?$",
    ),
    before="^",
)
"""a line that tells when the article was published"""

WIDGET = _any_of(
    (
        r"관련\s?(?:기사|뉴스)|추천\s?(?:기사|뉴스)|(?:이 기사|기사)를?\s?(?:공유|읽어)",
        r"글자\s?크기|글씨\s?크기|가(?:\s?가)*|공유하기|댓글\s?\d*|스크랩|프린트|인쇄(?:하기)?|좋아요\s?\d*",
        r"구독(?:하기|신청)?|후원하기|정기구독|뉴스레터|광고|ADVERTISEMENT|AD",
        r"전체\s?보기|닫기|이전|다음|목록|더\s?보기|원본\s?보기|크게\s?보기",
        r"(?:사진|이미지)\s?(?:확대|크게)|음성으로\s?듣기|번역\s?(?:설정)?|URL\s?복사",
        r"카카오톡|페이스북|트위터|네이버\s?(?:블로그|밴드)",
        r"Share|Print|Email|Comments?|Close|Listen|Subscribe|Related (?:articles|stories|topics)",
        r"Read more|Up Next",
    ),
    before=r"^\W*",
    after=r"\W*\d*\s*$",
)
"""a whole line"""
NOTICE = _any_of(
    (
        r"제보는\s?카카오톡|기사\s?제보|제보\s?하기|기사\s?문의|공감언론\s?뉴시스",
        r"카카오톡\s?:?\s?'?\S+'?\s?(?:을|를)?\s?(?:검색|채널\s?추가)|채널(?:을)?\s?(?:추가|구독)",
        r"(?:네이버|다음|카카오|구글|유튜브)(?:에서|\s뉴스에서|\s채널에서)?.{0,20}(?:구독|채널\s?추가|팔로우)",
        r"구독(?:하고|하시면|해\s?주세요|을 눌러)|앱(?:을)?\s?(?:다운로드|설치)|다양한 채널에서",
        r"기사를\s?읽어\s?드립니다|본문의? 내용은 이 글자크기로|기사\s?본문의?\s?(?:글자|내용은)",
        r"전체 맥락과 내용을 이해하기|자동 요약된|AI(?:가|로|\s?기술로).{0,12}요약(?:한|된|했)",
        r"이 기사는 .{0,40}(?:자동|AI|번역|생성|제휴|제공받)|후속\s?기사가\s?이어집니다",
        r"재판매\s?및\s?DB|이\s?콘텐츠의\s?저작권|로그인\s?후\s?(?:이용|댓글)|\$\$\w+\$\$",
        r"실시간\s?(?:뉴스|이슈)|당신이 (?:좋아할|관심)|이 시각 (?:주요|추천)",
        r"Published under|Get in touch with (?:us|our)|For more stories like this|Follow us",
        r"Sign up (?:for|to)|Subscribe (?:to|now)|Click here to|Download (?:the|our) app",
        r"This article was (?:originally|first) published|Your browser does not|Enable JavaScript",
    )
)
"""part of a short line"""
ELSEWHERE = re.compile(
    r"^\s*(?:[▶☞►➡→※]|\[?관련\s?기사\]?|\[?\s?(?:바로\s?가기|더\s?보기)\s?\]?|<\s?관련)\s*\S"
)
"""how a line begins that leads to another article"""
TAIL_HEADING = _any_of(
    (
        r"(?:관련|추천|많이\s?본|인기|주요|최신)\s?(?:기사|뉴스|콘텐츠)",
        r"이\s?시[각간]\s?(?:주요|추천|핫).{0,10}|함께\s?(?:본|읽을|읽으면).{0,10}",
        r"핫\s?(?:이슈|뉴스|클릭).{0,6}|기자의?\s?다른\s?기사|독자\s?의견|댓글.{0,6}",
        r"Related (?:articles|stories|topics|news|posts)|Most (?:read|popular)|Read next",
        r"Recommended(?: for you)?|More (?:from|on) .{1,30}",
    ),
    before=r"^\W*",
    after=r"\W*$",
)
"""a whole line, after which no text follows"""
SUBHEAD_MARK = re.compile(r"^\s*[-‐‑–—〉》>▷▶■□◆◇●○·ㆍ]\s*")

COPYRIGHT = _any_of(
    (
        r"[ⓒ©]|저작권자|무단\s?(?:전재|복제|배포|도용)",
        r"copyrights?\b|all rights reserved|\(c\)\s?\S+.{0,30}금지",
    )
)
COPYRIGHT_LINE = re.compile(
    r"[<\[(]?\s*(?:저작권자|[ⓒ©]|copyrights?\b|무단\s?전재).{0,160}?"
    r"(?:금지\s?[.>\])]*|reserved\.?\s?[>\])]*|$)",
    re.IGNORECASE,
)
"""in a longer text"""

PHOTO_LINE = re.compile(
    r"^\s*[▲△◀▼▽◁]\s*\S|[\[(<【/]\s*(?:사진|이미지|그래픽|자료|출처)\s?(?:출처|제공)?\s?[=:ㅣ]"
    r"|(?:사진|그래픽|이미지)\s?[=:]\s?\S{1,20}\s*$"
)
CREDIT_WORD = re.compile(
    r"^(?:사진|이미지|그래픽|자료|출처|Photo|Image|Credit)?\s?(?:출처|제공|사진)?\s?[=:ㅣ|/]\s?"
)
CREDIT_BRACKET = re.compile(
    r"\s*[\[(【<]\s*(?P<inside>(?:사진|이미지|그래픽|자료|출처|제공)[^\[\]()【】<>]{0,50}"
    r"|[^\[\]()【】<>]{1,30}\s?제공)[\])】>]\s*\.?$"
)
CREDIT_BEHIND = re.compile(r"(?<=[.!?])\s*[\[(](?P<inside>[^\[\]()]{2,40})[\])]$")
"""brackets behind a sentence"""
_AGENCIES = "|".join(
    [
        r"연합뉴스(?:TV)?|뉴시스|뉴스1|(?:로이터|EPA|AFP)(?:[·/=\s]?연합뉴스)?",
        r"AP(?:[·/=\s]?(?:연합뉴스|뉴시스))?|게티이미지\S{0,8}|셔터스톡|Reuters|Getty Images|AP Photo",
    ]
)
CREDIT_END = re.compile(
    r"\s*[\[(<【/|]?\s*(?:(?:사진|이미지|그래픽|자료|출처|Photo|Image|Credit|Courtesy)"
    r"\s?(?:출처|제공|사진)?\s?(?:[=:ㅣ|/]|of|by|\s)\s?(?P<named>[^\[\]()<>\n]{1,40}?)"
    r"|[ⓒ©]\s?(?P<copy>[^\[\]()<>\n]{1,30}?)|(?P<plain>[가-힣A-Za-z0-9·=/&\s]{2,24}?)\s?제공"
    rf"|(?P<who>(?:[가-힣]{{2,8}}=)?(?:{_AGENCIES}|{_NAME}\s?(?:선임|사진|객원)?기자)))"
    r"\s*[\])>】]?\.?\s*$"
)
CAPTION_MARK = re.compile(r"^\s*[▲△◀▶▼▽◁▷]\s*")
CAPTION_LEAD = re.compile(
    r"^\s*[\[(【][^\[\]()【】]{1,20}=[^\[\]()【】]{1,30}[\])】]\s*(?:[가-힣]{2,4}\s?기자\s?=\s?)?"
)
"""`[서울=뉴시스]`"""
CAPTION_TAIL = re.compile(
    rf"(?:\s*(?:\d{{4}}[./]\s?\d{{1,2}}[./]\s?\d{{1,2}}\.?|{MAIL}|[.,]?\s?\*?\s?재판매\s?및\s?DB\s?금지))+"
    r"\s*[\])>]?\s*$"
)
"""`2026.11.23. photo@… *재판매 및 DB 금지`"""

OUTLET = re.compile(
    r"(?:뉴스|일보|신문|경제|데일리|타임[스즈]|투데이|닷컴|방송|통신|미디어|TV|뉴시스|헤럴드|뉴스룸"
    r"|편집국|뉴스팀|온라인팀|News|Times|Daily|Herald|Newsroom)$"
)
"""how the name of an outlet or a desk ends"""
