"""Subjects of an article, such as HBM or export controls."""

from __future__ import annotations

from collections import Counter

from ingest.process.document import Document
from ingest.process.phrases import Phrases
from ingest.process.rules import TopicsFile

MAX_TOPICS = 6
MAX_SENTENCES = 20
_TITLE = 2
_ENOUGH = 2


class TopicFinder:
    def __init__(self, rules: TopicsFile) -> None:
        self._ids = [topic.id for topic in rules.topic]
        self._owners: list[tuple[int, ...]] = []
        texts: list[str] = []
        places: dict[str, int] = {}
        for owner, topic in enumerate(rules.topic):
            for term in topic.terms:
                place = places.setdefault(term.casefold(), len(texts))
                if place == len(texts):
                    texts.append(term)
                    self._owners.append((owner,))
                else:
                    self._owners[place] += (owner,)
        for topic in rules.topic:
            texts.extend(topic.exclusions)
            self._owners.extend(() for _ in topic.exclusions)
        self._phrases = Phrases(texts)

    def find(self, document: Document) -> tuple[str, ...]:
        """Ids of at most `MAX_TOPICS` topics, strongest first, then in the order of the file."""
        points: Counter[int] = Counter()
        for place, sentence in enumerate(document.sentences[: MAX_SENTENCES + 1]):
            for found in self._phrases.longest(sentence.text):
                for owner in self._owners[found.phrase]:
                    points[owner] += 1 if place else _TITLE
        strong = [owner for owner, count in points.items() if count >= _ENOUGH]
        strong.sort(key=lambda owner: (-points[owner], owner))
        return tuple(self._ids[owner] for owner in strong[:MAX_TOPICS])
