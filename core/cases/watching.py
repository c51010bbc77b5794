"""Telling staff of clocks that end soon, end now, or have ended: each rung of the pack's ladder once."""

from __future__ import annotations

from datetime import datetime

from core.cases import ladder, rights
from core.cases.clocks import ZONE, local_day
from core.cases.office import Office, rules_of
from core.cases.telling_staff import staff_alert, tell_member
from core.policies.check_work import HANDLER
from core.policies.policy import Policy
from core.store import case_clocks, cases, recusals, staff, work
from core.store.case_clocks import StoredClock
from core.store.cases import StoredCase
from core.store.unit_of_work import UnitOfWork


def watch_clocks(uow: UnitOfWork, office: Office, now: datetime, limit: int = 50) -> int:
    """Tell of every clock that has reached its next rung; how many were looked at.

    What ends only after the office has opened again is told then; what ends before, or has ended, at once.

    After an absence the highest rung that was passed is told alone: nobody needs three lines about one clock.
    """
    due = case_clocks.alerts_due(uow, now, limit)
    for clock in due:
        case = cases.by_id(uow, clock.case_id)
        policy = rules_of(uow, office, case)
        reached = ladder.reached(policy, clock, now)
        rung = reached.rung if reached else clock.rung
        if reached:
            _tell(uow, office, policy, case, clock, rung, now)
        following = ladder.next_alert(policy, clock, rung)
        case_clocks.change(uow, clock, rung=rung, alert_at=following.at if following else None)
    return len(due)


def _tell(
    uow: UnitOfWork, office: Office, policy: Policy, case: StoredCase, clock: StoredClock, rung: int, now: datetime
) -> None:
    row = policy.work.ladder[rung - 1]
    kind = "clock_before" if now < clock.due_at else "clock_over"
    due = local_day(clock.due_at)
    key = f"clock:{case.number}:{clock.clock}:{clock.round}:{clock.due_at.isoformat()}:{rung}"
    said = {
        "number": case.number,
        "clock": policy.clock(clock.clock).label.zh,
        "month": str(due.month),
        "day": str(due.day),
        "time": f"{clock.due_at.astimezone(ZONE):%H:%M}",
        "to": "、".join(_who(uow, policy, case, row.to, rung)),
    }
    staff_alert(uow, office, kind, key, now, clock.due_at, **said)
    for member_id in _acting(uow, policy, case) if HANDLER in row.to else ():
        tell_member(uow, office, member_id, case.id, kind, key, now, clock.due_at, **said)


def _acting(uow: UnitOfWork, policy: Policy, case: StoredCase) -> list[int]:
    """Whoever has the case; while they are away, those who stand in for them."""
    handler_id = work.of(uow, case.id).handler_id
    if handler_id is None:
        return []
    handler = staff.by_id(uow, handler_id)
    if not handler.absent:
        return [handler_id]
    deputies = rights.standing_in_for(policy, handler, staff.everybody(uow), recusals.away(uow, case.id))
    return [deputy.id for deputy in deputies]


def _who(uow: UnitOfWork, policy: Policy, case: StoredCase, to: tuple[str, ...], rung: int) -> list[str]:
    """Posts by their names, the handler by theirs; where nobody has the case, those of the next rung beside it."""
    told: list[str] = []
    handler = work.of(uow, case.id).handler_id
    for key in to:
        if key != HANDLER:
            told.append(policy.post(key).label.zh)
        elif handler is not None:
            told.append(staff.by_id(uow, handler).name)
        else:
            nobody_yet = policy.work.ladder[rung : rung + 1]
            told += [policy.post(post).label.zh for step in nobody_yet for post in step.to if post != HANDLER]
    return list(dict.fromkeys(told))
