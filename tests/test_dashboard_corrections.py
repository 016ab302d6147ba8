"""A person corrects an article on its page: it shows at once, everywhere, and can be taken back."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from dashboard import clock, data
from dashboard.labels import Labels
from db.connect import open_store
from db.errors import StoreReadOnly
from db.model import Correction, CorrectionKind, Tone, article_id
from db.query import ArticleDetail, ArticleFilter
from tests import dashboard_data, fake_store
from tests.test_store_errors import as_ordinary_user

NOW = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
APP = str(Path(data.__file__).with_name("app.py"))
ARTICLE = fake_store.hostile(NOW).card.id
SAMSUNG = "samsung"
KO = Labels("ko")
Open = Callable[..., AppTest]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    path = tmp_path_factory.mktemp("made") / "chipwatch.db"
    with closing(open_store(str(path))) as store:
        dashboard_data.fill(store, NOW)
    return path.read_bytes()


@pytest.fixture
def path(made: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    found = tmp_path / "chipwatch.db"
    found.write_bytes(made)
    monkeypatch.setenv("CHIPWATCH_DB", str(found))
    return found


@pytest.fixture
def open_article(path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Open]:
    """Opens the page of an article in a session of its own, with the form unfolded."""
    monkeypatch.setattr(clock, "now", lambda: NOW)
    st.cache_data.clear()
    st.cache_resource.clear()

    def opened(article: str = ARTICLE, *, form: bool = True, **params: str) -> AppTest:
        test = AppTest.from_file(APP, default_timeout=30).run()
        test.switch_page("views/article.py")
        for key, value in {"id": article, **params}.items():
            test.query_params[key] = value
        test.run()
        return test.button(key="fix-off").click().run() if form else test

    yield opened
    st.cache_data.clear()
    st.cache_resource.clear()


def body(test: AppTest) -> str:
    assert not test.exception
    return "\n".join(part.value for part in test.html if not part.value.startswith("<style>"))


def words(test: AppTest) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", body(test)))


def said(test: AppTest) -> str:
    """What the page says of the last click."""
    (found,) = re.findall(r'<div class="said.*?</div>', body(test)) or [""]
    return re.sub(r"<[^>]+>", "", found)


def chips(test: AppTest) -> str:
    return re.findall(r'<div class="chips">.*?</div>', body(test))[0]


def choose(test: AppTest, part: str, value: str) -> AppTest:
    """Choose in the group of ``part``: a company's id, "tone", "relevance", "missing-tone"."""
    (group,) = [g for g in test.button_group if f":{part}:" in str(g.key)]
    group.set_value(value)
    return test


def fill(test: AppTest, part: str, value: str) -> AppTest:
    for box in (*test.text_input, *test.text_area, *test.selectbox):
        if str(box.key).startswith("fix:") and f":{part}:" in str(box.key):
            box.set_value(value)
            return test
    raise AssertionError(part)


def areas(test: AppTest) -> list[Any]:
    """The text areas of the form; notes have one of their own."""
    return [area for area in test.text_area if str(area.key).startswith("fix:")]


def given(test: AppTest) -> str:
    """The name in the form."""
    (box,) = [
        b for b in test.text_input if str(b.key).startswith("fix:") and ":name:" in str(b.key)
    ]
    return str(box.value)


def save(test: AppTest) -> AppTest:
    return test.button(key="fix-save").click().run()


def detail(path: Path, article: str = ARTICLE) -> ArticleDetail:
    return open_store(str(path), read_only=True).article(article)


def tones(path: Path) -> dict[Tone, int]:
    day = ArticleFilter(start=NOW.date(), end=NOW.date(), companies=(SAMSUNG,))
    return dict(open_store(str(path), read_only=True).counts(day).tones)


def test_a_tone_is_corrected_and_taken_back(path: Path, open_article: Open) -> None:
    before, counted = detail(path), tones(path)
    listed = AppTest.from_file(APP, default_timeout=30).run()
    listed.query_params["company"] = SAMSUNG
    listed.query_params["period"] = "today"
    bar = re.findall(r'<div class="tbar.*?</div>', body(listed.run()))[0]

    test = fill(fill(open_article(), "name", " 김나래 "), "reason", "1~2분기 <b>$x$</b>\n까닭")
    save(choose(test, SAMSUNG, "negative"))
    assert "고쳤습니다: 삼성전자 · 부정" in said(test)
    assert not areas(test), "the form is closed"
    assert "부정" in chips(test)
    assert KO("article.corrected") in chips(test)
    assert 'class="hand"' in re.findall(r"<table>.*?</table>", body(test))[0]
    assert "김나래 · 오늘 12:00" in words(test)
    assert "1~2분기 &lt;b&gt;$x$&lt;/b&gt; 까닭" in body(test)
    assert tones(path)[Tone.NEGATIVE] == counted.get(Tone.NEGATIVE, 0) + 1
    assert re.findall(r'<div class="tbar.*?</div>', body(listed.run()))[0] != bar
    (kept,) = detail(path).corrections
    assert (kept.author, kept.reason) == ("김나래", "1~2분기 <b>$x$</b> 까닭")

    test.button(key=f"undo-{kept.id}").click().run()
    assert "되돌렸습니다: 삼성전자 · 부정" in said(test)
    assert KO("article.corrected") not in body(test)
    assert "중립" in chips(test)
    assert detail(path) == before
    assert tones(path) == counted
    assert re.findall(r'<div class="tbar.*?</div>', body(listed.run()))[0] == bar


def test_the_same_correction_twice_is_told_and_nothing_typed_is_lost(
    path: Path, open_article: Open
) -> None:
    first, second = open_article(), open_article()
    save(choose(first, SAMSUNG, "positive"))
    fill(fill(choose(second, SAMSUNG, "positive"), "name", "이도현"), "reason", "또 같은 말")
    save(choose(second, "tone", "negative"))
    assert "이미 같은 내용으로 수정되어 있습니다" in said(second)
    assert "고쳤습니다: 기사 논조 · 부정" in said(second), "the other one is written all the same"
    assert ARTICLE not in said(second)
    assert areas(second)[0].value == "또 같은 말"
    assert given(second) == "이도현"
    assert len(detail(path).corrections) == 2
    assert "삼성전자 · 긍정 이름 없음" in words(second)
    assert "기사 논조 · 부정 이도현" in words(second)


def test_an_undone_correction_cannot_be_undone_twice(path: Path, open_article: Open) -> None:
    save(choose(open_article(), SAMSUNG, "positive"))
    first, second = open_article(form=False), open_article(form=False)
    first.button(key="undo-1").click().run()
    second.button(key="undo-1").click().run()
    assert "이미 되돌린 수정입니다" in said(second)


def test_a_missing_company_is_added_and_a_wrong_one_removed(path: Path, open_article: Open) -> None:
    test = open_article()
    box = next(box for box in test.selectbox if ":missing:" in str(box.key))
    assert len(box.options) == len(fake_store.COMPANIES) - 1, "one of them is named already"
    choose(
        choose(fill(test, "missing", "nvidia"), "missing-tone", "positive"), SAMSUNG, "not_named"
    )
    save(test)
    (mention,) = detail(path).card.mentions
    assert (mention.company_id, mention.tone, mention.corrected) == ("nvidia", "positive", True)
    assert "엔비디아" in chips(test)
    assert "삼성전자" not in chips(test)
    assert "엔비디아 · 추가 · 긍정" in words(test)
    assert "삼성전자 · 이 기업 아님" in words(test)


def test_an_article_leaves_the_lists_and_stays_reachable(path: Path, open_article: Open) -> None:
    test = save(choose(open_article(), "relevance", "no"))
    assert not detail(path).card.relevant
    assert KO("article.irrelevant") in body(test)
    test.button(key="undo-1").click().run()
    assert detail(path).card.relevant
    assert KO("article.irrelevant") not in body(test)


def test_the_last_relevant_article_can_be_taken_back(path: Path, open_article: Open) -> None:
    with closing(open_store(str(path), desk=True)) as desk:
        ids = [found.card.id for found in desk.export(ArticleFilter())]
        for number in ids:
            desk.correct(Correction(number, CorrectionKind.RELEVANCE, relevant=False), NOW)
    assert "chipwatch run" in body(AppTest.from_file(APP, default_timeout=30).run())
    test = open_article(form=False)
    (kept,) = detail(path).corrections
    test.button(key=f"undo-{kept.id}").click().run()
    assert detail(path).card.relevant


def test_nothing_changed_is_nothing_written(path: Path, open_article: Open) -> None:
    test = save(fill(open_article(), "reason", "까닭만"))
    assert said(test) == KO("fix.nothing")
    assert areas(test)[0].value == "까닭만"
    assert not detail(path).corrections


def test_the_name_is_remembered(path: Path, open_article: Open) -> None:
    test = save(choose(fill(open_article(), "name", "김나래"), SAMSUNG, "negative"))
    test.button(key="fix-off").click().run()
    assert given(test) == "김나래"
    assert not areas(test)[0].value
    test.button(key="fix-cancel").click().run()
    assert not areas(test)


@pytest.mark.parametrize("lang", ["ko", "en"])
def test_a_store_that_cannot_be_written_says_so(
    made: bytes, open_article: Open, monkeypatch: pytest.MonkeyPatch, lang: str
) -> None:
    with as_ordinary_user() as folder:
        copy = folder / "chipwatch.db"
        copy.write_bytes(made)
        copy.chmod(0o444)
        folder.chmod(0o555)
        monkeypatch.setenv("CHIPWATCH_DB", str(copy))
        with pytest.raises(StoreReadOnly) as caught:
            data.at_desk(
                lambda desk: desk.correct(
                    Correction(ARTICLE, CorrectionKind.RELEVANCE, relevant=False), NOW
                )
            )
        test = choose(fill(open_article(lang=lang), "reason", "why"), SAMSUNG, "negative")
        save(choose(test, "tone", "negative"))
        assert said(test).replace("&#x27;", "'") == caught.value.text(lang), "once, not twice"
        assert areas(test)[0].value == "why"
        (group,) = [g for g in test.button_group if f":{SAMSUNG}:" in str(g.key)]
        assert group.value == "negative"


def test_a_store_that_cannot_be_opened_says_so(
    path: Path, open_article: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    test = choose(open_article(), SAMSUNG, "negative")

    def closed(*_: object) -> None:
        raise StoreReadOnly("<x>.db", "까닭과 할 일.", "Why and what to do.")

    monkeypatch.setattr(data, "at_desk", closed)
    assert "까닭과 할 일." in said(save(test))
    assert "<x>" not in body(test)


def test_names_and_reasons_of_others_are_text(path: Path, open_article: Open) -> None:
    nasty = "<script>x</script> :red[y] **z**"
    with closing(open_store(str(path), desk=True)) as desk:
        corrected = Correction(
            ARTICLE, CorrectionKind.TONE, SAMSUNG, Tone.NEGATIVE, reason=nasty, author=nasty
        )
        desk.correct(corrected, NOW)
    page = body(open_article(form=False))
    assert "<script" not in page
    assert page.count("&lt;script&gt;x&lt;/script&gt; :red[y] **z**") == 2


def test_an_english_form_has_no_korean_label(path: Path, open_article: Open) -> None:
    test = save(choose(open_article(lang="en"), SAMSUNG, "positive"))
    assert "Corrected: Samsung Electronics · Positive" in said(test)
    test.button(key="fix-off").click().run()
    texts = [
        w.label
        for w in (*test.button_group, *test.text_area, *test.text_input, *test.button)
        if w.key not in {"hide-outlet", "hide-source"}
    ]
    assert not re.search("[가-힣]", " ".join(texts).replace("한국어", ""))


def test_an_unknown_article_has_no_form(path: Path, open_article: Open) -> None:
    test = open_article(article_id("https://nowhere.invalid/"), form=False)
    assert not [button for button in test.button if button.label == KO("fix.open")]
