"""A unit is all or nothing and is answered only once it is durable, alone or among many."""

from __future__ import annotations

import asyncio
import contextlib
import resource
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from pathlib import Path

import pytest
from sqlalchemy import event
from sqlalchemy.exc import DBAPIError

from core.errors import AlreadyRunning, NeverStarted, StoreError, StoreUnavailable
from core.store import service_rows
from core.store.keyring import Keyring
from core.store.unit_of_work import Store, UnitOfWork
from tests import postgres
from tests.conftest import SECRET


class Stumble(Exception):
    """A unit's own mistake."""


def put(name: str) -> Callable[[UnitOfWork], str]:
    def work(uow: UnitOfWork) -> str:
        service_rows.put(uow, name, "kept")
        return name

    return work


def put_and_stumble(name: str) -> Callable[[UnitOfWork], str]:
    def work(uow: UnitOfWork) -> str:
        service_rows.put(uow, name, "lost")
        raise Stumble(name)

    return work


def kept(store: Store, name: str) -> bool:
    return store.read(lambda uow: service_rows.get(uow, name)) is not None


@contextlib.contextmanager
def one_batch(store: Store) -> Iterator[None]:
    """Keep the writer busy, so that everything submitted meanwhile is committed together."""
    ready, go = threading.Event(), threading.Event()

    def wait(_: UnitOfWork) -> None:
        ready.set()
        go.wait(10)

    first = store._database.write(wait)
    ready.wait(10)
    yield
    go.set()
    first.result(10)


@pytest.fixture
def sqlite(sqlite_url: str, data_dir: Path, keyring: Keyring) -> Iterator[Store]:
    opened = Store.open(sqlite_url, data_dir, keyring)
    yield opened
    opened.close()


def test_a_unit_that_stumbles_leaves_nothing_and_raises_its_own_error(store: Store) -> None:
    with pytest.raises(Stumble):
        store.write(put_and_stumble("a"))
    assert not kept(store, "a")


async def test_async_callers_get_the_same_answers(store: Store) -> None:
    answers = await asyncio.gather(*(store.awrite(put(f"a{n}")) for n in range(20)))
    assert answers == [f"a{n}" for n in range(20)]
    assert await store.aread(lambda uow: service_rows.get(uow, "a19")) == "kept"


def test_a_unit_is_rolled_back_alone_while_its_neighbours_commit(sqlite: Store) -> None:
    commits: list[object] = []
    with one_batch(sqlite):
        event.listen(sqlite._database.engine, "commit", commits.append)
        units = [sqlite._database.write(put_and_stumble(f"u{n}") if n % 3 == 1 else put(f"u{n}")) for n in range(9)]
    for n, unit in enumerate(units):
        assert isinstance(unit.exception(10), Stumble) == (n % 3 == 1)
        assert kept(sqlite, f"u{n}") == (n % 3 != 1)
    assert len(commits) == 2, "one commit for the unit that blocked, one for the nine"


def test_no_answer_is_given_before_the_commit(sqlite: Store) -> None:
    reached, go = threading.Event(), threading.Event()

    def hold(_: object) -> None:
        reached.set()
        go.wait(10)

    event.listen(sqlite._database.engine, "commit", hold)
    unit: Future[str] = sqlite._database.write(put("a"))
    assert reached.wait(10)
    assert not unit.done()
    assert not kept(sqlite, "a")
    go.set()
    assert unit.result(10) == "a"
    assert kept(sqlite, "a")


def test_when_the_disk_refuses_a_commit_all_units_in_it_fail_and_later_ones_work(sqlite: Store, data_dir: Path) -> None:
    sqlite.write(put("before"))
    with no_file_may_grow_beyond(data_dir / "tousu.db-wal"):
        with one_batch(sqlite):
            units = [sqlite._database.write(put(f"u{n}")) for n in range(5)]
        errors = [unit.exception(10) for unit in units]
    assert [type(error) for error in errors] == [StoreUnavailable] * 5
    assert not any(kept(sqlite, f"u{n}") for n in range(5))
    sqlite.write(put("after"))
    assert kept(sqlite, "before")
    assert kept(sqlite, "after")


@contextlib.contextmanager
def no_file_may_grow_beyond(path: Path) -> Iterator[None]:
    """The operating system itself refuses to write behind the end of this file, as on a full disk."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (path.stat().st_size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_a_cancelled_caller_that_was_not_begun_writes_nothing(sqlite: Store) -> None:
    with one_batch(sqlite):
        unit = sqlite._database.write(put("a"))
        assert unit.cancel()
    sqlite.write(put("b"))
    assert not kept(sqlite, "a")


def test_closing_finishes_what_was_submitted(sqlite_url: str, data_dir: Path, keyring: Keyring) -> None:
    store = Store.open(sqlite_url, data_dir, keyring)
    with one_batch(store):
        units = [store._database.write(put(f"u{n}")) for n in range(40)]
    store.close()
    assert [unit.result(0) for unit in units] == [f"u{n}" for n in range(40)]
    with pytest.raises(StoreUnavailable):
        store.write(put("late"))


def test_a_second_process_on_one_sqlite_file_refuses_to_start_and_says_why(
    sqlite: Store, sqlite_url: str, data_dir: Path, keyring: Keyring
) -> None:
    found = open_in_another_process(sqlite_url)
    assert found.returncode == 1
    assert found.stderr.strip().endswith(f"AlreadyRunning: {AlreadyRunning()}")
    sqlite.close()
    Store.open(sqlite_url, data_dir, keyring).close()


def open_in_another_process(url: str) -> subprocess.CompletedProcess[str]:
    program = (
        "import sys, pathlib; from core.store.unit_of_work import Store; from core.store.keyring import Keyring;"
        "Store.open(sys.argv[1], pathlib.Path('.'), Keyring.from_secret(sys.argv[2])).close()"
    )
    return subprocess.run([sys.executable, "-c", program, url, SECRET], capture_output=True, text=True, check=False)


def test_a_reader_works_beside_the_writer_and_cannot_write(store: Store, store_url: str, data_dir: Path) -> None:
    store.write(put("a"))
    reader = Store.open(store_url, data_dir, Keyring.from_secret(SECRET), read_only=True)
    assert kept(reader, "a")
    with pytest.raises(StoreError, match="reading only"):
        reader.write(put("b"))
    reader.close()


def test_a_unit_that_only_reads_can_change_nothing(store: Store) -> None:
    with pytest.raises((StoreUnavailable, DBAPIError)):
        store.read(put("a"))
    assert not kept(store, "a")


def test_a_database_that_is_not_there_is_not_made_by_a_reader(data_dir: Path, keyring: Keyring) -> None:
    with pytest.raises(NeverStarted):
        Store.open(f"sqlite:///{data_dir}/none.db", data_dir, keyring, read_only=True)
    assert list(data_dir.iterdir()) == []


def test_the_database_can_be_read_by_its_owner_only(sqlite: Store, data_dir: Path) -> None:
    sqlite.write(put("a"))
    modes = {path.name: path.stat().st_mode & 0o077 for path in data_dir.iterdir()}
    assert {"tousu.db", "tousu.db-wal", "tousu.db.lock"} <= modes.keys()
    assert set(modes.values()) == {0}


def test_a_postgresql_that_dies_and_comes_back_is_met_with_one_clear_error(data_dir: Path, keyring: Keyring) -> None:
    with postgres.private(durable=True) as server:
        store = Store.open(server.databases.create(), data_dir, keyring)
        store.write(put("before"))
        server.kill()
        with pytest.raises(StoreUnavailable):
            store.write(put("during"))
        server.start()
        store.write(put("after"))
        assert kept(store, "before")
        assert not kept(store, "during")
        store.close()


def test_a_deadlock_is_tried_again(postgresql_url: str, data_dir: Path, keyring: Keyring) -> None:
    store = Store.open(postgresql_url, data_dir, keyring)
    both_hold_one = threading.Barrier(2)
    tries: list[str] = []

    def crossing(first: str, second: str) -> Callable[[UnitOfWork], None]:
        def work(uow: UnitOfWork) -> None:
            tries.append(first)
            service_rows.put(uow, first, "kept")
            if len(tries) <= 2:
                both_hold_one.wait(10)
            service_rows.put(uow, second, "kept")

        return work

    units = [store._database.write(crossing("a", "b")), store._database.write(crossing("b", "a"))]
    assert [unit.exception(20) for unit in units] == [None, None]
    assert len(tries) > 2
    store.close()


async def test_the_units_of_a_loop_run_in_its_own_thread(sqlite: Store) -> None:
    assert await sqlite.awrite(lambda _: threading.current_thread()) is threading.current_thread()


async def test_a_loop_that_waits_for_the_database_itself_holds_up_nothing(sqlite: Store) -> None:
    before = asyncio.ensure_future(sqlite.awrite(put("submitted by the loop")))
    await asyncio.sleep(0)
    assert sqlite.write(put("written while the loop stands still")) == "written while the loop stands still"
    assert await before == "submitted by the loop"
    assert kept(sqlite, "submitted by the loop")


def test_what_a_loop_left_behind_is_written_all_the_same(sqlite: Store) -> None:
    async def leave() -> None:
        for n in range(3):
            sqlite._database.awrite(put(f"left {n}"))

    with one_batch(sqlite):
        asyncio.run(leave())
    assert sqlite.write(put("the next")) == "the next"
    assert all(kept(sqlite, f"left {n}") for n in range(3))


async def test_a_stumble_in_the_loop_is_the_units_own(sqlite: Store) -> None:
    outcomes = await asyncio.gather(
        sqlite.awrite(put("a")), sqlite.awrite(put_and_stumble("b")), sqlite.awrite(put("c")), return_exceptions=True
    )
    assert [type(outcome) for outcome in outcomes] == [str, Stumble, str]
    assert (kept(sqlite, "a"), kept(sqlite, "b"), kept(sqlite, "c")) == (True, False, True)
