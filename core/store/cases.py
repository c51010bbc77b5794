"""Registered complaints as rows: what was told is sealed, what is looked up by is a keyed hash."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import field, fields
from datetime import date, datetime
from typing import Any

import sqlalchemy as sql
from sqlalchemy import bindparam, literal, null, select
from sqlalchemy.dialects import postgresql

from core.errors import StaleVersion, StoreError
from core.records import pack, record, unpack
from core.store import chains, evidence, inbox, keys
from core.store.statements import Row, Statement
from core.store.tables import case_file, counter, timeline
from core.store.unit_of_work import UnitOfWork


@record(frozen=True, slots=True)
class NewCase:
    """A complaint that is being registered. ``contents`` are the answers, ``phone`` plain digits or ""."""

    number: str
    policy_id: str
    policy_version: str
    channel: str
    draft: str
    key_id: int
    status: str
    category: str
    contents: Mapping[str, Any]
    code_hash: bytes
    registered_at: datetime
    promised_on: date
    session_id: int | None = None
    level: str = "general"
    anonymous: bool = False
    phone: str = ""
    promise_provisional: bool = False
    human_wanted: bool = False
    flags: tuple[str, ...] = ()
    wake_at: datetime | None = None


@record(frozen=True, slots=True)
class StoredCase:
    """A complaint as it stands, without what was told. ``flags`` are marks for staff and hold nothing personal."""

    id: int
    number: str
    policy_id: str
    policy_version: str
    channel: str
    session_id: int | None
    draft: str
    key_id: int
    status: str
    category: str
    level: str
    anonymous: bool
    code_hash: bytes = field(repr=False)
    registered_at: datetime
    promised_on: date
    promise_provisional: bool
    version: int
    human_wanted: bool
    flags: tuple[str, ...]
    urged_count: int
    urged_at: datetime | None
    rating: int | None
    closed_at: datetime | None
    wake_at: datetime | None


NOTHING = bytes(hashlib.sha256().digest_size)
"""What no keyed hash is ever equal to."""

PLAIN = tuple(each.name for each in fields(NewCase) if each.name not in ("contents", "phone"))
NEW = {"version": 0, "urged_count": 0}
READ = tuple(each.name for each in fields(StoredCase))
PINNED = {"policy_id", "policy_version", "channel"}
CHANGEABLE = frozenset(READ) - {"id", "number", "draft", "key_id", "version", "registered_at", "code_hash"} - PINNED
ARCHIVED = "archived"
"""The status behind which nothing of a case changes any more; only what was told in it can be erased."""

_columns = case_file.c
_read = select(*(_columns[name] for name in READ))
_make = Statement(sql.insert(case_file).returning(*(_columns[name] for name in READ)))
_called_by_id = _read.where(_columns.id == bindparam("key"))
_by_id, _lock_by_id = Statement(_called_by_id), Statement(_called_by_id.with_for_update())
_called = _read.where(_columns.number == bindparam("called"))
_by_number, _lock_by_number = Statement(_called), Statement(_called.with_for_update())
_of_session = Statement(_read.where(_columns.session_id == bindparam("of")).order_by(_columns.id.desc()))
_of_phone = Statement(_read.where(_columns.phone_blind == bindparam("of")).order_by(_columns.id.desc()))
_waking = _read.where(_columns.wake_at <= bindparam("now")).order_by(_columns.wake_at).limit(bindparam("most"))
# What somebody is at work on is looked at next time: by then it may have been answered.
_due, _lock_due = Statement(_waking), Statement(_waking.with_for_update(skip_locked=True))
_doubtful = _read.where(_columns.promise_provisional, _columns.wake_at.is_not(None)).order_by(_columns.id)
_provisional, _lock_provisional = Statement(_doubtful), Statement(_doubtful.with_for_update())
_contents = Statement(
    select(_columns.contents_sealed, _columns.rating_reason_sealed).where(_columns.id == bindparam("key"))
)
# A row comes back even where there is no such case, so that finding none takes no less time.
_secrets = Statement(
    select(_columns.code_hash, _columns.last_four_blind).select_from(
        select(literal(1).label("always")).subquery().outerjoin(case_file, _columns.number == bindparam("called"))
    )
)
_change = sql.update(case_file).where(_columns.id == bindparam("key"), _columns.version == bindparam("seen"))
_wake = Statement(sql.update(case_file).where(_columns.id == bindparam("key")).values(wake_at=bindparam("moment")))
_forget = Statement(
    sql.update(case_file)
    .where(_columns.id == bindparam("key"))
    .values(
        contents_sealed=null(),
        rating_reason_sealed=null(),
        phone_blind=null(),
        last_four_blind=null(),
        wake_at=null(),
        version=_columns.version + 1,
    )
)
_forget_notes = Statement(sql.update(timeline).where(timeline.c.case_id == bindparam("key")).values(note_sealed=null()))
_next = Statement(
    postgresql.insert(counter)
    .values(scope=bindparam("in_scope"), last=1)
    .on_conflict_do_update(index_elements=["scope"], set_={"last": counter.c.last + 1})
    .returning(counter.c.last)
)


def next_sequence(uow: UnitOfWork, scope: str) -> int:
    """The next number of this scope, from 1. One statement counts and locks, and a rolled-back unit gives it back."""
    return int(uow.run(_next, {"in_scope": scope}).scalar_one())


def insert(uow: UnitOfWork, new: NewCase) -> StoredCase:
    """Register a complaint; its draft's evidence becomes its own."""
    row = {name: getattr(new, name) for name in PLAIN}
    sealed = {"contents_sealed": keys.seal(uow, new.key_id, pack(dict(new.contents)), about_contents(new.draft))}
    values = row | NEW | sealed | _blinds(uow, new) | {"flags": list(new.flags)}
    case = _stored(uow.run(_make, values).one())
    chains.is_new(uow, case.id)
    evidence.adopt(uow, new.draft, case.id)
    return case


def by_id(uow: UnitOfWork, case_id: int, *, for_update: bool = False) -> StoredCase:
    """A case that is known to exist."""
    return _stored(uow.run(_lock_by_id if for_update else _by_id, {"key": case_id}).one())


def by_number(uow: UnitOfWork, number: str, *, for_update: bool = False) -> StoredCase | None:
    """The case of this number. What cannot be printed is no number, and some of it no database takes."""
    statement = _lock_by_number if for_update else _by_number
    return _first(uow, statement, called=number) if number.isprintable() else None


def of_session(uow: UnitOfWork, session_id: int) -> list[StoredCase]:
    """The cases that were filed in this conversation, newest first."""
    return _all(uow, _of_session, of=session_id)


def of_phone(uow: UnitOfWork, phone: str) -> list[StoredCase]:
    """The cases that were filed with this phone, newest first."""
    return _all(uow, _of_phone, of=_blind_phone(uow, phone))


def due(uow: UnitOfWork, now: datetime, limit: int, *, for_update: bool = False) -> list[StoredCase]:
    """Cases whose time to be looked at has come, longest waiting first."""
    return _all(uow, _lock_due if for_update else _due, now=now, most=limit)


def provisional(uow: UnitOfWork, *, for_update: bool = False) -> list[StoredCase]:
    """Cases that wait for a day which may still move, oldest first."""
    return _all(uow, _lock_provisional if for_update else _provisional)


def update(uow: UnitOfWork, case: StoredCase, **changed: Any) -> StoredCase:
    """Change columns, ``contents`` or ``rating_reason``; return the case as it now is.

    Raises StaleVersion if it changed since ``case`` was read, StoreError once it is archived.
    """
    if case.status == ARCHIVED:
        raise StoreError("an archived case is not changed")
    values = _sealed(uow, case, changed) | changed
    if unknown := values.keys() - CHANGEABLE - {"contents_sealed", "rating_reason_sealed"}:
        raise ValueError(f"a case has no changeable {', '.join(sorted(unknown))}")
    if "flags" in values:
        values["flags"] = list(values["flags"])
    statement = _change.values(version=case.version + 1, **values)
    if uow.connection.execute(statement, {"key": case.id, "seen": case.version}).rowcount != 1:
        raise StaleVersion
    return by_id(uow, case.id)


def wake(uow: UnitOfWork, case: StoredCase, at: datetime | None) -> None:
    """Look at it then, or never again. Whoever has it locked does; nothing happened to the case itself."""
    uow.run(_wake, {"key": case.id, "moment": at})


def contents(uow: UnitOfWork, case: StoredCase) -> dict[str, Any]:
    """The answers. Raises KeyDestroyed once the case is erased."""
    sealed = uow.run(_contents, {"key": case.id}).one().contents_sealed
    key = keys.open_key(uow, case.key_id)
    return dict(unpack(key.unseal(sealed, about_contents(case.draft))))


def rating_reason(uow: UnitOfWork, case: StoredCase) -> str:
    sealed = uow.run(_contents, {"key": case.id}).one().rating_reason_sealed
    return keys.unseal(uow, case.key_id, sealed, _about_reason(case.draft)).decode() if sealed else ""


def secrets_fit(uow: UnitOfWork, number: str, code_hash: bytes, last_four: str) -> tuple[bool, bool]:
    """Whether this is the hash of the case's code, and whether its phone ends with these digits.

    The same work is done, and nothing is told, where there is no such case or no phone.
    """
    row = uow.run(_secrets, {"called": number}).one()
    by_code = hmac.compare_digest(row.code_hash or NOTHING, code_hash)
    by_phone = hmac.compare_digest(row.last_four_blind or NOTHING, _blind_last_four(uow, number, last_four))
    return by_code, by_phone


def erase(uow: UnitOfWork, case_id: int) -> None:
    """Make all that was told unreadable for good and remove the files; number, dates and status stay for the count."""
    case = by_id(uow, case_id)
    evidence.remove_of_case(uow, case_id)
    inbox.forget_draft(uow, case.draft)
    uow.run(_forget, {"key": case_id})
    uow.run(_forget_notes, {"key": case_id})
    keys.destroy(uow, case.key_id)


def _blinds(uow: UnitOfWork, new: NewCase) -> dict[str, bytes | None]:
    if not new.phone:
        return {"phone_blind": None, "last_four_blind": None}
    return {
        "phone_blind": _blind_phone(uow, new.phone),
        "last_four_blind": _blind_last_four(uow, new.number, new.phone[-4:]),
    }


def _sealed(uow: UnitOfWork, case: StoredCase, changed: dict[str, Any]) -> dict[str, Any]:
    """Take what must be sealed out of ``changed`` and return it sealed."""
    key = keys.open_key(uow, case.key_id)
    sealed: dict[str, Any] = {}
    if "contents" in changed:
        sealed["contents_sealed"] = key.seal(pack(dict(changed.pop("contents"))), about_contents(case.draft))
    if "rating_reason" in changed:
        sealed["rating_reason_sealed"] = key.seal(changed.pop("rating_reason"), _about_reason(case.draft))
    return sealed


def _first(uow: UnitOfWork, statement: Statement, **values: Any) -> StoredCase | None:
    row = uow.run(statement, values).one_or_none()
    return _stored(row) if row is not None else None


def _all(uow: UnitOfWork, statement: Statement, **values: Any) -> list[StoredCase]:
    return [_stored(row) for row in uow.run(statement, values).rows]


def _stored(row: Row) -> StoredCase:
    return StoredCase(**(row._asdict() | {"flags": tuple(row.flags)}))


def _blind_phone(uow: UnitOfWork, phone: str) -> bytes:
    return keys.blind(uow, "case.phone", phone)


def _blind_last_four(uow: UnitOfWork, number: str, last_four: str) -> bytes:
    """Bound to the number, so that equal digits of two cases look different."""
    return keys.blind(uow, "case.last_four", f"{number}\0{last_four}")


def about_contents(draft: str) -> str:
    return f"case_file.contents_sealed:{draft}"


def _about_reason(draft: str) -> str:
    return f"case_file.rating_reason_sealed:{draft}"
