"""Where work is done must not change what comes out of it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from db.errors import ConfigError
from ingest.executors import Dask, Executor, Processes, Serial


def double(value: int) -> int:
    return 2 * value


def refuse(value: int) -> int:
    raise ValueError(value)


@pytest.mark.parametrize("executor", [Serial(), Processes(2)], ids=["serial", "processes"])
def test_every_task_is_done_once(executor: Executor) -> None:
    assert sorted(executor.map(double, range(25))) == [2 * value for value in range(25)]


@pytest.mark.parametrize("executor", [Serial(), Processes(2)], ids=["serial", "processes"])
def test_no_task_is_no_result(executor: Executor) -> None:
    assert list(executor.map(double, [])) == []


@pytest.mark.parametrize("executor", [Serial(), Processes(2)], ids=["serial", "processes"])
def test_an_exception_reaches_the_caller(executor: Executor) -> None:
    with pytest.raises(ValueError, match="1"):
        list(executor.map(refuse, [1]))


def test_tasks_are_taken_as_they_are_needed() -> None:
    """An archive of millions must not be read into memory before the first result."""
    taken = 0

    def endless() -> Iterator[int]:
        nonlocal taken
        while True:
            taken += 1
            yield taken

    results = Processes(2).map(double, endless())
    next(results)
    results.close()  # type: ignore[attr-defined]
    assert taken < 20


def test_processes_default_to_the_cpus_that_we_may_use() -> None:
    assert Processes().workers >= 1


@pytest.fixture(scope="module")
def cluster() -> Iterator[str]:
    """The address of a real Dask cluster of one worker in this process."""
    from distributed import LocalCluster

    with LocalCluster(
        n_workers=1, threads_per_worker=1, processes=False, dashboard_address=":0"
    ) as local:
        yield local.scheduler_address


@pytest.mark.xdist_group("cluster")
def test_a_cluster_does_the_same(cluster: str) -> None:
    assert sorted(Dask(cluster).map(double, range(25))) == [2 * value for value in range(25)]
    assert list(Dask(cluster).map(double, [])) == []


@pytest.mark.xdist_group("cluster")
def test_an_exception_on_the_cluster_reaches_the_caller(cluster: str) -> None:
    with pytest.raises(ValueError, match="1"):
        list(Dask(cluster).map(refuse, [1]))


def test_a_cluster_that_is_not_there_is_said_in_one_sentence(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("ingest.executors.CONNECT_SECONDS", 1)
    with pytest.raises(ConfigError, match="scheduler"):
        list(Dask("tcp://127.0.0.1:9").map(double, [1]))


def test_a_missing_cluster_library_is_said_in_one_sentence(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(ConfigError, match="distributed"):
        Dask("tcp://127.0.0.1:9")
