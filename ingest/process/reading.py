"""One text while its quotations are read: who is named where, and whose words came last."""

from __future__ import annotations

import re
from bisect import bisect_left
from dataclasses import dataclass, field

from ingest.process.namings import Named, Role
from ingest.process.people import People
from ingest.process.speakers import Speaker
from ingest.process.spoken import Spoken, Text

FAR = 1_500
"""Characters after which nobody is taken to go on speaking."""
ASSIGNED = re.compile(r"(?:\s?역시)?[\s:=]*[\"'“‘「『]?")
"""What stands between a name and what is said to be its words."""
_TOPIC = re.compile(r"['’\"”](?:은|는)(?=[\s,])")


@dataclass
class Reading:
    """``masked`` is ``text.masked()``; ``named`` is in order and ``places`` are where it stands."""

    text: Text
    masked: str
    spoken: list[Spoken]
    named: list[Named] = field(default_factory=list)
    places: list[int] = field(default_factory=list)
    last: Speaker | None = None
    last_at: int = 0
    last_person: Speaker | None = None

    def between(self, begin: int, end: int) -> list[Named]:
        """The namings whose titles stand in ``masked[begin:end]``."""
        return self.named[bisect_left(self.places, begin) : bisect_left(self.places, end)]

    def adjacent(self, one: Spoken, role: Role) -> Speaker | None:
        """Who is named directly before the quotation in this role."""
        for naming in reversed(self.between(max(0, one.start - 60), one.start)):
            if naming.role is role and ASSIGNED.fullmatch(self.masked, naming.end, one.start):
                return naming.speaker
        return None

    def meant(self, begin: int, people: People) -> Speaker | None:
        """Whom 그는 means in the sentence at ``begin``: who was named last, or who spoke last."""
        for naming in reversed(self.between(max(self.last_at, begin - FAR), begin)):
            speaker = naming.speaker if naming.role >= Role.SUBJECT else None
            if speaker is not None and speaker.person:
                return people.resolve(speaker, naming.at, self.last_person)
        return self.last_person or self.last

    def with_title(self, plain: Speaker, place: int) -> Speaker:
        """``별마루칩스 대표인 홍길동은``, ``애널리스트 홍길동은``: the title before the name."""
        for naming in reversed(self.between(max(0, place - 60), place)):
            limit = {Role.APPOSITION: 12, Role.BARE: 2}.get(naming.role, 0)
            title = naming.speaker if place - naming.end < limit else None
            if title is not None and title.title:
                return Speaker(plain.name, title.title, title.organisation or title.name)
        return plain

    def name_between_marks(self, begin: int, end: int) -> Speaker | None:
        """``'별마루 타임스'는 "…"고 보도했다``: a name that stands between marks itself."""
        places = self.text.places
        for place in range(bisect_left(places, (end,)) - 1, -1, -1):
            start, stop, _ = places[place]
            if start <= begin:
                break
            if stop < end and stop - start <= 20 and _TOPIC.match(self.masked, stop):
                name = self.text.text[start:stop].strip()
                return Speaker(name, "", name, person=False)
        return None
