"""奖惩、保密承诺: praise and discipline, and the duty of confidentiality that everybody acknowledges."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from core.cases.clocks import local_day
from core.cases.office import Office
from core.cases.periods import months_later
from core.errors import Refused
from core.people import keeping
from core.policies.personnel import Confidentiality, Measure, Personnel
from core.store import conduct, office_timeline
from core.store.conduct import Pledge
from core.store.staff import StaffMember
from core.store.unit_of_work import UnitOfWork

PRAISE, DISCIPLINE = "praise", "discipline"
KINDS = {PRAISE: "people_praised", DISCIPLINE: "people_disciplined"}
"""And what each is called on the timeline of the office."""


def record_conduct(
    uow: UnitOfWork,
    office: Office,
    by: str,
    account: str,
    kind: str,
    measure: str,
    on: date,
    words: str,
    now: datetime,
) -> Measure:
    """Praise or discipline for somebody else, with what it was for; the measure, as the rules have it. Raises Refused."""
    who = keeping.keeper(uow, office, by, office.personnel.rights.conduct)
    member = keeping.other(uow, who, account)
    found = _measure(office.personnel, kind, measure)
    said, day = keeping.checked_words(words), keeping.checked_day(on, now)
    if not said:
        raise Refused("people.what_for")
    if not conduct.add(uow, member.id, kind, found.key, day, said, who.id, now):
        raise Refused("people.recorded_already")
    office_timeline.add(uow, now, KINDS[kind], f"staff:{who.account}", f"{member.account} {found.key} {day}")
    return found


def acknowledge(uow: UnitOfWork, office: Office, member: StaffMember, how: str, now: datetime) -> Pledge:
    """This member acknowledges the duty of confidentiality themselves. One that holds already goes on holding."""
    return _pledged(uow, office, member, member, local_day(now), how, now)


def acknowledged_on_paper(uow: UnitOfWork, office: Office, by: str, account: str, on: date, now: datetime) -> Pledge:
    """What somebody else signed on this day. Raises Refused."""
    who = keeping.keeper(uow, office, by, office.personnel.rights.train)
    member = keeping.other(uow, who, account)
    return _pledged(uow, office, who, member, keeping.checked_day(on, now), "paper", now)


def holding(rule: Confidentiality, mine: Sequence[Pledge], today: date) -> Pledge | None:
    """The acknowledgement that holds on this day: of the version in force, and not too long ago."""
    of_version = [each for each in mine if each.version == rule.version]
    latest = max(of_version, key=lambda each: each.made_on, default=None)
    if latest is None:
        return None
    ends = ends_on(rule, latest)
    return latest if ends is None or today < ends else None


def ends_on(rule: Confidentiality, pledge: Pledge) -> date | None:
    """The day from which it has to be acknowledged again."""
    return months_later(pledge.made_on, rule.every_months) if rule.every_months else None


def _ends_soon(rule: Confidentiality, held: Pledge, today: date) -> bool:
    ends = ends_on(rule, held)
    return ends is not None and ends <= today + timedelta(days=rule.within_days)


def _pledged(
    uow: UnitOfWork, office: Office, who: StaffMember, member: StaffMember, on: date, how: str, now: datetime
) -> Pledge:
    rule = office.personnel.confidentiality
    held = holding(rule, conduct.pledges_of(uow, member.id), local_day(now))
    if held is not None and not _ends_soon(rule, held, local_day(now)):
        return held
    pledge = Pledge(member.id, rule.version, on, how, who.id)
    if conduct.acknowledge(uow, member.id, rule.version, on, how, who.id, now):
        about = f"{member.account} {rule.version} {on} {how}"
        office_timeline.add(uow, now, "people_pledged", f"staff:{who.account}", about)
    return pledge


def _measure(rules: Personnel, kind: str, word: str) -> Measure:
    known = rules.measures(kind)
    for row in known:
        if word.strip() in (row.key, row.label.zh, row.label.en):
            return row
    raise Refused("people.no_such_measure", known="、".join(f"{row.key} {row.label.zh}" for row in known))
