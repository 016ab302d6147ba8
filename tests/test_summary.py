"""The extracted summary."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.packaged import article, packaged_tagger, tags

LEAD = "한빛칩은 시립 전시관에서 반도체 강연 주간을 연다고 밝혔다."
SECOND = "강연은 닷새 동안 이어지며 누구나 무료로 들을 수 있다."
THIRD = "반도체 강연 주간의 첫날에는 적층 공정 모형이 공개된다."
FOURTH = "전시관 옆 공원에는 푸드트럭 여섯 대가 들어선다."


def test_at_most_three_sentences_of_the_article_in_their_order() -> None:
    sentences = [LEAD, SECOND, THIRD, FOURTH]
    summary = tags("한빛칩, 반도체 강연 주간", body=" ".join(sentences)).summary
    assert len(summary) == 3
    assert summary[0] == LEAD
    assert list(summary) == [sentence for sentence in sentences if sentence in summary]


@pytest.mark.parametrize(
    "noise",
    [
        "가람일보 김가람 기자 garam@alpha.example",
        "사진=가람일보 자료사진을 이용해 전시관에서 직접 촬영했다.",
        "저작권자 ⓒ 가람일보, 이 기사의 무단 전재와 재배포를 금지한다.",
        "자세한 내용은 https://alpha.example 에서 볼 수 있다.",
        "▶ 가람일보의 다른 기사도 읽어 보시기 바란다.",
        "반도체 강연 주간에 전시되는 공정 모형의 모습이다. 한빛칩 제공",
        "반도체 강연 주간에 한빛칩이 처음으로 공개하는 모형 가운데 하나...",
    ],
)
def test_by_lines_captions_and_notices_are_never_chosen(noise: str) -> None:
    summary = tags("한빛칩, 반도체 강연 주간", body=f"{noise}\n{LEAD}\n{noise}").summary
    assert summary == (LEAD,)


@pytest.mark.parametrize(
    "dateline",
    [
        "(서울=가람통신) 김가람 기자 = ",
        "[가람뉴스]",
        "【서울=가람통신】",
        "[서울=가람통신] 김가람 기자 = ",
        "김가람 기자 = ",
    ],
)
def test_datelines_are_cut_off(dateline: str) -> None:
    assert tags("강연 주간 안내", dateline + LEAD).summary == (LEAD,)


@pytest.mark.parametrize(
    ("summary", "body"), [("", ""), ("짧다.", ""), ("강연 주간이 열리는 동안 전시관은 …", "")]
)
def test_without_a_whole_sentence_there_is_no_summary(summary: str, body: str) -> None:
    assert tags("강연 주간 안내", summary, body).summary == ()


def test_a_sentence_that_repeats_the_headline_is_left_out() -> None:
    title = "한빛칩이 시립 전시관에서 반도체 강연 주간을 연다"
    assert tags(title, f"{title}. {SECOND}").summary == (SECOND,)


def test_a_summary_that_repeats_the_body_is_read_once() -> None:
    body = f"{LEAD} {SECOND} TSMC가 왔다."
    found = tags("강연 주간 안내", "TSMC가 왔다.", body)
    assert found.mentions[0].count == 1
    assert len(set(found.summary)) == len(found.summary)


@pytest.mark.parametrize("dateline", ["", "(서울=가람통신) 김가람 기자 = ", "[가람뉴스]  "])
def test_a_span_begins_behind_the_dateline(dateline: str) -> None:
    body = f"😀\n{dateline}{LEAD}  {SECOND}"
    found = tags("강연 주간 안내", "", body)
    assert [body[span.start : span.end] for span in found.summary_spans] == [LEAD, SECOND]


def test_a_span_points_at_the_part_that_is_shown() -> None:
    found = tags("강연 주간 안내", LEAD, SECOND + " " + THIRD)
    places = dict(zip(found.summary, found.summary_spans, strict=True))
    assert places[LEAD].where == "summary"
    assert places[SECOND].where == "body"


@given(st.lists(st.sampled_from([LEAD, SECOND, "김가람 기자 =", "\x0b", "\n", "  ", "\ud800"])))
@settings(max_examples=60, deadline=None)
def test_spans_hold_the_sentences_whatever_the_white_space(pieces: list[str]) -> None:
    body = " ".join(pieces)
    found = packaged_tagger().tag(article("강연 주간 안내", "", body))
    assert len(found.summary) == len(found.summary_spans)
    for text, span in zip(found.summary, found.summary_spans, strict=True):
        shown = "".join(" " if ord(char) < 32 or char == "\ud800" else char for char in body)
        assert " ".join(shown[span.start : span.end].split()) == text
