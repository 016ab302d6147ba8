"""Every error that chipwatch raises on purpose.

    ChipwatchError
    ├── ConfigError          a file, a key or a value that we cannot work with
    ├── InputError           a file or a line that the user gave us
    ├── FetchError           a feed that did not answer as it should   (contained per source)
    ├── ParseError           bytes that are not a feed                 (contained per source)
    ├── TagError             an article that could not be tagged       (contained per article)
    ├── RunLocked            another run holds the lock
    └── StoreError
        ├── StoreMissing     no database there yet
        ├── StoreLocked      another writer did not let go in time
        ├── StoreReadOnly    the file or its folder cannot be written
        ├── StoreOutdated    made by an older chipwatch; a writer must migrate it first
        ├── StoreTooNew      made by a newer chipwatch
        ├── StoreCorrupt     not a database, or damaged
        ├── NotFound         no such article, company or correction
        ├── AlreadyCorrected the same correction holds already
        └── AlreadyKept      the same note, mute, view or edit is there already

Each carries its ``subject`` (source id, URL, path, key) and one sentence in Korean and in English
that says what is wrong and what to do. Details belong in the log, not in the sentence.
"""

from __future__ import annotations

from db.faults import Fault, fault_of


class ChipwatchError(Exception):
    """``subject`` is what the error is about; ``ko`` and ``en`` are the same sentence."""

    def __init__(self, subject: str, ko: str, en: str) -> None:
        super().__init__(subject, ko, en)
        self.subject = subject
        self.ko = ko
        self.en = en

    def text(self, language: str) -> str:
        """The sentence in ``language`` ("ko" or "en"), led by the subject."""
        sentence = self.ko if language == "ko" else self.en
        return f"{self.subject}: {sentence}" if self.subject else sentence

    def __str__(self) -> str:
        return self.text("en")


class ConfigError(ChipwatchError):
    """Subject: the file and the key, for example ``feeds.toml: feed[3].url``."""


class InputError(ChipwatchError):
    """Subject: the file, with the line or row where there is one."""


class FetchError(ChipwatchError):
    """Subject: the source id. ``status`` is the HTTP status, if there was an answer."""

    def __init__(
        self,
        subject: str,
        ko: str,
        en: str,
        *,
        status: int | None = None,
        retry_after: float | None = None,
        fault: Fault = Fault.NONE,
    ) -> None:
        super().__init__(subject, ko, en)
        self.status = status
        self.fault = fault or fault_of(status)
        self.retry_after = retry_after
        """seconds that the server asked us to wait"""


class ParseError(ChipwatchError):
    """Subject: the source id."""

    def __init__(self, subject: str, ko: str, en: str, *, fault: Fault = Fault.OTHER) -> None:
        super().__init__(subject, ko, en)
        self.fault = fault


class TagError(ChipwatchError):
    """Subject: the article id."""


class RunLocked(ChipwatchError):
    """Subject: the lock file."""


class StoreError(ChipwatchError):
    """Subject: the store's URL or path."""


class StoreMissing(StoreError):
    pass


class StoreLocked(StoreError):
    pass


class StoreReadOnly(StoreError):
    pass


class StoreOutdated(StoreError):
    pass


class StoreTooNew(StoreError):
    pass


class StoreCorrupt(StoreError):
    pass


class NotFound(StoreError):
    """Subject: the id of the article, company or correction."""


class AlreadyCorrected(StoreError):
    """Subject: the article id."""


class AlreadyKept(StoreError):
    """Subject: what is there already: a name, or what a mute looks for."""
