"""值班表: shifts are set, ended, handed over and taken; everything of it is on the office's timeline."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta

from core.cases import shifts
from core.cases.clocks import ZONE, local_day
from core.cases.office import Office
from core.cases.shifts import Turn
from core.cases.telling_staff import OWN_SLOTS, on_duty_at, write_to
from core.errors import Refused
from core.messages import Choice, OutboundMessage
from core.people.shift_words import When
from core.people.staffing import somebody
from core.records import record
from core.store import office_timeline, roster, staff
from core.store.roster import Shift, Swap
from core.store.staff import StaffMember
from core.store.unit_of_work import UnitOfWork

FARTHEST = timedelta(days=5 * 366)
EARLIEST = timedelta(days=366)


@record(frozen=True, slots=True)
class Wanted:
    """A shift as somebody wrote it, for an account."""

    account: str
    when: When
    begins: time
    ends: time
    first_on: date | None = None
    last_on: date | None = None
    written: str = ""


def shift_of(uow: UnitOfWork, wanted: Wanted, now: datetime) -> Shift:
    """The shift that is wanted, for who works here; from today on where no first day was named. Raises Refused."""
    when, today = wanted.when, local_day(now)
    first, last = wanted.first_on or when.first_on, wanted.last_on or when.last_on
    if when.counted and first is None:
        raise Refused("roster.needs_first", words=wanted.written)
    begin = first or today
    if last is not None and last < begin:
        raise Refused("roster.ends_before")
    if not today - EARLIEST <= begin <= today + FARTHEST:
        raise Refused("roster.too_far")
    member = somebody(uow, wanted.account)
    return Shift(member.id, when.days, wanted.begins, wanted.ends, begin, last, when.weekdays, when.every)


def put(uow: UnitOfWork, wanted: Wanted, by: str, now: datetime) -> Shift:
    """Set a shift. Raises Refused, also where it is there already."""
    shift = shift_of(uow, wanted, now)
    if as_written(shift) in all_written(uow, now):
        raise Refused("roster.there_already", account=wanted.account)
    return _put(uow, shift, wanted.account, by, now)


def put_all(uow: UnitOfWork, found: Sequence[tuple[str, Shift]], by: str, now: datetime) -> None:
    """Set all these, each for the account beside it."""
    for account, shift in found:
        _put(uow, shift, account, by, now)


def all_written(uow: UnitOfWork, now: datetime) -> frozenset[tuple[object, ...]]:
    """All shifts that one which is set now can be the same as."""
    return frozenset(map(as_written, roster.since(uow, local_day(now) - EARLIEST).shifts))


def as_written(shift: Shift) -> tuple[object, ...]:
    """All that is said of a shift, without its number."""
    return tuple(getattr(shift, name) for name in roster.SHIFT)


def _put(uow: UnitOfWork, shift: Shift, account: str, by: str, now: datetime) -> Shift:
    kept = roster.add(uow, shift)
    days = f"{kept.first_on}..{kept.last_on or ''}"
    said = f"#{kept.id} {account} {kept.days} {_listed(kept)} {days} {kept.begins:%H:%M}-{kept.ends:%H:%M}"
    office_timeline.add(uow, now, "roster_put", by, " ".join(said.split()))
    return kept


def _listed(shift: Shift) -> str:
    """Weekdays as figures, and every so many days as ``/4``."""
    return "".join(map(str, shift.weekdays)) + (f" /{shift.every}" if shift.every > 1 else "")


def end(uow: UnitOfWork, shift_id: int, from_day: date | None, by: str, now: datetime) -> Shift:
    """The shift falls on no day from this one on, today without one. What was worked stays known. Raises Refused."""
    found = _shift(uow, shift_id)
    first = max(from_day or local_day(now), found.first_on)
    if found.last_on is not None and found.last_on < first:
        raise Refused("roster.is_over")
    roster.end(uow, shift_id, first - shifts.ONE_DAY)
    office_timeline.add(uow, now, "roster_ended", by, f"#{shift_id} {first}")
    return found


def _shift(uow: UnitOfWork, shift_id: int) -> Shift:
    found = roster.shift(uow, shift_id)
    if found is None:
        raise Refused("roster.no_such_shift", id=str(shift_id))
    return found


# ── 换班 ────────────────────────────────────────────────────────────────────────────────────────────────────────────────


def hand_over(uow: UnitOfWork, office: Office, shift_id: int, on: date, account: str, by: str, now: datetime) -> Turn:
    """By order of the office: the shift of this day is this person's. Raises Refused."""
    shift = _shift(uow, shift_id)
    turn = _turn_of(uow, office, shift_id, on)
    if turn is None:
        raise Refused("roster.not_on_that_day", id=str(shift.id), day=str(on))
    taker = _taker(uow, turn, account, now)
    swap = roster.ask(uow, Swap(shift_id, on, turn.staff_id, taker.id, now, now))
    _agreed(uow, swap, by, now)
    return turn


def ask(
    uow: UnitOfWork, office: Office, member: StaffMember, on: date, begins: time | None, account: str, now: datetime
) -> tuple[StaffMember, Turn, int]:
    """Ask a colleague, in their own chats, to take one's shift of this day; until they agree it stays one's own. Return who is
    asked, the shift, and the number by which they agree. Raises Refused."""
    turn = _own_turn(uow, office, member, on, begins)
    taker = _taker(uow, turn, account, now)
    swap = roster.ask(uow, Swap(turn.shift_id, on, member.id, taker.id, now))
    verb = office.texts.render("zh", "shifts.take_verb")
    said = {"name": member.name, "verb": verb, "id": str(swap.id), **moments(turn)}
    message = OutboundMessage(office.texts.render("zh", "shifts.ask", **said), (Choice(f"{verb} {swap.id}", verb),))
    due_at = on_duty_at(uow, office, taker.id, now, turn.begins_at)
    if not write_to(uow, office, taker.id, message, f"swap:{swap.id}", f"{OWN_SLOTS}swap:{swap.id}:", due_at, now):
        raise Refused("roster.no_chat", account=taker.account)
    return taker, turn, swap.id


def take(uow: UnitOfWork, office: Office, member: StaffMember, swap_id: int, now: datetime) -> Turn:
    """Agree to what one was asked; whoever asked hears of it. Raises Refused, where it is no more theirs to give, too."""
    swap = roster.asked(uow, swap_id)
    if swap is None or swap.to_id != member.id:
        raise Refused("roster.no_such_swap", id=str(swap_id))
    _shift(uow, swap.shift_id)
    turn = _turn_of(uow, office, swap.shift_id, swap.day)
    if turn is None or turn.staff_id not in (swap.from_id, member.id):
        raise Refused("roster.changed_since")
    if turn.ends_at <= now:
        raise Refused("roster.is_over")
    if roster.agree(uow, swap_id, now):
        _agreed(uow, swap, f"staff:{member.account}", now)
        words = office.texts.render("zh", "shifts.was_taken", name=member.name, **moments(turn))
        due_at = on_duty_at(uow, office, swap.from_id, now, turn.begins_at)
        key, slot = f"swapped:{swap.id}", f"{OWN_SLOTS}swap:{swap.id}:"
        write_to(uow, office, swap.from_id, OutboundMessage(words), key, slot, due_at, now)
    return turn


def _agreed(uow: UnitOfWork, swap: Swap, by: str, now: datetime) -> None:
    giver, taker = (staff.by_id(uow, each).account for each in (swap.from_id, swap.to_id))
    office_timeline.add(uow, now, "roster_swapped", by, f"#{swap.shift_id} {swap.day} {giver} → {taker}")


def _own_turn(uow: UnitOfWork, office: Office, member: StaffMember, on: date, begins: time | None) -> Turn:
    found = [turn for turn in _turns_on(uow, office, on) if turn.staff_id == member.id]
    if begins is not None:
        found = [turn for turn in found if turn.begins_at.astimezone(ZONE).time() == begins]
    if not found:
        raise Refused("roster.not_yours", day=str(on))
    if len(found) > 1:
        hours = "、".join(f"{turn.begins_at.astimezone(ZONE):%H:%M}" for turn in found)
        raise Refused("roster.which_shift", day=str(on), hours=hours)
    return found[0]


def _taker(uow: UnitOfWork, turn: Turn, account: str, now: datetime) -> StaffMember:
    """Who is to take it, by account or by a name that nobody else has. Raises Refused."""
    if turn.ends_at <= now:
        raise Refused("roster.is_over")
    everybody = staff.everybody(uow)
    called = [each for each in everybody if each.account == account] or [
        each for each in everybody if each.name == account
    ]
    if len(called) != 1:
        raise Refused("roster.nobody", account=account[:40])
    if called[0].id == turn.staff_id:
        raise Refused("roster.own")
    return called[0]


def _turn_of(uow: UnitOfWork, office: Office, shift_id: int, on: date) -> Turn | None:
    return next((turn for turn in _turns_on(uow, office, on) if turn.shift_id == shift_id), None)


def _turns_on(uow: UnitOfWork, office: Office, on: date) -> list[Turn]:
    return shifts.turns(roster.since(uow, on, on), on, on, office.calendar) if on < date.max else []


# ── looking ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


@record(frozen=True, slots=True)
class Standing:
    """Who is on duty now, and whose turn begins next. ``kept`` is whether there is a roster at all."""

    kept: bool
    now: tuple[tuple[StaffMember, Turn], ...]
    following: tuple[tuple[StaffMember, Turn], ...]


def standing(uow: UnitOfWork, office: Office, at: datetime) -> Standing:
    """Who is on duty at this moment; whoever is away or has left is not, whatever the roster says."""
    kept = roster.since(uow, shifts.first_day(at))
    there = {member.id: member for member in staff.everybody(uow) if not member.absent}
    ahead = [turn for turn in shifts.ahead(kept, at, office.calendar) if turn.staff_id in there]
    begin = min((turn.begins_at for turn in ahead if turn.begins_at > at), default=None)
    return Standing(
        bool(kept.shifts),
        tuple((there[turn.staff_id], turn) for turn in ahead if turn.covers(at)),
        tuple((there[turn.staff_id], turn) for turn in ahead if turn.begins_at == begin),
    )


def turns_of(uow: UnitOfWork, office: Office, member_id: int, at: datetime) -> list[Turn]:
    """This member's turns that are not over yet, as far as is looked."""
    kept = roster.since(uow, shifts.first_day(at))
    return [turn for turn in shifts.ahead(kept, at, office.calendar) if turn.staff_id == member_id]


def moments(turn: Turn) -> dict[str, str]:
    """Begin and end as people read them."""
    return {
        "begins": f"{turn.begins_at.astimezone(ZONE):%m-%d %H:%M}",
        "ends": f"{turn.ends_at.astimezone(ZONE):%m-%d %H:%M}",
    }
