"""One unit of work is one transaction: a function that takes a UnitOfWork, runs in it and returns a value."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any, Protocol, Self, TypeVar

from sqlalchemy import Connection, Engine

from core.errors import NeverStarted, StoreError
from core.store import keys, migrations
from core.store.files import EvidenceFiles
from core.store.keyring import DataKey, Keyring
from core.store.postgresql import PostgreSQL
from core.store.sqlite import SQLite
from core.store.statements import Result, Statement

T = TypeVar("T")


@dataclass(slots=True)
class UnitOfWork:
    """What a unit may use. ``after_commit`` is called once everything is durable, and never when it is not.

    ``chain_ends`` are where the timelines end that this unit has added to: they are locked until it ends.
    """

    connection: Connection
    keyring: Keyring
    blind_key: DataKey
    files: EvidenceFiles
    scrub: Callable[[], None]
    open_keys: dict[int, DataKey] = field(default_factory=dict)
    office_key: DataKey | None = None
    chain_ends: dict[int, tuple[int, bytes]] = field(default_factory=dict)
    after_commit: list[Callable[[], None]] = field(default_factory=list)

    def run(self, statement: Statement, values: Mapping[str, Any]) -> Result:
        return statement.run(self.connection, values)

    @contextmanager
    def part(self) -> Iterator[None]:
        """A part of the unit that is written whole or not at all: where it raises, the rest may go on as if it had not been."""
        ends, calls = dict(self.chain_ends), len(self.after_commit)
        open_keys, office_key = dict(self.open_keys), self.office_key
        try:
            with self.connection.begin_nested():
                yield
        except BaseException:
            self.chain_ends, self.open_keys, self.office_key = ends, open_keys, office_key
            del self.after_commit[calls:]
            raise


Work = Callable[[UnitOfWork], T]


class Database(Protocol):
    """What SQLite and PostgreSQL do in ways of their own."""

    engine: Engine
    alone: bool

    def start(self, begin: Callable[[Connection], UnitOfWork]) -> None: ...
    def write(self, work: Work[T]) -> Future[T]: ...
    def awrite(self, work: Work[T]) -> asyncio.Future[T]: ...
    def read(self, work: Work[T]) -> Future[T]: ...
    def scrub(self) -> None: ...
    def close(self) -> None: ...


class Store:
    """The database and the evidence files of one service."""

    def __init__(self, database: Database, data_dir: Path, keyring: Keyring, *, read_only: bool) -> None:
        self.files = EvidenceFiles(data_dir)
        self._database = database
        self._keyring = keyring
        self._read_only = read_only
        self._blind_key = _blind_key(database.engine, keyring, read_only=read_only)
        database.start(self._begin)

    @classmethod
    def open(cls, url: str, data_dir: Path, keyring: Keyring, *, read_only: bool = False, beside: bool = False) -> Self:
        """Open it, making the tables where there are none. Raises AlreadyRunning, StoreUnavailable, StoreError.

        ``beside`` a service that may be running is for a command that writes little; it makes no tables.
        """
        database = connect(url, read_only=read_only, beside=beside)
        try:
            migrations.ensure_current(database.engine, read_only=read_only or beside)
            return cls(database, data_dir, keyring, read_only=read_only)
        except BaseException:
            database.close()
            raise

    @property
    def read_only(self) -> bool:
        return self._read_only

    @property
    def alone(self) -> bool:
        """Whether no other process can be at work on this database."""
        return self._database.alone

    def write(self, work: Work[T]) -> T:
        """Run ``work`` in one transaction; return its value once it is durable. Its error rolls back and is raised."""
        self._check_writing()
        return self._database.write(work).result()

    async def awrite(self, work: Work[T]) -> T:
        self._check_writing()
        return await self._database.awrite(work)

    def read(self, work: Work[T]) -> T:
        """Run ``work`` where it can change nothing."""
        return self._database.read(work).result()

    async def aread(self, work: Work[T]) -> T:
        return await asyncio.wrap_future(self._database.read(work))

    def close(self) -> None:
        """Finish what was submitted, then let go of the database."""
        self._database.close()

    def _check_writing(self) -> None:
        if self._read_only:
            raise StoreError("this database was opened for reading only")

    def _begin(self, connection: Connection) -> UnitOfWork:
        return UnitOfWork(connection, self._keyring, self._blind_key, self.files, self._database.scrub)


def connect(url: str, *, read_only: bool = False, beside: bool = False) -> Database:
    """The database alone, whatever its tables are like. Raises AlreadyRunning where another process writes to it."""
    return SQLite(url, read_only=read_only, beside=beside) if url.startswith("sqlite") else PostgreSQL(url)


def _blind_key(engine: Engine, keyring: Keyring, *, read_only: bool) -> DataKey:
    """The key of all blind indexes, made with the database itself."""
    find = partial(keys.service_key, keyring=keyring, name=keys.BLIND)
    with engine.begin() as connection:
        if not read_only and find(connection) is None:
            keys.make_service_key(connection, keyring, keys.BLIND)
        found = find(connection)
    if found is None:
        raise NeverStarted
    return found
