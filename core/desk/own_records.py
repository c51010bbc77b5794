"""What a member of staff reads of their own records in their own chat, and how they acknowledge the duty of confidentiality."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from core.cases.clocks import local_day
from core.cases.office import Office
from core.desk.orders import Order
from core.desk.visit import Answer, Replies, Visit, reply
from core.files.words import day
from core.people import conduct
from core.policies.personnel import Personnel
from core.store import dossiers
from core.store.assessments import Assessment
from core.store.conduct import Conduct
from core.store.dossiers import Dossier
from core.store.trainings import Training

MOST_SHOWN = 6
"""The last ones: an answer is one bubble."""


def assessments(visit: Visit, order: Order) -> Replies:
    """The last one, part by part."""
    mine = dossiers.of_member(visit.uow, visit.member).assessments
    return reply(_assessment(visit.office, mine[-1]) if mine else _say(visit.office, "no_assessment"))


def trainings(visit: Visit, order: Order) -> Replies:
    """What is due, and the last ones that are done."""
    mine = dossiers.of_member(visit.uow, visit.member).trainings
    waiting = [each for each in mine if each.done_on is None]
    done = sorted((each for each in mine if each.done_on is not None), key=lambda each: each.done_on or each.due_on)
    shown = [*waiting, *done[::-1]][:MOST_SHOWN]
    if not shown:
        return reply(_say(visit.office, "no_training"))
    return reply(_say(visit.office, "trainings", rows="".join(_training(visit.office, each) for each in shown)))


def praise_and_discipline(visit: Visit, order: Order) -> Replies:
    """The last ones, newest first."""
    mine = dossiers.of_member(visit.uow, visit.member).conduct[: -MOST_SHOWN - 1 : -1]
    if not mine:
        return reply(_say(visit.office, "no_conduct"))
    return reply(_say(visit.office, "conduct", rows="".join(_deed(visit.office, each) for each in mine)))


def confidentiality(visit: Visit, order: Order) -> Replies:
    """The duty in its words, and whether it was acknowledged."""
    office = visit.office
    held = _holding(office.personnel, dossiers.of_member(visit.uow, visit.member), local_day(visit.now))
    state = _say(office, "not_held") if held is None else _say(office, "held", day=day(held))
    return reply(_say(office, "duty", text=office.personnel.confidentiality.text.zh, state=state))


def acknowledge(visit: Visit, order: Order) -> Replies:
    """The duty acknowledged, with its words: whoever did knows what they did."""
    pledge = conduct.acknowledge(visit.uow, visit.office, visit.member, "chat", visit.now)
    text = visit.office.personnel.confidentiality.text.zh
    return reply(_say(visit.office, "pledged", name=visit.member.name, day=day(pledge.made_on), text=text))


ANSWERS: Mapping[str, Answer] = {
    "assessments": assessments,
    "trainings": trainings,
    "conduct": praise_and_discipline,
    "confidentiality": confidentiality,
    "acknowledge": acknowledge,
}
"""By what an order does."""


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


def _deed(office: Office, kept: Conduct) -> str:
    measure = office.personnel.label_of_measure(kept.kind, kept.measure)
    return _say(office, "deed", day=day(kept.happened_on), measure=measure, words=kept.words)


def _holding(rules: Personnel, dossier: Dossier, today: date) -> date | None:
    held = conduct.holding(rules.confidentiality, dossier.pledges, today)
    return held.made_on if held is not None else None


def _say(office: Office, key: str, /, **values: str) -> str:
    return office.texts.render("zh", f"people.own.{key}", **values)
