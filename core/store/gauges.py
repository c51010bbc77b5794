"""How much there is of what somebody who runs the service watches: numbers only."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import and_, bindparam, func, select

from core.records import record
from core.store import service_rows, stranded
from core.store.statements import Statement
from core.store.tables import case_clock, case_file, evidence, inbox, outbox
from core.store.tables.columns import among, within
from core.store.tables.messages import DEAD, HELD, PENDING, STRANDED
from core.store.unit_of_work import UnitOfWork

_leased_until = outbox.c.leased_until
UNSENT = {
    "pending": and_(among(outbox.c.state, PENDING), _leased_until.is_(None)),
    "leased": and_(among(outbox.c.state, PENDING), _leased_until.is_not(None)),
    "held": within(outbox.c.state, STRANDED, HELD),
    "dead": within(outbox.c.state, STRANDED, DEAD),
}
"""What an index counts: what was sent is counted where it is sent."""


@record(frozen=True, slots=True)
class Gauges:
    """``oldest_due_at`` is None where nothing that is due waits, ``beat_at`` where no worker was ever alive.

    ``most_attempts`` is how often the message was tried that was tried most and still waits.
    """

    outbox: dict[str, int]
    most_attempts: int
    oldest_due_at: datetime | None
    cases: dict[str, int]
    clocks_overdue: int
    inbox: int
    evidence: dict[str, int]
    beat_at: datetime | None


_outbox = {name: Statement(select(func.count()).select_from(outbox).where(such)) for name, such in UNSENT.items()}
_most_attempts = Statement(select(func.coalesce(func.max(outbox.c.attempts), 0)).where(among(outbox.c.state, PENDING)))
_cases = Statement(select(case_file.c.status, func.count()).group_by(case_file.c.status))
_overdue = Statement(
    select(func.count())
    .select_from(case_clock)
    .where(and_(case_clock.c.ended_at.is_(None), case_clock.c.due_at < bindparam("now")))
)
_inbox = Statement(select(func.count()).select_from(inbox))
_evidence = Statement(select(evidence.c.state, func.count()).group_by(evidence.c.state))


def look(uow: UnitOfWork, now: datetime) -> Gauges:
    return Gauges(
        outbox={state: uow.run(statement, {}).scalar_one() for state, statement in _outbox.items()},
        most_attempts=uow.run(_most_attempts, {}).scalar_one(),
        oldest_due_at=stranded.oldest_due(uow, now),
        cases=dict(map(tuple, uow.run(_cases, {}).rows)),
        clocks_overdue=uow.run(_overdue, {"now": now}).scalar_one(),
        inbox=uow.run(_inbox, {}).scalar_one(),
        evidence=dict(map(tuple, uow.run(_evidence, {}).rows)),
        beat_at=service_rows.beat_at(uow),
    )
