"""Whether pictures are fetched from publishers' servers, which then know this browser's visit."""

from __future__ import annotations

from dashboard import remembered


def allowed() -> bool:
    """Off unless it was switched on in this browser."""
    return remembered.read("pictures") == "yes"


def allow(value: bool) -> None:
    """Switch it on or off for this browser."""
    remembered.keep("pictures", "yes" if value else "no")
