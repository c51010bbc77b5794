"""Who works here: accounts, names, posts. Names are sealed, those that somebody had before stay known."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import bindparam, null, select, update
from sqlalchemy.dialects.postgresql import insert

from core.records import pack, record, unpack
from core.store import keys
from core.store.keyring import DataKey
from core.store.statements import Row, Statement
from core.store.tables import data_key, staff
from core.store.unit_of_work import UnitOfWork


@record(frozen=True, slots=True)
class StaffMember:
    """Somebody who works here, or did. ``names`` are newest first, ``posts`` keys of the pack's posts."""

    id: int
    account: str
    names: tuple[str, ...]
    unit: str
    posts: tuple[str, ...]
    absent: bool
    added_at: datetime
    left_at: datetime | None

    @property
    def name(self) -> str:
        return self.names[0]

    @property
    def is_at_work(self) -> bool:
        """Whether they work here, and are not away."""
        return self.left_at is None and not self.absent


CHANGEABLE = frozenset({"names", "unit", "posts", "absent", "left_at"})

_columns = staff.c
_make = Statement(insert(staff).on_conflict_do_nothing(index_elements=["account"]).returning(_columns.id))
_read = select(staff, data_key.c.master_id, data_key.c.wrapped).join(data_key, data_key.c.name == keys.OFFICE)
_all = Statement(_read.order_by(_columns.id))
_there = Statement(_read.where(_columns.left_at.is_(None)).order_by(_columns.id))
_by_id = Statement(_read.where(_columns.id == bindparam("key")))
_called = _read.where(_columns.account == bindparam("called"))
_by_account, _lock_by_account = Statement(_called), Statement(_called.with_for_update(of=staff))
_by_code = Statement(_read.where(_columns.bind_hash == bindparam("code"), _columns.bind_until > bindparam("now")))
_give_code = Statement(
    update(staff)
    .where(_columns.id == bindparam("key"))
    .values(bind_hash=bindparam("code"), bind_until=bindparam("until"))
)
# Of two chats that send the same code at once one finds it gone.
_use_code = Statement(
    update(staff)
    .where(_columns.id == bindparam("key"), _columns.bind_hash == bindparam("code"))
    .values(bind_hash=null(), bind_until=null())
)
_change = update(staff).where(_columns.id == bindparam("key"))


def add(
    uow: UnitOfWork, account: str, names: Sequence[str], unit: str, posts: Sequence[str], now: datetime
) -> StaffMember | None:
    """Somebody new; None where there is or was somebody of this account."""
    row = {"account": account, "unit": unit, "posts": list(posts), "absent": False, "added_at": now, "left_at": None}
    new_id = uow.run(_make, row | {"names_sealed": _sealed(uow, account, names)}).scalar()
    if new_id is None:
        return None
    return StaffMember(new_id, account, tuple(names), unit, tuple(posts), absent=False, added_at=now, left_at=None)


def by_id(uow: UnitOfWork, member_id: int) -> StaffMember:
    """Somebody who is known to exist; who left does."""
    (member,) = _members(uow, uow.run(_by_id, {"key": member_id}).rows)
    return member


def by_account(uow: UnitOfWork, account: str, *, for_update: bool = False) -> StaffMember | None:
    """Whoever has or had this account."""
    if not account.isprintable():
        return None
    found = _members(uow, uow.run(_lock_by_account if for_update else _by_account, {"called": account}).rows)
    return found[0] if found else None


def give_code(uow: UnitOfWork, member_id: int, code_hash: bytes, until: datetime) -> None:
    """One code at a time: an earlier one holds no longer."""
    uow.run(_give_code, {"key": member_id, "code": code_hash, "until": until})


def take_code_back(uow: UnitOfWork, member_id: int) -> None:
    """No code binds a chat to this member any more, until they are given another."""
    uow.run(_give_code, {"key": member_id, "code": None, "until": None})


def use_code(uow: UnitOfWork, code_hash: bytes, now: datetime) -> StaffMember | None:
    """Whoever this code was given to, and nobody again; None where it is none that holds."""
    found = _members(uow, uow.run(_by_code, {"code": code_hash, "now": now}).rows)
    if len(found) != 1 or uow.run(_use_code, {"key": found[0].id, "code": code_hash}).rowcount != 1:
        return None
    return found[0]


def everybody(uow: UnitOfWork, *, gone: bool = False) -> list[StaffMember]:
    """Who works here, in the order they came; with ``gone`` also who left."""
    return _members(uow, uow.run(_all if gone else _there, {}).rows)


def change(uow: UnitOfWork, member: StaffMember, /, **changed: Any) -> StaffMember:
    """Change columns, or ``names``; return the member as they now are. An account never changes."""
    if unknown := changed.keys() - CHANGEABLE:
        raise ValueError(f"a member of staff has no changeable {', '.join(sorted(unknown))}")
    changed = {name: tuple(value) if name in ("names", "posts") else value for name, value in changed.items()}
    values = {name: value for name, value in changed.items() if name != "names"}
    if "names" in changed:
        values["names_sealed"] = _sealed(uow, member.account, changed["names"])
    if "posts" in changed:
        values["posts"] = list(changed["posts"])
    uow.connection.execute(_change.values(**values), {"key": member.id})
    return replace(member, **changed)


def _sealed(uow: UnitOfWork, account: str, names: Sequence[str]) -> bytes:
    return keys.office_key(uow).seal(pack(list(names)), _about(account))


def _members(uow: UnitOfWork, rows: Sequence[Row]) -> list[StaffMember]:
    """The key comes with the rows: a complaint that is filed asks once who works here."""
    if rows and uow.office_key is None:
        uow.office_key = uow.keyring.unwrap(rows[0].master_id, rows[0].wrapped)
    return [_member(keys.office_key(uow), row) for row in rows]


def _member(key: DataKey, row: Row) -> StaffMember:
    names = _names(key.secret, row.names_sealed, row.account)
    return StaffMember(row.id, row.account, names, row.unit, tuple(row.posts), row.absent, row.added_at, row.left_at)


@lru_cache(maxsize=4096)
def _names(secret: bytes, sealed: bytes, account: str) -> tuple[str, ...]:
    """Kept open, unlike what complainants told: names of staff are never erased, and every complaint is held against all."""
    return tuple(unpack(DataKey(secret).unseal(sealed, _about(account))))


def _about(account: str) -> str:
    return f"staff.names_sealed:{account}"
