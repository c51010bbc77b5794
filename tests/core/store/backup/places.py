"""Where a service lives, and how to fill it."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, delete, select

from core.ladder import Facts
from core.messages import Address, Attachment, OutboundMessage
from core.policies.load import load
from core.store import (
    attendance,
    calendar,
    case_clocks,
    cases,
    claims,
    evidence,
    grants,
    holders,
    keys,
    leases,
    migrations,
    notifications,
    outbox,
    packs,
    parts,
    recusals,
    relays,
    roster,
    service_rows,
    sessions,
    staff,
    summons,
    tables,
    targets,
    timeline,
    work,
)
from core.store.backup.manifest import Manifest
from core.store.backup.restore import restore
from core.store.backup.take import back_up
from core.store.calendar import StoredChange
from core.store.case_clocks import Extended, NewClock, Stop
from core.store.cases import StoredCase
from core.store.keyring import Keyring
from core.store.notifications import NewNotification
from core.store.parcels import Parcels
from core.store.roster import Shift, Swap
from core.store.unit_of_work import Store, UnitOfWork, connect
from core.store.work import CaseWork
from tests.core.store.samples import WANG, contact, filed
from tests.core.store.test_canaries import write_everything

OTHER = "another secret of a good length for tests"
PHOTO = b"\x89PNG\r\n\x1a\n" + bytes(5000)


@dataclass(frozen=True)
class Place:
    """Where a service lives: its database and its data directory."""

    url: str
    data_dir: Path

    def open(self, keyring: Keyring) -> Store:
        return Store.open(self.url, self.data_dir, keyring)

    def sums(self) -> dict[str, str]:
        """Of all values of each table, whichever database they are in."""
        database = connect(self.url, read_only=True)
        with database.engine.connect() as connection:
            found = {table.name: _sum(connection, table) for table in tables.metadata.sorted_tables}
        database.close()
        return found

    def files(self) -> dict[str, str]:
        return {
            str(path.relative_to(self.data_dir)): hashlib.sha256(path.read_bytes()).hexdigest()
            for path in self.data_dir.rglob("*")
            if path.is_file() and not path.name.startswith("tousu.db")
        }

    def has_tables(self) -> bool:
        if self.url.startswith("sqlite") and not Path(self.url.removeprefix("sqlite:///")).exists():
            return False
        database = connect(self.url)
        state = migrations.state(database.engine)
        database.close()
        return state != "empty"


def _sum(connection: Connection, table: Any) -> str:
    rows = connection.execute(select(table).order_by(*table.primary_key))
    return hashlib.sha256("\n".join(repr(tuple(row)) for row in rows).encode()).hexdigest()


def other_kind(place: Place) -> str:
    return "postgresql" if place.url.startswith("sqlite") else "sqlite"


def moved(source: Place, target: Place, keyring: Keyring, now: datetime) -> Manifest:
    file = target.data_dir.parent / f"{target.data_dir.name}.backup"
    back_up(source.url, source.data_dir, keyring, file, now)
    return restore(target.url, target.data_dir, keyring, file)


def with_photo(store: Store, now: datetime, draft: str = "a draft") -> Store:
    note_photo(store, now, draft)
    fetch(store, now)
    return store


def note_photo(store: Store, now: datetime, draft: str = "a draft") -> int:
    person = contact(store, now)

    def work(uow: UnitOfWork) -> int:
        return evidence.add(uow, person.id, draft, None, keys.new_key(uow), Attachment("photo", "media"), now)

    return store.write(work)


def fetch(store: Store, now: datetime) -> None:
    for claimed in store.write(lambda uow: evidence.claim(uow, now, 9, 60)):
        file = store.files.write(PHOTO, claimed.key)
        store.write(
            partial(
                evidence.settle_stored,
                evidence_id=claimed.id,
                mime=file.mime,
                size=file.size,
                sha256=file.sha256,
                path=file.path,
            )
        )


def photos(store: Store, draft: str = "a draft") -> list[bytes]:
    found = store.read(lambda uow: evidence.list_for_draft(uow, draft))
    return [store.files.read(file.path, store.read(partial(keys.open_key, key_id=file.key_id))) for file in found]


def _work(uow: UnitOfWork, now: datetime) -> None:
    """What the office is, and what its staff do with cases; the second case was joined to the first."""
    li, wang = (staff.add(uow, account, ["李", "王"], "社保科", ["handler"], now) for account in ("zhao", "wang"))
    assert li is not None
    assert wang is not None
    first, second = (cases.by_number(uow, number) for number in ("2026-0100", "2026-0101"))
    assert first is not None
    assert second is not None
    work.put(uow, CaseWork(first.id, "社保科", li.id, "substantiated", ("apology",), 5, ("apology",), volume=2026))
    work.put(uow, CaseWork(second.id, duplicate_of=first.id))
    case_clocks.add(
        uow, first.id, [NewClock("accept", 0, now, now, True, now), NewClock("decide", 0, now, now, False, None)]
    )
    clock = case_clocks.of_case(uow, first.id)[0]
    case_clocks.change(uow, clock, stops=(Stop(now, None, "hearing"),), extensions=(Extended(5, now, "staff:li"),))
    recusals.add(uow, second.id, wang.id, "declared", now)
    recusals.lift(uow, second.id, wang.id, li.id, now)
    parts.add(uow, first.id, li.id, "handler", now)
    holders.hand_over(uow, first.id, li.id, now)
    holders.hand_over(uow, first.id, wang.id, now + timedelta(hours=1))
    packs.keep(uow, load("law-firm"), now)
    calendar.add(uow, StoredChange(1, now, "admin", None, "", [], "", [("2026-12-31", False, "店休")]))
    service_rows.put(uow, "heartbeat", "now")
    hall = targets.give_code(uow, "hall", b"a hash", now, now)
    targets.settle(uow, hall.id, sessions.load(uow, Address("telegram", "-1001", "7"), now).id)
    targets.name_members(uow, hall.id, [li.id])
    _told(uow, first, now)


def _told(uow: UnitOfWork, case: StoredCase, now: datetime) -> None:
    """How its complainant hears of a case, and who does what alone."""
    person, tomorrow = sessions.load(uow, WANG, now), now + timedelta(days=1)
    sent_as = outbox.add(uow, person, OutboundMessage("已受理"), "told", tomorrow, now=now, notice="accepted")
    assert sent_as is not None
    facts = Facts(case.number, "已受理", "服务态度", "2026年12月1日", "服务大厅", now)
    new = NewNotification(case.id, case.key_id, sent_as, "accepted", b"digest", "已受理", facts, now, now, None)
    notifications.add(uow, new)
    notifications.tried(uow, sent_as, now, "window", "45015", "")
    talk = relays.begin(uow, case.id, person.id, now)
    assert talk is not None
    relays.add_line(uow, talk, sent_as, relays.STAFF)
    grants.add(uow, person.id, "closed", now, scene=7)
    leases.hold(uow, "job:tidy", "a process", now, 60)
    _duty(uow, now)
    _attendance(uow, now)


def _attendance(uow: UnitOfWork, now: datetime) -> None:
    """When somebody works by which hours, that a device and they themselves saw them, what they asked for and confirmed."""
    wang = staff.everybody(uow)[1].id
    attendance.put_code(uow, wang, "0017")
    attendance.put_hours(uow, wang, now.date(), "standard")
    imported = attendance.begin_import(uow, "digest", 1, now, "operator")
    assert attendance.punch(uow, wang, now, "in", imported)
    asked = attendance.ask(uow, wang, "leave", "leave", now, now + timedelta(hours=4), "看病", now)
    request = attendance.request(uow, asked)
    assert request is not None
    attendance.decide(uow, request, "refused", wang, "当天有接访", now)
    attendance.confirm(uow, wang, "2026-01", "digest", {"late": 1}, now)


def _duty(uow: UnitOfWork, now: datetime) -> None:
    """Who is on duty, who takes whose shift, and who was called."""
    zhao, wang = (each.id for each in staff.everybody(uow)[:2])
    shift = roster.add(uow, Shift(zhao, "rest", time(20), time(8), now.date(), None, (6, 7), 2))
    roster.ask(uow, Swap(shift.id, now.date(), zhao, wang, now, now))
    called = summons.begin(uow, "major:1", "major", now, {"why": "有人受伤"})
    assert called is not None
    summons.change(uow, called, called=(zhao,), told=(zhao, wang))


def fill(place: Place, keyring: Keyring, now: datetime) -> None:
    """Something in every table and every folder, an erased case, and ids that were given out and are gone."""
    store = place.open(keyring)
    write_everything(store, now)
    with_photo(store, now)
    for number in range(3):
        case = filed(store, now, f"2026-010{number}", flags=("danger", '引号"和\\'), phone=None)
        store.write(lambda uow, case=case: timeline.add(uow, case, now, "note", "staff", "一行\n两行\u2028三行"))
    store.write(lambda uow: cases.erase(uow, case.id))
    store.write(lambda uow: _work(uow, now))
    for _ in range(41):
        store.write(lambda uow: cases.next_sequence(uow, "a-pack:2026"))
    to = contact(store, now)
    for key in ("one", "two", "three"):
        store.write(partial(outbox.add, to=to, message=OutboundMessage(key), dedupe_key=key, due_at=now, now=now))
    store.write(lambda uow: claims.claim(uow, now, 1, 60))
    store.write(lambda uow: uow.connection.execute(delete(tables.outbox).where(tables.outbox.c.dedupe_key == "three")))
    Parcels(place.data_dir / "spool", keyring).put(b"said while the database was away", 5)
    Parcels(place.data_dir / "uploads", keyring).put(PHOTO, 6)
    store.close()
