"""What a member of staff reads of their own records in their own chat, and how they acknowledge the duty of confidentiality."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime

from core.cases.clocks import local_day
from core.cases.office import Office
from core.files.words import day
from core.people import conduct
from core.policies.personnel import Personnel
from core.store import dossiers
from core.store.assessments import Assessment
from core.store.dossiers import Dossier
from core.store.staff import StaffMember
from core.store.trainings import Training
from core.store.unit_of_work import UnitOfWork

MOST_SHOWN = 6
"""The last ones: an answer is one bubble."""


def assessments(uow: UnitOfWork, office: Office, member: StaffMember, now: datetime) -> str:
    """The last one, part by part."""
    mine = dossiers.of_member(uow, member).assessments
    return _assessment(office, mine[-1]) if mine else _say(office, "no_assessment")


def trainings(uow: UnitOfWork, office: Office, member: StaffMember, now: datetime) -> str:
    """What is due, and the last ones that are done."""
    mine = dossiers.of_member(uow, member).trainings
    waiting = [each for each in mine if each.done_on is None]
    done = sorted((each for each in mine if each.done_on is not None), key=lambda each: each.done_on or each.due_on)
    shown = [*waiting, *done[::-1]][:MOST_SHOWN]
    if not shown:
        return _say(office, "no_training")
    return _say(office, "trainings", rows="".join(_training(office, each) for each in shown))


def praise_and_discipline(uow: UnitOfWork, office: Office, member: StaffMember, now: datetime) -> str:
    """The last ones, newest first."""
    mine = dossiers.of_member(uow, member).conduct[: -MOST_SHOWN - 1 : -1]
    if not mine:
        return _say(office, "no_conduct")
    rows = (
        _say(
            office,
            "deed",
            day=day(kept.happened_on),
            measure=office.personnel.label_of_measure(kept.kind, kept.measure),
            words=kept.words,
        )
        for kept in mine
    )
    return _say(office, "conduct", rows="".join(rows))


def confidentiality(uow: UnitOfWork, office: Office, member: StaffMember, now: datetime) -> str:
    """The duty in its words, and whether it was acknowledged."""
    held = _holding(office.personnel, dossiers.of_member(uow, member), local_day(now))
    state = _say(office, "not_held") if held is None else _say(office, "held", day=day(held))
    return _say(office, "duty", text=office.personnel.confidentiality.text.zh, state=state)


def acknowledge(uow: UnitOfWork, office: Office, member: StaffMember, now: datetime) -> str:
    """The duty acknowledged, with its words: whoever did knows what they did."""
    pledge = conduct.acknowledge(uow, office, member, "chat", now)
    text = office.personnel.confidentiality.text.zh
    return _say(office, "pledged", name=member.name, day=day(pledge.made_on), text=text)


ANSWERS: Mapping[str, Callable[[UnitOfWork, Office, StaffMember, datetime], str]] = {
    "assessments": assessments,
    "trainings": trainings,
    "conduct": praise_and_discipline,
    "confidentiality": confidentiality,
    "acknowledge": acknowledge,
}
"""By what each order does."""


def _assessment(office: Office, kept: Assessment) -> str:
    parts = "".join(_part(office, kept, key) for key in kept.marks)
    result = _say(office, "passed" if kept.passed else "failed")
    days = {"first": day(kept.first_on), "last": day(kept.last_on)}
    return _say(office, "assessment", total=str(kept.total), result=result, parts=parts, **days)


def _part(office: Office, kept: Assessment, key: str) -> str:
    mark, said = kept.marks[key], kept.words.get(key, "")
    return _say(
        office,
        "part",
        label=office.personnel.label_of_part(key),
        mark=_say(office, "unmeasured") if mark is None else str(mark),
        words=_say(office, "words", words=said) if said else "",
    )


def _training(office: Office, kept: Training) -> str:
    label = office.personnel.label_of_training(kept.kind)
    if kept.done_on is None:
        return _say(office, "waiting", training=label, day=day(kept.due_on))
    result = _say(office, "passed" if kept.passed else "failed")
    mark = "" if kept.mark is None else _say(office, "mark", mark=str(kept.mark))
    return _say(office, "done", training=label, day=day(kept.done_on), result=result, mark=mark)


def _holding(rules: Personnel, dossier: Dossier, today: date) -> date | None:
    held = conduct.holding(rules.confidentiality, dossier.pledges, today)
    return held.made_on if held is not None else None


def _say(office: Office, key: str, /, **values: str) -> str:
    return office.texts.render("zh", f"people.own.{key}", **values)
