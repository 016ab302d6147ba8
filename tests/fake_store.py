"""A canned store in memory that fulfils `db.store.Desk`: no database, the same every time.

`filled(now)` holds some three hundred invented articles of the last 60 days; `empty()` holds
nothing. Companies with bad news are invented; real ones appear at fairs and lectures only.
"""

from __future__ import annotations

import random
import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from itertools import combinations
from pathlib import Path

from db import search
from db.corrections import judges_article, overlay, replaces, require_valid, same
from db.errors import AlreadyCorrected, NotFound
from db.faults import Fault
from db.gaps import Gap, open_gaps
from db.habit import Habit
from db.health import Health
from db.model import (
    KST,
    Company,
    Correction,
    CorrectionKind,
    Evidence,
    FetchOutcome,
    FetchReport,
    Mention,
    Quote,
    Reason,
    RightsMode,
    RunReport,
    RunState,
    Source,
    Span,
    Tags,
    TimeQuality,
    Tone,
    Topic,
    article_id,
    kst_day,
)
from db.pages import PageTotals
from db.query import (
    ArticleCard,
    ArticleDetail,
    ArticleFilter,
    CardPage,
    CompanyCount,
    Counts,
    HealthBucket,
    KeyCount,
    Sort,
    SourceStatus,
    Split,
    Step,
    StoreInfo,
    TimelinePoint,
)
from db.story import Story, StoryMerge, StoryQuote
from db.tallies import CorrectionCount, DayCount, Keyword, KeywordCount, KeywordUse, PairCount
from db.versions import Version
from tests.fake_people import FakePeople


def keywords_of(card: ArticleCard, kind: Keyword) -> tuple[str, ...]:
    """The topics, or what stands for the headline's terms: its words, without marks."""
    if kind is Keyword.TOPIC:
        return card.topics
    names = {alias for company in COMPANIES for alias in company.aliases}
    words = re.findall(r"[0-9A-Za-z가-힣]{2,}", card.title)
    return tuple(dict.fromkeys(word for word in words if word not in names))[:12]


HOSTILE_TITLE = "<script>alert(1)</script> 1~2분기 10~20%↑ $x$ :red[빨강] **굵게** \u202e뒤집힘"
HOSTILE_OUTLET = "<b>굵은</b>일보 & $y$"

COMPANIES = (
    Company("sk-hynix", "SK하이닉스", "SK hynix", aliases=("SK하이닉스", "하이닉스", "하닉")),
    Company("samsung", "삼성전자", "Samsung Electronics", aliases=("삼성전자", "삼전")),
    Company("nvidia", "엔비디아", "NVIDIA", aliases=("엔비디아", "NVIDIA")),
    Company("tsmc", "TSMC", "TSMC", aliases=("TSMC",)),
    Company("amd", "AMD", "AMD", aliases=("AMD",)),
    Company("byeolmaru", "별마루칩스", "Byeolmaru Chips", aliases=("별마루칩스",)),
    Company("onnuri", "온누리파운드리", "Onnuri Foundry", aliases=("온누리파운드리",)),
    Company("dasan", "다산패키징", "Dasan Packaging", aliases=("다산패키징",)),
)
TOPICS = (
    Topic("hbm", "HBM", "HBM"),
    Topic("foundry", "파운드리", "Foundry"),
    Topic("npu", "NPU", "NPU"),
    Topic("packaging", "패키징", "Packaging"),
    Topic("datacenter", "데이터센터", "Data centres"),
)
OUTLETS = ("한새경제", "새녘통신", "온빛신문", "가온일보", "테크마루", "미르데일리", "실리콘노트")
SUBJECTS = (
    ("{a}, 대학 연합 ‘AI 반도체 설계 경진대회’에 시험 장비 지원", Tone.POSITIVE, "지원", "npu"),
    ("{a}·{b}, 추론 메모리 실증센터 함께 연다", Tone.POSITIVE, "함께 연다", "hbm"),
    ("[인터뷰] {a} 연구원이 말하는 HBM 적층 공정의 하루", Tone.NEUTRAL, "", "hbm"),
    ("{a}, 국제 표준 회의서 저전력 NPU 시험 방법 소개", Tone.NEUTRAL, "", "npu"),
    ("{a} 개발자 행사, 다음 달 서울서… 국내 새싹기업 8곳 참가", Tone.NEUTRAL, "", "datacenter"),
    ("美·日 연구진, {a} 장비로 저전력 칩 비교표 공개 (종합)", Tone.NEUTRAL, "", "foundry"),
    ("{a}, 패키징 재활용 연구로 학회 발표상 받아", Tone.POSITIVE, "발표상", "packaging"),
    ("{a} 공개 강연 시리즈 열려… “칩 설계를 쉽게”", Tone.UNRATED, "", "npu"),
)
TROUBLES = (
    ("온누리파운드리, 정전으로 멈춘 라인 하루 만에 다시 가동", "정전", "foundry"),
    ("다산패키징 새 공정 일정 늦어져… “시험 더 필요”", "늦어져", "packaging"),
)


def _mention(company: str, tone: Tone, cue: str, title: str, count: int = 2) -> Mention:
    evidence = (Evidence(cue, tone, "title", title[:60]),) if cue else ()
    score = {Tone.POSITIVE: 0.6, Tone.NEGATIVE: -0.6}.get(tone, 0.0)
    surface = next(entry.aliases[0] for entry in COMPANIES if entry.id == company)
    return Mention(company, count, surface in title, tone, score, (surface,), evidence)


def _articles(now: datetime) -> list[ArticleDetail]:
    chance = random.Random(20261123)
    made: list[ArticleDetail] = []
    for days_ago in range(60):
        day = (now.astimezone(KST) - timedelta(days_ago)).replace(second=0, microsecond=0)
        weekend = day.weekday() >= 5
        for _ in range(chance.randint(1, 2) if weekend else chance.randint(4, 7)):
            published = day.replace(hour=chance.randint(0, 23), minute=chance.randint(0, 59))
            if published > now:
                continue
            if chance.random() < 0.12:
                title, cue, topic = chance.choice(TROUBLES)
                company = "onnuri" if title.startswith("온누리") else "dasan"
                tone = Tone.NEGATIVE
                mentions = [_mention(company, tone, cue, title)]
            else:
                pattern, tone, cue, topic = chance.choice(SUBJECTS)
                first, second = chance.sample(COMPANIES[:6], 2)
                title = pattern.format(a=first.name_ko, b=second.name_ko)
                mentions = [_mention(first.id, tone, cue, title, 3)]
                if "{b}" in pattern or chance.random() < 0.3:
                    mentions.append(_mention(second.id, Tone.NEUTRAL, "", title, 1))
            story = f"s{len(made):04}"
            copies = chance.choice((1, 1, 1, 2, 3))
            for copy, outlet in enumerate(chance.sample(OUTLETS, copies)):
                at = published + timedelta(minutes=7 * copy)
                if at > now:
                    continue
                made.append(_detail(len(made), title, outlet, at, tone, mentions, topic, story))
    return [_spread(detail, made) for detail in made]


_QUALITIES = {7: TimeQuality.DATE_ONLY, 13: TimeQuality.GUESSED, 21: TimeQuality.FUTURE}


def _detail(
    index: int,
    title: str,
    outlet: str,
    published_at: datetime,
    tone: Tone,
    mentions: Sequence[Mention],
    topic: str,
    story: str,
) -> ArticleDetail:
    url = f"https://news.invalid/view?idxno={index}"
    rights = (RightsMode.EXCERPT, RightsMode.FULL, RightsMode.LINK)[OUTLETS.index(outlet) % 3]
    has_text = rights is not RightsMode.LINK
    names = [entry.name_ko for entry in COMPANIES if entry.id == mentions[0].company_id]
    sentences = (
        f"{names[0]}의 이번 일은 시험 목적의 꾸며 낸 이야기다.",
        "참여 기관 12곳이 시험 장비 40대를 함께 쓴다.",
        "결과는 반기마다 보고서로 공개한다.",
    )
    card = ArticleCard(
        id=article_id(url),
        url=url,
        title=title,
        outlet=outlet,
        source_id=f"src-{OUTLETS.index(outlet)}",
        published_at=published_at.astimezone(UTC),
        first_seen_at=published_at.astimezone(UTC) + timedelta(minutes=2),
        time_quality=_QUALITIES.get(index % 29, TimeQuality.EXACT),
        language="en" if outlet == "실리콘노트" else "ko",
        rights=rights,
        author="윤서하 기자" if index % 3 else "",
        modified_at=published_at.astimezone(UTC) + timedelta(minutes=29)
        if index % 9 == 0
        else None,
        retitled=index % 18 == 0,
        relevance=0.9,
        tone=tone,
        tone_score=mentions[0].tone_score,
        mentions=tuple(mentions),
        topics=(topic,),
        summary=sentences if has_text else (),
        has_text=has_text,
        image_url="app/static/sample/lab.webp" if index % 5 == 0 else "",
        story_id=story,
    )
    return ArticleDetail(
        card=card,
        subheads=("국내 기관 12곳에 시험 장비 공개", "결과는 반기마다 보고서로")
        if rights is RightsMode.FULL
        else (),
        description=sentences[0] if rights is RightsMode.FULL else "",
        body="\n\n".join(sentences * 2) if rights is RightsMode.FULL else "",
        summary_spans=_spans(sentences, rights),
        quotes=_quotes(names[0], index, rights),
        image_caption="꾸며 낸 실증센터 그림",
        image_credit="자료=칩워치 견본",
        copyright=f"ⓒ {outlet}. 무단 전재·재배포 금지",
        published_raw=published_at.isoformat(),
        versions=_versions(card),
        tagger_version="3f9c2a",
        tagged_at=published_at.astimezone(UTC) + timedelta(minutes=12),
    )


def _versions(card: ArticleCard) -> tuple[Version, ...]:
    if card.modified_at is None:
        return ()
    first = f"(1보) {card.title}" if card.retitled else card.title
    changed = ("title", "summary") if card.retitled else ("body",)
    return Version(card.first_seen_at, first), Version(card.modified_at, card.title, changed)


def _spans(sentences: Sequence[str], rights: RightsMode) -> tuple[Span, ...]:
    """In the body of licensed articles; elsewhere known to the store alone."""
    if rights is RightsMode.LINK:
        return ()
    made, start = [], 0
    for sentence in sentences:
        end = start + len(sentence)
        made.append(Span("body", start, end) if rights is RightsMode.FULL else Span("body", 0, 0))
        start = end + len("\n\n")
    return tuple(made)


def _quotes(company: str, index: int, rights: RightsMode) -> tuple[Quote, ...]:
    if rights is RightsMode.LINK or index % 2:
        return ()
    nowhere = Span("body", 0, 0)
    said = (
        Quote("시험은 예정대로 진행하고 있다", nowhere, "윤서하", "책임연구원", company),
        Quote("결과는 모두 공개하겠다", nowhere, company, "", company),
        Quote("지역 대학과 함께한 것이 컸다", nowhere),
    )
    return said[: 1 + index % 3]


def _spread(detail: ArticleDetail, every: list[ArticleDetail]) -> ArticleDetail:
    story = sorted(
        (other.card for other in every if other.card.story_id == detail.card.story_id),
        key=lambda card: (card.published_at, card.id),
    )
    # the first of three is the company's own release, and the second repeats most of it
    echoes = dict(zip((c.id for c in story[1:]), (0.82, 0.14), strict=False))
    if len(story) > 2:
        story = [replace(card, echo=echoes.get(card.id)) for card in story]
    about = {"story_articles": len(story), "story_outlets": len({card.outlet for card in story})}
    cards = [replace(c, **about, first_in_story=i == 0) for i, c in enumerate(story)]
    own = next(card for card in cards if card.id == detail.card.id)
    return replace(detail, card=own, similar=tuple(cards))


def hostile(now: datetime) -> ArticleDetail:
    """An article all of whose texts try to break out of the page."""
    url = "https://news.invalid/hostile?idxno=1&x=%22%3E"
    tone = Tone.NEUTRAL
    evidence = Evidence("<i>말</i>", tone, "title", "![](https://tracker.invalid/p.png) `x`")
    card = ArticleCard(
        id=article_id(url),
        url=url,
        title=HOSTILE_TITLE,
        outlet=HOSTILE_OUTLET,
        source_id="src-0",
        published_at=now - timedelta(minutes=5),
        first_seen_at=now,
        time_quality=TimeQuality.EXACT,
        language="ko",
        rights=RightsMode.FULL,
        author="<img src=x onerror=alert(1)>",
        tone=tone,
        mentions=(Mention("samsung", 1, True, tone, 0.0, ("<삼성>",), (evidence,)),),
        summary=(HOSTILE_TITLE, "</div></style><h1>밖</h1>"),
        has_text=True,
        image_url="https://tracker.invalid/p.png",
        story_id="hostile",
    )
    return ArticleDetail(
        card=card,
        reasons=(Reason(HOSTILE_TITLE, 0.8), Reason("<b>축구</b>", -0.5)),
        body=f"{HOSTILE_TITLE}\n\n<iframe src='https://tracker.invalid'></iframe>",
        summary_spans=(Span("title", 0, len(HOSTILE_TITLE)), Span("body", 0, len(HOSTILE_TITLE))),
        quotes=(Quote(HOSTILE_TITLE, Span("title", 0, 9), "<b>말</b>", "<i>장</i>", "$a$ & b"),),
        subheads=(HOSTILE_TITLE,),
        image_caption=HOSTILE_TITLE,
        copyright="<a href='javascript:alert(1)'>ⓒ</a>",
        versions=(
            Version(now - timedelta(minutes=4), "<img src=x onerror=alert(1)> $y$"),
            Version(now, HOSTILE_TITLE, ("title",)),
        ),
        similar=(card,),
    )


@dataclass
class FakeStore(FakePeople):
    """`Desk` over lists. ``error``, when set, is raised by every read and every write."""

    statuses: list[SourceStatus] = field(default_factory=list)
    buckets: list[HealthBucket] = field(default_factory=list)
    unseen: list[Gap] = field(default_factory=list)
    """gaps that are over; those that last follow from ``statuses``"""
    reports: list[RunReport] = field(default_factory=list)
    names: tuple[Company, ...] = COMPANIES
    sample: bool = False
    untagged: int = 0
    noted: list[Correction] = field(default_factory=list)
    machine: dict[str, ArticleDetail] = field(default_factory=dict)
    """articles with corrections as they were before"""

    def revision(self) -> str:
        if self.error:
            raise self.error
        return f"fake-{id(self)}-{len(self.details)}-{self.changes}"

    def info(self) -> StoreInfo:
        days = [kst_day(detail.card.published_at) for detail in self.details]
        return StoreInfo(
            url="fake",
            schema_version="1",
            articles=len(self.details) + self.untagged,
            relevant=sum(not detail.card.muted for detail in self.details),
            untagged=self.untagged,
            outdated=0,
            tagger_version="3f9c2a" if self.details else "",
            sample=self.sample,
            first_day=min(days, default=None),
            last_day=max(days, default=None),
            size_bytes=1_234_567,
        )

    def companies(self) -> list[Company]:
        return list(self.names)

    def topics(self) -> list[Topic]:
        return list(TOPICS)

    def _tone(self, card: ArticleCard, wanted: ArticleFilter) -> Tone:
        if len(wanted.companies) != 1:
            return card.tone
        return next(m.tone for m in card.mentions if m.company_id == wanted.companies[0])

    def _matches(self, detail: ArticleDetail, wanted: ArticleFilter) -> bool:
        card = detail.card
        mentioned = {mention.company_id: mention.tone for mention in card.mentions}
        day = kst_day(card.published_at)
        tones = {mentioned.get(c) for c in wanted.companies} if wanted.companies else {card.tone}
        text = "\n".join((detail.body, *card.summary))
        known = {c.id: (c.name_ko, c.name_en, *c.aliases) for c in self.names}
        names = [name for company in mentioned for name in known.get(company, ())]
        return (
            (card.relevant or wanted.include_irrelevant)
            and card.muted is wanted.muted
            and (wanted.start is None or day >= wanted.start)
            and (wanted.end is None or day <= wanted.end)
            and (not wanted.companies or bool(mentioned.keys() & set(wanted.companies)))
            and mentioned.keys() >= set(wanted.together)
            and (not wanted.outlets or card.outlet in wanted.outlets)
            and (not wanted.tones or bool(tones & set(wanted.tones)))
            and (not wanted.languages or card.language in wanted.languages)
            and (not wanted.topics or bool(set(card.topics) & set(wanted.topics)))
            and (not wanted.story_id or card.story_id == wanted.story_id)
            and search.parse(wanted.query).matches(card.title, text, card.outlet, names)
        )

    def _found(self, wanted: ArticleFilter) -> list[ArticleDetail]:
        if self.error:
            raise self.error
        found = [detail for detail in self.details if self._matches(detail, wanted)]
        return sorted(found, key=lambda d: (d.card.published_at, d.card.id), reverse=True)

    def counts(self, wanted: ArticleFilter) -> Counts:
        cards = [detail.card for detail in self._found(wanted)]
        return Counts(
            articles=len(cards),
            stories=sum(card.first_in_story for card in cards),
            outlets=len({card.outlet for card in cards}),
            mentions=sum(len(card.mentions) for card in cards),
            tones=Counter(self._tone(card, wanted) for card in cards),
        )

    def timeline(self, wanted: ArticleFilter, step: Step, split: Split) -> list[TimelinePoint]:
        points: Counter[tuple[datetime, str]] = Counter()
        for detail in self._found(wanted):
            at = detail.card.published_at.astimezone(KST).replace(minute=0, second=0, microsecond=0)
            if step is not Step.HOUR:
                at = at.replace(hour=0)
            if step is Step.WEEK:
                at -= timedelta(at.weekday())
            key: str = self._tone(detail.card, wanted)
            if split is Split.COMPANY:
                named = [m.company_id for m in detail.card.mentions]
                own = [c for c in named if not wanted.companies or c in wanted.companies]
                key = own[0] if own else ""
            points[at.astimezone(UTC), key] += 1
        return [TimelinePoint(at, key, n) for (at, key), n in sorted(points.items())]

    def company_counts(self, wanted: ArticleFilter) -> list[CompanyCount]:
        tones: dict[str, Counter[Tone]] = defaultdict(Counter)
        for detail in self._found(wanted):
            for mention in detail.card.mentions:
                tones[mention.company_id][mention.tone] += 1
        counts = [CompanyCount(c, sum(t.values()), dict(t)) for c, t in tones.items()]
        return sorted(counts, key=lambda count: (-count.articles, count.company_id))

    def outlet_counts(self, wanted: ArticleFilter) -> list[KeyCount]:
        found = Counter(detail.card.outlet for detail in self._found(wanted))
        return [KeyCount(k, n) for k, n in sorted(found.items(), key=lambda kn: (-kn[1], kn[0]))]

    def topic_counts(self, wanted: ArticleFilter) -> list[KeyCount]:
        found = Counter(topic for d in self._found(wanted) for topic in d.card.topics)
        return [KeyCount(k, n) for k, n in sorted(found.items(), key=lambda kn: (-kn[1], kn[0]))]

    def cue_counts(self, wanted: ArticleFilter, limit: int = 20) -> list[tuple[str, str, int]]:
        (company,) = wanted.companies
        found = Counter(
            (evidence.cue, str(evidence.tone))
            for detail in self._found(wanted)
            for mention in detail.card.mentions
            if mention.company_id == company
            for evidence in mention.evidence
        )
        return [(cue, tone, n) for (cue, tone), n in found.most_common(limit)]

    def pair_counts(self, wanted: ArticleFilter, limit: int = 200) -> list[PairCount]:
        found: Counter[tuple[str, str]] = Counter()
        for detail in self._found(wanted):
            named = sorted(mention.company_id for mention in detail.card.mentions)
            found.update(
                pair
                for pair in combinations(named, 2)
                if not wanted.companies or set(pair) & set(wanted.companies)
            )
        ranked = sorted(found.items(), key=lambda row: (-row[1], row[0]))
        return [PairCount(*pair, n) for pair, n in ranked[:limit]]

    def story_days(self, wanted: ArticleFilter) -> list[DayCount]:
        cards = [d.card for d in self._found(wanted) if d.card.first_in_story]
        found = Counter(kst_day(card.published_at) for card in cards)
        return [DayCount(day, found[day]) for day in sorted(found)]

    def keyword_counts(
        self, wanted: ArticleFilter, kind: Keyword, limit: int = 5_000
    ) -> list[KeywordCount]:
        stories: defaultdict[str, set[str]] = defaultdict(set)
        for detail in self._found(wanted):
            for key in keywords_of(detail.card, kind):
                stories[key].add(detail.card.story_id)
        ranked = sorted(stories.items(), key=lambda row: (-len(row[1]), row[0]))
        return [KeywordCount(key, len(found)) for key, found in ranked[:limit]]

    def keyword_uses(
        self, wanted: ArticleFilter, kind: Keyword, keys: Sequence[str]
    ) -> list[KeywordUse]:
        uses = []
        for key in dict.fromkeys(keys):
            cards = [d.card for d in self._found(wanted) if key in keywords_of(d.card, kind)]
            days = Counter(kst_day(card.published_at) for card in cards)
            outlets = len({card.outlet for card in cards})
            uses.append(KeywordUse(key, len(cards), outlets, dict(sorted(days.items()))))
        return uses

    def correction_counts(self) -> list[CorrectionCount]:
        found: Counter[tuple[CorrectionKind, Tone | None, Tone | None, bool | None]] = Counter()
        for one in self.corrections(limit=10_000, active_only=True):
            card = self.machine.get(one.article_id, self.article(one.article_id)).card
            said: dict[str, Tone] = {m.company_id: m.tone for m in card.mentions} | {"": card.tone}
            machine = said.get(one.company_id) if one.kind is CorrectionKind.TONE else None
            found[one.kind, machine, one.tone, one.relevant] += 1
        return [CorrectionCount(kind, n, m, p, r) for (kind, m, p, r), n in found.most_common()]

    def cards(
        self,
        wanted: ArticleFilter,
        sort: Sort = Sort.NEWEST,
        limit: int = 20,
        cursor: str = "",
    ) -> CardPage:
        cards = [detail.card for detail in self._found(wanted)]
        if sort is Sort.OLDEST:
            cards.reverse()
        if cursor and not cursor.isdecimal():
            raise ValueError("malformed cursor")
        first = int(cursor or 0)
        return CardPage(
            tuple(cards[first : first + limit]),
            older=str(first + limit) if first + limit < len(cards) else "",
            newer=str(max(0, first - limit)) if first else "",
        )

    def article(self, article_id: str) -> ArticleDetail:
        if self.error:
            raise self.error
        for detail in self.details:
            if detail.card.id == article_id:
                return detail
        raise NotFound(article_id, "그런 기사가 없습니다", "no such article")

    def stories(
        self, wanted: ArticleFilter, limit: int = 10, *, largest: bool = False
    ) -> list[ArticleCard]:
        cards = [d.card for d in self._found(wanted) if d.card.first_in_story]
        if largest:
            cards.sort(key=lambda card: -card.story_articles)
        return cards[:limit]

    def story(self, story_id: str) -> Story:
        if self.error:
            raise self.error
        found = sorted(
            (d for d in self.details if d.card.story_id == story_id and d.card.relevant),
            key=lambda d: (d.card.published_at, d.card.id),
        )
        if not found:
            raise NotFound(story_id, "그런 이슈가 없습니다.", "no such story.")
        cards = tuple(detail.card for detail in found)
        return Story(
            story_id,
            cards,
            len(cards),
            len({card.outlet for card in cards}),
            cards[0].id if len(cards) > 2 else "",
            tuple(StoryQuote(d.card.id, d.card.outlet, q) for d in found[:1] for q in d.quotes),
            (StoryMerge("0" * 16, cards[-1].id, cards[-1].first_seen_at, 2),)
            if len(cards) > 2
            else (),
        )

    def export(self, wanted: ArticleFilter) -> Iterator[ArticleDetail]:
        return iter([replace(detail, similar=()) for detail in self._found(wanted)])

    def corrections(
        self, article_id: str = "", limit: int = 100, *, active_only: bool = False
    ) -> list[Correction]:
        if self.error:
            raise self.error
        return [
            correction
            for correction in reversed(self.noted)
            if article_id in ("", correction.article_id) and (correction.active or not active_only)
        ][: max(limit, 0)]

    def correct(self, correction: Correction, now: datetime) -> int:
        require_valid(correction)
        detail = self.article(correction.article_id)
        named = {mention.company_id for mention in detail.card.mentions}
        companies = (
            named if correction.kind in ("tone", "not_named") else {c.id for c in self.names}
        )
        holding = self.corrections(correction.article_id, active_only=True)
        if any(same(correction, earlier) for earlier in holding):
            raise AlreadyCorrected(correction.article_id, "이미 고쳤습니다.", "corrected already.")
        if correction.company_id and correction.company_id not in companies:
            raise NotFound(correction.company_id, "없는 기업입니다.", "no such company.")
        made = len(self.noted) + 1
        for earlier in holding:
            if replaces(correction, earlier):
                gone = replace(earlier, undone_at=now, replaced_by=made)
                self.noted[earlier.id - 1] = gone
        self.noted.append(replace(correction, id=made, made_at=now))
        self._show(correction.article_id)
        return made

    def undo_correction(self, correction_id: int, now: datetime) -> bool:
        if self.error:
            raise self.error
        if not 0 < correction_id <= len(self.noted):
            raise NotFound(str(correction_id), "그런 수정이 없습니다.", "no such correction.")
        correction = self.noted[correction_id - 1]
        if correction.active:
            self.noted[correction_id - 1] = replace(correction, undone_at=now)
            self._show(correction.article_id)
        return correction.active

    def _show(self, article_id: str) -> None:
        """The article as the corrections that hold make it."""
        place = next(i for i, d in enumerate(self.details) if d.card.id == article_id)
        detail = self.machine.setdefault(article_id, self.details[place])
        holding = tuple(reversed(self.corrections(article_id, active_only=True)))
        # what else people keep of it stays
        kept = self.details[place]
        card = detail.card
        said = Tags(
            card.id, "", card.relevant, card.relevance, card.tone, card.tone_score, card.mentions
        )
        shown = overlay(said, holding)
        card = replace(
            card,
            relevant=shown.relevant,
            relevance=shown.relevance,
            tone=shown.tone,
            tone_score=shown.tone_score,
            mentions=shown.mentions,
            corrected=judges_article(holding),
            muted=kept.card.muted,
            notes=kept.card.notes,
        )
        self.details[place] = replace(detail, card=card, corrections=holding, notes=kept.notes)
        self.changes += 1

    def close(self) -> None:
        pass

    def sources(self, now: datetime) -> list[SourceStatus]:
        if self.error:
            raise self.error
        return self.statuses

    def health(self, since: datetime, slice_: timedelta) -> list[HealthBucket]:
        return [bucket for bucket in self.buckets if bucket.start_at >= since]

    def gaps(
        self,
        start_at: datetime,
        end_at: datetime,
        outlets: Sequence[str] = (),
        *,
        now: datetime | None = None,
    ) -> list[Gap]:
        every = [*self.unseen]
        for status in self.statuses:
            every += open_gaps(status, now or end_at)
        found = [g for g in every if g.overlaps(start_at, end_at)]
        found = [g for g in found if not outlets or g.outlet in outlets]
        return sorted(found, key=lambda gap: (gap.start_at, gap.source_id, gap.health))

    def fetches(self, source_id: str, limit: int = 20) -> list[FetchReport]:
        status = next(entry for entry in self.statuses if entry.source.id == source_id)
        if status.last_fetch_at is None:
            return []
        outcomes = [FetchOutcome.FAILED] * status.failures_in_row + [FetchOutcome.OK] * 6
        return [
            FetchReport(
                source_id,
                status.last_fetch_at - timedelta(minutes=10 * index),
                outcome,
                403 if outcome is FetchOutcome.FAILED else 200,
                entries=0 if outcome is FetchOutcome.FAILED else 50,
                new=0 if outcome is FetchOutcome.FAILED else 3,
                seconds=0.4,
                message=status.message if outcome is FetchOutcome.FAILED else "",
                message_en=status.message_en if outcome is FetchOutcome.FAILED else "",
            )
            for index, outcome in enumerate(outcomes[:limit])
        ]

    def page_totals(self, since: datetime, now: datetime) -> PageTotals:
        return PageTotals()

    def runs(self, limit: int = 20) -> list[RunReport]:
        if self.error:
            raise self.error
        return self.reports[:limit]

    def check(self) -> list[str]:
        return []

    def backup(self, target: Path) -> None:
        target.write_bytes(b"canned")


def _statuses(now: datetime) -> list[SourceStatus]:
    made = []
    for index, outlet in enumerate(OUTLETS):
        source = Source(
            f"src-{index}",
            outlet,
            f"https://feeds.invalid/{index}.xml",
            section=("산업", "속보", "경제")[index % 3],
            language="en" if outlet == "실리콘노트" else "ko",
            rights=(RightsMode.EXCERPT, RightsMode.FULL, RightsMode.LINK)[index % 3],
            enabled=index != 6,
        )
        status = SourceStatus(
            source,
            last_fetch_at=now - timedelta(minutes=3),
            last_success_at=now - timedelta(minutes=3),
            last_outcome=FetchOutcome.OK,
            last_status=200,
            newest_at=now - timedelta(minutes=20 * index),
            articles=40,
            articles_24h=9 - index,
            first_fetch_at=now - timedelta(days=7),
            next_visit_at=now + timedelta(minutes=7),
            habit=Habit((9, 9, 9, 9, 8.5, 2, 1)),
        )
        if index == 0:
            status = replace(
                status,
                last_success_at=now - timedelta(hours=6),
                failures_in_row=7,
                last_outcome=FetchOutcome.FAILED,
                last_status=403,
                fault=Fault.BLOCKED,
                message="HTTP 403 <접근이 거절됨>",
                message_en="HTTP 403 <refused>",
            )
        if index == 5:
            status = replace(status, newest_at=now - timedelta(days=5), articles_24h=0)
        if index == 4:
            status = replace(
                status, failures_in_row=2, message="시간 초과(10초)", message_en="timed out (10 s)"
            )
        made.append(status)
    return made


def _buckets(now: datetime) -> list[HealthBucket]:
    begin = (now - timedelta(days=7)).replace(minute=0, second=0, microsecond=0)
    made = []
    for index in range(len(OUTLETS)):
        for slot in range(28):
            bad = index == 0 and slot in {8, 9, 10, 27}
            made.append(
                HealthBucket(
                    f"src-{index}",
                    begin + timedelta(hours=6 * slot),
                    ok=0 if bad else 36,
                    failed=36 if bad else int(index == 4 and slot in {20, 27}),
                    new=0 if bad or (index == 5 and slot > 8) else 4,
                )
            )
    return made


def _unseen(now: datetime) -> list[Gap]:
    begin = (now - timedelta(days=7)).replace(minute=0, second=0, microsecond=0)
    start, end = begin + timedelta(hours=48), begin + timedelta(hours=66)
    return [Gap("src-0", OUTLETS[0], Health.BLOCKED, start, end, end)]


def _runs(now: datetime) -> list[RunReport]:
    return [
        RunReport(
            id=50 - index,
            started_at=now - timedelta(minutes=10 * index + 2),
            finished_at=now - timedelta(minutes=10 * index + 1, seconds=22),
            state=RunState.INTERRUPTED if index == 3 else RunState.DONE,
            sources=7,
            failed=1,
            entries=300,
            new=14 - index,
            tagged=14 - index,
            relevant=6,
        )
        for index in range(8)
    ]


def filled(now: datetime) -> FakeStore:
    """Two months of articles, seven feeds in every state, eight runs, and `hostile`."""
    return FakeStore(
        details=[*_articles(now), hostile(now)],
        statuses=_statuses(now),
        buckets=_buckets(now),
        unseen=_unseen(now),
        reports=_runs(now),
    )


def empty() -> FakeStore:
    """A database just made: nothing in it."""
    return FakeStore(names=())
