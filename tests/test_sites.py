"""Which addresses are the same article: reviewed rules, whose examples are tests."""

from __future__ import annotations

import pickle
import tomllib
from itertools import combinations
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from db.errors import ConfigError
from ingest.collect.addresses import canonical_url
from ingest.collect.sites import NO_SITES, Sites, SitesFile
from ingest.config import PACKAGED, load, load_sites, read
from tests.test_addresses import ADDRESSES

FILE = read(PACKAGED / "sites.toml", SitesFile)
SITES = Sites.of(FILE)


def address(url: str, sites: Sites = SITES) -> str:
    plain = canonical_url(url)
    assert plain is not None
    return sites.canonical(plain)


@pytest.mark.parametrize("entry", FILE.site, ids=lambda entry: entry.hosts[0])
def test_every_site_has_examples_and_they_hold(entry: object) -> None:
    """`Sites.of` proves them too; here they are counted, so that no rule goes without."""
    assert entry in FILE.site
    rules = next(site for site in FILE.site if site is entry)
    assert rules.same
    assert len(rules.apart) >= 2
    for group in rules.same:
        assert len({address(url) for url in group}) == 1
    for one, other in combinations(rules.apart, 2):
        assert address(one) != address(other)
    used = {url for group in rules.same for url in group if address(url) != canonical_url(url)}
    assert used, "no example needs this entry"


def test_six_addresses_of_one_article_are_one() -> None:
    sections = ("economy/economy-general", "economy/labor", "national/labor", "world/america")
    urls = [f"http://www.khan.co.kr/{s}/article/202608220714001/?utm_source=rss" for s in sections]
    urls += [
        "https://m.khan.co.kr/article/202608220714001",
        "https://khan.co.kr/article/202608220714001/",
    ]
    assert {address(url) for url in urls} == {"https://www.khan.co.kr/article/202608220714001"}


def test_copies_at_naver_and_daum_stay_copies() -> None:
    hosts = {address(url).split("/")[2] for site in FILE.site for url in site.apart}
    assert {"n.news.naver.com", "v.daum.net", "www.mk.co.kr"} <= hosts


def test_other_pages_of_a_site_are_left_alone() -> None:
    for url in (
        "https://www.khan.co.kr/",
        "https://m.khan.co.kr/economy?page=2",
        "https://sports.khan.co.kr/a/1",
    ):
        assert address(url) == url
    assert address("https://m.khan.co.kr:8443/article/202608220714001").startswith("https://m.")


def test_an_address_with_two_numbers_is_neither_of_them() -> None:
    view = "https://www.thelec.kr/news/articleView.html?"
    found = {address(view + query) for query in ("idxno=1", "idxno=2", "idxno=1&idxno=2")}
    assert len(found) == 3


def test_rules_travel_to_workers() -> None:
    assert pickle.loads(pickle.dumps(SITES)) == SITES


def test_without_rules_nothing_changes() -> None:
    url = "https://m.khan.co.kr/article/202608220714001"
    assert NO_SITES.canonical(url) == url


@settings(deadline=None)
@given(ADDRESSES, st.sampled_from(["", *sorted(SITES.by_host)]))
def test_any_address_is_its_own_canonical_form_afterwards(text: str, host: str) -> None:
    plain = canonical_url(text.replace("a.example", host) if host else text)
    if plain is not None:
        found = SITES.canonical(plain)
        assert canonical_url(found) == found
        assert SITES.canonical(found) == found


EXAMPLES = [url for site in FILE.site for group in site.same for url in group]
DIGITS = st.integers(min_value=0, max_value=9)


@settings(deadline=None)
@given(st.sampled_from(EXAMPLES), st.data())
def test_addresses_with_other_numbers_are_other_articles(url: str, data: st.DataObject) -> None:
    """Change one digit of the number by which the article goes: never the same article."""
    written = address(url)
    number = max((w for w in written.replace("=", "/").replace("?", "/").split("/")), key=_digits)
    if _digits(number) < 5 or url.count(number) != 1:
        return
    places = [i for i, letter in enumerate(number) if letter.isdigit()]
    place = data.draw(st.sampled_from(places))
    digit = str((int(number[place]) + data.draw(st.integers(1, 9))) % 10)
    other = url.replace(number, number[:place] + digit + number[place + 1 :])
    assert address(other) != written


def _digits(text: str) -> int:
    return sum(letter.isdigit() for letter in text)


def test_long_addresses_do_not_hold_anybody_up() -> None:
    for path in ("/1" * 900 + "/ampx/", "/" + "1-" * 900 + "/ampx", "/a" * 900 + "/amp"):
        address(f"https://a.example{path}")
    address("https://www.khan.co.kr" + "/a" * 900 + "/article/1")


SITE = '[[site]]\nhosts = ["www.gaon.example"]\n'
RULE = "[[site.article]]\npath = '/v/(?P<id>\\d+)'\nto = \"/v/{id}\"\n"


def sites(tmp_path: Path, text: str) -> Sites:
    path = tmp_path / "sites.toml"
    path.write_text(text, "utf-8")
    return load_sites(path)


def test_a_user_adds_a_site(tmp_path: Path) -> None:
    found = sites(tmp_path, SITE + RULE)
    assert address("http://m.gaon.example/v/7?from=a", found) == "https://www.gaon.example/v/7"
    assert load(tmp_path).sites == found


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (SITE + "colour = 1\n", "site[0].colour"),
        (SITE + RULE.replace("{id}", "1"), "`to`"),
        (SITE + RULE.replace("{id}", "{id}{no}"), "`to`"),
        (SITE + RULE.replace("(?P<id>", "(?P<id>("), "regular expression"),
        (SITE + RULE.replace("(?P<id>", "("), "name"),
        (SITE + RULE + SITE + RULE.replace("/v/", "/w/"), "belongs to"),
        (SITE + 'same = [["https://gaon.example/v/1", "https://m.gaon.example/v/2"]]\n' + RULE, "same"),
        (SITE + 'apart = ["https://gaon.example/v/1", "https://m.gaon.example/v/1"]\n' + RULE, "apart"),
        (SITE + 'apart = ["gaon"]\n' + RULE, "web address"),
        (SITE.replace("www.gaon.example", "WWW gaon"), "hosts"),
    ],
)  # fmt: skip
def test_a_rule_that_would_lose_articles_is_refused(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(ConfigError) as caught:
        sites(tmp_path, text)
    assert said in str(caught.value)
    assert "sites.toml" in str(caught.value)


def test_the_file_explains_itself() -> None:
    text = (PACKAGED / "sites.toml").read_text("utf-8")
    keys = {key for site in tomllib.loads(text)["site"] for key in site} - {"article"}
    assert all(f"#   {key}" in text for key in keys)
