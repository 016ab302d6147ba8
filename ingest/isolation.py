"""Work in processes that may hang, run out of memory or crash: that costs what they were doing.

For the parsing of what strangers wrote. `ingest.executors.Processes` is for work on our own data:
there a process that dies is a defect, here it is Tuesday.
"""

from __future__ import annotations

import contextlib
import logging
import multiprocessing
import os
import pickle
import resource
import signal
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from enum import StrEnum
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from typing import Any, Generic, TypeVar

log = logging.getLogger(__name__)

SECONDS = 30.0
"""for one task; a feed of ten megabytes takes two"""

MEMORY = 2 << 30
"""bytes of address space of a worker; a feed of ten megabytes takes up to half a gigabyte"""

START_SECONDS = 60.0
"""for a worker to get ready, on however busy a machine"""

GRACE = 10
"""seconds after which a worker that nobody ended, because its caller is dead, ends itself"""

STARTS = 3
"""workers that may die in a row before they have done anything"""

Task = TypeVar("Task")
Result = TypeVar("Result")


class Loss(StrEnum):
    """Why a task has no result."""

    TIME = "time"
    DIED = "died"


class Isolated:
    """An `ingest.executors.Executor` whose tasks cannot harm each other or the caller.

    ``lost`` makes the result of a task that took more than ``seconds`` or whose worker died, for
    instance because it wanted more than ``memory`` bytes. At most ``workers`` processes (0 = one
    per CPU that we may use), started when there is something to do and not before; ``preload``
    names the modules that they need. Where no worker can be started the caller's process works.
    """

    def __init__(
        self,
        lost: Callable[[Any, Loss], Any],
        workers: int = 0,
        seconds: float = SECONDS,
        memory: int = MEMORY,
        preload: Sequence[str] = (),
    ) -> None:
        self.lost = lost
        self.workers = workers or _cpus()
        self.seconds = seconds
        self.memory = memory
        self.preload = list(preload)

    def map(self, function: Callable[[Task], Result], tasks: Iterable[Task]) -> Iterator[Result]:
        with contextlib.closing(_Crew(self, function)) as crew:
            for task in tasks:
                crew.waiting.append(task)
                yield from crew.results(patient=len(crew.waiting) > self.workers)
            while crew.waiting or crew.busy:
                yield from crew.results(patient=True)


def _cpus() -> int:
    """Those that we may use, where the system tells."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


class _Worker(Generic[Task]):
    """One process: starting (``ready`` is False), idle (no task) or at work until ``deadline``."""

    def __init__(self, process: BaseProcess, connection: Connection, deadline: float) -> None:
        self.process = process
        self.connection = connection
        self.deadline = deadline
        self.ready = False
        self.task: list[Task] = []


class _Crew(Generic[Task, Result]):
    """The workers of one `Isolated.map`, and the tasks that wait for them."""

    def __init__(self, plan: Isolated, function: Callable[[Task], Result]) -> None:
        self.plan = plan
        self.function = function
        self.waiting: deque[Task] = deque()
        self.workers: list[_Worker[Task]] = []
        self.stillborn = 0
        # a server that forks workers: it has no threads, and imports what they need once
        self.context = multiprocessing.get_context("forkserver")

    @property
    def busy(self) -> bool:
        return any(worker.task for worker in self.workers)

    def results(self, *, patient: bool) -> Iterator[Result]:
        """Hand out what waits and give what is ready; if ``patient``, wait for something first."""
        if self.stillborn >= STARTS:
            while self.waiting:
                yield self.function(self.waiting.popleft())
            return
        self._hand_out()
        nearest = min((worker.deadline for worker in self._occupied()), default=0.0)
        timeout = max(0.0, nearest - time.monotonic()) if patient else 0.0
        connections = [worker.connection for worker in self._occupied()]
        ready = set(wait(connections, timeout)) if connections else set()
        for worker in self._occupied():
            if worker.connection in ready:
                yield from self._hear(worker)
            elif worker.deadline <= time.monotonic():
                yield from self._bury(worker, Loss.TIME)
        self._hand_out()

    def _occupied(self) -> list[_Worker[Task]]:
        return [worker for worker in self.workers if worker.task or not worker.ready]

    def _hand_out(self) -> None:
        # only to a worker that is listening: sending to another one could block for ever
        for worker in self.workers:
            if self.waiting and worker.ready and not worker.task:
                task = self.waiting.popleft()
                worker.task = [task]
                worker.deadline = time.monotonic() + self.plan.seconds
                with contextlib.suppress(OSError):  # it died idle: the next look finds that out
                    worker.connection.send(task)
        if len(self.waiting) > 2 * len(self.workers) or (self.waiting and not self.workers):
            self._start()

    def _start(self) -> None:
        if len(self.workers) >= self.plan.workers:
            return
        self.context.set_forkserver_preload([__name__, *self.plan.preload])
        ours, theirs = self.context.Pipe()
        try:
            process = self.context.Process(
                target=_serve,
                args=(theirs, self.function, self.plan.memory, int(self.plan.seconds) + GRACE),
                daemon=True,
            )
            process.start()
        except OSError:
            log.exception("no worker could be started")
            self.stillborn = STARTS
            ours.close()
            return
        finally:
            theirs.close()
        self.workers.append(_Worker(process, ours, time.monotonic() + START_SECONDS))

    def _hear(self, worker: _Worker[Task]) -> Iterator[Result]:
        try:
            kind, value = worker.connection.recv()
        except (EOFError, OSError, pickle.UnpicklingError):
            yield from self._bury(worker, Loss.DIED)
            return
        worker.ready = True
        self.stillborn = 0
        if kind == "error":
            raise value
        if kind == "result":
            worker.task = []
            # the worker has its next task before the caller looks at this result
            self._hand_out()
            yield value

    def _bury(self, worker: _Worker[Task], loss: Loss) -> Iterator[Result]:
        self.workers.remove(worker)
        if not worker.ready:
            self.stillborn += 1
        _end(worker)
        for task in worker.task:
            yield self.plan.lost(task, loss)

    def close(self) -> None:
        for worker in self.workers:
            if worker.task or not worker.ready:
                _end(worker)
            else:
                worker.connection.close()  # it was listening, hears the end, and goes
        for worker in self.workers:
            worker.process.join(self.plan.seconds)


def _end(worker: _Worker[Any]) -> None:
    worker.connection.close()
    worker.process.kill()
    worker.process.join()


def _serve(
    connection: Connection, function: Callable[[Any], Any], memory: int, seconds: int
) -> None:
    """The life of a worker: tasks in, ``(kind, value)`` out, until the caller hangs up.

    A task that takes longer than ``seconds`` is the end of the process, even inside of C code.
    """
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    # Ctrl-C reaches the whole group; the caller decides what becomes of us
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    for kind, limit in ((resource.RLIMIT_AS, memory), (resource.RLIMIT_CORE, 0)):
        # some systems know no such limit, or a lower one holds already
        with contextlib.suppress(OSError, ValueError):
            resource.setrlimit(kind, (limit, resource.getrlimit(kind)[1]))
    with contextlib.suppress(EOFError, OSError):
        connection.send(("ready", None))
        while True:
            task = connection.recv()
            signal.alarm(seconds)
            try:
                answer = ("result", function(task))
            except Exception as error:
                answer = ("error", error)
            signal.alarm(0)
            connection.send(answer)
