"""Files that came with a complaint: noted at once, fetched from the platform later, kept until erased."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from sqlalchemy import BindParameter, and_, bindparam, false, func, insert, null, or_, select, true, update

from core.messages import Attachment, AttachmentKind
from core.records import record
from core.store import keys
from core.store.keyring import DataKey
from core.store.packing import pack_attachment, unpack_attachment
from core.store.statements import Row, Statement
from core.store.tables import evidence, session
from core.store.unit_of_work import UnitOfWork


@record(frozen=True, slots=True)
class StoredEvidence:
    """A piece of evidence as it stands. ``attachment`` is what the sender called it; ``mime`` is by content.

    ``reason`` says why it failed; ``told`` whether the person knows.
    """

    id: int
    session_id: int
    draft: str
    case_id: int | None
    key_id: int
    position: int
    kind: AttachmentKind
    attachment: Attachment
    mime: str
    size: int
    sha256: bytes | None
    path: str
    state: str
    reason: str
    made_at: datetime
    told: bool


@record(frozen=True, slots=True)
class ClaimedEvidence:
    """A file that is ours to fetch until its lease ends. ``key`` seals it, outside any transaction."""

    id: int
    channel: str
    key: DataKey
    attachment: Attachment
    attempts: int


UNTOUCHED = {"mime": "", "size": 0, "path": "", "state": "waiting", "reason": "", "attempts": 0, "told": False}

_columns = evidence.c
_now: BindParameter[datetime] = bindparam("now")
_make = Statement(insert(evidence).returning(_columns.id))
_last_position = Statement(
    select(func.coalesce(func.max(_columns.position), 0)).where(_columns.draft == bindparam("of"))
)
_in_order = select(evidence).where(_columns.state != "removed").order_by(_columns.position)
_of_draft = Statement(_in_order.where(_columns.draft == bindparam("of")))
_of_case = Statement(_in_order.where(_columns.case_id == bindparam("of")))
_unfiled = Statement(select(evidence).where(_columns.session_id == bindparam("of"), _columns.case_id.is_(None)))
_by_id = Statement(select(evidence).where(_columns.id == bindparam("key")))
_untold = Statement(
    select(evidence)
    .where(_columns.state == "failed", _columns.told == false())
    .order_by(_columns.id)
    .limit(bindparam("most"))
)
_mark_told = Statement(update(evidence).where(_columns.id == bindparam("key")).values(told=true()))
_forget = Statement(
    update(evidence)
    .where(_columns.id == bindparam("key"))
    .values(state="removed", attachment_sealed=null(), path="", sha256=null(), leased_until=null())
)
_claimable = Statement(
    select(_columns.id)
    .where(
        or_(
            and_(_columns.state == "waiting", _columns.due_at <= _now),
            and_(_columns.state == "leased", _columns.leased_until <= _now),
        )
    )
    .order_by(_columns.due_at)
    .limit(bindparam("most"))
    .with_for_update(skip_locked=True)
)
_lease = (
    update(evidence)
    .where(_columns.id.in_(bindparam("ids", expanding=True)))
    .values(state="leased", attempts=_columns.attempts + 1, leased_until=bindparam("until"))
)
_claimed = (
    select(evidence, session.c.channel)
    .join(session, session.c.id == _columns.session_id)
    .where(_columns.id.in_(bindparam("ids", expanding=True)))
    .order_by(_columns.id)
)
_settle = (
    update(evidence).where(_columns.id == bindparam("key"), _columns.state == "leased").values(leased_until=null())
)
_settle_stored = Statement(
    _settle.values(
        state="stored",
        mime=bindparam("is_mime"),
        size=bindparam("is_size"),
        sha256=bindparam("is_sha256"),
        path=bindparam("at_path"),
    )
)
_settle_later = Statement(_settle.values(state="waiting", due_at=bindparam("due")))
_settle_failed = Statement(_settle.values(state="failed", reason=bindparam("why")))
_move = Statement(update(evidence).where(_columns.draft == bindparam("of")).values(session_id=bindparam("to")))
_free = Statement(update(evidence).where(_columns.state == "leased").values(state="waiting", leased_until=null()))
_adopt = Statement(update(evidence).where(_columns.draft == bindparam("of")).values(case_id=bindparam("by")))


def add(
    uow: UnitOfWork,
    session_id: int,
    draft: str,
    case_id: int | None,
    key_id: int,
    attachment: Attachment,
    now: datetime,
) -> int:
    """Note a file that is to be fetched. The session must have been loaded in this unit: files come in parallel."""
    position = uow.run(_last_position, {"of": draft}).scalar_one() + 1
    row = {
        "session_id": session_id,
        "draft": draft,
        "case_id": case_id,
        "key_id": key_id,
        "position": position,
        "kind": attachment.kind,
        "attachment_sealed": keys.seal(uow, key_id, pack_attachment(attachment), _about(draft, position)),
        "due_at": now,
        "made_at": now,
    }
    return int(uow.run(_make, row | UNTOUCHED).scalar_one())


def remove(uow: UnitOfWork, evidence_id: int) -> None:
    """Forget a file: its name, what was recognised in it, and its content."""
    _remove_rows(uow, uow.run(_by_id, {"key": evidence_id}).rows)


def remove_of_case(uow: UnitOfWork, case_id: int) -> None:
    _remove_rows(uow, uow.run(_of_case, {"of": case_id}).rows)


def remove_unfiled(uow: UnitOfWork, session_id: int) -> None:
    """Forget the files of complaints that were never filed, with the keys that nothing else is sealed by."""
    rows = uow.run(_unfiled, {"of": session_id}).rows
    _remove_rows(uow, rows)
    for key_id in {row.key_id for row in rows}:
        keys.destroy(uow, key_id)


def list_for_draft(uow: UnitOfWork, draft: str) -> list[StoredEvidence]:
    """What is attached to a draft, by position."""
    return _all(uow, _of_draft, of=draft)


def list_for_case(uow: UnitOfWork, case_id: int) -> list[StoredEvidence]:
    return _all(uow, _of_case, of=case_id)


def move(uow: UnitOfWork, draft: str, session_id: int) -> None:
    """The draft goes on in another conversation. Its files must be here already: fetching is for the channel they came by."""
    uow.run(_move, {"of": draft, "to": session_id})


def adopt(uow: UnitOfWork, draft: str, case_id: int) -> None:
    """What came with the draft belongs to the case from now on."""
    uow.run(_adopt, {"of": draft, "by": case_id})


def claim(uow: UnitOfWork, now: datetime, limit: int, lease_seconds: float) -> list[ClaimedEvidence]:
    """Take files to fetch, longest waiting first. A lease that ran out is taken over."""
    ids = uow.run(_claimable, {"now": now, "most": limit}).scalars()
    if not ids:
        return []
    uow.connection.execute(_lease, {"ids": ids, "until": now + timedelta(seconds=lease_seconds)})
    return [_claimed_evidence(uow, row) for row in uow.connection.execute(_claimed, {"ids": ids}).all()]


def free_leases(uow: UnitOfWork) -> None:
    """Nobody fetches anything now: what a process that is gone had claimed may be claimed again at once."""
    uow.run(_free, {})


def settle_stored(uow: UnitOfWork, evidence_id: int, mime: str, size: int, sha256: bytes, path: str) -> bool:
    """It is on the disk. False if nobody wants it any more: then the file itself is removed."""
    row = {"key": evidence_id, "is_mime": mime, "is_size": size, "is_sha256": sha256, "at_path": path}
    wanted = uow.run(_settle_stored, row).rowcount == 1
    if not wanted:
        uow.after_commit.append(partial(uow.files.remove, path))
    return wanted


def settle_later(uow: UnitOfWork, evidence_id: int, due_at: datetime) -> None:
    uow.run(_settle_later, {"key": evidence_id, "due": due_at})


def settle_failed(uow: UnitOfWork, evidence_id: int, reason: str) -> None:
    """It can never be had; the person is still to be told."""
    uow.run(_settle_failed, {"key": evidence_id, "why": reason})


def untold(uow: UnitOfWork, limit: int) -> list[StoredEvidence]:
    """Files that failed and whose sender does not know yet, oldest first."""
    return _all(uow, _untold, most=limit)


def mark_told(uow: UnitOfWork, evidence_id: int) -> None:
    uow.run(_mark_told, {"key": evidence_id})


def _all(uow: UnitOfWork, statement: Statement, **values: Any) -> list[StoredEvidence]:
    return [_stored(uow, row) for row in uow.run(statement, values).rows]


def _stored(uow: UnitOfWork, row: Row) -> StoredEvidence:
    names = StoredEvidence.__dataclass_fields__.keys() - {"attachment"}
    return StoredEvidence(attachment=_attachment(uow, row), **{name: getattr(row, name) for name in names})


def _claimed_evidence(uow: UnitOfWork, row: Row) -> ClaimedEvidence:
    return ClaimedEvidence(
        id=row.id,
        channel=row.channel,
        key=keys.open_key(uow, row.key_id),
        attachment=_attachment(uow, row),
        attempts=row.attempts,
    )


def _attachment(uow: UnitOfWork, row: Row) -> Attachment:
    about = _about(row.draft, row.position)
    return unpack_attachment(keys.unseal(uow, row.key_id, row.attachment_sealed, about))


def _remove_rows(uow: UnitOfWork, rows: Iterable[Row]) -> None:
    """The files go after the commit: a unit that is rolled back must leave them where they are."""
    for row in rows:
        uow.run(_forget, {"key": row.id})
        if row.path:
            uow.after_commit.append(partial(uow.files.remove, row.path))


def _about(draft: str, position: int) -> str:
    return f"evidence.attachment_sealed:{draft}:{position}"
