"""Who said what: the quotations of an article and, where the article says so, their speakers.

`marks` finds what stands between quotation marks, `spoken` which of it was spoken, `speakers` and
`people` who is named; here they are brought together, sentence by sentence.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from db.model import Quote
from ingest.process.document import Document
from ingest.process.headlines import HeadlineReader
from ingest.process.names import Words, alternatives
from ingest.process.namings import Named, NamingFinder, Role
from ingest.process.people import People
from ingest.process.quotes_en import EnglishReader
from ingest.process.reading import ASSIGNED, FAR, Reading
from ingest.process.rules import CompaniesFile, QuotesFile
from ingest.process.speakers import NOBODY, Speaker, plain_subject
from ingest.process.spoken import Kind, Spoken, SpokenFinder, Text, quote_of

MAX_QUOTES = 40
_NAMES_READ = 1_500
"""Characters that are searched for names in a text without quotations."""
_ORDER = {"title": 0, "summary": 1, "body": 2}

_HANGUL = re.compile(r"[가-힣]")
_WITH_PARTICLE = re.compile(
    r"(?<![^\s(,·\"'”’])([^\s,()\"'“”‘’\x00]{1,20}?)(께서는|은|는|이|가|도|측은)(?=[\s,])"
)
_WITH_COMMA = re.compile(r"\s*([^\s,()\"“”\x00]{2,12}),\s")
_WORDS_OF = re.compile(r"(?:(\S+)\s)?(\S+)의\s(?:말|설명|얘기|이야기)이?다")
_VERBAL = re.compile(
    r"(?:[하되있없같겠싶다라냐렇졌었았던]|으로|에서|에게|에|과|와|까지|부터|서|지만)$"
)
_VERBAL_FAR = re.compile(rf"{_VERBAL.pattern}|[받보오가나지리치르기우키않한된로주]$")
_ASIDE = re.compile(r"질문|물음|대해|대한|관련|것에|데 대|배경|이유|여부|가능성")
_ATTRIBUTE = re.compile(r"[가-힣](?:한|된|던|는|린|온|간|운|진|힌)\s+[가-힣]")
_INDEED = re.compile(
    r"이렇게|이\s?같이|다음과 같이|말이다|말했다|밝혔다|전했다|강조했다|설명했다|덧붙였다"
    r"|남긴|한 말|한마디|첫 문장"
)
_IT_IS = ("게", "것이", "것은", "것도")
_SENTENCE_END = re.compile(r"[.\n\x00]")


class QuoteFinder:
    def __init__(self, rules: QuotesFile, companies: CompaniesFile) -> None:
        self._words = Words(rules, companies)
        self._namings = NamingFinder(self._words)
        self._spoken = SpokenFinder(rules)
        self._headlines = HeadlineReader(rules, self._words, self._namings)
        self._english = EnglishReader(rules.english)
        self._pronouns = frozenset(rules.pronouns)
        self._says = self._spoken.says
        says, nouns = alternatives(rules.says), alternatives(rules.nouns)
        self._who_said = re.compile(rf"\s*(?:{says})[가-힣]{{0,2}}\s*")
        self._of_whom = re.compile(rf"\s*(?:\S+\s)?(?:{nouns})")

    def find(self, document: Document) -> tuple[Quote, ...]:
        """At most `MAX_QUOTES` quotations in reading order."""
        texts = [Text(part) for part in document.parts if part.text]
        if not any(text.places for text in texts):
            return ()
        headline: Text | None = None
        korean: list[Reading] = []
        quotes: list[Quote] = []
        for text in texts:
            if _HANGUL.search(text.text) is None:
                if text.places:
                    quotes += self._english.quotes(text)
            elif text.part.where == "title":
                headline = text if text.places else None
            else:
                masked = text.masked()
                spoken = self._spoken.spoken(text, masked)[:MAX_QUOTES] if text.places else []
                korean.append(Reading(text, masked, spoken))
        if headline is not None or any(read.spoken for read in korean):
            quotes += self._korean(headline, korean)
        quotes.sort(key=lambda quote: _ORDER[quote.span.where])
        return tuple(quotes[:MAX_QUOTES])

    def _korean(self, headline: Text | None, texts: Sequence[Reading]) -> list[Quote]:
        for read in texts:
            until = read.spoken[-1].finish + 80 if read.spoken else _NAMES_READ
            read.named = self._namings.find(read.masked, until)
            read.places = [naming.at for naming in read.named]
        people = People([naming for read in texts for naming in read.named], self._words)
        quotes: list[Quote] = []
        for read in texts:
            quotes += self._of(read, people)
        if headline is not None:
            quotes += self._headlines.quotes(headline, people, quotes)
        return quotes

    # --- one sentence -------------------------------------------------------------------------

    def _of(self, read: Reading, people: People) -> list[Quote]:
        quotes: list[Quote] = []
        index = 0
        while index < len(read.spoken):
            end = index + 1
            while end < len(read.spoken) and read.spoken[end].begin < read.spoken[end - 1].finish:
                end += 1
            group = read.spoken[index:end]
            for one, speaker in zip(group, self._speakers(read, group, people), strict=True):
                if speaker is not None:
                    quotes.append(quote_of(read.text, one.start, one.end, speaker))
            index = end
        return quotes

    def _speakers(
        self, read: Reading, group: Sequence[Spoken], people: People
    ) -> list[Speaker | None]:
        """The speaker of each quotation of a sentence; None where it was no quotation after all."""
        own: list[Speaker | None] = []
        at = group[0].begin
        for one in group:
            own.append(self._owner(read, one) or self._before(read, at, one, people))
            at = one.tail
        said: list[Speaker | None] = []
        current: Speaker | None = None
        for speaker in own:
            current = speaker or current
            said.append(current)
        first = next((place for place, speaker in enumerate(own) if speaker), len(own))
        if first < len(own) and all(one.kind is Kind.JOINED for one in group[:first]):
            said[:first] = [own[first]] * first
        else:
            later: Speaker | None = None
            for place in range(first - 1, -1, -1):
                one = group[place]
                limit = group[place + 1].start if place + 1 < len(group) else one.finish
                later = self._after(read, one, limit, people) or later
                said[place] = later
        return [self._settled(read, one, who, people) for one, who in zip(group, said, strict=True)]

    def _settled(
        self, read: Reading, one: Spoken, said: Speaker | None, people: People
    ) -> Speaker | None:
        """The speaker after all, found before if need be, and remembered for what follows."""
        if one.kind is Kind.ASKED:
            owner = read.adjacent(one, Role.GENITIVE)
            return people.resolve(owner, one.start, read.last_person) if owner else NOBODY
        if said is None and one.kind is Kind.ALONE:
            said = self._alone(read, one, people)
            if said is None and read.masked[one.begin : one.start - 1].strip(' \t-–"“'):
                return None
        if said is None and one.kind is Kind.AFTER:
            return None
        if said is None and one.kind is not Kind.VOICE:
            said = self._previous(read, one, people)
        if said is None:
            return NOBODY
        said = people.resolve(said, one.start, read.last_person)
        read.last, read.last_at = said, one.end
        if said.person:
            read.last_person = said
        return said

    # --- before the quotation -----------------------------------------------------------------

    def _before(self, read: Reading, begin: int, one: Spoken, people: People) -> Speaker | None:
        """Who is said to speak between ``begin`` and the quotation."""
        end = one.start - 1
        if end - begin < 2:
            return None
        namings = [naming for naming in read.between(begin, end) if naming.end <= end]
        group: Named | None = None
        for naming in reversed(namings):
            if naming.role is Role.TOPIC and naming.speaker is not None:
                if naming.speaker.person:
                    return people.resolve(naming.speaker, naming.at, read.last_person)
                group = group or naming
        for naming in reversed(namings):
            if self._is_subject(read.masked[naming.end : end], naming):
                return people.resolve(naming.speaker or NOBODY, naming.at, read.last_person)
        word = self._word(read, group.end if group else begin, end, one.begin, people)
        if word is not None and (word.person or group is None):
            return word
        if group is not None:
            return group.speaker
        return next((one.speaker for one in namings if one.role is Role.PLACE), None)

    @staticmethod
    def _is_subject(gap: str, naming: Named) -> bool:
        """Whether a naming with 이/가, or before a colon, speaks what follows after ``gap``."""
        if naming.role is Role.SUBJECT:
            if _ATTRIBUTE.search(gap) or naming.speaker is None:
                return False
            return naming.speaker.person or _ASIDE.search(gap) is None
        if naming.role in (Role.BARE, Role.GENITIVE):
            return ASSIGNED.fullmatch(gap) is not None and naming.speaker is not None
        return False

    def _word(
        self, read: Reading, begin: int, end: int, sentence: int, people: People
    ) -> Speaker | None:
        """Somebody without a title: 벨만은, 그는, 삼성전자는, 재판부는."""
        masked, words = read.masked, self._words
        organisation: Speaker | None = None
        for match in reversed(list(_WITH_PARTICLE.finditer(masked, begin, end + 1))):
            word, topic = match[1], match[2] not in ("이", "가")
            if word in self._pronouns:
                return read.meant(sentence, people)
            name = words.korean_name(word)
            gap = masked[match.end() : end]
            adjacent = not gap.strip(" \t,\"'“‘")
            verbal = (_VERBAL if adjacent else _VERBAL_FAR).search(word) is not None
            if (known := people.by_name(word)) is not None:
                if topic or not _ATTRIBUTE.search(gap):
                    return known
            elif words.organisation(word) and not name:
                if organisation is None and (topic or not _ASIDE.search(gap)):
                    if read.last and not read.last.person and read.last.name.endswith(f" {word}"):
                        return read.last
                    ahead = masked[begin : match.start()].split()
                    organisation = plain_subject(words, [*ahead[-1:], word])
            elif organisation is None and (name or not (verbal or match[2] == "도")):
                ahead = [
                    one
                    for one in masked[begin : match.start()].split()
                    if not (one[0].isdigit() or one.rstrip(",") in words.adverbs)
                ]
                firm = topic and match[2] != "도"
                first = len(ahead) < 4 and all(map(words.part_of_name, ahead))
                if (
                    (adjacent and (topic or name))
                    or (firm and (first or len(word) > 2) and read.last is None)
                    or (topic and words.full_name(word) and len(ahead) < 2)
                ):
                    plain = plain_subject(words, [*ahead[-1:], word])
                    if plain is not None:
                        place = masked.rfind(plain.name.split()[0], begin, match.end())
                        plain = read.with_title(plain, max(place, begin))
                        people.add(plain, match.start())
                        return people.resolve(plain, match.start())
        if organisation is not None:
            return organisation
        comma = _WITH_COMMA.match(masked, begin, end)
        if comma and (words.organisation(comma[1]) or words.full_name(comma[1])):
            return plain_subject(words, [comma[1]])
        return read.name_between_marks(begin, end)

    # --- after the quotation ------------------------------------------------------------------

    def _after(self, read: Reading, one: Spoken, limit: int, people: People) -> Speaker | None:
        """``"…"고 홍길동 대표는 말했다``, ``"…"라고 말한 홍길동 대표는``, ``"…"(홍길동 대표)``."""
        masked = read.masked
        limit = min(limit, one.tail + 100)
        for naming in read.between(one.end + 1, limit)[:2]:
            if naming.speaker is not None and self._speaks_after(masked, one, naming):
                return people.resolve(naming.speaker, naming.at, read.last_person)
        match = _WITH_PARTICLE.search(masked, one.tail, min(limit, one.tail + 30))
        if match is None or masked[one.tail : match.start()].strip():
            return None
        if self._says.search(masked, match.end(), one.finish) is None:
            return None
        word = match[1]
        if word in self._pronouns:
            return read.meant(one.begin, people)
        if (known := people.by_name(word)) is not None:
            return known
        if self._words.full_name(word):
            return Speaker(word)
        return Speaker(word, "", word, person=False) if self._words.organisation(word) else None

    def _speaks_after(self, masked: str, one: Spoken, naming: Named) -> bool:
        between = masked[one.tail : naming.start]
        rest = masked[naming.end : one.finish]
        if between.strip(" \t(-–—…,<["):
            return between.strip() in _IT_IS or self._who_said.fullmatch(between) is not None
        if naming.role >= Role.SUBJECT:
            return self._says.search(rest) is not None
        if naming.role is Role.BARE and between.strip() and len(rest) < 4:
            return True
        return naming.role >= Role.BARE and self._of_whom.match(rest) is not None

    @staticmethod
    def _owner(read: Reading, one: Spoken) -> Speaker | None:
        """``"…"는 청와대의 해명``, whoever takes up what was said."""
        if one.kind is not Kind.NOUN:
            return None
        for naming in read.between(one.tail, one.tail + 30)[:1]:
            if naming.role is Role.GENITIVE and not read.masked[one.tail : naming.start].strip():
                return naming.speaker
        return None

    def _alone(self, read: Reading, one: Spoken, people: People) -> Speaker | None:
        """Who said a sentence that stands alone: named right before it, or in the next sentence."""
        masked = read.masked
        named = read.adjacent(one, Role.BARE)
        if named is not None:
            return people.resolve(named, one.start, read.last_person)
        head = masked[one.begin : one.start - 1].strip(" \t:=-–")
        if head and (known := people.by_name(head)) is not None:
            return known
        following = masked[one.end + 1 : one.end + 100]
        begin = one.end + 1 + len(following) - len(following.lstrip(" \t.)\n"))
        stop = _SENTENCE_END.search(masked, begin, begin + 100)
        finish = stop.start() if stop else begin + 100
        if (stop and stop.group() == "\x00") or not _INDEED.search(masked, begin, finish):
            return None
        for naming in read.between(begin, finish):
            if naming.role >= Role.GENITIVE and naming.speaker and naming.start - begin < 30:
                return people.resolve(naming.speaker, naming.at, read.last_person)
        match = _WITH_PARTICLE.match(masked, begin)
        known = people.by_name(match[1]) if match is not None else None
        if known is not None:
            return known
        if (match := _WORDS_OF.search(masked, begin, finish + 1)) is not None:
            return plain_subject(self._words, [word for word in match.groups() if word])
        return None

    # --- who spoke before ---------------------------------------------------------------------

    def _previous(self, read: Reading, one: Spoken, people: People) -> Speaker | None:
        """Whose words came last, or of whom the sentences since then speak."""
        since = max(read.last_at, one.begin - FAR)
        named = read.between(since, one.begin)
        for naming in reversed(named):
            if naming.role is Role.TOPIC and naming.speaker and naming.speaker.person:
                return people.resolve(naming.speaker, naming.at, read.last_person)
        before = read.masked[since : one.begin].rstrip(" \t\n.")
        begin = since + max(before.rfind(". "), before.rfind("\n")) + 1
        end = since + len(before)
        if self._says.search(read.masked, begin, end):
            for naming in read.between(begin, end):
                if naming.role >= Role.SUBJECT and naming.speaker:
                    return people.resolve(naming.speaker, naming.at, read.last_person)
            for match in _WITH_PARTICLE.finditer(read.masked, begin, end):
                if match[2] in ("이", "가"):
                    continue
                if (known := people.by_name(match[1])) is not None:
                    return known
                if self._words.organisation(match[1]) and begin > read.last_at:
                    return Speaker(match[1], "", match[1], person=False)
        if read.last is not None and one.begin - read.last_at <= FAR:
            return read.last
        for naming in reversed(named):
            if naming.role is Role.SUBJECT and naming.speaker and naming.speaker.person:
                return people.resolve(naming.speaker, naming.at, read.last_person)
        return None
