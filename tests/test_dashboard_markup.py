"""Text of foreign origin appears letter by letter, wherever it goes."""

from __future__ import annotations

import ast
import html
import re
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard import markup
from dashboard.labels import Labels
from dashboard.markup import Html, fill, foreign, link, marked, painted, tag, text

DASHBOARD = Path(markup.__file__).parent
NASTY = [
    "<script>alert(1)</script>",
    "1~2분기 10~20%↑",
    "$x$ $$y$$",
    ":red[x] :material/home: :streamlit:",
    "**굵게** _기울임_ `코드` [a](http://b.invalid) ![](http://c.invalid)",
    "&lt;b&gt; &amp;",
    "\" onmouseover=\"alert(1)' x='",
    "\u202e뒤집힘\u202c",
    "a -> b <- c >= d -- e",
]


class Reader(HTMLParser):
    """The text and the tags that a browser would see."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.words: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []

    def handle_data(self, data: str) -> None:
        self.words.append(data)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))


def read(markup_: str) -> Reader:
    reader = Reader()
    reader.feed(markup_)
    reader.close()
    return reader


@given(st.one_of(st.sampled_from(NASTY), st.text()))
def test_foreign_text_stays_text(value: str) -> None:
    for made in (foreign(value), tag("p", value), fill("{x}", x=value), marked(value, [(0, 3)])):
        reader = read(made)
        assert "".join(reader.words) == value
        assert {name for name, _ in reader.tags} <= {"bdi", "p", "mark"}


@given(st.text())
def test_foreign_text_stays_inside_its_attribute(value: str) -> None:
    ((name, attributes),) = read(tag("img", alt=value, class_="x")).tags
    assert name == "img"
    # a parser normalises line ends, as a browser does
    assert set(attributes) == {"alt", "class"}
    assert html.unescape(attributes["alt"] or "") is not None


def test_direction_marks_are_isolated() -> None:
    assert foreign("\u202ex") == "<bdi>\u202ex</bdi>"


@pytest.mark.parametrize("made", [markup.label, markup.chart, markup.option])
def test_what_is_isolated_cannot_end_its_isolation(made: Callable[[str], str]) -> None:
    shown = made("a\u2069\u202eb\u2066c")
    assert (shown[0], shown[-1]) == ("\u2068", "\u2069")
    assert not set(shown[1:-1]) & set("\u2066\u2067\u2068\u2069")


def test_a_name_in_a_sentence_turns_nothing_around_it() -> None:
    assert Labels("ko")("view.saved", name="\u202ex\u2069") == "저장했습니다: \u2068\u202ex\u2069"
    assert Labels("ko")("view.saved", name="plain") == "저장했습니다: plain"


@given(st.text(), st.lists(st.tuples(st.integers(-5, 40), st.integers(-5, 40))))
def test_marking_loses_no_letter(value: str, spans: list[tuple[int, int]]) -> None:
    assert "".join(read(marked(value, spans)).words) == value


def test_spans_carry_their_class() -> None:
    made = painted("삼성전자와 <b>", [(0, 4, "co p")], "span")
    assert made == '<bdi><span class="co p">삼성전자</span>와 &lt;b&gt;</bdi>'


@pytest.mark.parametrize(
    "address", ["javascript:alert(1)", "JaVaScRiPt:x", "data:text/html,x", "file:///x"]
)
def test_links_go_to_the_web_or_stay(address: str) -> None:
    assert "href" not in link(address, "x")


def test_links_that_may_pass() -> None:
    assert link("articles?q=a:b", "x") == '<a href="articles?q=a:b">x</a>'
    made = link("https://news.invalid/?a=1&b=2", "x", outside=True)
    assert 'rel="noopener noreferrer"' in made
    assert "a=1&amp;b=2" in made


@pytest.mark.parametrize("value", NASTY)
def test_labels_leave_markdown_nothing_to_read(value: str) -> None:
    bare = re.sub(r"\\[!-/:-@\[-`{-~]", "", markup.label(value))
    assert not re.search(r"[!-/:-@\[-`{-~]", bare), "unescaped punctuation"


def test_charts_get_no_tags_and_no_formulas() -> None:
    made = markup.chart("<b>x</b> $y$ & z")
    assert "<" not in made
    assert "$" not in made


def test_only_html_may_be_shown() -> None:
    with pytest.raises(TypeError):
        markup.show("<b>x</b>")  # type: ignore[arg-type]
    assert isinstance(text("x"), Html)


FORBIDDEN = {
    "markdown",
    "write",
    "html",
    "caption",
    "title",
    "header",
    "subheader",
    "info",
    "warning",
}


@pytest.mark.parametrize("path", sorted(DASHBOARD.rglob("*.py")), ids=lambda path: path.name)
def test_no_other_way_leads_to_the_page(path: Path) -> None:
    """st.html is called by `markup.show` and for the style sheet; nothing takes raw HTML."""
    source = path.read_text("utf-8")
    assert "unsafe_allow" not in source
    allowed = {"markup.py": {"html"}, "app.py": {"html"}}.get(path.name, set())
    for node in ast.walk(ast.parse(source)):
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)):
            continue
        called = node.func
        if isinstance(called.value, ast.Name) and called.value.id == "st":
            assert called.attr not in FORBIDDEN - allowed, f"st.{called.attr}"
        if path.name != "markup.py":
            assert not (isinstance(node.func, ast.Name) and node.func.id == "Html")
