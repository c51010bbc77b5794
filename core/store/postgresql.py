"""PostgreSQL: psycopg in a few threads; what failed in passing is tried again."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TYPE_CHECKING

from sqlalchemy import Connection, Engine, RootTransaction, create_engine, make_url
from sqlalchemy.exc import DBAPIError

from core.errors import StoreUnavailable
from core.store.faults import connection_lost, passing, tidy_up, translating

if TYPE_CHECKING:
    from core.store.unit_of_work import T, UnitOfWork, Work

CONNECTIONS = 8
TRIES = 3
OPTIONS = "-c timezone=UTC -c lock_timeout=10s -c statement_timeout=30s -c idle_in_transaction_session_timeout=60s"


class PostgreSQL:
    """One database, shared by any number of processes."""

    alone = False

    def __init__(self, url: str) -> None:
        self.engine = _engine(url)
        self._readers = self.engine.execution_options(postgresql_readonly=True)
        self._threads = ThreadPoolExecutor(CONNECTIONS, "store")

    def start(self, begin: Callable[[Connection], UnitOfWork]) -> None:
        self._begin = begin

    def write(self, work: Work[T]) -> Future[T]:
        return self._threads.submit(self._write, work)

    def awrite(self, work: Work[T]) -> asyncio.Future[T]:
        return asyncio.wrap_future(self.write(work))

    def read(self, work: Work[T]) -> Future[T]:
        return self._threads.submit(self._read, work)

    def _write(self, work: Work[T]) -> T:
        with translating():
            for _ in range(TRIES - 1):
                try:
                    return self._once(work)
                except DBAPIError as error:
                    if not passing(error):
                        raise
                # Two that deadlocked and begin again at once would meet again.
                time.sleep(random.uniform(0.01, 0.04))  # noqa: S311 - no secret
            return self._once(work)

    def _once(self, work: Work[T]) -> T:
        with self.engine.connect() as connection, connection.begin() as transaction:
            uow = self._begin(connection)
            result = work(uow)
            _commit(transaction)
        tidy_up(uow.after_commit)
        return result

    def _read(self, work: Work[T]) -> T:
        with translating(), self._readers.connect() as connection, connection.begin():
            return work(self._begin(connection))

    def scrub(self) -> None:
        """Nothing to do: autovacuum reclaims what was deleted."""

    def close(self) -> None:
        self._threads.shutdown()
        self.engine.dispose()


def _commit(transaction: RootTransaction) -> None:
    """Commit. Where the answer was lost nobody knows whether it is done, so it is not tried again from here."""
    try:
        transaction.commit()
    except DBAPIError as error:
        if connection_lost(error):
            raise StoreUnavailable from error
        raise


def _engine(url: str) -> Engine:
    return create_engine(
        make_url(url).set(drivername="postgresql+psycopg"),
        hide_parameters=True,
        pool_size=CONNECTIONS,
        max_overflow=0,
        pool_timeout=10,
        pool_use_lifo=True,
        connect_args={"connect_timeout": 5, "options": OPTIONS},
    )
