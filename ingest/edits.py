"""What people changed at the dashboard, laid over the configuration of the files.

Each edit is checked as the files are, by itself: one that does not fit is refused with its
sentence and changes nothing, the others hold. So an edit never breaks a run.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace

from db.config_edits import ConfigEdit, EditKind, EditState
from db.errors import ConfigError
from db.model import RightsMode, Source
from db.store import Store
from ingest.config import Config, FeedEntry, companies_of, sources_of, validated
from ingest.process.rules import CompaniesFile, CompanyRules

log = logging.getLogger(__name__)

MOST = 10_000
"""edits that are read; nobody makes as many by hand"""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of an edit; ``error`` is None if it holds."""

    edit: ConfigEdit
    error: ConfigError | None = None


def take_over(store: Store, config: Config) -> Config:
    """``config`` with the edits of ``store`` laid over it; what became of each is reported there."""
    config, verdicts = lay_over(config, store.config_edits(MOST))
    for verdict in verdicts:
        edit, error = verdict.edit, verdict.error
        state = EditState.APPLIED if error is None else EditState.REFUSED
        messages = ("", "") if error is None else (error.ko, error.en)
        if error is not None:
            log.warning("edit %d of the configuration is refused: %s", edit.id, error)
        if (edit.state, edit.message, edit.message_en) != (state, *messages):
            store.report_edit(edit.id, state, *messages)
    return config


def lay_over(config: Config, edits: Sequence[ConfigEdit]) -> tuple[Config, list[Verdict]]:
    """``config`` with ``edits`` laid over it in their order, and a verdict on each."""
    verdicts = []
    for edit in edits:
        try:
            config = _APPLY[edit.kind](config, edit)
        except ConfigError as error:
            verdicts.append(Verdict(edit, error))
        else:
            verdicts.append(Verdict(edit))
    return config, verdicts


def _refused(edit: ConfigEdit, ko: str, en: str) -> ConfigError:
    return ConfigError(edit.target, ko, en)


# --- companies -----------------------------------------------------------------------------------


def _with_companies(config: Config, edit: ConfigEdit, rules: Sequence[CompanyRules]) -> Config:
    """``config`` with other companies, checked as a whole."""
    fields = config.tagger.companies.model_dump() | {"company": [r.model_dump() for r in rules]}
    file = validated(edit.target, CompaniesFile, fields)
    companies = companies_of(edit.target, file)
    return replace(config, companies=companies, tagger=replace(config.tagger, companies=file))


def _change_company(
    config: Config, edit: ConfigEdit, change: Callable[[CompanyRules], Mapping[str, object]]
) -> Config:
    """``config`` with some keys of the edit's company changed."""
    rules = list(config.tagger.companies.company)
    for place, rule in enumerate(rules):
        if rule.id == edit.target:
            changed = rule.model_dump() | dict(change(rule))
            rules[place] = validated(edit.target, CompanyRules, changed)
            return _with_companies(config, edit, rules)
    raise _refused(
        edit,
        "설정에 없는 기업입니다. 먼저 기업을 더하세요.",
        "no such company in the configuration. Add it first.",
    )


def _add_company(config: Config, edit: ConfigEdit) -> Config:
    rules = config.tagger.companies.company
    if any(rule.id == edit.target for rule in rules):
        raise _refused(edit, "이미 있는 고유 이름입니다.", "this id is taken.")
    values = edit.values
    fields = {
        "id": edit.target,
        "name_ko": values["name_ko"],
        "name_en": values["name_en"],
        "aliases": tuple(filter(None, map(str.strip, values["aliases"].splitlines()))),
    }
    if not fields["aliases"]:
        raise _refused(edit, "별칭을 하나 이상 적으세요.", "a company needs at least one alias.")
    return _with_companies(config, edit, [*rules, validated(edit.target, CompanyRules, fields)])


def _rename_company(config: Config, edit: ConfigEdit) -> Config:
    return _change_company(config, edit, lambda rule: edit.values)


def _refuse_taken(config: Config, edit: ConfigEdit, alias: str) -> None:
    """Names the company that has an alias; the check of the whole file names the first of two."""
    for rule in config.tagger.companies.company:
        taken = alias.casefold() in {word.casefold() for word in rule.aliases}
        if taken and rule.id != edit.target:
            raise _refused(
                edit,
                f"{alias!r}은(는) {rule.id}에도 있습니다. 한 별칭은 한 기업에만 둘 수 있습니다.",
                f"{alias!r} also belongs to {rule.id}. An alias may belong to one company only.",
            )


def _adder(key: str) -> Callable[[Config, ConfigEdit], Config]:
    """Adds a phrase to one list of a company; one that is there already stays as it is."""

    def add(config: Config, edit: ConfigEdit) -> Config:
        text = edit.values["text"]
        if key == "aliases":
            _refuse_taken(config, edit, text)

        def changed(rule: CompanyRules) -> Mapping[str, object]:
            words: tuple[str, ...] = getattr(rule, key)
            return {key: words if text in words else (*words, text)}

        return _change_company(config, edit, changed)

    return add


def _remover(*keys: str) -> Callable[[Config, ConfigEdit], Config]:
    """Removes a phrase from the lists of a company."""

    def remove(config: Config, edit: ConfigEdit) -> Config:
        text = edit.values["text"]

        def changed(rule: CompanyRules) -> Mapping[str, object]:
            lists: dict[str, tuple[str, ...]] = {key: getattr(rule, key) for key in keys}
            if not any(text in words for words in lists.values()):
                raise _refused(
                    edit,
                    "지금 설정에 없는 말이라 뺄 것이 없습니다.",
                    "not in the configuration now, so there is nothing to remove.",
                )
            left = {key: tuple(w for w in words if w != text) for key, words in lists.items()}
            if "aliases" in keys and not (left["aliases"] or left["context_aliases"]):
                raise _refused(
                    edit,
                    "마지막 별칭은 뺄 수 없습니다. 다른 별칭을 먼저 더하세요.",
                    "the last alias cannot be removed. Add another one first.",
                )
            return left

        return _change_company(config, edit, changed)

    return remove


# --- sources -------------------------------------------------------------------------------------


def _with_sources(config: Config, edit: ConfigEdit, sources: Sequence[Source]) -> Config:
    """``config`` with other sources, checked as a whole."""
    entries = [validated(edit.target, FeedEntry, asdict(source)) for source in sources]
    found = sources_of(edit.target, entries)
    if not any(source.enabled for source in found):
        raise _refused(
            edit,
            "마지막 남은 피드라 멈출 수 없습니다.",
            "the last feed that is collected cannot be paused.",
        )
    for source in found:
        if source.id == edit.target and source.rights is RightsMode.FULL and not source.licence:
            raise _refused(
                edit,
                "전문을 보이려면 근거가 되는 계약을 적으세요.",
                "the full text needs a licence: note the contract.",
            )
    return replace(config, sources=found)


def _change_source(config: Config, edit: ConfigEdit, **changes: object) -> Config:
    if not any(source.id == edit.target for source in config.sources):
        raise _refused(
            edit,
            "설정에 없는 피드입니다. 먼저 피드를 더하세요.",
            "no such feed in the configuration. Add it first.",
        )
    return _with_sources(
        config,
        edit,
        [
            # what a value may be is checked with all the others
            replace(source, **changes) if source.id == edit.target else source  # type: ignore[arg-type]
            for source in config.sources
        ],
    )


def _add_source(config: Config, edit: ConfigEdit) -> Config:
    values = edit.values
    if any(edit.target == s.id or values["url"] == s.url for s in config.sources):
        raise _refused(edit, "이미 수집하는 주소입니다.", "this address is collected already.")
    entry = validated(edit.target, FeedEntry, {"id": edit.target, **values})
    (source,) = sources_of(edit.target, [entry])
    return _with_sources(config, edit, [*config.sources, source])


def _switch_source(config: Config, edit: ConfigEdit) -> Config:
    return _change_source(config, edit, enabled=edit.values["enabled"] == "yes")


def _set_values(config: Config, edit: ConfigEdit) -> Config:
    return _change_source(config, edit, **edit.values)


_APPLY: Mapping[EditKind, Callable[[Config, ConfigEdit], Config]] = {
    EditKind.COMPANY_ADD: _add_company,
    EditKind.COMPANY_NAMES: _rename_company,
    EditKind.ALIAS_ADD: _adder("aliases"),
    EditKind.ALIAS_REMOVE: _remover("aliases", "context_aliases", "price_nicknames"),
    EditKind.EXCLUSION_ADD: _adder("exclusions"),
    EditKind.EXCLUSION_REMOVE: _remover("exclusions"),
    EditKind.SOURCE_ADD: _add_source,
    EditKind.SOURCE_ENABLED: _switch_source,
    EditKind.SOURCE_RIGHTS: _set_values,
    EditKind.SOURCE_SECTION: _set_values,
}
