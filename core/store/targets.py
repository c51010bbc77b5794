"""Groups that alerts go to, each by the name that the office gave it, and who of staff is known to be in them."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import bindparam, delete, null, select, update
from sqlalchemy.dialects.postgresql import insert

from core.records import record
from core.store.statements import Row, Statement
from core.store.tables import alert_member, alert_target
from core.store.unit_of_work import UnitOfWork


@record(frozen=True, slots=True)
class Target:
    """A target as it was read. ``session_id`` is its chat, None until it proved its code."""

    id: int
    name: str
    session_id: int | None
    code_until: datetime | None
    added_at: datetime
    ended_at: datetime | None
    ended_why: str


@record(frozen=True, slots=True)
class Live:
    """A target that hears alerts now, in the chat ``session_id``."""

    id: int
    name: str
    session_id: int


@record(frozen=True, slots=True)
class Known:
    """Somebody of staff who is in a target's chat; ``named`` by the office, or seen there."""

    staff_id: int
    named: bool


_columns, _members = alert_target.c, alert_member.c
_read = select(*(_columns[name] for name in Target.__dataclass_fields__))
_all = Statement(_read.order_by(_columns.name))
_by_name = Statement(_read.where(_columns.name == bindparam("called")))
_live = (
    select(_columns.id, _columns.name, _columns.session_id)
    .where(_columns.session_id.is_not(None), _columns.ended_at.is_(None))
    .order_by(_columns.id)
)
_all_live, _of_session = Statement(_live), Statement(_live.where(_columns.session_id == bindparam("chat")))
_made = insert(alert_target)
_give_code = Statement(
    _made.on_conflict_do_update(
        index_elements=["name"],
        set_={"code_hash": _made.excluded.code_hash, "code_until": _made.excluded.code_until},
    ).returning(*(_columns[name] for name in Target.__dataclass_fields__))
)
# Of two chats that send the same code at once one finds it gone.
_use_code = Statement(
    update(alert_target)
    .where(_columns.code_hash == bindparam("code"), _columns.code_until > bindparam("now"))
    .values(code_hash=null(), code_until=null())
    .returning(*(_columns[name] for name in Target.__dataclass_fields__))
)
_settle = Statement(
    update(alert_target)
    .where(_columns.id == bindparam("key"))
    .values(session_id=bindparam("chat"), ended_at=null(), ended_why="")
)
_end = Statement(
    update(alert_target)
    .where(_columns.id == bindparam("key"), _columns.ended_at.is_(None))
    .values(ended_at=bindparam("now"), ended_why=bindparam("why"), code_hash=null(), code_until=null())
)
_in_chat = Statement(
    select(_members.staff_id, _members.named).where(_members.target_id == bindparam("of")).order_by(_members.staff_id)
)
_meet = Statement(
    insert(alert_member).on_conflict_do_nothing(index_elements=["target_id", "staff_id"]).returning(_members.staff_id)
)
_met = insert(alert_member)
_name = Statement(
    _met.on_conflict_do_update(index_elements=["target_id", "staff_id"], set_={"named": _met.excluded.named})
)
_unname = Statement(update(alert_member).where(_members.target_id == bindparam("of")).values(named=False))
_forget = Statement(
    delete(alert_member).where(
        _members.target_id == bindparam("of"), _members.staff_id == bindparam("member"), _members.named.is_(False)
    )
)


def every(uow: UnitOfWork) -> list[Target]:
    """All that there are or were, by name."""
    return [_target(row) for row in uow.run(_all, {}).rows]


def by_name(uow: UnitOfWork, name: str) -> Target | None:
    row = uow.run(_by_name, {"called": name}).one_or_none() if name.isprintable() else None
    return _target(row) if row is not None else None


def live(uow: UnitOfWork) -> list[Live]:
    """Those that hear alerts now, in the order they came."""
    return [Live(row.id, row.name, row.session_id) for row in uow.run(_all_live, {}).rows]


def of_session(uow: UnitOfWork, session_id: int) -> Live | None:
    """The target that this chat is now."""
    row = uow.run(_of_session, {"chat": session_id}).one_or_none()
    return Live(row.id, row.name, row.session_id) if row is not None else None


def give_code(uow: UnitOfWork, name: str, code_hash: bytes, until: datetime, now: datetime) -> Target:
    """A code for the target of this name, new or not; an earlier one holds no longer."""
    row = {"name": name, "code_hash": code_hash, "code_until": until, "added_at": now, "session_id": None}
    return _target(uow.run(_give_code, row | {"ended_at": None, "ended_why": ""}).one())


def use_code(uow: UnitOfWork, code_hash: bytes, now: datetime) -> Target | None:
    """The target this code was given for, and none again; None where it is none that holds."""
    row = uow.run(_use_code, {"code": code_hash, "now": now}).one_or_none()
    return _target(row) if row is not None else None


def settle(uow: UnitOfWork, target_id: int, session_id: int) -> None:
    """Alerts for this target go to that chat from now on."""
    uow.run(_settle, {"key": target_id, "chat": session_id})


def end(uow: UnitOfWork, target_id: int, why: str, now: datetime) -> bool:
    """No alert goes there any more, nor does its code hold; False where it had ended before."""
    return uow.run(_end, {"key": target_id, "why": why, "now": now}).rowcount == 1


def members(uow: UnitOfWork, target_id: int) -> list[Known]:
    """Who is known to be in the chat."""
    return [Known(row.staff_id, row.named) for row in uow.run(_in_chat, {"of": target_id}).rows]


def meet(uow: UnitOfWork, target_id: int, staff_id: int) -> bool:
    """Somebody was seen there; False where they were known."""
    return uow.run(_meet, {"target_id": target_id, "staff_id": staff_id, "named": False}).scalar() is not None


def name_members(uow: UnitOfWork, target_id: int, staff_ids: list[int]) -> None:
    """The office says who is there. Whoever was seen stays known."""
    uow.run(_unname, {"of": target_id})
    for staff_id in staff_ids:
        uow.run(_name, {"target_id": target_id, "staff_id": staff_id, "named": True})


def forget(uow: UnitOfWork, target_id: int, staff_id: int) -> None:
    """Somebody left the chat; whom the office named stays known."""
    uow.run(_forget, {"of": target_id, "member": staff_id})


def _target(row: Row) -> Target:
    return Target(*(getattr(row, name) for name in Target.__dataclass_fields__))
