"""How a case and a list of cases read in a chat: how they stand, and nothing that was told. Whoever else looks learns nothing
of their people."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from core.cases import lifecycle, rights, work
from core.cases.lifecycle import Transition
from core.cases.office import Office
from core.cases.vocabulary import features
from core.desk import orders
from core.desk.orders import Kind
from core.files.notes import category_of
from core.files.words import minute, word_for
from core.messages import Choice
from core.policies.policy import Policy
from core.store import recusals, staff
from core.store.case_clocks import StoredClock
from core.store.queries import CaseDetail, CaseLine
from core.store.staff import StaffMember
from core.store.unit_of_work import UnitOfWork

MOST_STEPS = 5


def facts_of(uow: UnitOfWork, office: Office, policy: Policy, detail: CaseDetail) -> dict[str, str]:
    """What the words of a case are filled in with."""
    case, done = detail.case, detail.work
    handler = staff.by_id(uow, done.handler_id).account if done.handler_id else ""
    return {
        "number": case.number,
        "category": category_of(case.category, policy),
        "level": word_for("level", case.level),
        "status": word_for("status", case.status),
        "unit": done.unit or policy.category(case.category).unit.zh,
        "handler": handler or office.texts.render("zh", "desk.nobody"),
        "files": str(len(detail.evidence)),
        "clocks": "".join(clock_line(office, policy, clock) for clock in detail.clocks if clock.ended_at is None),
        "steps": steps_of(office, detail),
    }


def rows_of(office: Office, cases: Sequence[CaseLine]) -> str:
    return "".join(
        office.texts.render(
            "zh", "desk.row", number=case.number, status=word_for("status", case.status), **day_of(case.promised_on)
        )
        for case in cases
    )


def day_of(on: date) -> dict[str, str]:
    return {"month": str(on.month), "day": str(on.day)}


def next_steps(uow: UnitOfWork, policy: Policy, member: StaffMember, detail: CaseDetail) -> list[Choice]:
    """What this member may do now that needs no words, as buttons for the case as it stands."""
    case, everybody = detail.case, staff.everybody(uow)
    if member.absent:
        return []
    held = rights.posts_held(policy, member, everybody, recusals.away(uow, case.id))
    has = features(policy)
    rows = [row for row in lifecycle.TABLE if (row.source, row.side) == (case.status, "staff") and row.holds(has)]
    able = [row for row in rows if any(rights.with_duty(policy, held, row.duties))]
    return buttons(detail, able, member.id)


def buttons(detail: CaseDetail, rows: Sequence[Transition], whose: int | None = None) -> list[Choice]:
    """Those of these steps that need no words, as orders that hold for the case as it stands, and for one person where they are
    made for one."""
    able = [orders.kind_of(row.action) for row in rows if not row.needs]
    seen = work.seen_so_far(detail.entries)
    return [
        Choice(orders.words_of(kind, detail.case.number, seen, whose), kind.verbs[0])
        for kind in able
        if kind is not None and not kind.takes and _makes_sense(kind, detail)
    ]


def evidence_button(detail: CaseDetail, whose: int) -> list[Choice]:
    """Where there is evidence, whoever may look at the case may look at that as well."""
    kind = orders.kind_of("evidence")
    if kind is None or not detail.evidence:
        return []
    seen = work.seen_so_far(detail.entries)
    return [Choice(orders.words_of(kind, detail.case.number, seen, whose), kind.verbs[0])]


def _makes_sense(kind: Kind, detail: CaseDetail) -> bool:
    """What stands still can go on; whether somebody asked for more time the words of the case say, not a button."""
    if kind.does == "resume":
        return any(stop.until is None for clock in detail.clocks for stop in clock.stops)
    return kind.does != "extend"


def clock_line(office: Office, policy: Policy, clock: StoredClock) -> str:
    """By its name in the pack; one that is not in it any more, by its key."""
    label = next((each.label.zh for each in policy.clocks if each.key == clock.clock), clock.clock)
    return office.texts.render("zh", "desk.clock", clock=label, due=minute(clock.due_at))


def steps_of(office: Office, detail: CaseDetail, most: int = MOST_STEPS) -> str:
    """What was done last, a line each."""
    return "".join(
        office.texts.render(
            "zh",
            "desk.step",
            at=minute(entry.at),
            what=office.texts.render("zh", f"timeline.{entry.kind}"),
            who=work.who(office, entry.actor),
        )
        for entry in work.changes(detail.entries)[-most:]
    )
