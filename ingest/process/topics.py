"""Subjects of an article, such as HBM or export controls."""

from __future__ import annotations

from collections import Counter

from ingest.process.document import Document
from ingest.process.phrases import Terms
from ingest.process.rules import TopicsFile

MAX_TOPICS = 6
MAX_SENTENCES = 20
_TITLE = 2
_ENOUGH = 2


class TopicFinder:
    def __init__(self, rules: TopicsFile) -> None:
        self._ids = [topic.id for topic in rules.topic]
        self._terms = Terms(
            (topic.terms for topic in rules.topic),
            (exclusion for topic in rules.topic for exclusion in topic.exclusions),
        )

    def find(self, document: Document) -> tuple[str, ...]:
        """Ids of at most `MAX_TOPICS` topics, strongest first, then in the order of the file."""
        points: Counter[int] = Counter()
        for place, sentence in enumerate(document.sentences[: MAX_SENTENCES + 1]):
            for topic in self._terms.found(sentence.text):
                points[topic] += 1 if place else _TITLE
        strong = [topic for topic, count in points.items() if count >= _ENOUGH]
        strong.sort(key=lambda topic: (-points[topic], topic))
        return tuple(self._ids[topic] for topic in strong[:MAX_TOPICS])
