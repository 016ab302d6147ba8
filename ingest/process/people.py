"""Everybody who is named in one article, so that ``김 연구원`` and ``벨만 CEO`` find their full names."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from ingest.process.names import Words
from ingest.process.namings import Named
from ingest.process.speakers import Speaker

_SAME = (
    ("대표", "최고경영자", "CEO", "사장"),
    ("사장", "부문장", "본부장", "사업부장", "총괄"),
    ("연구원", "애널리스트", "연구위원", "센터장", "이코노미스트"),
    ("교수", "박사", "원장", "소장"),
    ("회장", "의장", "창업자"),
    ("위원장", "의원", "장관", "후보"),
)
"""Titles that one person may have within one article."""


class People:
    """Namings are read when a word is asked for that stands in them, since most are never needed."""

    def __init__(self, namings: Sequence[Named], words: Words) -> None:
        self._namings = namings
        self._words = words
        self._asked: set[str] = set()
        self._whole: dict[str, Speaker] = {}
        self._places: dict[str, int] = {}
        self._by_token: dict[str, str] = {}
        self._resolved: dict[Speaker, Speaker] = {}

    def add(self, speaker: Speaker, place: int) -> None:
        """Remember a naming. The first one decides; a later one fills what it left open."""
        name = speaker.name
        if not (speaker.person and speaker.named) or len(name) < 2:
            return
        if " " not in name and self._by_token.get(name, name) != name:
            return  # 벨만 after 노라 벨만
        known = self._whole.get(name)
        if known is None:
            self._whole[name] = speaker
            self._places[name] = place
            for token in name.split():
                if " " in name:
                    self._by_token[token] = name
                else:
                    self._by_token.setdefault(token, name)
        elif speaker.organisation and not known.organisation:
            title = known.title if len(known.title) > len(speaker.title) else speaker.title
            self._whole[name] = replace(known, organisation=speaker.organisation, title=title)
        elif speaker.title and not known.title:
            self._whole[name] = replace(known, title=speaker.title)

    def by_name(self, name: str) -> Speaker | None:
        """The person called ``name`` or having it as one of several names."""
        self._ask(name)
        return self._whole.get(name) or self._whole.get(self._by_token.get(name, ""))

    def resolve(self, speaker: Speaker, place: int, last: Speaker | None = None) -> Speaker:
        """The full form of a naming at ``place``, or the naming itself.

        A title alone (``대표는``) means ``last`` or another person who has it.
        """
        if (known := self._resolved.get(speaker)) is not None:
            return known
        if not speaker.name:
            return self._by_title(speaker, last) if speaker.title else speaker
        if not (speaker.person and speaker.named):
            if speaker.name == speaker.title and last and last.title == speaker.title:
                return last  # 이 관계자는
            return speaker
        if len(speaker.name) == 1:
            known = self._by_surname(speaker, place)
            if known is None and speaker.title and speaker.name in self._words.determiners:
                if speaker.name != "한" and last and same_title(last.title, speaker.title) == 2:
                    return last  # 이 대표는
                return replace(speaker, name=f"{speaker.name} {speaker.title}", named=False)
            return known or speaker
        self._ask(speaker.name)
        known = self.by_name(self._by_token.get(speaker.name, speaker.name))
        if speaker.name in self._words.double_surnames:
            known = self._by_surname(speaker, place) or known
        if known is None:
            return speaker
        self._resolved[speaker] = self._resolved[known] = known
        return known

    def _ask(self, token: str) -> None:
        """Read the namings in which ``token`` stands, from the first one on."""
        if token in self._asked:
            return
        self._asked.add(token)
        for naming in self._namings:
            if naming.window(token) and naming.speaker is not None:
                self.add(naming.speaker, naming.at)

    def _by_title(self, speaker: Speaker, last: Speaker | None) -> Speaker:
        for naming in self._namings:
            if naming.word in speaker.title and naming.speaker is not None:
                self.add(naming.speaker, naming.at)
        for one in (last, *reversed(self._whole.values())):
            if one is None or speaker.title not in one.title:
                continue
            if speaker.organisation in ("", one.organisation):
                return one
        name = f"{speaker.organisation} {speaker.title}".strip()
        return replace(speaker, name=name, named=False)

    def _by_surname(self, speaker: Speaker, place: int) -> Speaker | None:
        """김 연구원, 황 CEO: the same title first, then the one named last before ``place``."""
        self._ask(speaker.name)
        fitting = [
            (same_title(one.title, speaker.title), self._places[name] <= place, index, one)
            for index, (name, one) in enumerate(self._whole.items())
            if name != speaker.name and _has_surname(name, speaker.name)
        ]
        fitting = [entry for entry in fitting if entry[0] > 0]
        return max(fitting, key=lambda entry: entry[:3])[3] if fitting else None


def _has_surname(name: str, surname: str) -> bool:
    if " " not in name:
        return name.startswith(surname)
    return name == f"{surname} 모" or name.endswith(f" {surname}")


def same_title(full: str, short: str) -> int:
    """2 where the titles agree, 1 where one person may have both, 0 where not."""
    if not full or not short:
        return 1
    if short in full or full in short:
        return 2
    return int(any(any(t in full for t in row) and any(t in short for t in row) for row in _SAME))
