"""Rows of who was called: one for each key, taken when due, hastened only while open."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from core.store import summons
from core.store.summons import Summons
from core.store.unit_of_work import Store
from tests.core.store.samples import filed


def begin(store: Store, now: datetime, key: str = "k", case_id: int | None = None) -> Summons | None:
    return store.write(lambda uow: summons.begin(uow, key, "major", now, {"why": "x"}, case_id=case_id))


def test_there_is_one_of_each_key_and_it_is_due_at_once(store: Store, now: datetime) -> None:
    made = begin(store, now)
    assert made is not None
    assert begin(store, now) is None
    assert (made.said, made.called, made.told, made.round, made.is_open) == ({"why": "x"}, (), (), 0, True)
    assert store.read(lambda uow: summons.by_id(uow, made.id)) == made
    assert store.read(lambda uow: summons.due(uow, now, 10)) == [made.id]
    assert store.read(lambda uow: summons.due(uow, now - timedelta(seconds=1), 10)) == []


def test_those_that_wait_longest_come_first_and_as_many_as_are_asked_for(store: Store, now: datetime) -> None:
    late, early = begin(store, now, "a"), begin(store, now - timedelta(minutes=1), "b")
    assert late is not None
    assert early is not None
    assert store.read(lambda uow: summons.due(uow, now, 10)) == [early.id, late.id]
    assert store.read(lambda uow: summons.due(uow, now, 1)) == [early.id]


def test_what_is_over_is_neither_due_nor_hastened(store: Store, now: datetime) -> None:
    case = filed(store, now)
    one, two = begin(store, now, "a", case.id), begin(store, now, "b", case.id)
    assert one is not None
    assert two is not None
    later = now + timedelta(minutes=10)
    store.write(lambda uow: summons.change(uow, one, next_at=None, ended_at=now, ended_by="li"))
    store.write(lambda uow: summons.change(uow, two, next_at=later, called=(7,), told=(7, 8)))
    store.write(lambda uow: summons.hasten(uow, case.id, now))
    assert store.read(lambda uow: summons.due(uow, now, 10)) == [two.id]
    found = store.read(lambda uow: summons.of_case(uow, case.id))
    assert [(row.is_open, row.next_at, row.called, row.told) for row in found] == [
        (False, None, (), ()),
        (True, now, (7,), (7, 8)),
    ]
    assert [row.id for row in store.read(summons.all_open)] == [two.id]


def test_what_does_not_change_is_not_changed(store: Store, now: datetime) -> None:
    made = begin(store, now)
    assert made is not None
    with pytest.raises(ValueError, match="key"):
        store.write(lambda uow: summons.change(uow, made, key="other"))
