"""A task that hangs, eats all memory or kills its process costs its own result and nothing else."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections.abc import Iterator

import pytest

from ingest import isolation
from ingest.isolation import Isolated, Loss

MEMORY = 1 << 30


def work(task: str | int) -> object:
    """What a hostile feed could make of a parser, by name."""
    match task:
        case "hang":
            threading.Event().wait()
        case "memory":
            return len(bytearray(MEMORY))
        case "crash":
            os.kill(os.getpid(), signal.SIGSEGV)
        case "exit":
            os._exit(0)
        case "raise":
            raise LookupError("a defect of ours")
        case "large":
            return b"x" * 3_000_000
        case "who":
            return os.getpid()
    return task


def lost(task: str | int, loss: Loss) -> object:
    return (task, loss)


def isolated(workers: int = 2, seconds: float = 60.0) -> Isolated:
    return Isolated(lost, workers, seconds, MEMORY)


def test_every_task_is_done_once_and_elsewhere() -> None:
    assert sorted(isolated().map(work, range(40))) == list(range(40))  # type: ignore[type-var]
    assert os.getpid() not in set(isolated().map(work, ["who"] * 10))
    assert list(isolated().map(work, [])) == []


@pytest.mark.parametrize("task", ["crash", "exit"])
def test_a_worker_that_dies_costs_its_task_only(task: str) -> None:
    found = list(isolated().map(work, [1, 2, task, 3, task, 4, 5, 6]))
    assert {result for result in found if isinstance(result, int)} == {1, 2, 3, 4, 5, 6}
    assert found.count((task, Loss.DIED)) == 2
    assert len(found) == 8


def test_a_worker_that_hangs_costs_its_task_only() -> None:
    found = list(isolated(seconds=1.0).map(work, [1, "hang", 2, 3]))
    assert ("hang", Loss.TIME) in found
    assert {1, 2, 3} <= set(found)


def test_memory_is_bounded() -> None:
    with pytest.raises(MemoryError):
        list(isolated().map(work, ["memory"]))


def test_a_hanging_worker_whose_caller_is_dead_ends_itself() -> None:
    context = multiprocessing.get_context("forkserver")
    ours, theirs = context.Pipe()
    worker = context.Process(target=isolation._serve, args=(theirs, work, MEMORY, 1))
    worker.start()
    assert ours.recv() == ("ready", None)
    ours.send("hang")
    worker.join()
    assert worker.exitcode == -signal.SIGALRM


def test_an_exception_reaches_the_caller() -> None:
    with pytest.raises(LookupError, match="defect"):
        list(isolated().map(work, [1, "raise", 2]))


def test_large_results_do_not_block() -> None:
    found = list(isolated().map(work, ["large"] * 8))
    assert [len(result) for result in found] == [3_000_000] * 8  # type: ignore[arg-type]


def test_tasks_are_taken_as_they_are_needed() -> None:
    taken = 0

    def endless() -> Iterator[int]:
        nonlocal taken
        while True:
            taken += 1
            yield taken

    results = isolated().map(work, endless())
    next(results)
    results.close()  # type: ignore[attr-defined]
    assert taken < 20


def test_without_workers_the_work_is_done_here(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the system allows no more processes, and where workers die before they begin."""
    for memory in (MEMORY, 1 << 20):
        with monkeypatch.context() as patch:
            if memory == MEMORY:
                patch.setattr(
                    "multiprocessing.context.ForkServerProcess.start", lambda self: refuse()
                )
            found = list(Isolated(lost, 2, 60.0, memory).map(work, [1, 2, 3]))
        assert sorted(found) == [1, 2, 3]  # type: ignore[type-var]


def refuse() -> None:
    raise BlockingIOError("no more processes")
