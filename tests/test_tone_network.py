"""The tone network: what it sees, that it is the same in any company, and how it is trained."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from db.errors import InputError
from db.model import Tone
from ingest.process import morphs, tonemodel
from ingest.process.companies import CompanyFinder, Hit
from ingest.process.document import Document, Sentence, normal, read
from ingest.process.rules import ToneFile
from ingest.process.tone import ToneRules
from ingest.process.toneinput import MAX_TOKENS, OTHER, TARGET, Example
from ingest.process.tonejudge import ToneJudge, examples_of
from ingest.train.calibrate import calibrated
from ingest.train.corpus import Labelled, document_of, read_corpus
from ingest.train.tone import CODES, read_polarities, train
from tests.packaged import article, mentions, packaged_tagger, spec, tags

MODEL = tonemodel.packaged()
RULES = ToneRules(spec().tone)


def examples(text: str) -> list[Example]:
    """Of a text with ⟨A⟩ ⟨B⟩ …: the article as a whole, then the companies."""
    document, hits = document_of(Labelled(text, Tone.NEUTRAL, {}))
    reading = RULES.read(document, hits)
    assert reading is not None
    return examples_of(document, hits, reading, MODEL)[1]


def test_names_are_hidden_and_the_target_is_marked() -> None:
    whole, first, second = examples("⟨A⟩, ⟨B⟩에 칩 공급")
    assert list(first.tokens[:, 2]).count(TARGET) == 1
    assert list(first.tokens[:, 2]).count(OTHER) == 1
    assert list(second.tokens[:, 2]).index(TARGET) == list(first.tokens[:, 2]).index(OTHER)
    assert TARGET not in whole.tokens[:, 2]
    # the words are the same whoever is judged
    assert (first.tokens[:, :2] == second.tokens[:, :2]).all()


@pytest.mark.parametrize(
    "sentence",
    [
        "{}, 새 견학관 개관…주민 1,000명 찾아",
        "{} 주가 3% 상승",
        "{}의 강연회, 기대에 못 미쳐",
    ],
)
def test_no_company_is_good_or_bad(sentence: str) -> None:
    """Same endings, so that the particles are the same; segments differ, tones must not."""
    judged = {
        (mention.tone, mention.tone_score)
        for name in ("엔비디아", "퀄컴", "리벨리온", "TSMC", "인텔", "마이크론")
        for mention in mentions(sentence.format(name)).values()
    }
    assert len(judged) == 1


def test_an_article_is_judged_alike_in_any_company() -> None:
    """Rows of a batch do not disturb each other, and padding changes nothing."""
    several = examples("⟨A⟩, ⟨B⟩ 제치고 1위…⟨C⟩는 3위 || ⟨C⟩는 순위를 지켰다. 견학 행사도 열렸다.")
    together = MODEL.network(several)
    alone = np.concatenate([MODEL.network([one]) for one in several])
    assert together == pytest.approx(alone, abs=1e-4)
    reversed_ = MODEL.network(several[::-1])[::-1]
    assert together == pytest.approx(reversed_, abs=1e-4)


@given(
    st.lists(
        st.one_of(
            st.text(max_size=40), st.sampled_from(["엔비디아", "삼전닉스", "급등", "…", "?"])
        ),
        max_size=12,
    )
)
def test_any_text_gets_a_tone_and_a_score(parts: Sequence[str]) -> None:
    found = tags(" ".join(parts))
    for tone, score in [
        (found.tone, found.tone_score),
        *((mention.tone, mention.tone_score) for mention in found.mentions),
    ]:
        assert tone in Tone
        assert -1 <= score <= 1


def test_a_long_text_is_read_to_a_limit() -> None:
    (_, only) = examples("⟨A⟩ " + "아주 긴 제목 " * 500)
    assert len(only.tokens) <= MAX_TOKENS


@pytest.mark.parametrize(
    "text",
    ["⟨A⟩GPU 급락", "⟨A⟩HBM4 품질 논란", "#⟨A⟩ 급등", "⟨A⟩.com 강연", "신형⟨A⟩⟨B⟩ 전시", "@⟨A⟩"],
)
def test_letters_beside_a_name_do_not_hide_it_from_the_network(text: str) -> None:
    """Kiwi would make one word of them."""
    _, first, *_ = examples(text)
    assert first.marks_target()


@pytest.mark.parametrize(
    ("title", "summary"),
    [
        ("반도체 업계 동향을 정리한 긴 제목이다 " * 6 + "엔비디아 급락", ""),
        ("반도체 업계 소식 모음", "오늘 행사가 열렸다. " * 20 + "엔비디아는 급락했다."),
    ],
)
def test_names_beyond_what_is_read_are_left_to_the_rules(title: str, summary: str) -> None:
    document = read(article(title, summary))
    hits = CompanyFinder(spec().companies).find(document)
    reading = RULES.read(document, hits)
    assert reading is not None
    assert len(reading.companies) == 1
    assert examples_of(document, hits, reading, MODEL)[0] == []


def test_a_headline_without_a_word_is_judged_all_the_same() -> None:
    found = tags("\u2800" * 120 + "엔비디아 급락")
    assert [mention.company_id for mention in found.mentions] == ["nvidia"]


def test_short_names_in_doubt_cost_one_look_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    looks: list[str] = []
    real = morphs.analyse

    def count(text: str) -> tuple[morphs.Morph, ...]:
        looks.append(text)
        return real(text)

    monkeypatch.setattr(morphs, "analyse", count)
    tags("반도체 검사장비 소식", "고영은 " * 300)
    assert len(looks) <= 6


def test_a_list_of_hundred_companies_is_judged_quickly() -> None:
    names = " ".join(company.name_ko for company in spec().companies.company[:100])
    found = packaged_tagger().tag(article("참가 기업 목록", names))
    assert len(found.mentions) > 60


def test_without_a_model_the_rules_judge() -> None:
    document = Document((Sentence("s", normal("엔비디아 주가 급등"), "title"),))
    hits = [Hit(0, 0, 0, 4, "엔비디아")]
    _, judged = ToneJudge(spec().tone, None).judge(document, hits)
    assert judged[0].tone is Tone.POSITIVE


def test_a_saved_model_says_the_same(tmp_path: Path) -> None:
    MODEL.save(tmp_path / "model.npz")
    again = tonemodel.load(tmp_path / "model.npz")
    some = examples("⟨A⟩, ⟨B⟩와 손잡고 강연회 연다")
    assert (MODEL.logits(some) == again.logits(some)).all()


def test_a_model_of_another_network_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "model.npz"
    params = {name: value for name, value in MODEL.params.items() if name != "pool"}
    replace(MODEL, params=params).save(path)
    with pytest.raises(ValueError, match="pool"):
        tonemodel.load(path)
    path.write_bytes(b"PK\x03\x04 cut")
    with pytest.raises(ValueError, match="not a tone model"):
        tonemodel.load(path)


def test_the_shipped_model_is_small() -> None:
    assert tonemodel.PATH.stat().st_size <= 10_000_000


# --- corpus and training ----------------------------------------------------------------------


def test_the_packaged_corpus_is_large_and_balanced() -> None:
    corpus = read_corpus()
    assert len(corpus) >= 10_000
    assert len({line.text for line in corpus}) == len(corpus)
    tones = [tone for line in corpus for tone in line.tones.values()]
    for tone in (Tone.POSITIVE, Tone.NEUTRAL, Tone.NEGATIVE):
        assert tones.count(tone) / len(tones) > 0.2


def test_the_corpus_names_no_company_of_the_dictionary() -> None:
    """No invented misdeed beside a real name."""
    finder = CompanyFinder(spec().companies)
    found = [
        (hit.surface, line.text)
        for line in read_corpus()
        for hit in finder.find(document_of(line)[0])
    ]
    assert found == []


@pytest.mark.parametrize(
    "line",
    [
        "{",
        '{"text": "⟨A⟩ 강연", "tone": "neutral"}',
        '{"text": "⟨A⟩ 강연", "tone": "neutral", "tones": {}}',
        '{"text": "⟨A⟩ 강연", "tone": "neutral", "tones": {"A": "good"}}',
        '{"text": "⟨A⟩ 강연", "tone": "unrated", "tones": {"A": "neutral"}}',
        "[]",
    ],
)
def test_a_bad_line_of_a_corpus_is_named(tmp_path: Path, line: str) -> None:
    (tmp_path / "a.jsonl").write_text(f"{line}\n", "utf-8")
    with pytest.raises(InputError) as error:
        read_corpus(tmp_path)
    assert error.value.subject.endswith("a.jsonl:1")


def test_no_corpus_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(InputError):
        read_corpus(tmp_path)


def test_polarities_are_codes_of_words() -> None:
    assert set(read_polarities().values()) <= set(range(1, 1 + len(CODES)))
    assert len(read_polarities()) > 3_000


def test_training_learns_and_repeats_itself(tmp_path: Path) -> None:
    """Two words decide; the model must find out which, twice alike."""
    good = ["⟨A⟩ 견학관 만세 {}", "오늘 ⟨A⟩ 만세 {}", "{} 만세 부른 ⟨A⟩"]
    bad = ["⟨A⟩ 견학관 울상 {}", "오늘 ⟨A⟩ 울상 {}", "{} 울상 지은 ⟨A⟩"]
    corpus = [
        Labelled(text.format(number), tone, {"A": tone})
        for number in ("첫째", "둘째", "셋째", "넷째", "다섯째", "여섯째", "일곱째", "여덟째")
        for texts, tone in ((good, Tone.POSITIVE), (bad, Tone.NEGATIVE))
        for text in texts
    ]
    vectors = ([("견학", "NNG"), ("오늘", "NNG")], np.eye(2, 8, dtype=np.float32))
    losses: list[float] = []
    models = [
        train(
            corpus,
            ToneFile(),
            vectors,
            seed=3,
            epochs=25,
            progress=lambda step, steps, loss: losses.append(loss),
        )
        for _ in range(2)
    ]
    models[0].save(tmp_path / "one.npz")
    models[1].save(tmp_path / "two.npz")
    assert (tmp_path / "one.npz").read_bytes() == (tmp_path / "two.npz").read_bytes()
    judge = ToneJudge(ToneFile(), models[0])
    for word, tone in (("만세", Tone.POSITIVE), ("울상", Tone.NEGATIVE)):
        document, hits = document_of(Labelled(f"⟨A⟩ 견학관 {word} 아홉째", tone, {"A": tone}))
        _, judged = judge.judge(document, hits)
        assert judged[0].tone is tone


def test_calibration_believes_what_the_labels_bear_out(tmp_path: Path) -> None:
    gold = tmp_path / "gold.jsonl"
    lines = [
        {"id": f"{n}", "title": title, "tone": tone, "companies": {"nvidia": tone}}
        for n in range(10)
        for title, tone in (("엔비디아 급등", "negative"), ("엔비디아 견학", "neutral"))
    ]
    gold.write_text("\n".join(json.dumps(line) for line in lines), "utf-8")
    # labels that turn everything round: the calibration must follow them
    turned = calibrated(MODEL, [gold], spec().companies, spec().tone)
    document, hits = document_of(Labelled("⟨A⟩ 급등", Tone.NEUTRAL, {}))
    _, judged = ToneJudge(spec().tone, turned).judge(document, hits)
    assert judged[0].tone is Tone.NEGATIVE


def test_calibration_needs_labels(tmp_path: Path) -> None:
    gold = tmp_path / "gold.jsonl"
    gold.write_text('{"id": "1", "title": "엔비디아 견학", "relevant": true}', "utf-8")
    with pytest.raises(InputError):
        calibrated(MODEL, [gold], spec().companies, spec().tone)
