"""Where work is done: in this process, in several, or on a Dask cluster. One method each.

An executor may return results in any order; callers must not care (tested with a reversed one).
"""

from __future__ import annotations

import importlib.util
import multiprocessing
import os
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from typing import Protocol, TypeVar

from db.errors import ConfigError

Task = TypeVar("Task")
Result = TypeVar("Result")


CONNECT_SECONDS = 10


class Executor(Protocol):
    def map(self, function: Callable[[Task], Result], tasks: Iterable[Task]) -> Iterator[Result]:
        """``function`` of every task, in any order, as results become ready.

        ``function``, tasks and results must be picklable and ``function`` importable. Tasks are
        taken lazily, so that an endless stream needs bounded memory. An exception of
        ``function`` ends the iteration.
        """


class Serial:
    """This process, one task after the other."""

    def map(self, function: Callable[[Task], Result], tasks: Iterable[Task]) -> Iterator[Result]:
        return map(function, tasks)


class Processes:
    """``workers`` processes of this machine; 0 = one per CPU that we may use.

    Workers start afresh ("spawn"): forking while the fetcher's thread runs could copy its locks.
    """

    def __init__(self, workers: int = 0) -> None:
        self.workers = workers or len(os.sched_getaffinity(0))

    def map(self, function: Callable[[Task], Result], tasks: Iterable[Task]) -> Iterator[Result]:
        context = multiprocessing.get_context("spawn")
        with ProcessPoolExecutor(self.workers, mp_context=context) as pool:
            pending: set[Future[Result]] = set()
            try:
                for task in tasks:
                    pending.add(pool.submit(function, task))
                    # two waiting tasks per worker keep all of them busy without hoarding
                    while len(pending) >= 3 * self.workers:
                        done, pending = wait(pending, return_when=FIRST_COMPLETED)
                        for future in done:
                            yield future.result()
                while pending:
                    done, pending = wait(pending, return_when=FIRST_COMPLETED)
                    for future in done:
                        yield future.result()
            finally:
                for future in pending:
                    future.cancel()


class Dask:
    """A Dask cluster at ``address`` (tcp://…). Needs the package ``distributed`` on both sides."""

    def __init__(self, address: str) -> None:
        if importlib.util.find_spec("distributed") is None:
            raise ConfigError(
                address,
                "Dask 클러스터를 쓰려면 distributed 패키지가 필요합니다: pip install distributed",
                "a Dask cluster needs the package distributed: pip install distributed",
            )
        self.address = address

    def map(self, function: Callable[[Task], Result], tasks: Iterable[Task]) -> Iterator[Result]:
        from distributed import Client, as_completed

        try:
            client = Client(self.address, timeout=CONNECT_SECONDS)
        except (OSError, ValueError) as error:
            raise ConfigError(
                self.address,
                "이 주소의 Dask 스케줄러에 연결할 수 없습니다.",
                "cannot reach a Dask scheduler at this address.",
            ) from error
        with client:
            # a window of tasks, so that a long archive is not sent to the scheduler at once
            window = 4 * max(1, len(client.scheduler_info()["workers"]))
            running = as_completed()
            count = 0
            for task in tasks:
                running.add(client.submit(function, task, pure=False))
                count += 1
                if count >= window:
                    yield next(running).result()
                    count -= 1
            for future in running:
                yield future.result()
