"""Adding sources never loses what the user's file holds."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from db.errors import ConfigError, InputError
from db.model import RightsMode, Source
from ingest.config import PACKAGED, load_sources
from ingest.feedfile import add_sources, read_opml, source_id, write_opml

NEW = Source(
    "hansae", "한새경제", "https://hansae.example/rss.xml", section="산업", rights=RightsMode.LINK
)
ABROAD = Source(
    "silicon",
    "Silicon Note",
    "https://silicon.example/feed",
    language="en",
    timezone="America/New_York",
)


def test_the_first_addition_keeps_every_packaged_source(tmp_path: Path) -> None:
    packaged = load_sources(PACKAGED / "feeds.toml")
    path, added = add_sources(tmp_path / "conf", [NEW, ABROAD])
    assert added == 2
    assert load_sources(path) == (*packaged, NEW, ABROAD)


def test_comments_of_the_user_survive(tmp_path: Path) -> None:
    path = tmp_path / "feeds.toml"
    path.write_text(
        '# 우리 회사 목록\n[[feed]]\nid = "a"\noutlet = "가온일보"  # 담당: 김\nurl = "https://a.example/r"\n',
        "utf-8",
    )
    add_sources(tmp_path, [NEW])
    text = path.read_text("utf-8")
    assert "# 우리 회사 목록" in text
    assert "# 담당: 김" in text
    assert [feed["id"] for feed in tomllib.loads(text)["feed"]] == ["a", "hansae"]


def test_a_known_address_is_left_alone(tmp_path: Path) -> None:
    path, _ = add_sources(tmp_path, [NEW])
    before = path.read_bytes()
    assert add_sources(tmp_path, [NEW]) == (path, 0)
    assert path.read_bytes() == before


def test_a_taken_id_gets_a_number(tmp_path: Path) -> None:
    other = Source("hansae", "한새경제", "https://hansae.example/other.xml")
    path, _ = add_sources(tmp_path, [NEW, other])
    assert [source.id for source in load_sources(path)][-2:] == ["hansae", "hansae-2"]


def test_a_source_that_would_not_load_changes_nothing(tmp_path: Path) -> None:
    path, _ = add_sources(tmp_path, [NEW])
    before = path.read_bytes()
    with pytest.raises(ConfigError):
        add_sources(tmp_path, [Source("x", "x", "ftp://x.example/", timezone="Asia/Seoul")])
    assert path.read_bytes() == before


def test_opml_goes_out_and_comes_back(tmp_path: Path) -> None:
    path = tmp_path / "feeds.opml"
    path.write_bytes(write_opml([NEW, ABROAD]))
    back = read_opml(path)
    assert [(s.outlet, s.url, s.section, s.language, s.timezone, s.rights) for s in back] == [
        (s.outlet, s.url, s.section, s.language, s.timezone, s.rights) for s in (NEW, ABROAD)
    ]


def test_folders_of_other_readers_become_sections(tmp_path: Path) -> None:
    path = tmp_path / "other.opml"
    path.write_text(
        '<opml version="1.0"><body><outline text="반도체"><outline text="칩마당" '
        'xmlUrl="https://chip.example/rss"/><outline text="x" xmlUrl="javascript:alert(1)"/>'
        "</outline></body></opml>",
        "utf-8",
    )
    (source,) = read_opml(path)
    assert (source.outlet, source.section) == ("칩마당", "반도체")


@pytest.mark.parametrize("text", ["", "<opml/>", "<html><body>", "not xml"])
def test_what_is_no_opml_is_said_so(tmp_path: Path, text: str) -> None:
    path = tmp_path / "bad.opml"
    path.write_text(text, "utf-8")
    with pytest.raises(InputError) as caught:
        read_opml(path)
    assert str(path) in caught.value.text("ko")


@pytest.mark.parametrize(
    ("url", "slug"),
    [
        ("https://rss.etnews.example/Section901.xml", "etnews-example-section901"),
        ("https://www.hansae.co.kr/rss/all", "hansae-all"),
        ("https://한글.example/", "example"),
    ],
)
def test_ids_are_made_from_addresses(url: str, slug: str) -> None:
    assert source_id(url) == slug
