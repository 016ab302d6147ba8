"""Right numbers: roll-ups, scans, lists and exports agree with a look at every single article."""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta
from itertools import combinations
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, note, settings
from hypothesis import strategies as st

from db.model import KST, Article, Evidence, Mention, TagFailure, TagResult, Tags, Tone, kst_day
from db.query import ArticleCard, ArticleFilter, CompanyCount, KeyCount, Split, Step
from db.sqlite import SqliteStore
from db.sqlite import matches as in_memory
from db.tallies import DayCount, Keyword, KeywordCount, KeywordUse, PairCount
from tests.newsroom import (
    NOON,
    VERSION,
    Archive,
    Known,
    article,
    collect,
    mention,
    opened,
    remember,
    tags,
)

COMPANIES = ("hanbit", "nurisem", "orbit")
OUTLETS = ("가람일보", "나루신문", "Delta Post")
TOPICS = ("hbm", "npu")
TERMS = ("HBM4", "2나노", "시연")
DAYS = [date(2026, 3, 1) + timedelta(days=n) for n in range(6)]

tones = st.sampled_from(list(Tone))


@pytest.fixture(scope="module", params=["by rows", "by columns"], autouse=True)
def way(request: pytest.FixtureRequest) -> Iterator[None]:
    """Large filters are counted in another way than small ones: each test holds for both."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(in_memory, "SMALL", 1_000_000 if request.param == "by rows" else 0)
        yield


@st.composite
def said(draw: st.DrawFn, item: Article) -> TagResult:
    if draw(st.integers(0, 11)) == 0:
        return TagFailure(item.id, VERSION, "터짐")
    named = draw(st.lists(st.sampled_from(COMPANIES), unique=True, max_size=3))
    relevant = draw(st.integers(0, 5)) > 0
    cue = Evidence("호평", Tone.POSITIVE, "title", "호평")
    mentions = tuple(
        Mention(company, 1, False, draw(tones), evidence=(cue,) if draw(st.booleans()) else ())
        for company in named
    )
    return Tags(
        item.id,
        VERSION,
        relevant=relevant,
        relevance=0.5,
        tone=draw(tones),
        mentions=mentions,
        topics=tuple(draw(st.lists(st.sampled_from(TOPICS), unique=True))),
        keywords=tuple(draw(st.lists(st.sampled_from(TERMS), max_size=3))) if relevant else (),
        # few different values, so that stories of several articles come about
        fingerprint=tuple(range(start := 100 * draw(st.integers(0, 6)), start + 12)),
    )


@st.composite
def archives(draw: st.DrawFn) -> tuple[list[Article], list[list[TagResult]]]:
    """Articles around midnight and noon, and one or two rounds of tags for them."""
    items = [
        article(
            number,
            outlet=draw(st.sampled_from(OUTLETS)),
            language=draw(st.sampled_from(["ko", "en"])),
            published_at=datetime.combine(draw(st.sampled_from(DAYS)), datetime.min.time(), KST)
            + timedelta(seconds=draw(st.sampled_from([-1, 0, 1, 43_200, 86_399]))),
            title=draw(st.sampled_from(["한빛칩 견학", "HBM4 시연", "누리셈 강연과 한빛"])),
        )
        for number in range(draw(st.integers(1, 14)))
    ]
    first = [draw(said(item)) for item in items if draw(st.integers(0, 7)) > 0]
    again = [draw(said(item)) for item in items if draw(st.integers(0, 2)) == 0]
    return items, [first, again]


def some(values: Iterable[object], size: int = 2) -> st.SearchStrategy[tuple[object, ...]]:
    chosen = st.lists(st.sampled_from(list(values)), unique=True, max_size=size)
    return st.just(()) | st.just(()) | chosen.map(tuple)


days = st.none() | st.sampled_from(DAYS)
filters = st.builds(
    ArticleFilter,
    start=days,
    end=days,
    companies=some([*COMPANIES, "nobody"]),
    together=st.just(()) | some(COMPANIES),
    outlets=some(OUTLETS),
    tones=some(Tone, 3),
    languages=some(["ko", "en"]),
    topics=some(TOPICS),
    query=st.sampled_from(["", "", "", "한빛", "-hbm", "한빛 OR hbm4", "강연 -견학", "!!!"]),
    include_irrelevant=st.sampled_from([False, False, False, True]),
)
rollable = st.builds(
    ArticleFilter,
    start=days,
    end=days,
    companies=some(COMPANIES, 1),
    tones=some(Tone, 3),
    languages=some(["ko", "en"]),
)


@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(archives(), st.lists(filters | rollable, min_size=4, max_size=8))
def test_every_number_is_the_one_that_counting_gives(
    given_: tuple[list[Article], list[list[TagResult]]], wanted: list[ArticleFilter]
) -> None:
    items, rounds = given_
    with tempfile.TemporaryDirectory() as folder, opened(Path(folder)) as store:
        collect(store, *items)
        for results in rounds:
            store.save_tags(results, NOON)
            store.assign_stories()
        assert store.check() == []
        archive = remember(store, items, [result for results in rounds for result in results])
        for one in wanted:
            note(repr(one))
            expect(store, archive, one)


def expect(store: SqliteStore, archive: Archive, wanted: ArticleFilter) -> None:
    fitting = [known for known in archive.fitting(wanted) if matches(known, wanted)]
    counts = store.counts(wanted)
    assert counts.articles == len(fitting)
    assert counts.tones == Counter(known.tone_under(wanted) for known in fitting)
    assert counts.mentions == sum(len(known.mentions) for known in fitting)
    assert counts.outlets == len({known.article.outlet for known in fitting})
    stories = archive.stories(wanted) & {known.story for known in fitting}
    assert counts.stories == len(stories)

    listed = list(paged(store, wanted))
    assert [card.id for card in listed] == [known.article.id for known in fitting]
    assert [detail.card for detail in store.export(wanted)] == listed

    for step in Step:
        for split in Split:
            bars = Counter((bucket(known, step), part(known, wanted, split)) for known in fitting)
            points = store.timeline(wanted, step, split)
            assert [(p.start_at, p.key) for p in points] == sorted(bars)
            assert {(p.start_at, p.key): p.articles for p in points} == bars

    named = [(m.company_id, m.tone) for known in fitting for m in known.mentions]
    per_company = Counter(company for company, _ in named)
    assert store.company_counts(wanted) == [
        CompanyCount(company, number, Counter(t for c, t in named if c == company))
        for company, number in ranked(per_company)
    ]
    outlets = Counter(known.article.outlet for known in fitting)
    assert store.outlet_counts(wanted) == [KeyCount(*row) for row in ranked(outlets)]
    topics = Counter(topic for k in fitting if k.tags for topic in k.tags.topics)
    assert store.topic_counts(wanted) == [KeyCount(*row) for row in ranked(topics)]
    expect_tallies(store, archive, wanted, fitting, stories)
    heads = store.stories(wanted, 100)
    assert {card.story_id for card in heads} == stories
    assert len(heads) == len(stories)
    assert all(card.first_in_story for card in heads)
    if len(wanted.companies) == 1:
        cues = sum(
            bool(m.evidence)
            for k in fitting
            for m in k.mentions
            if m.company_id in wanted.companies
        )
        assert store.cue_counts(wanted) == ([("호평", "positive", cues)] if cues else [])


def expect_tallies(
    store: SqliteStore,
    archive: Archive,
    wanted: ArticleFilter,
    fitting: list[Known],
    stories: set[str],
) -> None:
    pairs = Counter(
        pair
        for known in fitting
        for pair in combinations(sorted(m.company_id for m in known.mentions), 2)
        if not wanted.companies or set(pair) & set(wanted.companies)
    )
    assert store.pair_counts(wanted) == [
        PairCount(*pair, n) for pair, n in sorted(pairs.items(), key=lambda row: (-row[1], row[0]))
    ]
    first: dict[str, date] = {}
    for known in archive.known:
        if known.story and known.relevant:
            day = known.article.day
            first[known.story] = min(first.get(known.story, day), day)
    began = Counter(first[story] for story in stories)
    assert store.story_days(wanted) == [DayCount(day, began[day]) for day in sorted(began)]
    relevant = [known for known in fitting if known.tags and known.relevant]
    for kind, keys in ((Keyword.TOPIC, TOPICS), (Keyword.TERM, TERMS)):
        own = {
            key: [
                known
                for known in relevant
                if known.tags
                and key in (known.tags.topics if kind is Keyword.TOPIC else known.tags.keywords)
            ]
            for key in keys
        }
        told = Counter({key: len({k.story for k in own[key]} & stories) for key in keys})
        assert store.keyword_counts(wanted, kind) == [KeywordCount(*row) for row in ranked(+told)]
        assert store.keyword_uses(wanted, kind, keys) == [
            KeywordUse(
                key,
                len(own[key]),
                len({known.article.outlet for known in own[key]}),
                Counter(known.article.day for known in own[key]),
            )
            for key in keys
        ]


def matches(known: Known, wanted: ArticleFilter) -> bool:
    """The few queries of `filters`, spelled out."""
    title, text = known.article.title, known.article.title + known.article.summary
    rules = {
        "": True,
        "한빛": "한빛" in text,
        "-hbm": "HBM" not in text,
        "한빛 OR hbm4": "한빛" in text or "HBM4" in text,
        "강연 -견학": "강연" in title and "견학" not in title,
        "!!!": False,
    }
    return rules[wanted.query]


def paged(store: SqliteStore, wanted: ArticleFilter) -> Iterator[ArticleCard]:
    page = store.cards(wanted, limit=3)
    yield from page.cards
    while page.older:
        page = store.cards(wanted, limit=3, cursor=page.older)
        yield from page.cards


def bucket(known: Known, step: Step) -> datetime:
    local = known.article.published_at.astimezone(KST).replace(minute=0, second=0)
    if step is Step.HOUR:
        return local
    local = local.replace(hour=0)
    return local if step is Step.DAY else local - timedelta(days=local.weekday())


def part(known: Known, wanted: ArticleFilter, split: Split) -> str:
    if split is Split.TONE:
        return known.tone_under(wanted).value
    named = [m.company_id for m in known.mentions]
    among = [company for company in named if company in wanted.companies or not wanted.companies]
    return among[0] if among else ""


def ranked(counter: Counter[str]) -> list[tuple[str, int]]:
    return sorted(counter.items(), key=lambda row: (-row[1], row[0]))


# --- rules that deserve a name -------------------------------------------------------------------


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqliteStore]:
    with opened(tmp_path) as found:
        yield found


def test_a_day_begins_at_midnight_in_korea(store: SqliteStore) -> None:
    midnight = datetime(2026, 3, 5, tzinfo=KST)
    before, after = (
        article(1, published_at=midnight - timedelta(seconds=1)),
        article(2, published_at=midnight),
    )
    collect(store, before, after)
    store.save_tags([tags(before), tags(after)], NOON)
    assert [p.start_at for p in store.timeline(ArticleFilter(), Step.DAY, Split.TONE)] == [
        midnight - timedelta(days=1),
        midnight,
    ]
    day = kst_day(midnight)
    assert [c.id for c in store.cards(ArticleFilter(start=day, end=day)).cards] == [after.id]


@pytest.mark.parametrize("step", list(Step))
@pytest.mark.parametrize("companies", [(), ("hanbit", "orbit")])
def test_buckets_hold_before_1970_too(
    store: SqliteStore, step: Step, companies: tuple[str, ...]
) -> None:
    at = datetime(1969, 7, 20, 20, 17, 40, tzinfo=KST)
    item = article(published_at=at)
    collect(store, item)
    store.save_tags([tags(item, mention("hanbit"))], NOON)
    (point,) = store.timeline(ArticleFilter(companies=companies), step, Split.TONE)
    assert point.start_at == bucket(Known(item, None), step)


def test_a_story_counts_on_its_first_day_only(store: SqliteStore) -> None:
    same = tuple(range(12))
    first = article(1)
    second = article(2, published_at=NOON + timedelta(days=1), outlet="나루신문")
    collect(store, first, second)
    store.save_tags(
        [tags(first, fingerprint=same), tags(second, mention("orbit"), fingerprint=same)], NOON
    )
    store.assign_stories()
    one, two = first.day, second.day
    assert [store.counts(ArticleFilter(start=day, end=day)).stories for day in (one, two)] == [1, 0]
    # the story names the company on its second day: it is the company's once both days are in
    orbit = ("orbit",)
    assert store.counts(ArticleFilter(one, one, companies=orbit)).stories == 0
    assert store.counts(ArticleFilter(two, two, companies=orbit)).stories == 0
    assert store.counts(ArticleFilter(one, two, companies=orbit)).stories == 1
    assert store.counts(ArticleFilter(one, two)).outlets == 2


def test_a_story_is_a_companys_from_the_first_day_that_names_it(store: SqliteStore) -> None:
    items = [
        article(n, published_at=NOON + timedelta(days=n), outlet=f"매체 {n}") for n in range(3)
    ]
    collect(store, *items)
    store.save_tags([tags(a, mention("orbit"), fingerprint=range(12)) for a in items], NOON)
    store.assign_stories()
    first = items[0].day
    for end in (None, first, items[1].day):
        assert store.counts(ArticleFilter(first, end, companies=("orbit",))).stories == 1


def test_largest_stories_first(store: SqliteStore) -> None:
    big = [article(n, published_at=NOON + timedelta(minutes=n)) for n in range(3)]
    small = article(9, published_at=NOON + timedelta(hours=5))
    collect(store, *big, small)
    store.save_tags([tags(a, fingerprint=(1, 2, 3, 4)) for a in big] + [tags(small)], NOON)
    store.assign_stories()
    newest = [card.id for card in store.stories(ArticleFilter())]
    largest = store.stories(ArticleFilter(), largest=True)
    assert newest == [small.id, big[0].id]
    assert [(card.id, card.story_articles) for card in largest] == [(big[0].id, 3), (small.id, 1)]
    assert len(store.stories(ArticleFilter(), 1)) == 1


def test_cue_words_are_those_of_one_company(store: SqliteStore) -> None:
    for companies in ((), ("hanbit", "orbit")):
        with pytest.raises(ValueError, match="one company"):
            store.cue_counts(ArticleFilter(companies=companies))
