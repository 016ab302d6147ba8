"""A mistake in a file is named: the file, the key, and what to do."""

from __future__ import annotations

from pathlib import Path

import pytest

from db.errors import ConfigError
from db.model import RightsMode
from ingest.config import FILES, load, load_sources, locate


def feeds(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "feeds.toml"
    path.write_text(text, "utf-8")
    return path


ONE = '[[feed]]\nid = "hansae"\noutlet = "한새경제"\nurl = "https://hansae.example/rss"\n'


def test_the_packaged_configuration_loads() -> None:
    config = load()
    assert len(config.sources) >= 60
    assert sum(source.language == "ko" for source in config.sources) >= 40
    assert sum(source.language == "en" for source in config.sources) >= 20
    assert len(config.companies) == 185
    assert len(config.topics) >= 25
    assert config.tagger.version == load().tagger.version


def test_a_file_of_the_user_replaces_the_packaged_one_alone(tmp_path: Path) -> None:
    feeds(tmp_path, ONE)
    config = load(tmp_path)
    assert [source.id for source in config.sources] == ["hansae"]
    assert config.files["feeds.toml"] == tmp_path / "feeds.toml"
    assert len(config.companies) == 185


def test_korean_sources_are_in_korean_time_and_excerpts_by_default(tmp_path: Path) -> None:
    (source,) = load_sources(feeds(tmp_path, ONE))
    assert (source.timezone, source.rights) == ("Asia/Seoul", RightsMode.EXCERPT)


@pytest.mark.parametrize(
    ("text", "key"),
    [
        (ONE + 'colour = "red"\n', "feed[0].colour"),
        (ONE + ONE, "feed[1].id"),
        (ONE + ONE.replace('"hansae"', '"other"'), "feed[1].url"),
        (ONE.replace("https:", "ftp:"), "feed[0].url"),
        (ONE.replace("https://hansae.example/rss", "file:///etc/passwd"), "feed[0].url"),
        (ONE.replace('"hansae"', '"한새"'), "feed[0].id"),
        (ONE + 'rights = "all"\n', "feed[0].rights"),
        (ONE + 'timezone = "Korea"\n', "feed[0].timezone"),
        (ONE + "enabled = 3\n", "feed[0].enabled"),
        (ONE + "newsroom = 3\n", "feed[0].newsroom"),
        ('[[feed]]\nid = "a"\n', "feed[0].outlet"),
    ],
)
def test_a_mistake_names_its_key(tmp_path: Path, text: str, key: str) -> None:
    path = feeds(tmp_path, text)
    with pytest.raises(ConfigError) as caught:
        load_sources(path)
    assert caught.value.subject == f"{path}: {key}"
    assert caught.value.ko != caught.value.en


def test_a_newsroom_belongs_to_a_company_of_the_dictionary(tmp_path: Path) -> None:
    feeds(tmp_path, ONE + 'newsroom = "sk-hynix"\n')
    assert load(tmp_path).sources[0].newsroom == "sk-hynix"
    feeds(tmp_path, ONE + 'newsroom = "sk-hynics"\n')
    with pytest.raises(ConfigError, match=r"feed\[0\]\.newsroom"):
        load(tmp_path)


def test_broken_toml_names_its_line(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="line 2"):
        load_sources(feeds(tmp_path, "[[feed]]\nid = \n"))


def test_another_encoding_is_said_so(tmp_path: Path) -> None:
    path = tmp_path / "feeds.toml"
    path.write_bytes(ONE.encode("cp949"))
    with pytest.raises(ConfigError, match="UTF-8"):
        load_sources(path)


def test_notepad_may_leave_a_byte_order_mark(tmp_path: Path) -> None:
    path = tmp_path / "feeds.toml"
    path.write_text(ONE, "utf-8-sig")
    assert len(load_sources(path)) == 1


def test_an_alias_belongs_to_one_company(tmp_path: Path) -> None:
    company = '[[company]]\nid = "{0}"\nname_ko = "{0}"\nname_en = "{0}"\naliases = ["별마루"]\n'
    (tmp_path / "companies.toml").write_text(company.format("a") + company.format("b"), "utf-8")
    with pytest.raises(ConfigError, match=r"company\[1\].*별마루.* a\b"):
        load(tmp_path)


def test_a_directory_that_was_asked_for_must_exist(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="--config"):
        load(tmp_path / "none")


def test_settings_are_checked(tmp_path: Path) -> None:
    (tmp_path / "chipwatch.toml").write_text("[collect]\nconcurrency = 0\n", "utf-8")
    with pytest.raises(ConfigError, match=r"collect\.concurrency"):
        load(tmp_path)


def test_every_packaged_file_is_found() -> None:
    assert set(locate(Path("/nonexistent"))) == set(FILES)
    assert all(path.is_file() for path in locate(Path("/nonexistent")).values())


def test_the_tagger_version_changes_with_the_dictionary(tmp_path: Path) -> None:
    before = load()
    path = tmp_path / "companies.toml"
    packaged = before.files["companies.toml"].read_text("utf-8")
    path.write_text(
        packaged
        + '\n[[company]]\nid = "new"\nname_ko = "별마루칩스"\nname_en = "B"\naliases = ["별마루칩스"]\n',
        "utf-8",
    )
    assert load(tmp_path).tagger.version != before.tagger.version
