"""The store finds by words and names what a scan of everything finds, however it is asked."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from db.query import ArticleFilter, Split, Step
from db.search import parse
from db.sqlite import SqliteStore
from db.sqlite import filter as filters
from tests.newsroom import COMPANIES, NOON, article, collect, mention, opened, tags

OUTLETS = ("한새경제", "새녘통신", "SK Daily", "Ｎｅｗｓ 通信", "<b>굵은</b>일보")
TITLES = (
    "새 HBM 전시",
    "한빛, 견학 행사",
    "HBM4 표준 회의",
    "누리셈 강연",
    "SK·한빛 협력",
    "美 ㈜한빛",
)
IDS = [company.id for company in COMPANIES]
NAMES = [name for c in COMPANIES for name in (c.name_ko, c.name_en, *c.aliases)]

words = st.sampled_from(["한빛", "hbm", "HBM4", "SK", "누리", "美", '"한빛 견학"', "새", "zzz"])
names = st.builds(
    lambda field, value: f"{field}:{value}",
    st.sampled_from(["매체", "outlet", "기업", "COMPANY", "제목"]),
    st.sampled_from(
        ["한새", "새", "SK", "news", "通", '"SK Daily"', "굵은", "x') OR 1=1 --", *NAMES]
    ),
)
signed = st.builds(lambda sign, term: sign + term, st.sampled_from(["", "", "-"]), words | names)
queries = st.lists(signed | st.sampled_from(["OR", "AND"]), min_size=1, max_size=5).map(" ".join)


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SqliteStore]:
    folder: Path = tmp_path_factory.mktemp("search")
    with opened(folder) as found:
        given_ = [
            article(n, title=TITLES[n % 6], outlet=OUTLETS[n % 5], summary="누리셈 시연" * (n % 2))
            for n in range(30)
        ]
        collect(found, *given_)
        found.save_tags(
            [
                tags(item, *(mention(c) for c in IDS if (n + len(c)) % 3 == 0))
                for n, item in enumerate(given_)
            ],
            NOON,
        )
        yield found


def scanned(store: SqliteStore, query: str) -> set[str]:
    wanted, found = parse(query), set()
    companies = {c.id: (c.name_ko, c.name_en, *c.aliases) for c in store.companies()}
    for card in store.cards(ArticleFilter(), limit=100).cards:
        text = "누리셈 시연" * (int(card.url.rpartition("=")[2]) % 2)
        named = [name for m in card.mentions for name in companies[m.company_id]]
        if wanted.matches(card.title, text, card.outlet, named):
            found.add(card.id)
    return found


@pytest.mark.parametrize("few", [1, 2_000], ids=["common words", "rare words"])
@settings(
    max_examples=120,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(queries, st.sampled_from([(), (IDS[0],), tuple(IDS[:2])]))
@example("매체:한새", ())
@example("hbm OR -매체:한새", ())
@example("-기업:한빛 -hbm", (IDS[0],))
def test_names_and_words_find_what_a_scan_finds(
    store: SqliteStore, few: int, query: str, companies: tuple[str, ...]
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(filters, "FEW", few)
        wanted = ArticleFilter(companies=companies, query=query)
        page = store.cards(wanted, limit=100)
    within = {card.id for card in store.cards(ArticleFilter(companies=companies), limit=100).cards}
    expected = scanned(store, query) & within
    assert {card.id for card in page.cards} == expected
    assert store.counts(wanted).articles == len(expected)
    bars = store.timeline(wanted, Step.DAY, Split.TONE)
    assert sum(bar.articles for bar in bars) == len(expected)
