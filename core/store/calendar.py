"""How the office's calendar came to be: one row for each change, only ever added to."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert

from core.errors import StaleVersion
from core.records import record
from core.store import migrations
from core.store.faults import translating
from core.store.statements import Statement
from core.store.tables import calendar_change
from core.store.unit_of_work import UnitOfWork, connect


@record(frozen=True, slots=True)
class StoredChange:
    """A change as a row. ``days`` are rows of a day, whether it is worked (None: as the notices have it), and a name.

    ``year`` is None for days of the office's own. ``sha256`` names the very file that was read, empty where there was none.
    """

    version: int
    at: datetime
    actor: str
    year: int | None
    title: str
    notices: Sequence[str]
    sha256: str
    days: Sequence[tuple[str, bool | None, str]]


_columns = calendar_change.c
_make = Statement(
    insert(calendar_change).on_conflict_do_nothing(index_elements=["version"]).returning(_columns.version)
)
_all = Statement(select(*(_columns[name] for name in StoredChange.__dataclass_fields__)).order_by(_columns.version))
_version = Statement(select(func.max(_columns.version)))
_years = select(_columns.year).where(_columns.year.is_not(None)).distinct()


def add(uow: UnitOfWork, change: StoredChange) -> None:
    """Keep a change. Raises StaleVersion where somebody else's has this version already."""
    row = {name: getattr(change, name) for name in StoredChange.__dataclass_fields__}
    kept: dict[str, Any] = row | {"notices": list(change.notices), "days": [list(day) for day in change.days]}
    if uow.run(_make, kept).scalar() is None:
        raise StaleVersion


def changes(uow: UnitOfWork) -> list[StoredChange]:
    """All changes, oldest first."""
    return [StoredChange(**row._asdict()) for row in uow.run(_all, {}).rows]


def version(uow: UnitOfWork) -> int:
    """The last change's number, 0 where there was none."""
    return uow.run(_version, {}).scalar() or 0


def imported_years(url: str) -> list[int]:
    """The years that were imported into a database that need not be ours to open; none where it is not up to date."""
    database = connect(url, read_only=True)
    try:
        if migrations.state(database.engine) != "current":
            return []
        with translating(), database.engine.connect() as connection:
            return sorted(connection.execute(_years).scalars())
    finally:
        database.close()
