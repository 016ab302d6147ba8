"""Throughput of `tag_batch` against Kiwi over everything, in one run on one thread.

Articles of about 1,000 characters about invented matters; once all relevant, once one in five.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from datetime import UTC, datetime

from db.model import Article
from ingest.process.morphs import analyse_all
from ingest.process.tagging import tag_batch
from tests import packaged

ARTICLES = 300
LENGTH = 1_000
_NOW = datetime(2026, 1, 1, tzinfo=UTC)

_NAMES = (
    "삼성전자",
    "SK하이닉스",
    "엔비디아",
    "TSMC",
    "한미반도체",
    "리벨리온",
    "퓨리오사AI",
    "마이크론",
)
_WITH_NAME = (
    "{0}가 제{2}회 반도체 강연 주간에 HBM 적층 모형을 전시했다고 주최 측이 밝혔다.",
    "행사장에서는 {0}와 {1}의 안내 부스가 나란히 문을 열어 방문객 {2}명을 맞았다.",
    "{0} 연구원은 파운드리 공정의 역사를 소개하고 참가자 질문에 답하는 시간을 가졌다.",
    "참가 신청이 크게 늘어 {0}는 강의실을 {2}석 규모로 확대하기로 했다.",
)
_PLAIN = (
    "주최 측은 참가자들에게 점심과 기념품을 나눠 주고 설문지 {2}장을 거두어들였다.",
    "강연장 입구에는 학생들이 만든 포스터와 손으로 그린 안내판이 길게 늘어섰다.",
    "다음 행사는 내년 봄에 같은 장소에서 열리며 자세한 일정은 추후에 공지할 예정이다.",
    "비가 내리는 날씨에도 가족 단위 방문객의 발길이 저녁까지 이어진 것으로 집계됐다.",
    "시립 도서관은 행사 기간에 맞춰 어린이를 위한 과학 도서 전시를 함께 마련했다.",
)
_QUOTED = (
    '한가람 {0} 연구원은 "빈 의자가 하나도 없었다"며 "내년에는 더 큰 곳을 빌릴 것"이라고 말했다.',
    '한 연구원은 이어 "질문이 예상보다 깊었다"고 덧붙였다.',
    '주최 측 관계자는 "안내판을 {2}장 더 만들었다"고 전했다.',
)


def articles(count: int, share: float, quoted: float = 0.0) -> list[Article]:
    """``count`` articles; ``share`` of them (0 … 1) name companies in half of their sentences.

    ``quoted`` is the share of their sentences that hold quotations.
    """
    dice = random.Random(7)
    made = []
    for number in range(count):
        relevant = number < count * share
        title = (
            _fill(dice, "{0}, 반도체 강연 주간 {2}회째 성황")
            if relevant
            else f"도서관 행사 {number}회"
        )
        body = ""
        while len(body) < LENGTH:
            kind = _WITH_NAME if relevant and dice.random() < 0.5 else _PLAIN
            if quoted and dice.random() < quoted:
                kind = _QUOTED
            body += _fill(dice, dice.choice(kind))
            body += " "
        made.append(
            Article(f"{number:016x}", "", "bench", "", title, _NOW, _NOW, body=body.strip())
        )
    dice.shuffle(made)
    return made


def _fill(dice: random.Random, pattern: str) -> str:
    one, other = dice.sample(_NAMES, 2)
    return pattern.format(one, other, dice.randint(2, 999))


def main() -> list[tuple[str, float, str]]:
    """(what, value, unit), printed by ``python -m tests.bench``."""
    spec = packaged.spec()
    figures: list[tuple[str, float, str]] = []
    everything = articles(ARTICLES, 1.0)
    fifth = articles(ARTICLES, 0.2)
    quoted = articles(ARTICLES, 1.0, 0.25)
    tag_batch(spec, everything[:5])
    analyse_all(["준비"])
    kiwi = _rate(lambda: analyse_all(f"{a.title}\n{a.body}" for a in everything[:60]), 60)
    figures.append(("Kiwi over everything", kiwi, "articles/s"))
    for name, batch in (
        ("tag_batch, all relevant", everything),
        ("tag_batch, 20 % relevant", fifth),
        ("tag_batch, some 5 quotations each", quoted),
    ):
        rate = _rate(lambda batch=batch: tag_batch(spec, batch), len(batch))  # type: ignore[misc]
        figures.append((name, rate, "articles/s"))
        figures.append((f"{name} ÷ Kiwi", rate / kiwi, "×"))
    return figures


def _rate(work: Callable[[], object], count: int, rounds: int = 3) -> float:
    """Median articles per second."""
    rates = []
    for _ in range(rounds):
        start = time.perf_counter()
        work()
        rates.append(count / (time.perf_counter() - start))
    return sorted(rates)[rounds // 2]


if __name__ == "__main__":
    for what, value, unit in main():
        print(f"{what:<34} {value:>10,.1f} {unit}")
