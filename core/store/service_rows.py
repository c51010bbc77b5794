"""Small things that the service remembers about itself: the pack it runs, when a worker was last alive."""

from __future__ import annotations

from sqlalchemy import bindparam, select
from sqlalchemy.dialects.postgresql import insert

from core.store.tables import service_row
from core.store.unit_of_work import UnitOfWork

_find = select(service_row.c.value).where(service_row.c.name == bindparam("called"))
_make = insert(service_row)
_put = _make.on_conflict_do_update(index_elements=["name"], set_={"value": _make.excluded.value})


def get(uow: UnitOfWork, name: str) -> str | None:
    return uow.connection.execute(_find, {"called": name}).scalar()


def put(uow: UnitOfWork, name: str, value: str) -> None:
    uow.connection.execute(_put, {"name": name, "value": value})
