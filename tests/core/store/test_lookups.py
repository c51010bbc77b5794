"""Failed look-ups are counted by scope and forgotten in time."""

from __future__ import annotations

from datetime import datetime, timedelta

from core.store import lookups, service_rows
from core.store.unit_of_work import Store

HOUR = timedelta(hours=1)


def test_failures_are_counted_by_scope_and_since_a_moment(store: Store, now: datetime) -> None:
    for scope, at in (("number:1", now - 2 * HOUR), ("number:1", now), ("peer:x", now)):
        store.write(lambda uow, scope=scope, at=at: lookups.record(uow, scope, at))
    assert store.read(lambda uow: lookups.reached(uow, "number:1", now - 3 * HOUR, 2))
    assert not store.read(lambda uow: lookups.reached(uow, "number:1", now - 3 * HOUR, 3))
    assert store.read(lambda uow: lookups.reached(uow, "number:1", now - HOUR, 1))
    assert not store.read(lambda uow: lookups.reached(uow, "number:1", now - HOUR, 2))
    assert not store.read(lambda uow: lookups.reached(uow, "number:2", now - HOUR, 1))


def test_old_failures_are_forgotten(store: Store, now: datetime) -> None:
    for at in (now - 2 * HOUR, now):
        store.write(lambda uow, at=at: lookups.record(uow, "all", at))
    store.write(lambda uow: lookups.forget_before(uow, now - HOUR))
    assert store.read(lambda uow: lookups.reached(uow, "all", now - 9 * HOUR, 1))
    assert not store.read(lambda uow: lookups.reached(uow, "all", now - 9 * HOUR, 2))


def test_the_service_remembers_the_latest_of_each_thing(store: Store) -> None:
    assert store.read(lambda uow: service_rows.get(uow, "policy")) is None
    for value in ("one", "two"):
        store.write(lambda uow, value=value: service_rows.put(uow, "policy", value))
    assert store.read(lambda uow: service_rows.get(uow, "policy")) == "two"
