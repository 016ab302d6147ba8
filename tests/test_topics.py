"""Topics of an article."""

from __future__ import annotations

import pytest

from ingest.process.tagging import topic_names
from tests.packaged import spec, tags


@pytest.mark.parametrize(
    ("title", "topic"),
    [
        ("고대역폭메모리 강연", "hbm"),
        ("D램 역사 전시", "dram"),
        ("파운드리 견학", "foundry"),
        ("칩렛 패키징 강좌", "packaging"),
        ("EUV 노광 원리 강연", "lithography"),
        ("수출통제 토론회", "export-controls"),
        ("데이터센터 견학", "data-center"),
        ("NPU 공모전", "npu"),
        ("GPU 조립 체험", "gpu"),
        ("노조 창립 기념식", "labor"),
        ("2분기 영업이익 설명회", "earnings"),
    ],
)
def test_a_term_in_the_headline_gives_the_topic(title: str, topic: str) -> None:
    assert topic in tags(title).topics


def test_in_the_text_a_term_must_return() -> None:
    assert "hbm" not in tags("공개 강연", "HBM을 다뤘다.").topics
    assert "hbm" in tags("공개 강연", "HBM을 다뤘다. 질문도 HBM에 몰렸다.").topics


def test_exclusions_are_other_words() -> None:
    assert "tariffs" not in tags("관세청 견학 행사").topics


def test_at_most_six_and_the_same_every_time() -> None:
    title = "HBM D램 낸드 파운드리 GPU NPU EUV 패키징 데이터센터 강연"
    assert len(tags(title).topics) == 6
    assert tags(title).topics == tags(title).topics


def test_there_are_topics_enough_with_names_in_two_languages() -> None:
    names = topic_names(spec())
    assert len(names) >= 25
    assert all(korean and english for korean, english in names.values())
    assert len({korean for korean, _ in names.values()}) == len(names)
