"""The shape of companies.toml, topics.toml, relevance.toml, tone.toml and quotes.toml.

Frozen and strict: a key that is not listed here is an error, so a typo never goes unnoticed.
"""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from db.model import Tone

Slug = Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=60)]
Name = Annotated[str, Field(min_length=1, max_length=80)]
Phrase = Annotated[str, Field(min_length=1, max_length=60, pattern=r"^\S(.*\S)?$")]


class _Rules(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


# --- companies.toml ---------------------------------------------------------------------------


class Example(_Rules):
    """A sentence of our own and whether the company is named in it. Every one is a test."""

    text: Annotated[str, Field(min_length=1)]
    named: bool


class CompanyRules(_Rules):
    """One ``[[company]]``. The head of companies.toml explains each key to those who add one."""

    id: Slug
    name_ko: Name
    name_en: Name
    country: Annotated[str, Field(pattern=r"^([A-Z]{2})?$")] = ""
    segment: str = ""
    aliases: tuple[Phrase, ...] = ()
    context_aliases: tuple[Phrase, ...] = ()
    price_nicknames: tuple[Phrase, ...] = ()
    """forms that count after a number only: ``만전자`` in 10만전자"""
    exclusions: tuple[Phrase, ...] = ()
    context: tuple[Phrase, ...] = ()
    own_context_only: bool = False
    """whether chip words and other companies are no context for this one"""
    against: tuple[Phrase, ...] = ()
    examples: tuple[Example, ...] = ()

    @model_validator(mode="after")
    def _named_somehow(self) -> Self:
        if not (self.aliases or self.context_aliases):
            raise ValueError("a company needs at least one alias")
        return self


class PairRules(_Rules):
    """Forms that name several companies at once, such as 삼전닉스."""

    forms: Annotated[tuple[Phrase, ...], Field(min_length=1)]
    companies: Annotated[tuple[Slug, ...], Field(min_length=2)]
    needs_context: bool = False


class CompaniesFile(_Rules):
    """companies.toml. ``context`` and ``exclusions`` hold for every company."""

    company: tuple[CompanyRules, ...] = ()
    pair: tuple[PairRules, ...] = ()
    context: tuple[Phrase, ...] = ()
    exclusions: tuple[Phrase, ...] = ()

    @model_validator(mode="after")
    def _pairs_of_known_companies(self) -> Self:
        known = {company.id for company in self.company}
        for pair in self.pair:
            if unknown := set(pair.companies) - known:
                raise ValueError(f"pair {pair.forms[0]!r} names unknown companies: {unknown}")
        return self


# --- topics.toml ------------------------------------------------------------------------------


class TopicRules(_Rules):
    """One ``[[topic]]``: an article has it when a term stands in the headline, or twice in the text."""

    id: Slug
    name_ko: Name
    name_en: Name
    terms: Annotated[tuple[Phrase, ...], Field(min_length=1)]
    exclusions: tuple[Phrase, ...] = ()


class TopicsFile(_Rules):
    """topics.toml"""

    topic: tuple[TopicRules, ...] = ()


# --- keywords.toml ----------------------------------------------------------------------------


class KeywordsFile(_Rules):
    """keywords.toml: which words of a headline are no keywords, and which may follow a number."""

    stop: tuple[Phrase, ...] = ()
    stop_en: tuple[Phrase, ...] = ()
    units: tuple[Phrase, ...] = ()


# --- relevance.toml ---------------------------------------------------------------------------


class TermGroup(_Rules):
    """Terms with one weight in points: 1 point in the headline alone makes an article relevant."""

    name: Name
    title: float
    text: float
    terms: Annotated[tuple[Phrase, ...], Field(min_length=1)]


class RelevanceFile(_Rules):
    """relevance.toml. Weights in points; an article of ``threshold`` points or more is relevant."""

    threshold: Annotated[float, Field(gt=0)] = 1.0
    group: tuple[TermGroup, ...] = ()
    segments: dict[str, float] = {}
    """points for naming a company of this segment in the headline"""
    companies: dict[Slug, float] = {}
    """points for this company instead of its segment's"""
    text_share: Annotated[float, Field(ge=0, le=1)] = 0.4
    """what a company named in the text alone is worth, as a share of the headline's points"""
    exclusions: tuple[Phrase, ...] = ()


# --- tone.toml --------------------------------------------------------------------------------

Direction = Literal["up", "down"]


class CueRules(_Rules):
    """One ``[[cue]]``: words that speak well (weight above 0) or ill of somebody.

    ``forms`` are found as they stand; ``verbs`` are dictionary forms (오르다) found in every
    conjugation at the start of a word. With ``direction`` the cue takes its sign from what rises
    or falls: the sign is turned when that is a burden (적자 축소).
    """

    name: Name
    weight: Annotated[float, Field(ge=-3, le=3)]
    forms: tuple[Phrase, ...] = ()
    verbs: tuple[Phrase, ...] = ()
    direction: Direction | None = None


class ContrastRules(_Rules):
    """One ``[[contrast]]``: "A, B 제치고" with the weights of A (``subject``) and B (``object``)."""

    name: Name
    subject: float
    object: float
    forms: Annotated[tuple[Phrase, ...], Field(min_length=1)]


class TransformerRules(_Rules):
    """``[transformer]``: a Hugging Face model that judges the tones instead of our network.

    ``pair``: it reads (sentence, company); else the sentence alone. ``labels``: its labels → tones.
    """

    model: Annotated[str, Field(min_length=1)]
    """a directory, or the name of a model that was downloaded before"""
    revision: str = ""
    labels: dict[str, Tone] = {}
    pair: bool = False
    max_tokens: Annotated[int, Field(ge=16, le=8192)] = 256


class ToneFile(_Rules):
    """tone.toml"""

    cue: tuple[CueRules, ...] = ()
    contrast: tuple[ContrastRules, ...] = ()
    burdens: tuple[Phrase, ...] = ()
    """what is bad when it rises: 비용, 적자, 재고"""
    reliefs: tuple[Phrase, ...] = ()
    """words that turn the cue before them, mildly: 우려 해소, 논란 일단락"""
    negations: tuple[Phrase, ...] = ()
    concessions: tuple[Phrase, ...] = ()
    """connectives after which what was said before counts for little: …에도, 불구하고, 딛고"""
    exclusions: tuple[Phrase, ...] = ()
    threshold: Annotated[float, Field(gt=0)] = 0.5
    """weight below which a tone is neutral"""
    transformer: TransformerRules | None = None


# --- quotes.toml ------------------------------------------------------------------------------

Words = tuple[Phrase, ...]
SomeWords = Annotated[Words, Field(min_length=1)]


class EnglishQuotes(_Rules):
    """``[english]``: words for ``"…," said Jane Doe, chief executive of Acme``."""

    says: SomeWords
    titles: SomeWords
    unnamed: SomeWords


class QuotesFile(_Rules):
    """quotes.toml: by which words it is seen that somebody speaks, and who. The file explains each."""

    titles: SomeWords
    titles_with_name: Words = ()
    ranks: Words = ()
    unnamed: SomeWords
    groups: SomeWords
    organisations: SomeWords
    organisation_letters: Words = ()
    generic: Words = ()
    departments: SomeWords
    surnames: SomeWords
    double_surnames: Words = ()
    given_names: Words = ()
    not_names: Words = ()
    adverbs: Words = ()
    pronouns: SomeWords
    determiners: Words = ()
    things: Words = ()
    says: SomeWords
    names: Words = ()
    nouns: SomeWords
    statements: Words = ()
    asked: Words = ()
    voices: Words = ()
    headline_words: Words = ()
    english: EnglishQuotes
