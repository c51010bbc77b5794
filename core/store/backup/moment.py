"""A moment of a database that others go on writing to, held still for as long as it takes to read it all."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, text

from core.errors import StoreUnavailable
from core.store.unit_of_work import connect

TRIES = 300
PAUSE_SECONDS = 0.05
CLOCK_TICK_NANOSECONDS = 20_000_000
"""The system dates changes of a folder no finer than its clock ticks, so two in one tick look like one."""

PATIENT = ("SET LOCAL statement_timeout = 0", "SET LOCAL idle_in_transaction_session_timeout = 0")


@contextmanager
def held_still(engine: Engine, spool: Path, take_parcels: Callable[[], None], folder: Path) -> Iterator[Connection]:
    """The rows of one moment; ``take_parcels`` is called just before it.

    On SQLite they are read from a copy in ``folder``: while somebody reads the database itself, its log cannot be
    emptied, and an erasure waits for that.
    """
    moment = _begun_at_rest(engine, spool, take_parcels)
    if engine.dialect.name != "sqlite":
        with moment:
            yield moment
        return
    copy = folder / "moment.db"
    with moment:
        _copy(moment, copy)
    database = connect(f"sqlite:///{copy}", read_only=True)
    try:
        with database.engine.connect() as connection:
            yield connection
    finally:
        database.close()


def be_patient(connection: Connection) -> None:
    """A transaction in which everything is read or written may take long and pause."""
    if connection.dialect.name == "postgresql":
        for setting in PATIENT:
            connection.execute(text(setting))


def _begun_at_rest(engine: Engine, spool: Path, take_parcels: Callable[[], None]) -> Connection:
    """Begin at a moment when nothing goes into or out of the spool.

    A message that is put there after we looked, and is taken into the database after the moment, would be in neither
    place; and one that had only just been taken out before we looked would be noticed by the folder's time alone.
    """
    for _ in range(TRIES):
        before = _last_changed(spool)
        take_parcels()
        moment = _begun(engine)
        if before is not None and _last_changed(spool) == before:
            return moment
        moment.close()
        time.sleep(PAUSE_SECONDS)
    raise StoreUnavailable("messages keep passing through the spool; make the backup a little later")


def _begun(engine: Engine) -> Connection:
    # SQLite needs no level: there a transaction sees one moment anyway.
    level: dict[str, Any] = (
        {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True} if engine.dialect.name != "sqlite" else {}
    )
    connection = engine.connect().execution_options(**level)
    try:
        be_patient(connection)
        # The first question fixes what all later ones see.
        connection.execute(text("SELECT version_num FROM alembic_version"))
    except BaseException:
        connection.close()
        raise
    return connection


def _last_changed(folder: Path) -> int | None:
    """When, in nanoseconds; None if it is so recent that a change from now on could look the same."""
    try:
        changed = folder.stat().st_mtime_ns
    except FileNotFoundError:
        return 0
    return changed if abs(time.time_ns() - changed) > CLOCK_TICK_NANOSECONDS else None


def _copy(moment: Connection, path: Path) -> None:
    source: Any = moment.connection.driver_connection
    try:
        with closing(sqlite3.connect(path)) as target:
            source.backup(target)
    except sqlite3.Error as error:
        raise StoreUnavailable(f"the database could not be copied: {error}") from error
