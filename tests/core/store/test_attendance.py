"""What attendance keeps: each punch once, each file once, a decision once; what people wrote is sealed."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest

from core.store import attendance, staff
from core.store.unit_of_work import Store

DIGEST = "ab" * 32


@pytest.fixture
def wang(store: Store, now: datetime) -> int:
    made = store.write(lambda uow: staff.add(uow, "wang", ("王敏",), "", ("officer",), now))
    assert made is not None
    return made.id


def test_a_punch_is_kept_once(store: Store, now: datetime, wang: int) -> None:
    kept = store.write(lambda uow: [attendance.punch(uow, wang, now, way) for way in ("in", "in", "")])
    assert kept == [True, False, True]
    span = now - timedelta(hours=1), now + timedelta(hours=1)
    found = store.read(lambda uow: attendance.punches(uow, *span))
    assert [(each.staff_id, each.at, each.way) for each in found] == [(wang, now, "in"), (wang, now, "")]
    assert store.read(lambda uow: attendance.punches(uow, *span, wang)) == found
    assert store.read(lambda uow: attendance.punches(uow, *span, wang + 1)) == []
    assert store.read(lambda uow: attendance.punches(uow, span[0], now)) == [], "the end is not within"


def test_a_file_is_imported_once(store: Store, now: datetime) -> None:
    first = store.write(lambda uow: attendance.begin_import(uow, DIGEST, 9, now, "hr"))
    assert first is not None
    store.write(lambda uow: attendance.end_import(uow, first, 7))
    assert store.write(lambda uow: attendance.begin_import(uow, DIGEST, 9, now, "hr")) is None
    kept = store.read(lambda uow: attendance.imported(uow, DIGEST))
    assert kept == attendance.StoredImport(9, 7, now, "hr")
    assert store.read(lambda uow: attendance.imported(uow, "cd" * 32)) is None


def test_a_decision_is_made_on_what_was_read(store: Store, now: datetime, wang: int) -> None:
    ends = now + timedelta(hours=8)
    number = store.write(lambda uow: attendance.ask(uow, wang, "leave", "leave", now, ends, "看病", now))
    asked = store.write(lambda uow: attendance.request(uow, number))
    assert asked is not None
    assert (asked.words, asked.state, asked.note, asked.decided_by) == ("看病", "asked", "", None)
    assert store.write(lambda uow: attendance.decide(uow, asked, "approved", wang, "", now))
    assert not store.write(lambda uow: attendance.decide(uow, asked, "refused", wang, "不行", now)), (
        "it was decided meanwhile"
    )
    assert store.read(attendance.asked) == []
    [kept] = store.read(lambda uow: attendance.requests(uow, ends, ends + timedelta(days=1), wang))
    assert (kept.state, kept.decided_by, kept.decided_at) == ("approved", wang, now)
    assert store.read(lambda uow: attendance.requests(uow, ends + timedelta(seconds=1), ends + timedelta(days=1))) == []


def test_a_code_and_hours_are_put_anew(store: Store, wang: int) -> None:
    for code in ("1", "2"):
        store.write(lambda uow, c=code: attendance.put_code(uow, wang, c))  # type: ignore[misc]
    assert store.read(attendance.codes) == {"2": wang}
    store.write(lambda uow: attendance.put_code(uow, wang, ""))
    assert store.read(attendance.codes) == {}
    for on, key in ((date(2026, 5, 1), "a"), (date(2026, 4, 1), "b"), (date(2026, 5, 1), "c")):
        store.write(lambda uow, o=on, k=key: attendance.put_hours(uow, wang, o, k))  # type: ignore[misc]
    assert [(each.from_on, each.hours) for each in store.read(attendance.hours)] == [
        (date(2026, 4, 1), "b"),
        (date(2026, 5, 1), "c"),
    ]


def test_what_was_confirmed_is_kept_sealed_and_the_last_counts(store: Store, now: datetime, wang: int) -> None:
    for digest in ("first", "second"):
        store.write(lambda uow, d=digest: attendance.confirm(uow, wang, "2026-05", d, {"late": 41}, now))  # type: ignore[misc]
    kept = store.read(lambda uow: attendance.confirmed(uow, wang, "2026-05"))
    assert kept == attendance.StoredConfirmed("second", {"late": 41}, now)
    assert store.read(lambda uow: attendance.confirmed(uow, wang, "2026-06")) is None
    raw = store.read(
        lambda uow: uow.connection.exec_driver_sql("SELECT figures_sealed FROM attendance_confirmed").scalar()
    )
    assert b"late" not in bytes(raw)
