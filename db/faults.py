"""Why a visit failed, as far as it decides what is to be done about it."""

from __future__ import annotations

from enum import StrEnum


class Fault(StrEnum):
    """``NONE``: no failure, or not said. ``OTHER`` is trouble that may pass by itself."""

    NONE = ""
    OTHER = "other"
    BLOCKED = "blocked"
    """somebody is there and refuses us: 401, 403, 429, 451, or a page that tells people from robots"""
    GONE = "gone"
    """410: the server says that it is for good"""
    MISSING = "missing"
    """404: nothing at this address"""
    UNKNOWN_HOST = "unknown_host"
    """no such name: the outlet's, or our own network is down"""


_STATUSES = {
    401: Fault.BLOCKED,
    403: Fault.BLOCKED,
    404: Fault.MISSING,
    410: Fault.GONE,
    429: Fault.BLOCKED,
    451: Fault.BLOCKED,
}


def fault_of(status: int | None) -> Fault:
    """What an HTTP status of a failed visit says; ``OTHER`` without one."""
    return _STATUSES.get(status or 0, Fault.OTHER)
