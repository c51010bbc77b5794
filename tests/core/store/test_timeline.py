"""A timeline is only added to, by one after the other; two timelines have nothing to do with each other."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import delete, text, update
from sqlalchemy.exc import IntegrityError

from core.errors import StoreError
from core.store import audit, cases, chains, office_timeline, tables, timeline
from core.store.keyring import Keyring
from core.store.office_timeline import OfficeEntry
from core.store.unit_of_work import Store, UnitOfWork
from tests.core.store.samples import filed, new_case


@contextmanager
def counted(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """The statements that are run meanwhile."""
    run, really = [], UnitOfWork.run

    def counting(uow: UnitOfWork, statement: Any, values: Any) -> Any:
        run.append(str(statement._clause))
        return really(uow, statement, values)

    with monkeypatch.context() as patched:
        patched.setattr(UnitOfWork, "run", counting)
        yield run


def test_a_new_case_s_entries_take_two_statements_each_and_an_old_one_s_three(
    store: Store, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    def work(uow: UnitOfWork) -> tuple[int, int]:
        case = cases.insert(uow, new_case(uow, now))
        with counted(monkeypatch) as first:
            timeline.add(uow, case, now, "registered", "complainant")
        with counted(monkeypatch) as second:
            timeline.add(uow, case, now, "human_wanted", "complainant")
        return len(first), len(second)

    assert store.write(work) == (2, 2)
    case = store.read(lambda uow: cases.by_id(uow, 1))
    with counted(monkeypatch) as later:
        store.write(lambda uow: timeline.add(uow, case, now, "urged", "complainant"))
    assert len(later) == 3


def test_sixteen_at_once_in_one_case_make_one_chain(store: Store, now: datetime) -> None:
    """Its first entry too: each may find that there is no chain yet."""
    case = filed(store, now)
    with ThreadPoolExecutor(16) as threads:
        list(threads.map(lambda n: store.write(lambda uow: _note(uow, case.id, now, f"{n}")), range(160)))
    entries = store.read(lambda uow: timeline.of_case(uow, case))
    assert [entry.position for entry in entries] == list(range(1, 161))
    assert {entry.note for entry in entries} == {f"{n}" for n in range(160)}
    assert store.read(audit.verify).findings == ()


def _note(uow: UnitOfWork, case_id: int, now: datetime, words: str) -> None:
    timeline.add(uow, cases.by_id(uow, case_id), now, "note", "staff:li", words)


def test_an_entry_that_is_rolled_back_leaves_no_gap(store: Store, now: datetime) -> None:
    case = filed(store, now)

    def fails(uow: UnitOfWork) -> None:
        _note(uow, case.id, now, "lost")
        raise KeyError("a mistake of the unit's own")

    for _ in range(2):
        store.write(lambda uow: _note(uow, case.id, now, "kept"))
        with pytest.raises(KeyError):
            store.write(fails)
    assert [entry.position for entry in store.read(lambda uow: timeline.of_case(uow, case))] == [1, 2]
    assert store.read(audit.verify).findings == ()


@pytest.mark.parametrize("begun", [True, False])
def test_somebody_in_one_timeline_keeps_nobody_out_of_another(
    postgresql_url: str, data_dir: Path, keyring: Keyring, now: datetime, begun: bool
) -> None:
    store = Store.open(postgresql_url, data_dir, keyring)
    held, free = filed(store, now), filed(store, now, "2026-0002")
    for case in (held, free) if begun else ():
        store.write(lambda uow, case=case: _note(uow, case.id, now, "first"))
    inside, go = threading.Event(), threading.Event()

    def holds(uow: UnitOfWork) -> None:
        _note(uow, held.id, now, "slow")
        inside.set()
        assert go.wait(30)

    with ThreadPoolExecutor(2) as threads:
        slow = threads.submit(store.write, holds)
        assert inside.wait(30)
        same = threads.submit(store.write, lambda uow: _note(uow, held.id, now, "behind it"))
        store.write(lambda uow: _note(uow, free.id, now, "at once"))
        store.write(lambda uow: office_timeline.add(uow, now, "export", "admin"))
        assert not same.done()
        go.set()
        slow.result(), same.result()
    notes = [entry.note for entry in store.read(lambda uow: timeline.of_case(uow, held))]
    assert notes[-2:] == ["slow", "behind it"]
    store.close()


def test_the_office_has_a_timeline_of_its_own(store: Store, now: datetime) -> None:
    store.write(lambda uow: office_timeline.add(uow, now, "staff_added", "admin", "li 李主任"))
    store.write(lambda uow: office_timeline.add(uow, now + timedelta(hours=1), "export", "staff:li"))
    assert store.read(lambda uow: office_timeline.entries(uow, 9)) == [
        OfficeEntry(now + timedelta(hours=1), "export", "staff:li", "", 2),
        OfficeEntry(now, "staff_added", "admin", "li 李主任", 1),
    ]
    assert [entry.kind for entry in store.read(lambda uow: office_timeline.entries(uow, 1))] == ["export"]


def test_sixteen_at_once_in_the_office_make_one_chain(store: Store, now: datetime) -> None:
    with ThreadPoolExecutor(16) as threads:
        list(threads.map(lambda _: store.write(lambda uow: office_timeline.add(uow, now, "k", "a", "n")), range(80)))
    assert len(store.read(lambda uow: office_timeline.entries(uow, 999))) == 80
    assert store.read(audit.verify).findings == ()


@pytest.mark.parametrize("table", [tables.timeline, tables.office_timeline], ids=lambda table: table.name)
def test_the_database_itself_refuses_to_change_or_cut_a_timeline(store: Store, now: datetime, table: Any) -> None:
    case = filed(store, now)
    store.write(lambda uow: _note(uow, case.id, now, "words"))
    store.write(lambda uow: office_timeline.add(uow, now, "export", "admin", "words"))
    changes = [update(table).values({column: table.c[column]}) for column in ("note_sealed",)]
    changes += [update(table).values(kind="other"), update(table).values(at=now + timedelta(1))]
    changes += [update(table).values(digest=b"x"), update(table).values(position=7), update(table).values(id=7)]
    for change in (*changes, delete(table)):
        with pytest.raises(IntegrityError, match="only added to"):
            store.write(lambda uow, change=change: uow.connection.execute(change))
    store.write(lambda uow: uow.connection.execute(update(table).values(note_sealed=None)))


def test_postgresql_refuses_to_empty_it_too(
    postgresql_url: str, data_dir: Path, keyring: Keyring, now: datetime
) -> None:
    store = Store.open(postgresql_url, data_dir, keyring)
    for table in ("timeline", "office_timeline"):
        with pytest.raises(IntegrityError, match="only added to"):
            store.write(lambda uow, table=table: uow.connection.execute(text(f"TRUNCATE {table}")))
    store.close()


def test_a_note_cannot_be_read_with_another_case_s_key(store: Store, now: datetime) -> None:
    one, other = filed(store, now), filed(store, now, "2026-0002")
    store.write(lambda uow: _note(uow, one.id, now, "words"))
    with pytest.raises(StoreError, match="timeline"):
        store.read(lambda uow: timeline.of_case(uow, replace(one, key_id=other.key_id)))


def test_chains_of_different_things_are_never_alike(store: Store, now: datetime) -> None:
    """What would run together in a plain text stays apart: kind and actor, one chain and another."""

    def digests(uow: UnitOfWork) -> set[bytes]:
        made = [("ab", "c", 1, 1), ("a", "bc", 1, 1), ("ab", "c", 11, 1), ("ab", "c", 1, 11)]
        return {chains.entry_digest(uow, b"", n, m, now, kind, who, True, None) for kind, who, n, m in made}

    assert len(store.read(digests)) == 4
