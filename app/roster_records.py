"""What ``tousu roster`` shows and does: records for programs, lines for people. Works beside a running service."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from app.act_command import in_words, written
from app.resources import at_the_desk
from app.texts_cli import say
from core.cases import confirming
from core.cases.clocks import ZONE, local_day
from core.cases.office import Office
from core.cases.shifts import Turn, first_day
from core.errors import Refused
from core.people import roster, roster_files, shift_words
from core.people.roster import Wanted
from core.people.roster_files import Import
from core.people.staffing import somebody
from core.store import roster as rows
from core.store import staff
from core.store.roster import Shift
from core.store.staff import StaffMember
from core.store.unit_of_work import UnitOfWork

if TYPE_CHECKING:
    from app.settings import Settings

Record = dict[str, Any]


def put(
    settings: Settings,
    account: str,
    when: str,
    hours: str,
    first: date | None,
    last: date | None,
    by: str,
    now: datetime,
) -> Record:
    """Set a shift; it as it now is. Raises Refused in words."""

    def work(uow: UnitOfWork, office: Office) -> Record:
        begins, ends = shift_words.hours(hours)
        wanted = Wanted(account.strip(), shift_words.when(when), begins, ends, first, last, when)
        return _record(uow, roster.put(uow, wanted, by, now))

    return written(settings, work)


def shifts(settings: Settings, now: datetime) -> list[Record]:
    """All shifts that may yet fall on a day."""
    with at_the_desk(settings, read_only=True) as (store, _):
        return store.read(lambda uow: [_record(uow, each) for each in rows.since(uow, first_day(now)).shifts])


def who(settings: Settings, at: datetime) -> Record:
    """Who is on duty at a moment, and whose turn is next."""
    with at_the_desk(settings, read_only=True) as (store, office):
        found = store.read(lambda uow: roster.standing(uow, office, at))
    return {
        "at": _local(at),
        "on_duty": [_turn(member, turn) for member, turn in found.now],
        "next": [_turn(member, turn) for member, turn in found.following],
    }


def end(settings: Settings, shift: int, from_day: date | None, by: str, now: datetime) -> Record:
    """A shift falls on no day any more from one day on. Raises Refused in words."""
    written(settings, lambda uow, _: roster.end(uow, shift, from_day, by, now))
    return {"id": shift, "from_day": str(from_day or local_day(now))}


def swap(settings: Settings, shift: int, on: date, account: str, by: str, now: datetime) -> Record:
    """The shift of one day is another's. Raises Refused in words."""
    turn = written(settings, lambda uow, office: roster.hand_over(uow, office, shift, on, account, by, now))
    return {"id": shift, "day": str(on), "account": account, **roster.moments(turn)}


def import_file(settings: Settings, file: Path, by: str, now: datetime, *, done: bool) -> Record:
    """What a table would set, or, where it is to be ``done``, has set. Raises Refused in words where it is no such file."""
    content = _content(file)

    def work(uow: UnitOfWork, office: Office) -> Record:
        found = roster_files.take_in(uow, content, by, now) if done else roster_files.look_through(uow, content, now)
        return _import(found, office) | {"done": done and not found.faults}

    return written(settings, work)


def calls(settings: Settings) -> list[Record]:
    """What leaders were called to and nobody confirmed yet."""
    with at_the_desk(settings, read_only=True) as (store, office):
        return store.read(lambda uow: [_call(uow, each) for each in confirming.waiting(uow, office)])


def confirm(settings: Settings, number: str, account: str, now: datetime) -> Record:
    """That this member has what they were called to. Raises Refused in words."""

    def work(uow: UnitOfWork, office: Office) -> str:
        return confirming.confirm_as(uow, office, somebody(uow, account), number.strip(), now)

    return {"account": account, "number": number, "about": written(settings, work)}


def line(record: Record) -> str:
    return say("roster", "row", **record, until=_until(record))


def put_line(record: Record) -> str:
    return say("roster", "put", **record, until=_until(record))


def who_lines(record: Record) -> list[str]:
    now = [say("roster", "on_duty", **each) for each in record["on_duty"]] or [say("roster", "nobody")]
    return [*now, *(say("roster", "following", **each) for each in record["next"])]


def import_lines(record: Record) -> list[str]:
    if record["faults"]:
        faults = [say("roster", "fault", **each) for each in record["faults"]]
        return [say("roster", "bad", count=len(faults)), *faults]
    return [say("roster", "done" if record["done"] else "would", new=len(record["new"]), known=record["known"])]


def _content(file: Path) -> bytes:
    """As much as is read at all, and a little more, so that what is too large is known."""
    try:
        with file.open("rb") as opened:
            return opened.read(roster_files.LARGEST_BYTES + 1)
    except OSError as error:
        raise Refused(say("roster", "no_file", file=file)) from error


def _import(found: Import, office: Office) -> Record:
    faults = [{"row": each.row, "said": in_words(office, each.refused)} for each in found.faults]
    return {"new": [_said(account, shift) for account, shift in found.new], "known": found.known, "faults": faults}


def _record(uow: UnitOfWork, shift: Shift) -> Record:
    member = staff.by_id(uow, shift.staff_id)
    return {"id": shift.id, **_said(member.account, shift), "name": member.name}


def _said(account: str, shift: Shift) -> Record:
    """A shift as it is read."""
    return {
        "account": account,
        "days": _days(shift),
        "begins": f"{shift.begins:%H:%M}",
        "ends": f"{shift.ends:%H:%M}",
        "first_on": str(shift.first_on),
        "last_on": str(shift.last_on) if shift.last_on else None,
    }


def _days(shift: Shift) -> str:
    """In the words in which it is set; of weekdays their names, of a cycle how long it is."""
    if shift.weekdays:
        return "、".join(say("policy_weekday", str(day - 1)) for day in shift.weekdays)
    return say("roster", "cycle", days=shift.every) if shift.every > 1 else say("roster_days", shift.days)


def _until(record: Record) -> str:
    return say("roster", "until", last_on=record["last_on"]) if record["last_on"] else ""


def _turn(member: StaffMember, turn: Turn) -> Record:
    return {"account": member.account, "name": member.name, **roster.moments(turn), "shift": turn.shift_id}


def _call(uow: UnitOfWork, waiting: confirming.Waiting) -> Record:
    told = [staff.by_id(uow, each).account for each in waiting.told]
    return {"ref": waiting.ref, "about": waiting.about, "begun_at": _local(waiting.begun_at), "told": "、".join(told)}


def _local(moment: datetime) -> str:
    return f"{moment.astimezone(ZONE):%Y-%m-%d %H:%M}"
