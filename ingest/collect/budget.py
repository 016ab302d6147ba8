"""A time limit that runs only while a feed is really being worked on."""

from __future__ import annotations

import asyncio
import time
from types import TracebackType


class Budget:
    """The seconds that one feed may spend in requests; waiting in line is free.

    Enter it around each request (`async with`): `TimeoutError` is raised inside when all is spent.
    """

    def __init__(self, total: float) -> None:
        self._total = total
        self._before = 0.0
        self._since: float | None = None
        self._timeout = asyncio.timeout(None)

    @property
    def spent(self) -> float:
        """Seconds so far, the running request included."""
        running = 0.0 if self._since is None else time.monotonic() - self._since
        return self._before + running

    @property
    def left(self) -> float:
        return self._total - self.spent

    async def __aenter__(self) -> None:
        self._timeout = asyncio.timeout(max(0.0, self.left))
        self._since = time.monotonic()
        await self._timeout.__aenter__()

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._before, self._since = self.spent, None
        await self._timeout.__aexit__(kind, error, traceback)
