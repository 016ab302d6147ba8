"""What people change of the configuration at the dashboard, laid over the files at the next run."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum

from db.notes import require_author

LONGEST_VALUE = 1_000


class EditKind(StrEnum):
    """What an edit changes of its ``target``, a company's or a source's id. Keys of its values:

    ``COMPANY_ADD``: name_ko, name_en, aliases (one a line). ``COMPANY_NAMES``: name_ko, name_en.
    ``ALIAS_…`` and ``EXCLUSION_…``: text. ``SOURCE_ADD``: url, outlet, section, language, rights,
    licence. ``SOURCE_ENABLED``: enabled ("yes" or "no"). ``SOURCE_RIGHTS``: rights, licence.
    ``SOURCE_SECTION``: section.
    """

    COMPANY_ADD = "company_add"
    COMPANY_NAMES = "company_names"
    ALIAS_ADD = "alias_add"
    ALIAS_REMOVE = "alias_remove"
    EXCLUSION_ADD = "exclusion_add"
    EXCLUSION_REMOVE = "exclusion_remove"
    SOURCE_ADD = "source_add"
    SOURCE_ENABLED = "source_enabled"
    SOURCE_RIGHTS = "source_rights"
    SOURCE_SECTION = "source_section"


KEYS: Mapping[EditKind, frozenset[str]] = {
    EditKind.COMPANY_ADD: frozenset({"name_ko", "name_en", "aliases"}),
    EditKind.COMPANY_NAMES: frozenset({"name_ko", "name_en"}),
    EditKind.ALIAS_ADD: frozenset({"text"}),
    EditKind.ALIAS_REMOVE: frozenset({"text"}),
    EditKind.EXCLUSION_ADD: frozenset({"text"}),
    EditKind.EXCLUSION_REMOVE: frozenset({"text"}),
    EditKind.SOURCE_ADD: frozenset({"url", "outlet", "section", "language", "rights", "licence"}),
    EditKind.SOURCE_ENABLED: frozenset({"enabled"}),
    EditKind.SOURCE_RIGHTS: frozenset({"rights", "licence"}),
    EditKind.SOURCE_SECTION: frozenset({"section"}),
}


class EditState(StrEnum):
    """``WAITING`` for the next run; ``APPLIED`` in the latest one; ``REFUSED`` by its validation."""

    WAITING = "waiting"
    APPLIED = "applied"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class ConfigEdit:
    """One change. Edits hold in the order in which they were made, until they are undone."""

    kind: EditKind
    target: str
    values: Mapping[str, str] = field(default_factory=dict)
    author: str = ""
    # the store fills in the rest
    id: int = 0
    made_at: datetime = datetime(1970, 1, 1, tzinfo=UTC)
    undone_at: datetime | None = None
    undone_by: str = ""
    state: EditState = EditState.WAITING
    message: str = ""
    """why it was refused, in Korean; ``message_en`` is the same in English"""
    message_en: str = ""

    @property
    def active(self) -> bool:
        return self.undone_at is None

    def text(self, language: str) -> str:
        return self.message if language == "ko" else self.message_en


def require_valid(edit: ConfigEdit) -> None:
    """Raises `ValueError` for values that do not belong to the kind, or are far too long."""
    kind = EditKind(edit.kind)
    if set(edit.values) != KEYS[kind]:
        raise ValueError(f"{kind} with {sorted(edit.values)}")
    if not edit.target or len(edit.target) > 80:
        raise ValueError(f"{kind} of {edit.target!r}")
    if any(len(value) > LONGEST_VALUE for value in edit.values.values()):
        raise ValueError(f"values have at most {LONGEST_VALUE} characters")
    require_author(edit.author)
