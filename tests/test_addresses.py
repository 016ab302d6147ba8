"""Canonical URLs: copies meet, different articles stay apart, nothing dangerous passes."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.collect.addresses import absolute, canonical_url, is_public

SAME = [
    ("http://a.example/news?idxno=1", "https://a.example/news?idxno=1"),
    ("https://A.Example:443/x#top", "https://a.example/x"),
    ("http://a.example:80/x", "https://a.example/x"),
    ("http://a.example:8080/x", "http://a.example:8080/x"),
    ("https://a.example:8443/x", "https://a.example:8443/x"),
    ("https://a.example", "https://a.example/"),
    ("//a.example/x", "https://a.example/x"),
    ("https://a.example//arti///economy/1.html", "https://a.example/arti/economy/1.html"),
    ("https://a.example/a/../b/./c", "https://a.example/b/c"),
    ("http://d.a.examplehttp://d.a.example/v?idxno=8", "https://d.a.example/v?idxno=8"),
    ("https://a.example/https://a.example/v/1", "https://a.example/v/1"),
    ("http://http://a.example/1", "https://a.example/1"),
    ("https://a.example/?b=2&a=1", "https://a.example/?a=1&b=2"),
    ("https://a.example/?b=2&amp;a=1", "https://a.example/?a=1&b=2"),
    ("https://a.example/v?utm_source=x&UTM_Medium=rss&no=5", "https://a.example/v?no=5"),
    ("https://a.example/v?no=5&input=1195m&plink=RSS&oc=5&ref=A&fbclid=z&gclid=y", "https://a.example/v?no=5"),
    ("https://a.example/v?id=N1&plink=RSSLINK&cooper=RSSREADER&from=rss", "https://a.example/v?id=N1"),
    ("https://a.example/v?from=seoul&id=1", "https://a.example/v?from=seoul&id=1"),
    ("https://a.example/v?newsid=1&CNTN_CD=A1&idxno=3", "https://a.example/v?CNTN_CD=A1&idxno=3&newsid=1"),
    ("https://a.example/%ec%b9%a9 소식", "https://a.example/%EC%B9%A9%20%EC%86%8C%EC%8B%9D"),
    ("https://a.example/%7Ekim/%41", "https://a.example/~kim/A"),
    ("https://칩.example/x", "https://xn--db7b.example/x"),
    (" https://a.example/x\n", "https://a.example/x"),
    ("https://archive.example/web/2020/https://b.example/x", "https://archive.example/web/2020/https://b.example/x"),
]  # fmt: skip
REFUSED = [
    "", "   ", "20261123000218", "javascript:alert(1)", "JAVASCRIPT:alert(1)", "java\nscript:alert(1)",
    "data:text/html,<b>x</b>", "file:///etc/passwd", "ftp://a.example/x", "mailto:a@a.example",
    "https://", "https:///", "https://user:pw@a.example/", "https://a.example@b.example/",
    "https://a_very bad host/x", "https://a.example:99999/", "https://a.example:x/", "http://[::1",
    "http://2130706433/", "http://127.1/", "https://intranet/x", "https://a..example/x",
    f"https://a.example/{'x' * 3000}", "/relative/path", "www.a.example/x",
]  # fmt: skip


@pytest.mark.parametrize(("published", "canonical"), SAME)
def test_forms_of_one_address_meet(published: str, canonical: str) -> None:
    assert canonical_url(published) == canonical


@pytest.mark.parametrize("url", REFUSED)
def test_what_is_no_web_address_is_refused(url: str) -> None:
    assert canonical_url(url) is None


@pytest.mark.parametrize(
    "key", ["idxno", "no", "CNTN_CD", "newsid", "id", "sectionId", "art_id", "aid"]
)
def test_an_article_number_in_the_query_is_never_dropped(key: str) -> None:
    one, two = (
        canonical_url(f"http://a.example/view.html?utm_source=rss&{key}={n}") for n in (1, 2)
    )
    assert one == f"https://a.example/view.html?{key}=1"
    assert one != two


PIECES = st.sampled_from(
    ["http://", "https://", "http:", "a.example", "칩.kr", "/", "//", "..", ".", "%2e", "%", "%41", "%zz",
     "%%30", "?", "&", "=", "a", "utm_x", "#", ":", "@", "한글", "\\", " ", "&amp;", "amp;", ":80", ":443",
     ":8080", "\u200b", "[", "]", "::1", "\ud800", "\u0000", "127.0.0.1", "1"]
)  # fmt: skip
ADDRESSES = st.one_of(
    st.text(max_size=60),
    st.lists(PIECES, max_size=14).map("".join),
    st.lists(PIECES, max_size=14).map(lambda pieces: "https://a.example/" + "".join(pieces)),
)


@settings(deadline=None)
@given(ADDRESSES)
def test_any_text_gives_none_or_a_clean_address_that_is_its_own_canonical_form(text: str) -> None:
    url = canonical_url(text)
    if url is not None:
        assert canonical_url(url) == url
        assert url.startswith(("https://", "http://"))
        assert url.isascii()
        assert url.isprintable()
        assert not set(url) & set(" <>\"'`\\") - {"'"}


@pytest.mark.parametrize(
    ("link", "resolved"),
    [
        ("/view?no=1", "https://a.example/view?no=1"),
        ("view?no=1", "https://a.example/news/view?no=1"),
        ("//b.example/x", "https://b.example/x"),
        ("http://b.example/x", "http://b.example/x"),
        ("javascript:alert(1)", "javascript:alert(1)"),
    ],
)
def test_relative_links(link: str, resolved: str) -> None:
    assert absolute(link, "https://a.example/news/") == resolved


@settings(deadline=None)
@given(st.text(max_size=40), st.text(max_size=40))
def test_resolving_never_raises(link: str, base: str) -> None:
    absolute(link, base)
    absolute(link, f"https://{base}")


@pytest.mark.parametrize(
    "address", ["8.8.8.8", "2001:4860:4860::8888", "::ffff:8.8.8.8", "64:ff9b::808:808"]
)
def test_public_addresses(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize(
    "address",
    [
        *[
            "127.0.0.1",
            "127.8.8.8",
            "0.0.0.0",
            "10.1.2.3",
            "172.16.0.1",
            "192.168.0.1",
            "169.254.169.254",
        ],
        *["100.64.0.1", "192.0.2.1", "198.18.0.1", "224.0.0.1", "240.0.0.1", "255.255.255.255"],
        *["::", "::1", "::7f00:1", "fe80::1%eth0", "fc00::1", "ff02::1", "2001:db8::1"],
        *[
            "::ffff:127.0.0.1",
            "::ffff:169.254.169.254",
            "64:ff9b::7f00:1",
            "2002:7f00:1::",
            "2002:a00:1::1",
        ],
        *["fec0::1", "fd12:3456::1", "64:ff9b:1::7f00:1", "::ffff:0:127.0.0.1", "192.0.0.8"],
        *["localhost", "", "2130706433", "0x7f000001"],
    ],
)
def test_addresses_that_are_not_public_however_wrapped(address: str) -> None:
    assert not is_public(address)
