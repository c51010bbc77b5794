"""What people granted: one message of a kind, to be sent whenever it is made."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import bindparam, insert, null, or_, select, update

from core.ladder import ANY
from core.records import record
from core.store.statements import Statement
from core.store.tables import consent_grant
from core.store.unit_of_work import UnitOfWork


@record(frozen=True, slots=True)
class Grant:
    """One message that may be sent. ``scene`` is the platform's number for it, None where it needs none."""

    id: int
    scene: int | None


_columns = consent_grant.c
_make = Statement(insert(consent_grant))
_unused = select(_columns.id, _columns.notice, _columns.scene).where(
    _columns.session_id == bindparam("of"), _columns.used_at.is_(None)
)
_find = Statement(_unused)
# The one for this very notice before the one for any, then the oldest.
_next = Statement(
    _unused.where(or_(_columns.notice == bindparam("kind"), _columns.notice == ANY))
    .order_by(_columns.notice.desc(), _columns.id)
    .limit(1)
)
_same = Statement(
    select(_columns.id).where(_columns.session_id == bindparam("of"), _columns.scene == bindparam("at_scene")).limit(1)
)
_use = Statement(update(consent_grant).where(_columns.id == bindparam("key")).values(used_at=bindparam("now")))
_give_back = Statement(
    update(consent_grant)
    .where(_columns.session_id == bindparam("of"), _columns.scene == bindparam("at_scene"))
    .values(used_at=null())
)
_withdraw = Statement(
    update(consent_grant)
    .where(_columns.session_id == bindparam("of"), _columns.notice == bindparam("kind"), _columns.used_at.is_(None))
    .values(used_at=bindparam("now"))
)


def add(uow: UnitOfWork, session_id: int, notice: str, now: datetime, scene: int | None = None) -> None:
    """Keep a grant. The same scene confirmed again grants nothing more: the platform does not add them up."""
    if scene is not None and uow.run(_same, {"of": session_id, "at_scene": scene}).rows:
        return
    uow.run(_make, {"session_id": session_id, "notice": notice, "scene": scene, "granted_at": now})


def kinds(uow: UnitOfWork, session_id: int) -> frozenset[str]:
    """The notices of which one may be sent to this person."""
    return frozenset(row.notice for row in uow.run(_find, {"of": session_id}).rows)


def take(uow: UnitOfWork, session_id: int, notice: str, now: datetime) -> Grant | None:
    """Use the oldest grant for this notice; it is gone, whatever comes of the message."""
    row = uow.run(_next, {"of": session_id, "kind": notice}).one_or_none()
    if row is None:
        return None
    uow.run(_use, {"key": row.id, "now": now})
    return Grant(row.id, row.scene)


def give_back(uow: UnitOfWork, session_id: int, scene: int) -> None:
    """It could not be used: the message goes by it when it is tried again. The platform takes a scene once, whoever counts."""
    uow.run(_give_back, {"of": session_id, "at_scene": scene})


def withdraw(uow: UnitOfWork, session_id: int, notice: str, now: datetime) -> None:
    """The person, or the platform, takes back what was granted for this notice."""
    uow.run(_withdraw, {"of": session_id, "kind": notice, "now": now})
