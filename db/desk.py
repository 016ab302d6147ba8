"""What a person at the dashboard may write; see :mod:`db.store` for threading and errors."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from db.model import (
    Correction,
)
from db.people import PeopleDesk
from db.read_store import ReadStore


class Desk(ReadStore, PeopleDesk, Protocol):
    """What a person at the dashboard may write. Each method is one transaction, as in `Store`.

    What the machine said is kept apart and never lost: lists, counts, charts and exports show it
    with the corrections that hold laid over it (see :mod:`db.corrections` for the rules).
    """

    def correct(self, correction: Correction, now: datetime) -> int:
        """Let a correction hold from now on; returns its id. Changes the revision.

        Earlier ones about the same thing are replaced for good (undoing this one does not bring
        them back). An article that becomes relevant gets its story by the next
        `Store.assign_stories`. Raises `NotFound` for an unknown article or company, for an
        article that was never tagged and for the tone towards, or wrong tagging of, a company
        that the article does not name; `AlreadyCorrected` if the same correction holds already;
        `ValueError` for values that do not belong to the kind, and for texts that are too long.
        """

    def undo_correction(self, correction_id: int, now: datetime) -> bool:
        """Let a correction hold no longer; False if it did not hold any more. Changes the revision.

        Without corrections an article has exactly the machine's latest tags. Raises `NotFound`.
        """

    def close(self) -> None: ...
