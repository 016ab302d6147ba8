"""Bytes → text: whatever the declaration says, Korean must come out, and one bad byte costs one word."""

import codecs

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.collect.decode import declared_encoding, decode

TITLE = "칩 강연회, 겨울 학기 열린다"
ODD = "똠방각하와 펲시, 쨰깍 소리"  # syllables that EUC-KR lacks and CP949 has

EUC_KR_NAMES = [
    "euc-kr", "EUC-KR", "euckr", "ks_c_5601-1987", "KSC5601", "ks_c_5601",
    "windows-949", "x-windows-949", "ms949", "MS949", "cp949", "uhc", "korean",
]  # fmt: skip


def feed(encoding: str, title: str = TITLE, quote: str = '"') -> str:
    return (
        f"<?xml version={quote}1.0{quote} encoding={quote}{encoding}{quote}?>\n"
        f"<rss><channel><title>{title}</title><item><title>둘째 소식입니다</title></item></channel></rss>"
    )


@pytest.mark.parametrize("name", EUC_KR_NAMES)
@pytest.mark.parametrize("codec", ["cp949", "utf-8"])
def test_every_name_of_euc_kr_is_read_as_its_superset(name: str, codec: str) -> None:
    text = decode(feed(name, ODD).encode(codec), "text/xml")
    assert ODD in text
    assert "\ufffd" not in text


@pytest.mark.parametrize("quote", ['"', "'"])
def test_both_quote_styles_of_the_declaration(quote: str) -> None:
    body = feed("euc-kr", quote=quote).encode("euc-kr")
    assert declared_encoding(body, "") == ["cp949"]
    assert TITLE in decode(body, "text/xml")


@pytest.mark.parametrize(
    ("declared", "actual"),
    [("utf-8", "cp949"), ("iso-8859-1", "cp949"), ("windows-1252", "cp949"), ("euc-kr", "utf-8")],
)
def test_a_wrong_declaration_is_recovered(declared: str, actual: str) -> None:
    text = feed(declared, TITLE * 3)
    assert TITLE * 3 in decode(text.encode(actual), "application/xml")


def test_no_declaration_at_all() -> None:
    for codec in ("utf-8", "cp949"):
        body = feed("x").partition("?>")[2].encode(codec)
        assert TITLE in decode(body, "")


def test_the_header_counts_where_the_document_says_nothing() -> None:
    body = "<rss><title>티</title></rss>".encode("cp949")  # also valid UTF-8, by accident
    assert "티" in decode(body, "text/xml; charset=EUC-KR")


@pytest.mark.parametrize(
    "codec", ["utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-be", "utf-8-sig"]
)
def test_wide_encodings_and_byte_order_marks(codec: str) -> None:
    text = decode(feed("utf-16").encode(codec), "")
    assert TITLE in text
    assert text.startswith('<?xml version="1.0" encoding="utf-8"?>')


def test_a_byte_order_mark_beats_the_declaration() -> None:
    assert TITLE in decode(codecs.BOM_UTF8 + feed("euc-kr").encode(), "text/xml; charset=euc-kr")


@pytest.mark.parametrize(("declared", "actual"), [("euc-kr", "cp949"), ("utf-8", "utf-8")])
def test_a_broken_byte_costs_one_word_and_not_the_feed(declared: str, actual: str) -> None:
    body = feed(declared).encode(actual)
    start = body.index("강연회".encode(actual))
    text = decode(body[:start] + b"\xff" + body[start + 1 :], "text/xml")
    assert "겨울 학기 열린다" in text
    assert "둘째 소식입니다" in text


def test_a_title_of_another_codec_inside_utf8_is_mended() -> None:
    body = (
        feed("utf-8")
        .encode()
        .replace("둘째 소식입니다".encode(), "둘째 소식입니다".encode("cp949"))
    )
    text = decode(body, "text/xml")
    assert TITLE in text
    assert "둘째 소식입니다" in text


def test_a_character_cut_in_two_does_not_infect_its_neighbours() -> None:
    body = feed("utf-8").encode().replace("열린다".encode(), "열린".encode() + "다".encode()[:2])
    text = decode(body, "text/xml")
    assert "열린\ufffd" in text
    assert "둘째 소식입니다" in text


@pytest.mark.parametrize(
    "before", [b"\n", b"\r\n \t", b"\xef\xbb\xbf\n", b"<b>Notice</b>: cache\n"]
)
def test_what_stands_before_the_declaration_is_dropped(before: bytes) -> None:
    text = decode(before + feed("utf-8").encode(), "")
    assert text.startswith('<?xml version="1.0" encoding="utf-8"?>\n<rss>')


def test_control_characters_go_also_as_references() -> None:
    text = decode(feed("utf-8", "가\x00나\x08다&#8;&#x1F;&#xD83D;&#65;&#10;라").encode(), "")
    assert "가나다&#65;&#10;라" in text


@pytest.mark.parametrize("body", [b"", b"  \r\n", b"\xef\xbb\xbf"])
def test_nothing_stays_nothing(body: bytes) -> None:
    assert decode(body, "text/xml") == ""


def test_unknown_and_silly_charsets_are_ignored() -> None:
    for name in ("x-unknown", "base64", "undefined", "utf-16", "unicode_escape"):
        assert declared_encoding(feed(name).encode(), f"text/xml; charset={name}") == []
        assert TITLE in decode(feed(name).encode(), f"text/xml; charset={name}")


@settings(deadline=None)
@given(st.binary(max_size=300), st.text(max_size=40))
def test_any_bytes_become_text_that_can_be_stored(body: bytes, content_type: str) -> None:
    text = decode(body, content_type)
    text.encode("utf-8")
    assert not any(ord(character) < 32 and character not in "\t\r\n" for character in text)


@settings(deadline=None)
@given(
    st.text(st.characters(codec="cp949", categories=["L", "N", "P"]), min_size=1),
    st.sampled_from(EUC_KR_NAMES),
)
def test_korean_survives_a_round_trip_under_any_name(title: str, name: str) -> None:
    safe = title.replace("<", "").replace("&", "").replace(">", "")
    assert f"<title>{safe}</title>" in decode(feed(name, safe).encode("cp949"), "text/xml")
