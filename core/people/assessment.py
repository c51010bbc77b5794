"""考核: figures computed from cases, marks completed by hand, and what follows where it is failed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta

from core.cases.clocks import local_day
from core.cases.office import Office
from core.cases.periods import Span, last_ended, period_of
from core.cases.telling_staff import tell_of_themselves
from core.errors import Refused
from core.people import keeping, marking, training
from core.policies.personnel import Personnel
from core.records import record
from core.store import assessments, figures, office_timeline, trainings
from core.store.assessments import Assessment
from core.store.figures import Figures
from core.store.staff import StaffMember
from core.store.trainings import Training
from core.store.unit_of_work import UnitOfWork


@record(frozen=True, slots=True)
class Assessed:
    """What was written down, and by when the training that follows a failure has to be passed."""

    account: str
    assessment: Assessment
    training_by: date | None


def look(
    uow: UnitOfWork, office: Office, by: str, account: str, day: date | None, now: datetime, *, again: bool = False
) -> tuple[Span, Figures, Mapping[str, int | None]]:
    """What an assessor has before them: the days, the counts, and the marks that are computed from them. Raises Refused."""
    who = keeping.keeper(uow, office, by, office.personnel.rights.assess)
    member = keeping.other(uow, who, account)
    span, _ = _what(uow, office.personnel, member, day, now, again=again)
    found = figures_of(uow, office, member, span, now)
    return span, found, _computed(office.personnel, found)


def assess(
    uow: UnitOfWork,
    office: Office,
    by: str,
    account: str,
    marks: Mapping[str, int],
    words: Mapping[str, str],
    now: datetime,
    *,
    day: date | None = None,
    again: bool = False,
) -> Assessed:
    """Write down an assessment of the period that ended last, or of that in which ``day`` lies; ``again`` after a failed one, once
    the training for it is passed, of the days since. ``marks`` and ``words`` are by part. Raises Refused.
    """
    rules = office.personnel
    who = keeping.keeper(uow, office, by, rules.rights.assess)
    member = keeping.other(uow, who, account)
    span, failed = _what(uow, rules, member, day, now, again=again)
    found = figures_of(uow, office, member, span, now)
    given = _computed(rules, found) | _by_hand(rules, marks)
    total = marking.total(rules.assessment.parts, given)
    if total is None:
        raise Refused("people.nothing_measured")
    new = Assessment(
        staff_id=member.id,
        first_on=span.first,
        last_on=span.last,
        follows=failed.id if failed else 0,
        made_at=now,
        by_id=who.id,
        figures=found,
        marks=given,
        total=total,
        passed=total >= rules.assessment.pass_mark,
        words=_said(rules, words),
    )
    return _kept(uow, office, who, member, new, now)


def figures_of(uow: UnitOfWork, office: Office, member: StaffMember, span: Span, now: datetime) -> Figures:
    """Counts of these days, without what one of those who may read them must not know of."""
    among = sorted({member.id, *keeping.readers(uow, office)})
    return figures.of_member(uow, member.id, span.since, min(span.until, now), among)


def to_follow(mine: Sequence[Assessment]) -> Assessment | None:
    """The last failed one after which none was done yet."""
    followed = {each.follows for each in mine}
    open_ = [each for each in mine if not each.passed and each.id not in followed]
    return open_[-1] if open_ else None


def is_trained(failed: Assessment, kept: Sequence[Training]) -> bool:
    """Whether the training that this failure asks for is passed."""
    return any(each.assessment_id == failed.id and each.passed for each in kept)


def _what(
    uow: UnitOfWork, rules: Personnel, member: StaffMember, day: date | None, now: datetime, *, again: bool
) -> tuple[Span, Assessment | None]:
    """The days, and the failed assessment that they follow."""
    today = local_day(now)
    if again:
        failed = to_follow(assessments.of_member(uow, member.id))
        if failed is None:
            raise Refused("people.nothing_failed", account=member.account)
        if not is_trained(failed, trainings.of_member(uow, member.id)):
            raise Refused("people.training_first", training=rules.after_failing.label.zh)
        return Span(min(failed.last_on + timedelta(days=1), today), today), failed
    span = period_of(day, rules.assessment.months) if day else last_ended(today, rules.assessment.months)
    if span.until > now:
        raise Refused("people.not_over", last=span.last.isoformat())
    if member.added_at >= span.until:
        raise Refused("people.not_here_then", account=member.account)
    return span, None


def _computed(rules: Personnel, found: Figures) -> dict[str, int | None]:
    measured = marking.measured(found)
    return {part.key: measured[part.figure] for part in rules.assessment.parts if part.figure is not None}


def _by_hand(rules: Personnel, marks: Mapping[str, int]) -> dict[str, int | None]:
    """One for each part that is not computed, and none besides. Raises Refused."""
    parts = {part.key: part.label.zh for part in rules.assessment.parts if part.figure is None}
    if parts.keys() != marks.keys():
        raise Refused("people.marks_for", parts="、".join(f"{key} {label}" for key, label in parts.items()))
    return {key: keeping.checked_mark(mark) for key, mark in marks.items()}


def _said(rules: Personnel, words: Mapping[str, str]) -> dict[str, str]:
    known = {part.key for part in rules.assessment.parts}
    if unknown := words.keys() - known:
        raise Refused("people.no_such_part", part="、".join(sorted(unknown)), known="、".join(sorted(known)))
    said = {key: keeping.checked_words(each) for key, each in words.items()}
    return {key: each for key, each in said.items() if each}


def _kept(
    uow: UnitOfWork, office: Office, who: StaffMember, member: StaffMember, new: Assessment, now: datetime
) -> Assessed:
    made = assessments.add(uow, new)
    if made is None:
        raise Refused("people.assessed_already", account=member.account, first=new.first_on.isoformat())
    training_by = None if new.passed else _have_trained(uow, office.personnel, member, made, now)
    result = "passed" if new.passed else "failed"
    about = f"{member.account} {new.first_on}..{new.last_on} {new.total} {result}"
    office_timeline.add(uow, now, "people_assessed", f"staff:{who.account}", about)
    days = {"first": new.first_on.isoformat(), "last": new.last_on.isoformat()}
    tell_of_themselves(uow, office, member.id, "assessed", f"assessed:{made}", now, **days)
    return Assessed(member.account, replace(new, id=made), training_by)


def _have_trained(uow: UnitOfWork, rules: Personnel, member: StaffMember, assessment_id: int, now: datetime) -> date:
    rule = rules.after_failing
    by_day = local_day(now) + timedelta(days=rule.within_days)
    return training.plan(uow, rule, member.id, "failing", by_day, now, assessment_id)
