"""Whatever is done to a timeline behind the service's back, an audit names the place; what is in order it leaves alone."""

from __future__ import annotations

import random
import sqlite3
import tracemalloc
from collections.abc import Mapping
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest

from core.store import audit, cases, chains, office_timeline, timeline
from core.store.audit import Audit, Finding
from core.store.cases import StoredCase
from core.store.keyring import DataKey, Keyring
from core.store.unit_of_work import Store, UnitOfWork
from tests.core.store.samples import filed, new_case

LENGTHS = (1, 5, 3)
OFFICE_LENGTH = 4


class Intruder:
    """Somebody with the database's own password, and so without our guards and links; but without our keys."""

    def __init__(self, url: str) -> None:
        self._is_sqlite = url.startswith("sqlite")
        self._url = url.removeprefix("sqlite:///")

    def run(self, statement: str, **values: Any) -> list[Any]:
        connection: Any = sqlite3.connect(self._url) if self._is_sqlite else psycopg.connect(self._url)
        with closing(connection), connection:
            if self._is_sqlite:
                for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
                    connection.execute(f"DROP TRIGGER {name}")
            else:
                connection.execute("SET session_replication_role = replica")
                statement = statement.replace("?", "%s")
            cursor = connection.execute(statement, tuple(values.values()))
            return list(cursor.fetchall()) if cursor.description else []

    def change(self, table: str, key: int, **values: Any) -> None:
        columns = ", ".join(f"{column} = ?" for column in values)
        self.run(f"UPDATE {table} SET {columns} WHERE id = ?", **values, key=key)

    def row(self, table: str, key: int) -> Mapping[str, Any]:
        names = ["case_id", *NAMES, "public"] if table == "timeline" else [*NAMES]
        [found] = self.run(f"SELECT {', '.join(names)} FROM {table} WHERE id = ?", key=key)
        return dict(zip(names, found, strict=True))


NAMES = ("at", "kind", "actor", "note_sealed", "position", "note_digest", "digest")


@pytest.fixture
def intruder(store_url: str) -> Intruder:
    return Intruder(store_url)


@pytest.fixture
def told(store: Store, now: datetime) -> list[StoredCase]:
    """Cases with timelines of these lengths, every second entry with a note; and an office with its own."""

    def work(uow: UnitOfWork, nth: int, length: int) -> StoredCase:
        case = cases.insert(uow, new_case(uow, now, f"2026-000{nth}"))
        for at in range(length):
            note = f"第{at}步" if at % 2 else ""
            timeline.add(uow, case, now + timedelta(minutes=at), "note", "staff:li", note, public=at % 3 > 0)
        return case

    def office(uow: UnitOfWork) -> None:
        for at in range(OFFICE_LENGTH):
            office_timeline.add(uow, now + timedelta(minutes=at), "staff_added", "admin", f"{at}")

    found = [store.write(lambda uow, n=n, m=m: work(uow, n, m)) for n, m in enumerate(LENGTHS, 1)]
    store.write(office)
    return found


def audited(store: Store) -> Audit:
    return store.read(audit.verify)


def found(store: Store) -> list[tuple[int, int, str]]:
    return [(each.chain, each.position, each.what) for each in audited(store).findings]


def entry_ids(intruder: Intruder, case_id: int) -> list[int]:
    return [key for (key,) in intruder.run("SELECT id FROM timeline WHERE case_id = ? ORDER BY id", of=case_id)]


def test_what_nobody_touched_is_in_order(store: Store, told: list[StoredCase]) -> None:
    assert audited(store) == Audit(of="all", chains=4, entries=sum(LENGTHS) + OFFICE_LENGTH)


def test_an_empty_service_is_in_order(store: Store) -> None:
    assert audited(store) == Audit(of="all")


def test_an_erased_case_is_in_order(store: Store, told: list[StoredCase]) -> None:
    store.write(lambda uow: cases.erase(uow, told[1].id))
    assert found(store) == []
    assert [entry.note for entry in store.read(lambda uow: timeline.of_case(uow, told[1]))] == [""] * 5


def flipped(value: Any, chance: random.Random) -> Any:
    """The value with one bit of it another, as it could still stand in its column."""
    if isinstance(value, bool):
        return not value
    if isinstance(value, int):
        return value ^ 1 << chance.randrange(8)
    if isinstance(value, datetime):
        return value + timedelta(microseconds=1 << chance.randrange(32))
    if isinstance(value, str):
        at = chance.randrange(len(value))
        return value[:at] + chr(ord(value[at]) ^ 1) + value[at + 1 :]
    at = chance.randrange(len(value))
    return value[:at] + bytes([value[at] ^ 1 << chance.randrange(8)]) + value[at + 1 :]


@pytest.mark.parametrize("column", ["at", "kind", "actor", "note_sealed", "public", "note_digest", "digest"])
def test_one_bit_of_any_column_of_any_entry_is_noticed(
    store: Store, told: list[StoredCase], intruder: Intruder, column: str
) -> None:
    chance = random.Random(column)
    for case in told:
        for position, key in enumerate(entry_ids(intruder, case.id), 1):
            kept = intruder.row("timeline", key)[column]
            wrong = flipped(kept if kept is not None else b"\0" * 32, chance)
            if column == "public" and isinstance(kept, int):
                wrong = not kept if isinstance(kept, bool) else kept ^ 1
            intruder.change("timeline", key, **{column: wrong})
            noticed = found(store)
            assert noticed, f"{column} of {case.number} {position}: {kept!r} became {wrong!r}"
            assert {chain for chain, *_ in noticed} == {case.id}
            assert noticed[0][1] == position
            intruder.change("timeline", key, **{column: kept})
    assert found(store) == []


@pytest.mark.parametrize("column", ["at", "kind", "actor", "note_sealed", "note_digest", "digest"])
def test_one_bit_of_an_entry_of_the_office_is_noticed(
    store: Store, told: list[StoredCase], intruder: Intruder, column: str
) -> None:
    chance = random.Random(column)
    for position in range(1, OFFICE_LENGTH + 1):
        kept = intruder.row("office_timeline", position)[column]
        intruder.change("office_timeline", position, **{column: flipped(kept, chance)})
        assert found(store)[0][:2] == (chains.OFFICE, position)
        intruder.change("office_timeline", position, **{column: kept})
    assert found(store) == []


@pytest.mark.parametrize(
    "column", ["at", "kind", "actor", "public", "position", "note_sealed", "digest", "note_digest"]
)
@pytest.mark.parametrize("junk", [b"\xff\xfe", "2026-13-45", -7, 2.5, 2**40, ""])
def test_what_could_not_even_be_read_is_noticed(
    sqlite_url: str, data_dir: Path, keyring: Keyring, now: datetime, column: str, junk: Any
) -> None:
    """SQLite takes anything in any column, and bits that fall over make no text."""
    store = Store.open(sqlite_url, data_dir, keyring)
    case = filed(store, now)
    for _ in range(3):
        store.write(lambda uow: timeline.add(uow, case, now, "note", "staff:li", "words"))
    Intruder(sqlite_url).change("timeline", 2, **{column: junk})
    noticed = found(store)
    assert noticed
    assert {chain for chain, *_ in noticed} == {case.id}
    store.close()


def test_an_entry_that_is_gone_is_noticed_wherever_it_was(
    store: Store, told: list[StoredCase], intruder: Intruder
) -> None:
    case, keys = told[1], entry_ids(intruder, told[1].id)
    for position, key in enumerate(keys, 1):
        kept = intruder.row("timeline", key)
        intruder.run("DELETE FROM timeline WHERE id = ?", key=key)
        assert found(store) == [(case.id, position, "cut" if position == len(keys) else "missing")]
        put_back(intruder, "timeline", key, kept)
    assert found(store) == []


def put_back(intruder: Intruder, table: str, key: int, row: Mapping[str, Any]) -> None:
    columns = ["id", *row]
    marks = ", ".join("?" * len(columns))
    intruder.run(f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({marks})", **{"id": key} | dict(row))


@pytest.mark.parametrize("left", range(5))
def test_a_timeline_that_was_cut_is_noticed_however_much_is_left(
    store: Store, told: list[StoredCase], intruder: Intruder, left: int
) -> None:
    intruder.run("DELETE FROM timeline WHERE case_id = ? AND position > ?", of=told[1].id, left=left)
    assert found(store) == [(told[1].id, left + 1, "cut")]


def test_a_cut_cannot_be_hidden_by_setting_the_end_back(
    store: Store, told: list[StoredCase], intruder: Intruder
) -> None:
    """The end is keyed: neither the last entry's digest nor another chain's end fits there."""
    case, other = told[1], told[2]
    intruder.run("DELETE FROM timeline WHERE case_id = ? AND position > 3", of=case.id)
    [(last,)] = intruder.run("SELECT digest FROM timeline WHERE case_id = ? AND position = 3", of=case.id)
    [(another,)] = intruder.run("SELECT digest FROM timeline_head WHERE chain = ?", of=other.id)
    for forged in (last, another):
        intruder.run("UPDATE timeline_head SET length = 3, digest = ? WHERE chain = ?", digest=forged, of=case.id)
        assert found(store) == [(case.id, 3, "end")]


@pytest.mark.parametrize("length", [1, 4, 6])
def test_an_end_that_was_changed_is_noticed(
    store: Store, told: list[StoredCase], intruder: Intruder, length: int
) -> None:
    intruder.run("UPDATE timeline_head SET length = ? WHERE chain = ?", length=length, of=told[1].id)
    assert {chain for chain, *_ in found(store)} == {told[1].id}


def test_one_bit_of_an_end_is_noticed(store: Store, told: list[StoredCase], intruder: Intruder) -> None:
    for chain in (chains.OFFICE, *(case.id for case in told)):
        [(kept,)] = intruder.run("SELECT digest FROM timeline_head WHERE chain = ?", of=chain)
        wrong = flipped(kept, random.Random(chain))
        intruder.run("UPDATE timeline_head SET digest = ? WHERE chain = ?", digest=wrong, of=chain)
        assert [(where, what) for where, _, what in found(store)] == [(chain, "end")]
        intruder.run("UPDATE timeline_head SET digest = ? WHERE chain = ?", digest=kept, of=chain)


def test_a_chain_without_its_end_is_noticed(store: Store, told: list[StoredCase], intruder: Intruder) -> None:
    intruder.run("DELETE FROM timeline_head WHERE chain IN (?, ?)", one=told[2].id, office=chains.OFFICE)
    assert found(store) == [(told[2].id, 0, "end"), (chains.OFFICE, 0, "end")]


def test_a_case_whose_whole_timeline_is_gone_is_noticed(
    store: Store, told: list[StoredCase], intruder: Intruder
) -> None:
    intruder.run("DELETE FROM timeline WHERE case_id = ?", of=told[1].id)
    intruder.run("DELETE FROM timeline_head WHERE chain = ?", of=told[1].id)
    assert audited(store).findings == (Finding(told[1].id, "2026-0002", 0, "missing"),)


def test_a_timeline_whose_case_is_gone_is_noticed(store: Store, told: list[StoredCase], intruder: Intruder) -> None:
    intruder.run("DELETE FROM case_file WHERE id = ?", of=told[1].id)
    assert found(store)[0] == (told[1].id, 0, "no_case")


def test_entries_that_changed_places_are_noticed(store: Store, told: list[StoredCase], intruder: Intruder) -> None:
    first, second = entry_ids(intruder, told[1].id)[1:3]
    intruder.change("timeline", first, position=99)
    intruder.change("timeline", second, position=2)
    intruder.change("timeline", first, position=3)
    assert (told[1].id, 3, "reordered") in found(store)


def test_words_that_changed_places_are_noticed(store: Store, told: list[StoredCase], intruder: Intruder) -> None:
    first, second = entry_ids(intruder, told[1].id)[1:3]
    one, other = intruder.row("timeline", first), intruder.row("timeline", second)
    intruder.change("timeline", first, **{**other, "position": 99})
    intruder.change("timeline", second, **{**one, "position": 2})
    intruder.change("timeline", first, position=3)
    assert {chain for chain, *_ in found(store)} == {told[1].id}


def test_a_note_of_another_entry_is_noticed(store: Store, told: list[StoredCase], intruder: Intruder) -> None:
    keys = entry_ids(intruder, told[1].id)
    note = intruder.row("timeline", keys[3])["note_sealed"]
    intruder.change("timeline", keys[1], note_sealed=note)
    assert found(store) == [(told[1].id, 2, "note_changed")]
    intruder.change("timeline", keys[0], note_sealed=note)
    assert (told[1].id, 1, "note_changed") in found(store), "an entry that had none"


def test_a_note_that_is_gone_without_its_case_being_erased_is_noticed(
    store: Store, told: list[StoredCase], intruder: Intruder
) -> None:
    intruder.change("timeline", entry_ids(intruder, told[1].id)[1], note_sealed=None)
    assert found(store) == [(told[1].id, 2, "note_missing")]


def test_an_entry_of_another_case_is_noticed(store: Store, told: list[StoredCase], intruder: Intruder) -> None:
    key = entry_ids(intruder, told[1].id)[3]
    intruder.change("timeline", key, case_id=told[2].id)
    assert found(store) == [(told[1].id, 4, "missing"), (told[2].id, 4, "inserted")]


@pytest.mark.parametrize("position", [None, 0, -1, 4])
def test_an_entry_that_nobody_added_is_noticed(
    store: Store, told: list[StoredCase], intruder: Intruder, position: int | None
) -> None:
    forged = dict(intruder.row("timeline", entry_ids(intruder, told[2].id)[2])) | {"position": position}
    put_back(intruder, "timeline", 1000, forged)
    assert found(store) == [(told[2].id, position if position == 4 else 0, "inserted")]


def test_an_entry_in_the_place_of_another_is_noticed_even_at_the_end_of_a_page(
    store: Store, told: list[StoredCase], intruder: Intruder, monkeypatch: pytest.MonkeyPatch
) -> None:
    intruder.run("DROP INDEX ix_timeline_case_id_position")
    put_back(intruder, "timeline", 1000, intruder.row("timeline", entry_ids(intruder, told[1].id)[2]))
    for size in (2, 3, 4, 500):
        monkeypatch.setattr(audit, "PAGE", size)
        assert found(store) == [(told[1].id, 3, "inserted")]


def test_every_broken_place_is_named(store: Store, told: list[StoredCase], intruder: Intruder) -> None:
    keys = entry_ids(intruder, told[1].id)
    for key in (keys[0], keys[2], keys[4]):
        intruder.change("timeline", key, actor="staff:nobody")
    assert found(store) == [(told[1].id, at, "changed") for at in (1, 3, 5)]


def test_without_the_key_nothing_fits(store: Store, told: list[StoredCase]) -> None:
    def check(uow: UnitOfWork) -> Audit:
        uow.blind_key = DataKey(bytes(32))
        return audit.verify(uow)

    assert store.read(check).found == sum(LENGTHS) + OFFICE_LENGTH + len(told) + 1, "every entry and every end"


@pytest.mark.parametrize("size", [2, 3, 7, 500])
def test_pages_of_any_size_find_the_same(
    store: Store, told: list[StoredCase], intruder: Intruder, monkeypatch: pytest.MonkeyPatch, size: int
) -> None:
    monkeypatch.setattr(audit, "PAGE", size)
    whole = Audit(of="all", chains=4, entries=sum(LENGTHS) + OFFICE_LENGTH)
    assert audited(store) == whole
    intruder.change("timeline", entry_ids(intruder, told[1].id)[1], kind="other")
    intruder.run("DELETE FROM timeline WHERE case_id = ? AND position = 3", of=told[2].id)
    assert found(store) == [(told[1].id, 2, "changed"), (told[2].id, 3, "cut")]


def test_what_is_added_between_two_pages_is_no_finding(
    store: Store, told: list[StoredCase], now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(audit, "PAGE", 2)
    so_far = Audit()
    while not so_far.finished:
        so_far = store.read(lambda uow, at=so_far: audit.go_on(uow, at))
        for case in told:
            if so_far.entries < 40:
                store.write(lambda uow, case=case: timeline.add(uow, case, now, "note", "staff:li", "meanwhile"))
    assert so_far.findings == ()
    assert so_far.entries > sum(LENGTHS) + OFFICE_LENGTH


def test_entries_from_before_the_chains_are_counted_and_not_judged(
    store: Store, now: datetime, intruder: Intruder
) -> None:
    case = filed(store, now)
    old = {"case_id": case.id, "at": now, "kind": "registered", "actor": "complainant", "public": True}
    if store.alone:
        old["at"] = "2026-11-23 01:30:00.000000"
    for kind in ("registered", "urged"):
        intruder.run(f"INSERT INTO timeline ({', '.join(old)}) VALUES (?, ?, ?, ?, ?)", **(old | {"kind": kind}))
    store.write(lambda uow: timeline.add(uow, case, now, "accepted", "staff:li"))
    assert audited(store) == Audit(of="all", chains=1, entries=1, unchained=2)
    entries = store.read(lambda uow: timeline.of_case(uow, case))
    assert [(entry.kind, entry.position) for entry in entries] == [
        ("registered", None),
        ("urged", None),
        ("accepted", 1),
    ]


def test_findings_are_counted_to_the_end_and_kept_up_to_a_number(
    store: Store, told: list[StoredCase], intruder: Intruder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(audit, "MOST_FINDINGS", 3)
    intruder.run("UPDATE timeline SET actor = 'nobody'")
    result = audited(store)
    assert (result.found, len(result.findings)) == (sum(LENGTHS), 3)


def test_memory_does_not_grow_with_the_timelines(store: Store, now: datetime) -> None:
    def peak(entries: int) -> int:
        case = filed(store, now, f"n{entries}")
        store.write(lambda uow: [timeline.add(uow, case, now, "note", "staff:li", "x" * 200) for _ in range(entries)])
        audited(store)
        tracemalloc.start()
        assert audited(store).findings == ()
        highest = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return highest

    few, many = peak(600), peak(3000)
    assert many < 1.3 * few
