"""The invented outlets and companies, read from outlets.toml and companies.toml."""

from __future__ import annotations

import hashlib
import tomllib
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from db.model import RightsMode, Source

FOLDER = Path(__file__).parent


class Outage(BaseModel):
    """Why nothing new comes from an outlet, and for how many hours before ``now``."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    kind: Literal["refused", "silent", "slow"]
    hours: Annotated[int, Field(gt=0)]


class Outlet(BaseModel):
    """One ``[[outlet]]``. ``path`` and ``dates`` are the outlet's habits for links and dates."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: Annotated[str, Field(pattern=r"^[a-z]+$")]
    name: str
    section: str
    language: Literal["ko", "en"] = "ko"
    rights: RightsMode
    copyright: str = ""
    reporters: Annotated[tuple[str, ...], Field(min_length=1)]
    path: str
    dates: Literal["rfc822", "plain", "iso"]
    outage: Outage | None = None

    @property
    def host(self) -> str:
        return f"https://{self.id}.example"

    def silent_since(self, now: datetime) -> datetime:
        """Nothing later than this instant has reached us from the outlet."""
        return now - timedelta(hours=self.outage.hours) if self.outage else now


@cache
def outlets() -> dict[str, Outlet]:
    """By id, in the order of the file."""
    listed = [Outlet.model_validate(row) for row in _toml("outlets.toml")["outlet"]]
    return {outlet.id: outlet for outlet in listed}


def sources() -> list[Source]:
    """One source per outlet."""
    return [
        Source(
            id=outlet.id,
            outlet=outlet.name,
            url=f"{outlet.host}/rss.xml",
            section=outlet.section,
            language=outlet.language,
            rights=outlet.rights,
            licence="샘플: 칩워치가 지어낸 글" if outlet.rights is RightsMode.FULL else "",
        )
        for outlet in outlets().values()
    ]


def companies() -> list[dict[str, Any]]:
    """The invented companies as rows of a companies.toml."""
    rows: list[dict[str, Any]] = _toml("companies.toml")["company"]
    return rows


def draw(below: int, *key: object) -> int:
    """A number from 0 to ``below`` - 1 that looks random and depends on ``key`` alone."""
    text = "\x1f".join(map(str, key))
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8]) % below


def _toml(name: str) -> dict[str, Any]:
    return tomllib.loads((FOLDER / name).read_text(encoding="utf-8"))
