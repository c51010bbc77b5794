"""What the office is reminded of for its people: trainings that are due, the pledge, assessments of a period that ended.

Each is told their own, in their own chats; the office hears counts. An office that keeps no such records is not bothered.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from core.cases.clocks import local_day
from core.cases.office import Office
from core.cases.telling_staff import staff_alert, tell_of_themselves
from core.people import training
from core.people.owed import Owed, owed
from core.store import dossiers
from core.store.unit_of_work import UnitOfWork

AHEAD = timedelta(days=7)
"""So long before its day somebody hears of a training."""


def remind_people(uow: UnitOfWork, office: Office, now: datetime) -> int:
    """Plan what has to be trained, tell each of their own, and the office how many there are; how many have something to do."""
    if not dossiers.are_kept(uow):
        return 0
    waiting = [each for each in whole(uow, office, now) if _is_pressing(each, local_day(now))]
    for each in waiting:
        _tell(uow, office, each, now)
    _tell_office(uow, office, waiting, now)
    return len(waiting)


def whole(uow: UnitOfWork, office: Office, now: datetime) -> list[Owed]:
    """What everybody who works here has to do; trainings are planned by that."""
    found = dossiers.of_everybody(uow)
    lacking = [each.member for each in found if training.lacks(office.personnel, each.trainings)]
    for member in lacking:
        training.plan_for(uow, office.personnel, member.account, now)
    today = local_day(now)
    kept = dossiers.of_everybody(uow) if lacking else found
    return [owed(office.personnel, office.policy, each, today) for each in kept]


def _is_pressing(each: Owed, today: date) -> bool:
    return bool(each.due_within(today + AHEAD) or each.pledge_by or each.period or each.again)


def _tell(uow: UnitOfWork, office: Office, each: Owed, now: datetime) -> None:
    """Of a training ahead of its day, and once more when that is past; of the pledge once."""
    today = local_day(now)
    for row in each.due_within(today + AHEAD):
        kind = "training" if today <= row.due_on else "training_late"
        label = office.personnel.label_of_training(row.kind)
        key = f"{kind}:{row.id}"
        tell_of_themselves(uow, office, each.member.id, kind, key, now, training=label, **_day(row.due_on))
    if each.pledge_by is not None:
        key = f"pledge:{each.member.id}:{office.personnel.confidentiality.version}:{each.pledge_by}"
        tell_of_themselves(uow, office, each.member.id, "pledge", key, now, **_day(each.pledge_by))


def _tell_office(uow: UnitOfWork, office: Office, waiting: Sequence[Owed], now: datetime) -> None:
    """Once a week, as long as somebody has something to do: how many, never who."""
    today = local_day(now)
    counts = {
        "trainings": sum(bool(each.due_within(today + AHEAD)) for each in waiting),
        "late": sum(bool(each.due_within(today - timedelta(days=1))) for each in waiting),
        "pledges": sum(each.pledge_by is not None for each in waiting),
        "assessments": sum(each.period is not None for each in waiting),
        "again": sum(each.again for each in waiting),
    }
    if not any(counts.values()):
        return
    week = today.isocalendar()
    key = f"people:{week.year}-{week.week}"
    staff_alert(uow, office, "people_owed", key, now, **{name: str(many) for name, many in counts.items()})


def _day(on: date) -> dict[str, str]:
    return {"month": str(on.month), "day": str(on.day)}
