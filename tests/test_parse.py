"""Text → raw entries, and a clear word about what is no feed."""

import io
from pathlib import Path

import feedparser
import pytest

from db.errors import ParseError
from ingest.collect.parse import parse
from tests.feed_server import item, rss

HEAD = '<?xml version="1.0" encoding="utf-8"?>\n'


def channel(*items: str, link: str = "https://news.example.com/", namespaces: str = "") -> str:
    return (
        f'{HEAD}<rss version="2.0" {namespaces}><channel><title>시험</title><link>{link}</link>'
        f"{''.join(items)}</channel></rss>"
    )


def test_entries_come_in_the_order_of_the_feed_with_their_raw_dates() -> None:
    parsed = parse(rss(item(1), item(2), item(3)).decode())
    assert [entry.link[-1] for entry in parsed.entries] == ["1", "2", "3"]
    assert parsed.entries[0].published == "Mon, 23 Nov 2026 09:01:00 +0900"
    assert (parsed.title, parsed.skipped) == ("시험 피드", 0)


def test_a_missing_date_is_not_borrowed_from_another_field() -> None:
    entry = parse(channel("<item><title>가</title><pubDate>2026-11-23</pubDate></item>")).entries[0]
    assert (entry.published, entry.updated) == ("2026-11-23", "")


def test_dublin_core_date_and_creator() -> None:
    namespaces = 'xmlns:dc="http://purl.org/dc/elements/1.1/"'
    markup = (
        "<item><title>가</title><dc:date>Mon, 23 Nov 2026 09:00:00 +0900</dc:date>"
        "<dc:creator>나하늘</dc:creator></item>"
    )
    entry = parse(channel(markup, namespaces=namespaces)).entries[0]
    assert entry.updated == "Mon, 23 Nov 2026 09:00:00 +0900"
    assert entry.author == "나하늘"


def test_description_and_full_text_are_told_apart() -> None:
    namespaces = 'xmlns:content="http://purl.org/rss/1.0/modules/content/"'
    markup = (
        "<item><title>가</title><description>짧은 글</description>"
        "<content:encoded>&lt;p&gt;긴 글&lt;/p&gt;</content:encoded></item>"
    )
    entry = parse(channel(markup, namespaces=namespaces)).entries[0]
    assert (entry.summary, entry.content) == ("짧은 글", "<p>긴 글</p>")


def test_a_guid_is_never_taken_for_a_link() -> None:
    entry = parse(channel("<item><title>가</title><guid>20261123000218</guid></item>")).entries[0]
    assert (entry.link, entry.guid) == ("", "20261123000218")


def test_the_outlet_that_an_aggregator_names() -> None:
    markup = (
        '<item><title>가 - 나일보</title><source url="https://na.example">나일보</source></item>'
    )
    assert parse(channel(markup)).entries[0].source_name == "나일보"


@pytest.mark.parametrize(
    ("markup", "image"),
    [
        ('<media:thumbnail url="https://i.example/t.jpg"/>', "https://i.example/t.jpg"),
        ('<media:content url="https://i.example/c" medium="image"/>', "https://i.example/c"),
        ('<media:content url="https://i.example/v.mp4" type="video/mp4"/>', ""),
        (
            '<enclosure url="https://i.example/e.png" type="image/png" length="1"/>',
            "https://i.example/e.png",
        ),
        ('<enclosure url="https://i.example/e.mp3" type="audio/mpeg" length="1"/>', ""),
        ("<description>&lt;img src='/d.jpg'&gt;글</description>", "/d.jpg"),
        (
            '<description>&lt;img width="1" height="1" src=\'https://i.example/p.gif\'&gt;</description>',
            "",
        ),
        (
            '<description>&lt;img src="https://i.example/a.jpg?x=1&amp;amp;y=2"&gt;</description>',
            "https://i.example/a.jpg?x=1&y=2",
        ),
    ],
)
def test_the_picture_of_an_entry(markup: str, image: str) -> None:
    namespaces = 'xmlns:media="http://search.yahoo.com/mrss/"'
    text = channel(f"<item><title>가</title>{markup}</item>", namespaces=namespaces)
    assert parse(text).entries[0].image_url == image


def test_ampersands_and_html_entities_outside_cdata_are_mended() -> None:
    text = channel(
        "<item><title>R&D와 A & B&nbsp;그리고 &hellip;</title>"
        "<link>https://a.example/?x=1&y=2</link>"
        "<description><![CDATA[R&D &amp; &nbsp;]]></description></item>"
    )
    entry = parse(text).entries[0]
    assert entry.title == "R&D와 A & B\u00a0그리고 …"
    assert entry.link == "https://a.example/?x=1&y=2"
    assert entry.summary == "R&D &amp; &nbsp;"


def test_markup_in_text_is_kept_raw() -> None:
    entry = parse(
        channel(
            "<item><title>가</title><description><![CDATA[<AI 반도체> 특집]]></description></item>"
        )
    )
    assert entry.entries[0].summary == "<AI 반도체> 특집"


def test_a_truncated_feed_gives_what_came_before_the_break() -> None:
    text = rss(item(1), item(2)).decode()
    assert len(parse(text[: text.rindex("<description>")]).entries) >= 1


def test_a_valid_feed_without_entries_is_no_error() -> None:
    assert parse(channel()).entries == ()


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("", "빈 응답"),
        ("<html><head><title>404</title></head><body>없는 쪽</body></html>", "HTML"),
        (f"{HEAD}<!DOCTYPE html><html><body><p>점검 중</p></body></html>", "HTML"),
        (f'{HEAD}{{"error": "not found"}}', "JSON"),
        (f"{HEAD}점검 중입니다", "알 수 없는 형식"),
    ],
)
def test_what_is_no_feed_is_called_by_its_name(text: str, word: str) -> None:
    with pytest.raises(ParseError) as caught:
        parse(text)
    assert word in caught.value.ko
    assert caught.value.en


@pytest.mark.parametrize(
    "body", ["/etc/hostname", "http://127.0.0.1:9/feed", "file:///etc/hostname"]
)
def test_a_body_that_is_a_path_or_an_address_is_not_opened(body: str) -> None:
    with pytest.raises(ParseError):
        parse(body)


def with_entities(*declared: str, title: str = "가") -> str:
    lines = "".join(f"\n<!ENTITY {entity}>" for entity in declared)
    return f"{HEAD}<!DOCTYPE rss [{lines}\n]>{channel(f'<item><title>{title}</title></item>')[len(HEAD) :]}"


@pytest.mark.parametrize(
    ("text", "word"),
    [
        (
            with_entities('e0 "ha"', *(f'e{n} "{f"&e{n - 1};" * 10}"' for n in range(1, 12))),
            "within",
        ),
        (with_entities(f'a "{"x" * 50_000}"', title="&a;" * 50_000), "too long"),
        (with_entities(f'a "{"x" * 200}"', title="&a;" * 50_000), "explode"),
        (with_entities('x SYSTEM "file:///etc/hostname"', title="&x;"), "external"),
        (with_entities("x PUBLIC 'a' 'http://127.0.0.1:9/x'"), "external"),
        (with_entities('% x SYSTEM "http://127.0.0.1:9/x.dtd"'), "external"),
        (with_entities("% x '<!ENTITY y 1>'"), "malformed"),
        (with_entities("% x 'INCLUDE'"), "within"),
        (with_entities(*(f'e{n} "1"' for n in range(1000))), "too many"),
        (f"<!-- -->{with_entities('a SYSTEM 1')[len(HEAD) :]}", "malformed"),
        (channel("<a>" * 400_000), "tags"),
        (channel("<" * 400_000), "tags"),
    ],
)
def test_weapons_are_refused_by_their_name(text: str, word: str) -> None:
    with pytest.raises(ParseError, match=word) as caught:
        parse(text)
    assert caught.value.ko.endswith((".", "."))


def test_harmless_entities_are_resolved_or_known() -> None:
    plain = with_entities('chip "반도체"', title="&chip; 강연회")
    assert parse(plain).entries[0].title == "반도체 강연회"
    table = '% HTMLlat1 PUBLIC "-//W3C//ENTITIES Latin 1 for XHTML//EN" "http://127.0.0.1:9/lat1"'
    assert parse(with_entities(table)).entries[0].title == "가"


def test_an_article_about_entities_is_no_weapon() -> None:
    text = channel(
        "<item><title>가</title><description><![CDATA[&lt;!DOCTYPE a [<!ENTITY b SYSTEM 'c'>"
        "]]></description></item>"
    )
    assert "<!ENTITY" in parse(text).entries[0].summary


def test_a_tag_with_a_hundred_thousand_attributes_is_read_without_them() -> None:
    attributes = " ".join(f"a{n}='1'" for n in range(100_000))
    text = channel(f"<item {attributes}><title>가</title></item>", "<item><title>나</title></item>")
    assert [entry.title for entry in parse(text).entries] == ["가", "나"]


def test_an_entry_that_cannot_be_read_is_skipped_and_counted(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    real = feedparser.parse

    def with_a_broken_entry(stream: io.BytesIO, **options: bool) -> object:
        result = real(stream, **options)
        result["entries"][1]["links"] = [None]
        return result

    monkeypatch.setattr(feedparser, "parse", with_a_broken_entry)
    older = rss(item(1), item(2), item(3)).decode().replace('version="2.0"', 'version="0.92"')
    parsed = parse(older)
    assert [entry.link[-1] for entry in parsed.entries] == ["1", "3"]
    assert parsed.skipped == 1


def test_feedparser_is_imported_in_one_module_only() -> None:
    package = Path(__file__).parent.parent / "ingest"
    users = [
        path.name
        for path in package.rglob("*.py")
        if "import feedparser" in path.read_text("utf-8")
    ]
    assert users == ["parse.py"]


@pytest.mark.parametrize(
    "broken", ["<rss version='2.0'><channel><desc", "<a>" * 9, "&<<<</channel>"]
)
def test_broken_xml_without_entries_is_no_empty_feed(broken: str) -> None:
    with pytest.raises(ParseError, match="broken"):
        parse(f"{HEAD}<rss version='2.0'><channel><title>x</title>{broken}")
