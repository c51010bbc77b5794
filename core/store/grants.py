"""What people granted: one message of a kind, to be sent whenever it is made."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

from sqlalchemy import bindparam, insert, null, or_, select, update

from core.ladder import ANY
from core.records import record
from core.store import keys
from core.store.statements import Statement
from core.store.tables import consent_grant
from core.store.unit_of_work import UnitOfWork

LIFE = timedelta(days=30)
"""So long a word that was said in a chat can be used."""

SCENES = 10_000
"""The platform's numbers begin anew after so many; a person does not file as many cases as that."""

_PURPOSE = "grant.word"
_WORD = re.compile("([0-9]{1,18})s([0-9]{1,5})u([0-9]{1,12})x([a-z2-7]{24})")


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
_give_back = Statement(update(consent_grant).where(_columns.id == bindparam("key")).values(used_at=null()))
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


def give_back(uow: UnitOfWork, grant_id: int) -> None:
    """It could not be used: the message goes by it when it is tried again. The platform takes it once, whoever counts."""
    uow.run(_give_back, {"key": grant_id})


def withdraw(uow: UnitOfWork, session_id: int, notice: str, now: datetime) -> None:
    """The person, or the platform, takes back what was granted for this notice."""
    uow.run(_withdraw, {"of": session_id, "kind": notice, "now": now})


def word(uow: UnitOfWork, session_id: int, turn: int, now: datetime) -> str:
    """What a person brings along who grants something: letters and digits, signed, so that nobody grants for somebody else.

    Each ``turn`` of a conversation has a scene of its own, or one grant would take the place of another.
    """
    words = f"{session_id}s{turn % SCENES + 1}u{int((now + LIFE).timestamp())}"
    return f"{words}x{keys.signature(uow, _PURPOSE, words)}"


def opened(uow: UnitOfWork, typed: str, now: datetime) -> tuple[int, int] | None:
    """The session and the scene that this word stands for; None for one that is forged, torn or over."""
    found = _WORD.fullmatch(typed)
    if found is None:
        return None
    session_id, scene, until, signature = found.groups()
    if not keys.is_signed(uow, _PURPOSE, f"{session_id}s{scene}u{until}", signature):
        return None
    return (int(session_id), int(scene)) if now < datetime.fromtimestamp(int(until), UTC) else None
