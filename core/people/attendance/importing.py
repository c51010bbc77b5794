"""Importing the file of a clocking device: looked through first with nothing written, then all of it or nothing.

What is imported is named by the digest of its bytes, so nobody imports another file than the one they saw; the same once more
changes nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta

from core.cases.clocks import ZONE
from core.cases.office import Office
from core.errors import Refused
from core.people.attendance import device_files
from core.people.attendance.book import Book, open_book, pack_of
from core.people.attendance.device_files import DeviceRow, Fault, plain
from core.records import record
from core.store import attendance, office_timeline, staff
from core.store.attendance import StoredImport, StoredPunch
from core.store.staff import StaffMember
from core.store.unit_of_work import UnitOfWork

CLOCKS_DIFFER = timedelta(minutes=5)
"""A device may be so far ahead of us."""

SHORTEST_DIGEST = 8


@record(frozen=True, slots=True)
class Preview:
    """What importing a file would do. ``faults`` are in the order of the file; with any of them it cannot be imported.

    Of ``rows`` punches ``new`` would be added; ``known`` are kept already, ``repeated`` stand in the file more than once.
    ``already`` is when these very bytes were imported before.
    """

    digest: str
    rows: int
    faults: tuple[Fault, ...]
    new: tuple[StoredPunch, ...]
    known: int
    repeated: int
    people: int
    first: date | None
    last: date | None
    already: StoredImport | None


@record(frozen=True, slots=True)
class _Roll:
    """Who may stand in a file: by the device's code or the account, and by name."""

    by_code: Mapping[str, StaffMember]
    by_name: Mapping[str, Sequence[StaffMember]]


def preview(uow: UnitOfWork, office: Office, content: bytes, now: datetime) -> Preview:
    """Look a file through; nothing is written. Raises Refused where it is no such file at all."""
    pack = pack_of(office)
    if "device" not in pack.clocking:
        raise Refused("attendance.by_chat")
    file = device_files.read(content)
    days = [pack.day_of(row.at) for row in file.rows if row.at <= now + CLOCKS_DIFFER]
    today = now.astimezone(ZONE).date()
    book, roll = open_book(uow, office, min(days, default=today), max(days, default=today)), _roll(uow)
    faults, found = list(file.faults), list[StoredPunch]()
    for row in file.rows:
        who = _who(roll, row)
        why = who if isinstance(who, str) else _untimely(book, who, row, now)
        if why:
            faults.append(Fault(row.number, why, f"{row.code} {row.name} {row.at:%Y-%m-%d %H:%M}".strip()))
        elif not isinstance(who, str):
            found.append(StoredPunch(who.id, row.at, row.way))
    kept = {(each.staff_id, each.at, each.way) for each in _kept(uow, found)}
    once = dict.fromkeys(found)
    new = tuple(each for each in once if (each.staff_id, each.at, each.way) not in kept)
    return Preview(
        digest=file.digest,
        rows=len(file.rows) + len(file.faults),
        faults=tuple(sorted(faults, key=lambda fault: fault.number)),
        new=new,
        known=len(once) - len(new),
        repeated=len(found) - len(once),
        people=len({each.staff_id for each in found}),
        first=min(days, default=None),
        last=max(days, default=None),
        already=attendance.imported(uow, file.digest),
    )


def commit(uow: UnitOfWork, office: Office, content: bytes, digest: str, by: str, now: datetime) -> StoredImport:
    """Import the file whose digest begins like this, whole or not at all. Raises Refused."""
    seen, typed = preview(uow, office, content, now), digest.strip().lower()
    if len(typed) < SHORTEST_DIGEST or not seen.digest.startswith(typed):
        raise Refused("attendance.other_file", digest=seen.digest[:12])
    if seen.already is not None:
        return seen.already
    if seen.faults:
        raise Refused("attendance.bad_rows", count=str(len(seen.faults)))
    if not seen.rows:
        raise Refused("attendance.file_empty")
    import_id = attendance.begin_import(uow, seen.digest, seen.rows, now, by)
    if import_id is not None:
        added = sum(attendance.punch(uow, each.staff_id, each.at, each.way, import_id) for each in seen.new)
        attendance.end_import(uow, import_id, added)
        office_timeline.add(uow, now, "attendance_imported", by, f"{seen.digest[:12]} {seen.rows} {added}")
    # Where somebody else has imported the same bytes meanwhile, theirs is the import.
    kept = attendance.imported(uow, seen.digest)
    assert kept is not None
    return kept


def _roll(uow: UnitOfWork) -> _Roll:
    everybody = {member.id: member for member in staff.everybody(uow, gone=True)}
    by_code = {member.account: member for member in everybody.values()}
    by_code |= {code: everybody[member_id] for code, member_id in attendance.codes(uow).items()}
    by_name: dict[str, list[StaffMember]] = {}
    for member in everybody.values():
        if member.left_at is None:
            by_name.setdefault(plain(member.name), []).append(member)
    return _Roll(by_code, by_name)


def _who(roll: _Roll, row: DeviceRow) -> StaffMember | str:
    """Whose punch it is, or why nobody can tell."""
    if not row.code:
        called = roll.by_name.get(plain(row.name), ())
        return called[0] if len(called) == 1 else "two_of_name" if called else "unknown_name"
    member = roll.by_code.get(row.code)
    if member is None:
        return "unknown_code"
    return member if not row.name or plain(row.name) in map(plain, member.names) else "other_name"


def _untimely(book: Book, member: StaffMember, row: DeviceRow, now: datetime) -> str:
    """Why this cannot have been then; "" where it can."""
    if row.at > now + CLOCKS_DIFFER:
        return "future"
    if member.left_at is not None and row.at > member.left_at:
        return "left"
    return "" if book.counts(member, book.pack.day_of(row.at)) or member.left_at is not None else "before_start"


def _kept(uow: UnitOfWork, found: Sequence[StoredPunch]) -> list[StoredPunch]:
    if not found:
        return []
    moments = [each.at for each in found]
    return attendance.punches(uow, min(moments), max(moments) + timedelta(seconds=1))
