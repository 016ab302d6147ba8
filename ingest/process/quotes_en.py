"""Quotations in English text: ``"…," said Jane Doe, chief executive of Acme``."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import islice

from db.model import Quote
from ingest.process.marks import Quotation
from ingest.process.names import alternatives
from ingest.process.namings import MAX_FOUND
from ingest.process.rules import EnglishQuotes
from ingest.process.speakers import NOBODY, Speaker
from ingest.process.spoken import Text, quote_of

_AFTER = 160
_FAR = 600
_BEFORE = 240
"""Characters around a quotation in which its speaker is looked for."""

_BREAK = re.compile(
    r"(?<!\b[A-Z])(?<!Mr)(?<!Ms)(?<!Dr)(?<!Mrs)(?<!Inc)(?<!Corp)(?<!Co)[.!?][\"'”’]?\s+(?=[A-Z\"“‘])"
    r"|\n"
)
_NAME = r"[A-Z][\w’'.\-]{0,30}(?:\s(?:[A-Z][\w’'.\-]{0,30}|de|van|von|der|al|bin|of|&)){0,6}"
_SUBJECT = re.compile(rf"(?:^|(?<=[.!?”\"]\s))({_NAME}\s{_NAME}),\swho\s", re.MULTILINE)
_PRONOUN = re.compile(r"(?:he|she|they|it)\b", re.IGNORECASE)
_PRONOUN_END = re.compile(r"(?:^|\s)(?:he|she|they|it)$", re.IGNORECASE)
_ORGANISATION_END = re.compile(
    r"\s(?:and|who|which|said|told|in|on|that|has|was|is)\b.*$|[.,;:].*$"
)
_LEAD_IN = re.compile(
    r"^(?:According to|In|On|At|Meanwhile|But|And|Yet|However|Later|Earlier|Then|The)\s"
)
_HONORIFIC = re.compile(r"^(?:Mr|Ms|Mrs|Dr|Prof|Professor)\.?\s")
_NAMES_IT = re.compile(
    r"\b(?:the|an?|its|their|his|her|this|that’s|of|as|called|named|for|and|or|’s|'s)$"
)
_AT = re.compile(r"[^,.]{0,40}?\sat\s(?:the\s)?")
_OF = re.compile(r"[^,.]{0,40}?\s(?:of|for|with)\s(?:the\s)?")
_NO_NAME = re.compile(
    r"(?:When|If|As|While|And|But|After|Before|In|On|At|So|Yet|Then|What|Why|How|Because|Since|Although|There"
    r"|Here|That|This|These|Those|Not|Now|Still|Also|Once|Until|Asked)$"
)
_STOP = re.compile(r"[\n\x00\"“]")
_SENTENCE = re.compile(r"[,.!?][\"'”’]?$")


class EnglishReader:
    def __init__(self, rules: EnglishQuotes) -> None:
        says = alternatives(rules.says)
        titles = alternatives(rules.titles)
        unnamed = alternatives(rules.unnamed)
        self._said = re.compile(rf"[\s,]*(?:(?:also|later|then)\s)?(?:{says})\s+(?:[a-z]+ly\s)?")
        self._according = re.compile(r"[\s,]*according to\s", re.IGNORECASE)
        self._says = re.compile(rf"\s(?:also\s|later\s|then\s|has\s)*(?:{says})\b")
        self._title = re.compile(rf"\b(?i:{titles})\b")
        self._titled = re.compile(rf"((?:{_NAME}\s)?)((?i:{titles}))\s({_NAME})")
        self._someone = re.compile(
            r"(?:the|an?|one|its|two|several|some|many|another)\s(?:[\w’'\-]+\s){0,4}?"
            rf"(?:{unnamed})\b(?:\s(?:for|at|from|with)\s(?:the\s)?{_NAME})?"
            r"|(?:analysts|experts|officials|researchers|investors)\b(?:\s(?:for|at|from)\s(?:the\s)?"
            rf"{_NAME})?",
            re.IGNORECASE,
        )
        self._name = re.compile(_NAME)

    def quotes(self, text: Text) -> list[Quote]:
        """The quotations of one text in reading order; a text without a word of saying has none."""
        masked = text.masked()
        people = self._introduced(masked)
        breaks = [0, *(found.end() for found in _BREAK.finditer(masked))]
        found: list[Quote] = []
        last: Speaker | None = None
        last_end = -1
        at = 0
        for place in text.places:
            while at + 1 < len(breaks) and breaks[at + 1] <= place.start:
                at += 1
            begin = max(breaks[at], place.start - _BEFORE, last_end + 1)
            last = self._meant(masked, max(0, last_end), place.start, people) or last
            speaker = self._speaker(text.text, masked, place, begin, last)
            near = last_end >= 0 and "\n" not in masked[last_end : place.start]
            said = text.text[place.start : place.end]
            if speaker is None and not (
                near and place.double and said.count(" ") > 2 and _SENTENCE.search(said)
            ):
                continue
            speaker = speaker or last or NOBODY
            last = self._whole(speaker, people)
            last_end = place.end
            found.append(quote_of(text, place.start, place.end, last))
        return found

    def _speaker(
        self, text: str, masked: str, place: Quotation, begin: int, last: Speaker | None
    ) -> Speaker | None:
        """The speaker by a verb of saying after or before the quotation; None without one."""
        behind = masked[place.end + 1 : place.end + 1 + _AFTER]
        if stop := _BREAK.search(behind):
            behind = behind[: stop.start() + 1]
        behind = behind.split("\x00")[0]
        if text[place.end - 1] in ",.!?" or place.double:
            for lead in (self._said, self._according):
                if match := lead.match(behind):
                    who = self._who(behind[match.end() :], last)
                    if who is not None:
                        return who
            if match := self._says.search(behind):
                words = behind[: match.start()].lstrip(" ,")
                who = self._who(words, last)
                if who is not None and len(words) < 100 and text[place.end - 1] in ",.!?":
                    return who
        before = masked[begin : place.start - 1].rstrip(" \"'“‘")
        if match := self._according.search(before):
            who = self._who(before[match.end() :], last)
            if who is not None and before.endswith(","):
                return who
        if before.endswith(":"):
            who = self._subject(before[:-1], last)
            if who is not None:
                return who
        verbs = list(self._says.finditer(f" {before}"))
        if not verbs or len(before) - verbs[-1].end() > 80:
            return None
        verb = verbs[-1]
        gap = before[verb.end() - 1 :]
        if _NAMES_IT.search(gap) or not (place.double or gap.endswith((",", ":"))):
            return None
        goes_on = (
            masked[begin - 1 : begin] != "\n"
            and begin > 0
            and not before[: verb.start()].strip(" ,")
        )
        return self._subject(before[: verb.start()].rstrip(), last) or (
            last if goes_on and last is not None else NOBODY
        )

    def _who(self, words: str, last: Speaker | None) -> Speaker | None:
        """Who is named at the begin of ``words``."""
        if _PRONOUN.match(words):
            return last or NOBODY
        if match := self._titled.match(words):
            organisation, title, name = match.groups()
            return Speaker(_bare(name), title, _owner(organisation))
        if match := self._someone.match(words):
            return Speaker(match.group(), person=False, named=False)
        match = self._name.match(words)
        if match is not None and not _NO_NAME.match(match.group()):
            speaker = self._split(match.group().rstrip(",."))
            rest = words[match.end() :]
            return self._with_apposition(speaker, rest)
        return None

    def _subject(self, words: str, last: Speaker | None) -> Speaker | None:
        """Who is named at the end of ``words``, before the verb."""
        words = re.sub(r"\s(?:also|later|then|has|have)$", "", words)
        if _PRONOUN_END.search(words):
            return last or NOBODY
        if words.endswith(","):
            head, comma, apposition = words[:-1].rpartition(",")
            if comma:
                names = list(self._name.finditer(head))
                if names and names[-1].end() == len(head):
                    return self._with_apposition(
                        self._split(_LEAD_IN.sub("", names[-1].group())), f",{apposition},"
                    )
                words = head
        found = [match for match in self._titled.finditer(words) if match.end() == len(words)]
        if found:
            organisation, title, name = found[-1].groups()
            return Speaker(_bare(name), title, _owner(_LEAD_IN.sub("", organisation)))
        someone = [match for match in self._someone.finditer(words) if match.end() == len(words)]
        if someone:
            return Speaker(someone[-1].group(), person=False, named=False)
        names = [match for match in self._name.finditer(words) if match.end() == len(words)]
        if not names or _NO_NAME.match(names[-1].group()):
            return None
        return self._split(_LEAD_IN.sub("", names[-1].group()))

    def _split(self, name: str) -> Speaker:
        """``OpenAI CEO Sam Altman`` → its parts."""
        match = self._title.search(name)
        if match is None or not name[match.end() :].strip():
            return Speaker(_bare(name))
        return Speaker(
            _bare(name[match.end() :].strip()), match.group(), _owner(name[: match.start()])
        )

    def _with_apposition(self, speaker: Speaker, rest: str) -> Speaker:
        """``rest`` begins with ``, chief executive of Acme`` or with something else."""
        if not rest.startswith(", "):
            return speaker
        apposition = _STOP.split(rest[2:110])[0]
        match = self._title.search(apposition)
        if match is None or match.start() > 40 or "," in apposition[: match.start()]:
            return speaker
        begin = match.start()
        before = apposition[:begin].strip()
        organisation = _owner(before) if before[:1].isupper() else ""
        after = _AT.match(apposition, match.end()) or _OF.match(apposition, match.end())
        if after and not organisation:
            organisation = _ORGANISATION_END.sub("", apposition[after.end() :]).strip()
        return replace(
            speaker,
            title=speaker.title or match.group(),
            organisation=speaker.organisation or organisation,
        )

    def _introduced(self, masked: str) -> dict[str, Speaker]:
        """Everybody who is named with a title, by full name; the first naming decides."""
        people: dict[str, Speaker] = {}
        for match in islice(self._title.finditer(masked), MAX_FOUND):
            before = masked[max(0, match.start() - 80) : match.start()]
            speaker: Speaker | None = None
            if titled := self._titled.match(masked, match.start()):
                owners = [m for m in self._name.finditer(before) if m.end() >= len(before) - 1]
                owner = _owner(_LEAD_IN.sub("", owners[-1].group())) if owners else ""
                speaker = Speaker(_bare(titled[3]), match.group(), owner)
            elif (comma := before.rfind(", ")) >= 0 and len(before) - comma < 40:
                names = [m for m in self._name.finditer(before[:comma]) if m.end() == comma]
                if names:
                    speaker = self._with_apposition(
                        Speaker(_bare(_LEAD_IN.sub("", names[-1].group()))),
                        before[comma:] + masked[match.start() : match.start() + 110],
                    )
            if speaker is not None and " " in speaker.name:
                people.setdefault(speaker.name, speaker)
        return people

    @staticmethod
    def _meant(masked: str, begin: int, end: int, people: dict[str, Speaker]) -> Speaker | None:
        """Whom ``he`` and ``she`` mean after ``masked[begin:end]``, if somebody is named there."""
        begin = max(begin, end - _FAR)
        places = [(masked.rfind(name, begin, end), one) for name, one in people.items()]
        for match in _SUBJECT.finditer(masked, begin, end):
            places.append((match.start(1), people.get(match[1], Speaker(match[1]))))
        place, one = max(places, key=lambda entry: entry[0], default=(-1, NOBODY))
        return one if place >= 0 else None

    @staticmethod
    def _whole(speaker: Speaker, people: dict[str, Speaker]) -> Speaker:
        """Doe → Jane Doe, chief executive of Acme; a full name that is new is remembered."""
        if not speaker.name or not speaker.named:
            return speaker
        known = people.get(speaker.name)
        if known is None:
            known = next(
                (one for name, one in people.items() if name.endswith(f" {speaker.name}")), None
            )
        if known is None:
            if " " in speaker.name:
                people[speaker.name] = speaker
            return speaker
        return replace(
            known,
            title=known.title or speaker.title,
            organisation=known.organisation or speaker.organisation,
        )


def _bare(name: str) -> str:
    return _HONORIFIC.sub("", name).rstrip(".,")


def _owner(words: str) -> str:
    return re.sub(r"[’']s?$", "", words.strip()).strip(" ,")
