"""What was kept long enough: cases whose years are over, and conversations that nobody went on with."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import bindparam, exists, or_, select, update

from core.store.cases import ARCHIVED
from core.store.statements import Statement
from core.store.tables import case_file, notification, outbox, session
from core.store.tables.columns import among
from core.store.tables.messages import DEAD, OPEN
from core.store.unit_of_work import UnitOfWork

STAFF = "staff"
"""The channel of the staff's own chat: nobody's conversation."""

OVER = ("closed", "declined", "referred", "withdrawn", "merged", ARCHIVED)

_is_over = or_(*(case_file.c.status == status for status in OVER))
_packs = Statement(
    select(case_file.c.policy_id, case_file.c.policy_version)
    .where(_is_over, case_file.c.contents_sealed.is_not(None))
    .distinct()
)
# Whoever erases holds the case: somebody who works on it just now is not disturbed, it is looked at the next night.
_cases = Statement(
    select(case_file.c.id)
    .where(
        _is_over,
        case_file.c.contents_sealed.is_not(None),
        case_file.c.closed_at < bindparam("before"),
        case_file.c.policy_id == bindparam("pack"),
        case_file.c.policy_version == bindparam("as_of"),
    )
    .order_by(case_file.c.closed_at)
    .limit(bindparam("most"))
    .with_for_update(skip_locked=True)
)
_has_case = exists().where(case_file.c.session_id == session.c.id, case_file.c.contents_sealed.is_not(None))
_silent = Statement(
    select(session.c.id)
    .where(
        session.c.updated_at < bindparam("before"),
        session.c.state_sealed.is_not(None),
        session.c.wake_at.is_(None),
        session.c.channel != STAFF,
        session.c.staff_id.is_(None),
        ~_has_case,
    )
    .order_by(session.c.id)
    .limit(bindparam("most"))
    .with_for_update(skip_locked=True)
)
_notices = select(notification.c.outbox_id).where(notification.c.case_id == bindparam("of"))
_forget_notices = Statement(update(outbox).where(outbox.c.id.in_(_notices)).values(body_sealed=None))
_stop_notices = Statement(
    update(outbox)
    .where(outbox.c.id.in_(_notices), among(outbox.c.state, *OPEN))
    .values(state=DEAD, last_code="erased", leased_until=None)
)


def packs_kept(uow: UnitOfWork) -> list[tuple[str, str]]:
    """The packs, with version, under which cases that are over were opened whose contents are kept."""
    return [(row.policy_id, row.policy_version) for row in uow.run(_packs, {}).rows]


def cases_over(uow: UnitOfWork, policy_id: str, version: str, before: datetime, limit: int) -> list[int]:
    """The ids of cases of this pack that ended before that moment and can still be read; ours until the unit ends."""
    wanted = {"pack": policy_id, "as_of": version, "before": before, "most": limit}
    return uow.run(_cases, wanted).scalars()


def silent(uow: UnitOfWork, before: datetime, limit: int) -> list[int]:
    """The ids of conversations without case and draft in which nothing was said since; ours until the unit ends."""
    return uow.run(_silent, {"before": before, "most": limit}).scalars()


def forget_notices(uow: UnitOfWork, case_id: int) -> None:
    """What was said of the case in its complainant's chat; whatever still waited is not sent."""
    uow.run(_stop_notices, {"of": case_id})
    uow.run(_forget_notices, {"of": case_id})
