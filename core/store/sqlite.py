"""SQLite: one writing process, one writer thread, durable group commits, and a few readers."""

from __future__ import annotations

import asyncio
import fcntl
import os
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, Engine, create_engine, event, make_url

from core.errors import AlreadyRunning, NeverStarted, SettingsError, StoreError
from core.store.faults import translating
from core.store.group_commit import GroupWriter

if TYPE_CHECKING:
    from core.store.unit_of_work import T, UnitOfWork, Work

READERS = 4

PRAGMAS = ("busy_timeout=10000", "foreign_keys=on", "trusted_schema=off")

# FULL and not NORMAL: after a power cut a number that was told to somebody must still be there. What a savepoint would
# need to roll back is kept in memory: it means nothing after a crash, and files for it cost more than the log itself.
WRITER_PRAGMAS = ("journal_mode=wal", "synchronous=full", "secure_delete=on", "temp_store=memory")


class SQLite:
    """One database file. Opened for reading only it takes no lock and never writes.

    ``beside`` the service that may be running it takes no lock either: a command that writes one short unit waits for its
    turn at the file, as the service does meanwhile. Two that write all the time would starve each other.
    """

    def __init__(self, url: str, *, read_only: bool, beside: bool = False) -> None:
        path = _path(url)
        if (read_only or beside) and not path.exists():
            raise NeverStarted
        self.alone = not beside
        self._read_only = read_only
        self._lock = None if read_only or beside else lock(path)
        self._readers = _engine(path, "BEGIN", (*PRAGMAS, "query_only=on"))
        self.engine = self._readers if read_only else _engine(path, "BEGIN IMMEDIATE", (*PRAGMAS, *WRITER_PRAGMAS))
        self._threads = ThreadPoolExecutor(READERS, "store-reader")
        self._writer: GroupWriter | None = None

    def start(self, begin: Callable[[Connection], UnitOfWork]) -> None:
        self._begin = begin
        self._writer = None if self._read_only else GroupWriter(self.engine, begin)

    def write(self, work: Work[T]) -> Future[T]:
        return self._writing().submit(work)

    def awrite(self, work: Work[T]) -> asyncio.Future[T]:
        return self._writing().submit_here(work)

    def _writing(self) -> GroupWriter:
        if self._writer is None:
            raise StoreError("this database was opened for reading only")
        return self._writer

    def read(self, work: Work[T]) -> Future[T]:
        return self._threads.submit(self._read, work)

    def _read(self, work: Work[T]) -> T:
        with translating(), self._readers.begin() as connection:
            return work(self._begin(connection))

    def scrub(self) -> None:
        """Empty the write-ahead log, which still holds what was deleted."""
        connection = self.engine.raw_connection()
        try:
            connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")
        finally:
            connection.close()

    def close(self) -> None:
        if self._writer is not None:
            self._writer.close()
        self._threads.shutdown()
        self._readers.dispose()
        self.engine.dispose()
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None


def lock(path: Path) -> int:
    """Become the one process that writes this file; the system lets go when the process ends, however it ends."""
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(f"{path}.lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        os.close(descriptor)
        raise AlreadyRunning from error
    path.touch(mode=0o600)
    return descriptor


def _path(url: str) -> Path:
    database = make_url(url).database
    if not database or database == ":memory:":
        raise SettingsError("the database must be a file: sqlite:///var/tousu.db")
    return Path(database)


def _engine(path: Path, begin: str, pragmas: Sequence[str]) -> Engine:
    engine = create_engine(
        f"sqlite:///{path}", hide_parameters=True, pool_size=READERS, connect_args={"check_same_thread": False}
    )

    @event.listens_for(engine, "connect")
    def prepare(connection: Any, _record: Any) -> None:
        # The driver's own BEGIN comes too late and is not IMMEDIATE, which loses updates; so it sends none.
        connection.isolation_level = None
        for pragma in pragmas:
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def open_transaction(connection: Connection) -> None:
        connection.exec_driver_sql(begin)

    return engine
