"""培训: what everybody has to pass and by when, and the results that are written down."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta

from core.cases.clocks import local_day
from core.cases.office import Office
from core.cases.periods import months_later
from core.errors import Refused
from core.people import keeping
from core.policies.personnel import Personnel, Training
from core.records import record
from core.store import office_timeline, staff, trainings
from core.store.staff import StaffMember
from core.store.trainings import Training as Kept
from core.store.unit_of_work import UnitOfWork


@record(frozen=True, slots=True)
class Trained:
    """What was written down: whether it was passed, and by when the next one of this kind has to be, None where none follows."""

    account: str
    kind: str
    passed: bool
    next_on: date | None


def record_training(
    uow: UnitOfWork,
    office: Office,
    by: str,
    account: str,
    kind: str,
    on: date,
    mark: int | None,
    words: str,
    now: datetime,
) -> Trained:
    """The result of a training that ``account`` had on this day: of the one that is due, or of one besides. Raises Refused.

    One that was failed has to be passed soon after, one that is periodic again after its months.
    """
    who = keeping.keeper(uow, office, by, office.personnel.rights.train)
    member = keeping.other(uow, who, account)
    rule = named(office.personnel, kind)
    passed = _passed(rule, mark)
    mine = [each for each in trainings.of_member(uow, member.id) if each.kind == rule.key]
    due = _the_one(uow, mine, member, rule, keeping.checked_day(on, now), now)
    trainings.finish(uow, due.id, on, mark, who.id, keeping.checked_words(words), passed=passed)
    last = max((on, *(each.done_on for each in mine if each.done_on is not None and each.passed)))
    next_on = _after(uow, rule, due, last, now, passed=passed)
    result = "passed" if passed else "failed"
    about = f"{member.account} {rule.key} {on} {'-' if mark is None else mark} {result}"
    office_timeline.add(uow, now, "people_trained", f"staff:{who.account}", about)
    return Trained(member.account, rule.key, passed, next_on)


def named(rules: Personnel, word: str) -> Training:
    """The training of this key, or called like this. Raises Refused."""
    for row in rules.trainings:
        if word.strip() in (row.key, row.label.zh, row.label.en):
            return row
    raise Refused("people.no_such_training", known="、".join(f"{row.key} {row.label.zh}" for row in rules.trainings))


def plan_for(uow: UnitOfWork, rules: Personnel, account: str, now: datetime) -> None:
    """Have whatever this member has to pass on their list: the one after joining, and the next of each periodic one."""
    member = staff.by_account(uow, account, for_update=True)
    if member is None or member.left_at is not None:
        return
    for rule, kept in _lacking(rules, trainings.of_member(uow, member.id)):
        if rule.when == "joining":
            plan(uow, rule, member.id, "joining", local_day(now) + timedelta(days=rule.within_days), now)
        else:
            plan(uow, rule, member.id, "periodic", _first_day(rule, member, kept, now), now)


def lacks(rules: Personnel, mine: Iterable[Kept]) -> bool:
    """Whether something that has to be passed is not on this member's list yet."""
    return any(True for _ in _lacking(rules, mine))


def _lacking(rules: Personnel, mine: Iterable[Kept]) -> Iterator[tuple[Training, list[Kept]]]:
    """What has to be planned, each with those of its kind that are there."""
    mine = list(mine)
    for rule in rules.trainings:
        kept = [each for each in mine if each.kind == rule.key]
        if (rule.when == "joining" and not kept) or (
            rule.when == "periodic" and all(each.done_on is not None for each in kept)
        ):
            yield rule, kept


def plan(
    uow: UnitOfWork,
    rule: Training,
    staff_id: int,
    why: str,
    due_on: date,
    now: datetime,
    assessment_id: int | None = None,
) -> date:
    """Have it on their list; the day by which it has to be passed: the first from ``due_on`` on that is free."""
    while trainings.plan(uow, staff_id, rule.key, why, due_on, now, assessment_id) is None:
        due_on += timedelta(days=1)
    return due_on


def _passed(rule: Training, mark: int | None) -> bool:
    if rule.pass_mark is None:
        if mark is not None:
            raise Refused("people.no_mark", training=rule.label.zh)
        return True
    if mark is None:
        raise Refused("people.mark_needed", training=rule.label.zh)
    return keeping.checked_mark(mark) >= rule.pass_mark


def _the_one(uow: UnitOfWork, mine: list[Kept], member: StaffMember, rule: Training, on: date, now: datetime) -> Kept:
    """The earliest that is due, else one besides. Whoever writes the same day down twice is refused."""
    if any(each.done_on == on for each in mine):
        raise Refused("people.trained_already", training=rule.label.zh, day=on.isoformat())
    waiting = [each for each in mine if each.done_on is None]
    if waiting:
        return waiting[0]
    if rule.when == "failing":
        raise Refused("people.nothing_failed", account=member.account)
    due_on = plan(uow, rule, member.id, "unplanned", on, now)
    return next(each for each in trainings.of_member(uow, member.id) if (each.kind, each.due_on) == (rule.key, due_on))


def _after(uow: UnitOfWork, rule: Training, done: Kept, last: date, now: datetime, *, passed: bool) -> date | None:
    """Soon after a failure; else its months after the ``last`` one, in whatever order they were written down."""
    if not passed:
        again = local_day(now) + timedelta(days=rule.within_days)
        return plan(uow, rule, done.staff_id, done.why, again, now, done.assessment_id)
    if rule.every_months is None:
        return None
    return plan(uow, rule, done.staff_id, "periodic", months_later(last, rule.every_months), now)


def _first_day(rule: Training, member: StaffMember, kept: list[Kept], now: datetime) -> date:
    """Since it was done last; where it never was, since they joined, and never before the days of grace are over."""
    assert rule.every_months is not None
    done = [each.done_on for each in kept if each.done_on is not None]
    if done:
        return months_later(max(done), rule.every_months)
    since = months_later(local_day(member.added_at), rule.every_months)
    return max(since, local_day(now) + timedelta(days=rule.within_days))
