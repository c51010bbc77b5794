"""What ``tousu attendance`` shows and does: records for programs, lines for people. Works beside a running service."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from app.act_command import in_words
from app.resources import at_the_desk
from app.texts_cli import say
from core.cases.clocks import ZONE
from core.errors import Refused
from core.files import attendance as files
from core.files.whole import written_whole
from core.people.attendance import confirming, importing, requesting, telling, wording
from core.people.attendance.book import open_book
from core.people.attendance.months import Month
from core.people.staffing import somebody
from core.records import plain
from core.store import attendance, office_timeline, staff

if TYPE_CHECKING:
    from app.settings import Settings
    from core.cases.office import Office
    from core.people.attendance.confirming import Account
    from core.people.attendance.importing import Preview
    from core.people.attendance.requesting import Wish
    from core.store.attendance import StoredRequest
    from core.store.unit_of_work import UnitOfWork

Record = dict[str, Any]
T = TypeVar("T")

FIGURES = (
    "due_days", "worked", "late", "late_minutes", "early", "early_minutes", "missing", "forgot", "short_minutes", "leave",
    "business", "absent", "overtime_minutes", "running", "serious", "resigned", "confirmed_at",
)  # fmt: skip
"""The columns of the ledger behind account and name; durations in days or minutes."""


def do(settings: Settings, work: Callable[[UnitOfWork, Office], T], *, read_only: bool = False) -> T:
    """Do one thing in one unit of work. Raises Refused in words."""
    with at_the_desk(settings, read_only=read_only) as (store, office):
        try:
            return (
                store.read(lambda uow: work(uow, office)) if read_only else store.write(lambda uow: work(uow, office))
            )
        except Refused as refused:
            raise Refused(in_words(office, refused)) from None


# ── importing ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def preview(settings: Settings, content: bytes, now: datetime) -> Record:
    """What importing the file would do. Raises Refused."""

    def work(uow: UnitOfWork, office: Office) -> Record:
        seen = importing.preview(uow, office, content, now)
        texts = office.texts
        faults = [
            {
                "row": each.number,
                "why": each.why,
                "words": texts.render("zh", f"attendance.row.{each.why}"),
                "shown": each.shown,
            }
            for each in seen.faults
        ]
        return _preview(seen) | {"faults": faults}

    return do(settings, work, read_only=True)


def commit(settings: Settings, content: bytes, digest: str, by: str, now: datetime) -> Record:
    """Import the file that was looked through. Raises Refused."""
    done = do(settings, lambda uow, office: importing.commit(uow, office, content, digest, by, now))
    return {"rows": done.rows, "added": done.added, "at": _at(done.at), "by": done.actor}


def preview_lines(record: Record) -> list[str]:
    faults = [say("attendance", "fault", **fault) for fault in record["faults"]]
    lines = [*faults, say("attendance", "preview", **record)]
    if record["imported_at"]:
        return [*lines, say("attendance", "imported_before", **record)]
    key = "preview_bad" if faults else "preview_good"
    return [*lines, say("attendance", key, count=len(faults), digest=record["digest"][:12])]


def _preview(seen: Preview) -> Record:
    return {
        "digest": seen.digest,
        "rows": seen.rows,
        "people": seen.people,
        "first": str(seen.first or ""),
        "last": str(seen.last or ""),
        "new": len(seen.new),
        "known": seen.known,
        "repeated": seen.repeated,
        "imported_at": _at(seen.already.at) if seen.already else "",
    }


# ── days and months ─────────────────────────────────────────────────────────────────────────────────────────────────────


def day(settings: Settings, on: date, now: datetime) -> list[Record]:
    """How everybody's day stands. Raises Refused."""

    def work(uow: UnitOfWork, office: Office) -> list[Record]:
        book = open_book(uow, office, on, on)
        days = [(each, book.day(each, on, now)) for each in staff.everybody(uow, gone=True)]
        return [
            {"account": each.account, "name": each.name, "found": wording.findings(office, one), **plain(one)}
            | {"came": wording.times(one)[0], "went": wording.times(one)[1], "on": str(on)}
            for each, one in days
            if one is not None
        ]

    return do(settings, work, read_only=True)


def month(settings: Settings, month: Month, account: str, now: datetime, by: str = "") -> list[Record]:
    """The statements of a month, of everybody or of one. ``by`` is whoever has them written out. Raises Refused."""

    def work(uow: UnitOfWork, office: Office) -> list[Record]:
        book = confirming.book_of(uow, office, month)
        people = [somebody(uow, account)] if account else staff.everybody(uow, gone=True)
        accounts = [confirming.account(uow, book, each, month, now) for each in people]
        if by:
            office_timeline.add(uow, now, "exported", by, f"attendance {month.key}")
        return [_month(each) for each in accounts if each.days]

    return do(settings, work, read_only=not by)


def ledger(settings: Settings, month_: Month, out: Path, by: str, now: datetime, *, force: bool) -> Record:
    """Write the ledger of a month as the name says, xlsx or csv. Raises Refused."""
    if out.suffix.lower() not in (".xlsx", ".csv"):
        raise Refused(say("attendance", "ledger_kind"))
    if out.exists() and not force:
        raise Refused(say("attendance", "there_already", file=out))
    records = month(settings, month_, "", now, by)
    columns = [say("attendance_column", name) for name in ("account", "name", *FIGURES)]
    rows = [[each["account"], each["name"], *(_cell(each[name]) for name in FIGURES)] for each in records]
    try:
        with written_whole(out) as place:
            if out.suffix.lower() == ".csv":
                files.write_csv(place.file, columns, rows)
            else:
                files.write_xlsx(place.file, say("attendance", "ledger_title", month=month_.key), columns, rows)
    except OSError as error:
        raise Refused(say("attendance", "not_written", file=out)) from error
    return {"file": str(out), "people": len(rows), "month": month_.key}


def month_of(typed: str, today: date) -> Month | None:
    """The month that is meant, this one where none is; None where it is no month."""
    year, _, number = (typed or f"{today:%Y-%m}").partition("-")
    known = year.isascii() and year.isdecimal() and len(year) == 4 and number.isascii() and number.isdecimal()
    if not known or not 2000 <= int(year) <= 2100 or int(number) not in range(1, 13):
        return None
    return Month(date(int(year), int(number), 1))


def day_lines(records: Iterable[Record]) -> list[str]:
    return [say("attendance", "day_row", **record) for record in records]


def month_lines(records: Iterable[Mapping[str, Any]]) -> list[str]:
    return [say("attendance", "month_row", **record | {"marks": _marks(record)}) for record in map(dict, records)]


def _marks(record: Record) -> str:
    marks = [name for name in ("serious", "resigned", "stale") if record[name]]
    confirmed = "confirmed" if record["confirmed_at"] else "unconfirmed"
    return "".join(say("attendance_mark", name) for name in (*marks, confirmed))


def _month(own: Account) -> Record:
    figures: Record = plain(own.figures)
    days = {name: figures[f"{name}_halves"] / 2 for name in ("worked", "leave", "business", "absent")}
    kept = {name: value for name, value in figures.items() if not name.endswith("_halves")}
    at = _at(own.confirmed_at) if own.confirmed_at else ""
    who = {"account": own.member.account, "name": own.member.name, "month": own.month.key}
    return who | kept | days | {"confirmed_at": at, "stale": own.stale}


def _cell(value: Any) -> str | int | float:
    if isinstance(value, bool):
        return say("attendance", "yes") if value else ""
    return value if isinstance(value, str | int | float) else str(value)


# ── requests ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def ask(settings: Settings, account: str, wish: Wish, now: datetime) -> Record:
    """Somebody asks. Raises Refused."""

    def work(uow: UnitOfWork, office: Office) -> Record:
        asked = requesting.ask(uow, office, somebody(uow, account), wish, now)
        telling.tell_asked(uow, office, asked, now)
        return _request(uow, office, asked)

    return do(settings, work)


def decide(settings: Settings, number: int, by: str, note: str, now: datetime, *, approve: bool) -> Record:
    """Somebody whose post it is decides. Raises Refused."""

    def work(uow: UnitOfWork, office: Office) -> Record:
        decided = requesting.decide(uow, office, somebody(uow, by), number, note, now, approve=approve)
        telling.tell_decided(uow, office, decided, now)
        return _request(uow, office, decided)

    return do(settings, work)


def waiting(settings: Settings) -> list[Record]:
    """What waits for a decision."""
    return do(
        settings, lambda uow, office: [_request(uow, office, each) for each in attendance.asked(uow)], read_only=True
    )


def request_lines(records: Iterable[Record]) -> list[str]:
    return [say("attendance", "request_row", **record) for record in records]


def _request(uow: UnitOfWork, office: Office, one: StoredRequest) -> Record:
    account = staff.by_id(uow, one.staff_id).account
    return {
        "number": one.id,
        "account": account,
        "kind": one.kind,
        "becomes": one.becomes,
        "begins_at": _at(one.begins_at),
        "ends_at": _at(one.ends_at),
        "words": one.words,
        "state": one.state,
        "state_words": say("attendance_state", one.state),
        "note": one.note,
        "line": wording.request(office, one, account),
    }


def _at(moment: datetime) -> str:
    return moment.astimezone(ZONE).isoformat(timespec="minutes")
