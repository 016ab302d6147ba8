"""JSON objects in, JSON objects out."""

from __future__ import annotations

import json

import pytest

from db.errors import InputError
from ingest.process.record import article_from_record, tags_to_record
from tests.packaged import packaged_tagger, spec


def test_a_record_becomes_an_article() -> None:
    record_id, article = article_from_record(
        {"id": 7, "title": "제목", "summary": None, "body": "본문", "outlet": "가람일보"}
    )
    assert record_id == 7
    assert (article.id, article.title, article.summary, article.body) == ("7", "제목", "", "본문")


@pytest.mark.parametrize(
    ("obj", "key"),
    [
        ({"title": "제목"}, "id"),
        ({"id": "a"}, "title"),
        ({"id": "a", "title": 3}, "title"),
        ({"id": "a", "title": "제목", "body": ["x"]}, "body"),
        ([], "record"),
        ("제목", "record"),
        (None, "record"),
        ({"id": True, "title": "제목"}, "id"),
    ],
)
def test_a_bad_record_says_which_key(obj: object, key: str) -> None:
    with pytest.raises(InputError) as caught:
        article_from_record(obj)
    assert caught.value.subject == key
    assert caught.value.ko
    assert caught.value.en


def test_a_lone_surrogate_can_be_written_again() -> None:
    record_id, article = article_from_record(json.loads(r'{"id": "a", "title": "칩 \ud800"}'))
    record = tags_to_record(record_id, packaged_tagger().tag(article), spec())
    json.dumps(record, ensure_ascii=False).encode()


def test_tags_become_a_record_of_the_documented_form() -> None:
    record_id, article = article_from_record(
        {"id": "a", "title": "SK하이닉스, HBM 강연 흥행에 급등"}
    )
    record = tags_to_record(record_id, packaged_tagger().tag(article), spec())
    assert list(record) == [
        "id",
        "relevant",
        "relevance",
        "reasons",
        "tone",
        "tone_score",
        "companies",
        "topics",
        "keywords",
        "summary",
        "summary_spans",
        "quotes",
    ]
    (company,) = record["companies"]
    assert list(company) == [
        "id",
        "name",
        "count",
        "in_title",
        "tone",
        "tone_score",
        "surface",
        "evidence",
    ]
    assert (company["id"], company["name"], company["surface"]) == (
        "sk-hynix",
        "SK하이닉스",
        ["SK하이닉스"],
    )
    assert company["tone"] == "positive"
    assert record["topics"][0] == "hbm"
    assert json.loads(json.dumps(record)) == record


def test_quotations_and_summary_sentences_say_where_they_stand() -> None:
    body = (
        '😀 SK하이닉스의 반도체 강연 주간이 열렸다. 한가람 한빛증권 연구원은 "또 오겠다"고 말했다.'
    )
    record_id, article = article_from_record({"id": 1, "title": "강연 주간", "body": body})
    record = tags_to_record(record_id, packaged_tagger().tag(article), spec())
    assert record["quotes"] == [
        {
            "text": "또 오겠다",
            "speaker": "한가람",
            "title": "연구원",
            "organisation": "한빛증권",
            "where": "body",
            "start": body.index("또"),
            "end": body.index('다"') + 1,
        }
    ]
    assert record["summary"]
    assert [body[span["start"] : span["end"]] for span in record["summary_spans"]] == record[
        "summary"
    ]
    assert {span["where"] for span in record["summary_spans"]} == {"body"}
    assert json.loads(json.dumps(record)) == record
