"""Looking at a case, and at what is in one's hands."""

from __future__ import annotations

from typing import NoReturn

from core.cases import work
from core.cases.access import look, number_meant
from core.cases.office import rules_of
from core.cases.vocabulary import OPEN
from core.desk import orders, views
from core.desk.orders import Order
from core.desk.visit import MOST_LISTED, Replies, Visit, reply
from core.errors import Refused
from core.messages import Choice
from core.store import cases, queries


class _TakenBack(Exception):
    """What was tried would be done."""


def show(visit: Visit, number: str) -> Replies:
    # Its buttons are tried below, and whoever does something holds the case before its timeline: so must who looks.
    cases.by_number(visit.uow, number_meant(visit.office.policy, number), for_update=True)
    detail = look(visit.uow, visit.office, visit.member, number, visit.now)
    if detail is None:
        return reply(visit.office.texts.render("zh", "act.not_yours"))
    visit.take_in_hand(detail.case.number)
    policy = rules_of(visit.uow, visit.office, detail.case)
    able = views.next_steps(visit.uow, policy, visit.member, detail)
    steps = [step for step in able if _would_be_done(visit, detail.case.number, step)]
    steps += views.evidence_button(detail, visit.member.id)
    verbs = "、".join(step.label for step in steps)
    can = visit.office.texts.render("zh", "desk.can", verbs=verbs) if steps else ""
    return visit.say("case", steps, can=can, **views.facts_of(visit.uow, visit.office, policy, detail))


def _would_be_done(visit: Visit, number: str, step: Choice) -> bool:
    """Whether a button would do what it says if it was pressed now: tried, and taken back. Duties are not all that it takes:
    the pack may name a post, or keep apart who proposes and who approves."""
    try:
        with visit.uow.part():
            _try(visit, number, step)
    except _TakenBack:
        return True
    except Refused:
        return False


def _try(visit: Visit, number: str, step: Choice) -> NoReturn:
    """Raises Refused, or TakenBack where it was done."""
    [kind] = [kind for kind in orders.kinds() if step.label in kind.verbs]
    work.act_as_staff(visit.uow, visit.office, visit.member, number, work.action_named(kind.does), {}, visit.now)
    raise _TakenBack


def mine(visit: Visit, order: Order) -> Replies:
    """What is open in this member's hands, the earliest day first."""
    mine, count = queries.in_hand(visit.uow, visit.member.id, sorted(OPEN), MOST_LISTED)
    if not mine:
        return visit.say("nothing")
    return visit.say("mine", count=str(count), rows=views.rows_of(visit.office, mine))
