"""Days, requests and statements of attendance as words, by the texts of the office. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from core.cases.clocks import ZONE
from core.cases.office import Office
from core.messages import Choice
from core.people.attendance.checking import clock_time
from core.people.attendance.confirming import SHORT, Account
from core.people.attendance.judging import Day
from core.store.attendance import StoredRequest

LONGEST = 550
"""Characters that a bubble of the narrowest channel holds."""

COUNTED = ("late", "early", "late_out", "short", "overtime")
"""What is said with its minutes."""


def day(office: Office, on: date) -> str:
    return office.texts.render("zh", "date.short", month=str(on.month), day=str(on.day))


def moment(office: Office, at: datetime) -> str:
    local = at.astimezone(ZONE)
    return office.texts.render("zh", "date.moment", month=str(local.month), day=str(local.day), time=f"{local:%H:%M}")


def findings(office: Office, one: Day, among: Sequence[str] = ()) -> str:
    """What there is to say of a day, all of it or what is ``among`` these."""
    found = [name for name in one.found if not among or name in among]
    return "、".join(_finding(office, one, name) for name in found) or office.texts.render(
        "zh", "attendance.found.none"
    )


def _finding(office: Office, one: Day, name: str) -> str:
    if name in COUNTED:
        return office.texts.render("zh", f"attendance.found.{name}", minutes=str(getattr(one, name)))
    halves = {"leave": one.leave_halves, "business": one.business_halves, "absent": one.absent_halves}
    if name in halves:
        return office.texts.render("zh", f"attendance.found.{name}", days=halves_as_days(halves[name]))
    return office.texts.render("zh", f"attendance.found.{name}")


def times(one: Day) -> tuple[str, str]:
    """When they came and went, "" where nobody knows."""
    came, went = (f"{clock_time(at):%H:%M}" if at is not None else "" for at in (one.came, one.went))
    return came, went


def halves_as_days(halves: int) -> str:
    """Halves of a day as days: 3 is “1.5”."""
    return f"{halves / 2:g}"


def request(office: Office, one: StoredRequest, account: str) -> str:
    """A request in a line, without its words."""
    kind = office.texts.render("zh", f"attendance.kind.{one.kind}")
    what = (
        office.texts.render("zh", f"attendance.becomes.{one.becomes}") if one.kind in ("forgot", "correction") else ""
    )
    ends = f"–{moment(office, one.ends_at)}" if one.ends_at != one.begins_at else ""
    return f"{one.id} {account} {kind}{what} {moment(office, one.begins_at)}{ends}"


def statement(office: Office, own: Account, *, ask: bool) -> tuple[str, list[Choice]]:
    """A month in a few lines; with a button by which its person confirms just this."""
    figures = own.figures
    told = office.texts.render(
        "zh",
        "attendance.statement",
        month=own.month.key,
        due=str(figures.due_days),
        worked=halves_as_days(figures.worked_halves),
        late=str(figures.late),
        early=str(figures.early),
        missing=str(figures.missing),
        leave=halves_as_days(figures.leave_halves),
        business=halves_as_days(figures.business_halves),
        absent=halves_as_days(figures.absent_halves),
        overtime=str(figures.overtime_minutes),
    )
    rows = "".join(
        f"\n{day(office, each.on)} {findings(office, each)}" for each in own.days if each.state == "due" and each.found
    )
    marks = "".join(office.texts.render("zh", f"attendance.mark.{name}") for name in _marks(own))
    shown = in_one_bubble(f"{told}{marks}{rows}", 60)
    if not ask:
        return shown, []
    how = office.texts.render("zh", "attendance.confirm", month=own.month.key)
    verb = office.texts.render("zh", "attendance.confirm_button")
    return f"{shown}\n{how}", [Choice(f"{verb} {own.month.key} @{figures.digest[:SHORT]}", verb)]


def _marks(own: Account) -> list[str]:
    marks = {
        "serious": own.figures.serious,
        "resigned": own.figures.resigned,
        "confirmed": own.confirmed_at is not None,
        "stale": own.stale,
    }
    return [name for name, there in marks.items() if there]


def in_one_bubble(text: str, room: int = 0) -> str:
    """Cut to one bubble, with ``room`` for so many characters behind it."""
    most = LONGEST - room
    return text if len(text) <= most else f"{text[: most - 1]}…"
