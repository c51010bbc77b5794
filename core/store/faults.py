"""Foreign errors become ours here, and nowhere else."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolExhausted

from core.errors import StoreUnavailable

log = logging.getLogger(__name__)

# A deadlock, a failed serialisation, a lock that was not free in time: the same work may well succeed a moment later.
PASSING = ("40P01", "40001", "55P03")


def translated(error: BaseException) -> BaseException:
    """Our name for what the database could not do now; any other error stays what it is."""
    if isinstance(error, OperationalError | InterfaceError | PoolExhausted) or connection_lost(error):
        known = StoreUnavailable()
        known.__cause__ = error
        return known
    return error


@contextmanager
def translating() -> Iterator[None]:
    try:
        yield
    except SQLAlchemyError as error:
        raise translated(error)  # noqa: B904 - it carries its cause with it


def connection_lost(error: BaseException) -> bool:
    return isinstance(error, DBAPIError) and error.connection_invalidated


def passing(error: DBAPIError) -> bool:
    return connection_lost(error) or getattr(error.orig, "sqlstate", None) in PASSING


def tidy_up(actions: Sequence[Callable[[], None]]) -> None:
    """Run what was kept for after the commit. What is committed stays so, whatever happens here."""
    for action in actions:
        try:
            action()
        except (OSError, SQLAlchemyError) as error:
            log.warning("tidying up after a commit failed: %s", type(error).__name__)
