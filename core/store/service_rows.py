"""Small things that the service remembers about itself: the pack it runs, when a worker was last alive."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import bindparam, select
from sqlalchemy.dialects.postgresql import insert

from core.store.statements import Statement
from core.store.tables import service_row
from core.store.unit_of_work import UnitOfWork

HEARTBEAT = "heartbeat"

_find = Statement(select(service_row.c.value).where(service_row.c.name == bindparam("called")))
_make = insert(service_row)
_put = Statement(_make.on_conflict_do_update(index_elements=["name"], set_={"value": _make.excluded.value}))


def get(uow: UnitOfWork, name: str) -> str | None:
    value: str | None = uow.run(_find, {"called": name}).scalar()
    return value


def beat_at(uow: UnitOfWork) -> datetime | None:
    """When a worker last left a sign of life; None where none ever did."""
    value = get(uow, HEARTBEAT)
    return datetime.fromisoformat(value) if value else None


def put(uow: UnitOfWork, name: str, value: str) -> None:
    uow.run(_put, {"name": name, "value": value})
