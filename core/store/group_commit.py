"""One writer thread that commits many units of work at once: on SQLite the durable commit is what costs.

The units of an event loop run in the loop's own thread; the writer thread waits for the disk, so that no loop has to.
"""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from functools import partial
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, Engine

from core.errors import StoreUnavailable
from core.store.faults import tidy_up, translated

if TYPE_CHECKING:
    from core.store.unit_of_work import T, UnitOfWork, Work

MOST_UNITS_PER_COMMIT = 32

PATIENCE_SECONDS = 0.05
"""So long a loop may take to begin with an errand."""


@dataclass(slots=True, eq=False)
class Unit:
    """A unit of work on its way: what it found is told only after the commit, to a thread or to ``loop``."""

    work: Callable[[UnitOfWork], Any]
    future: Future[Any] | asyncio.Future[Any]
    loop: asyncio.AbstractEventLoop | None = None
    result: Any = None
    error: BaseException | None = None
    after_commit: list[Callable[[], None]] = field(default_factory=list)

    @property
    def is_wanted(self) -> bool:
        """A caller that went away before its unit began needs nothing written."""
        if isinstance(self.future, Future):
            return self.future.set_running_or_notify_cancel()
        return not self.future.cancelled()

    def tell(self) -> None:
        if self.future.cancelled():
            return
        if self.error is not None:
            self.future.set_exception(self.error)
        else:
            self.future.set_result(self.result)


class GroupWriter:
    """Has units run one after the other, each in a savepoint, and answers them after the commit they share."""

    def __init__(self, engine: Engine, begin: Callable[[Connection], UnitOfWork]) -> None:
        self._engine = engine
        self._begin = begin
        self._queue: SimpleQueue[Unit | None] = SimpleQueue()
        self._closing = threading.Lock()
        self._closed = False
        self._thread = threading.Thread(target=self._work, name="store-writer", daemon=True)
        self._thread.start()

    def submit(self, work: Work[T]) -> Future[T]:
        future: Future[T] = Future()
        self._put(Unit(work, future))
        return future

    def submit_here(self, work: Work[T]) -> asyncio.Future[T]:
        """As ``submit``, for the running loop, which is woken once for all that share a commit."""
        loop = asyncio.get_running_loop()
        future: asyncio.Future[T] = loop.create_future()
        self._put(Unit(work, future, loop))
        return future

    def _put(self, unit: Unit) -> None:
        with self._closing:
            if self._closed:
                raise StoreUnavailable("the store is closed")
            self._queue.put(unit)

    def close(self) -> None:
        """Finish the units that were submitted, then stop."""
        with self._closing:
            self._closed = True
            self._queue.put(None)
        self._thread.join()

    def _work(self) -> None:
        for batch in iter(self._next_batch, []):
            wanted = [unit for unit in batch if unit.is_wanted]
            self._commit(wanted)
            for unit in wanted:
                if unit.error is None:
                    tidy_up(unit.after_commit)
            _tell(wanted)

    def _next_batch(self) -> list[Unit]:
        """Wait for one unit and take along those that came with it; empty at the end."""
        batch = [self._queue.get()]
        while batch[-1] is not None and len(batch) < MOST_UNITS_PER_COMMIT:
            try:
                batch.append(self._queue.get_nowait())
            except Empty:
                break
        if batch[-1] is None and len(batch) > 1:
            self._queue.put(None)
        return [unit for unit in batch if unit is not None]

    def _commit(self, batch: Sequence[Unit]) -> None:
        try:
            with self._engine.begin() as connection:
                for loop, units in _by_loop(batch):
                    run = partial(self._attempt_all, units, connection)
                    run() if loop is None else Errand(run).send_to(loop)
        except BaseException as error:  # noqa: BLE001 - it goes to the callers; the thread goes on
            for unit in batch:
                unit.error = translated(error)

    def _attempt_all(self, units: Sequence[Unit], connection: Connection) -> None:
        for unit in units:
            self._attempt(unit, connection)

    def _attempt(self, unit: Unit, connection: Connection) -> None:
        """Run one unit; its failure is its own, unless it took the whole transaction along (a full disk does)."""
        uow = self._begin(connection)
        driver: Any = connection.connection.driver_connection
        driver.execute("SAVEPOINT unit")
        try:
            unit.result = unit.work(uow)
        except BaseException as error:
            if not driver.in_transaction:
                raise
            driver.execute("ROLLBACK TO unit")
            unit.error = translated(error)
        else:
            unit.after_commit = uow.after_commit
        driver.execute("RELEASE unit")


class Errand:
    """Work that is better done by a loop's own thread: two threads that take turns slow each other down by a third.

    A loop that is busy, or that waits for this very work, is not waited for.
    """

    def __init__(self, work: Callable[[], None]) -> None:
        self._work = work
        self._lock = threading.Lock()
        self._taken = False
        self._done = threading.Event()
        self._error: BaseException | None = None

    def send_to(self, loop: asyncio.AbstractEventLoop) -> None:
        """Have it done there, or here if it takes too long to begin. Raises what the work raises."""
        with contextlib.suppress(RuntimeError):
            loop.call_soon_threadsafe(self._take)
            self._done.wait(PATIENCE_SECONDS)
        self._take()
        self._done.wait()
        if self._error is not None:
            raise self._error

    def _take(self) -> None:
        with self._lock:
            if self._taken:
                return
            self._taken = True
        try:
            self._work()
        except BaseException as error:  # noqa: BLE001 - it goes to who sent it; the loop goes on
            self._error = error
        finally:
            self._done.set()


def _by_loop(units: Sequence[Unit]) -> list[tuple[asyncio.AbstractEventLoop | None, list[Unit]]]:
    """In the order they came, those of each loop together."""
    found: dict[asyncio.AbstractEventLoop | None, list[Unit]] = {}
    for unit in units:
        found.setdefault(unit.loop, []).append(unit)
    return list(found.items())


def _tell(units: Sequence[Unit]) -> None:
    """Answer those who wait in threads, and wake each loop once."""
    for loop, waiting in _by_loop(units):
        if loop is None:
            _tell_here(waiting)
            continue
        # A loop that was closed meanwhile has nobody left to be told.
        with contextlib.suppress(RuntimeError):
            loop.call_soon_threadsafe(_tell_here, waiting)


def _tell_here(units: Sequence[Unit]) -> None:
    for unit in units:
        unit.tell()
