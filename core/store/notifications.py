"""送达记录: of each notice of a case what it said, how it was tried, and when its complainant came to know of it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from sqlalchemy import bindparam, func, insert, null, select, update

from core.errors import KeyDestroyed
from core.ladder import Facts
from core.records import pack, record, unpack
from core.store import keys, recusals
from core.store.statements import Row, Statement
from core.store.tables import case_file, data_key, delivery_try, notification, outbox
from core.store.tables.columns import Id, among
from core.store.tables.messages import FINISHED
from core.store.unit_of_work import UnitOfWork


@record(frozen=True, slots=True)
class NewNotification:
    """A notice that is being made: ``words`` and ``facts`` are what it says, sealed with ``key_id``; see the table for the rest."""

    case_id: int
    key_id: int
    outbox_id: int | None
    notice: str
    digest: bytes
    words: str
    facts: Facts
    made_at: datetime
    legal_by: datetime | None
    ask_at: datetime | None


@record(frozen=True, slots=True)
class Try:
    """One try to send a notice: ``code`` is "" where the platform took it, ``answer`` its own id for it or for the request."""

    at: datetime
    rung: str
    code: str
    answer: str


@record(frozen=True, slots=True)
class Notification:
    """How a notice stands. ``words`` are empty, and there are no ``facts``, once the case is erased.

    ``state``, ``rung`` and ``sent_at`` are the outbox's; empty where there was no chat to send it to. ``read_at`` is when its
    case was looked up by number and query code; what was read has arrived.
    """

    id: int
    case_id: int
    outbox_id: int | None
    notice: str
    digest: bytes
    words: str
    facts: Facts | None
    made_at: datetime
    legal_by: datetime | None
    asked_at: datetime | None
    delivered_at: datetime | None
    read_at: datetime | None
    told_at: datetime | None
    told_by: str
    state: str
    rung: str
    sent_at: datetime | None
    tries: tuple[Try, ...] = ()

    @property
    def known_at(self) -> datetime | None:
        """When its complainant came to know of it, in whatever way came first."""
        return min((at for at in (self.delivered_at, self.told_at) if at is not None), default=None)


@record(frozen=True, slots=True)
class Call:
    """A notice for staff to tell, without its words."""

    id: int
    number: str
    notice: str
    made_at: datetime
    legal_by: datetime | None
    asked_at: datetime


_columns = notification.c
_make = Statement(insert(notification).returning(_columns.id))
_seal = Statement(update(notification).where(_columns.id == bindparam("key")).values(words_sealed=bindparam("words")))
_read = (
    select(
        notification,
        outbox.c.state,
        outbox.c.rung,
        outbox.c.sent_at,
        case_file.c.key_id,
        data_key.c.master_id,
        data_key.c.wrapped,
    )
    .select_from(
        notification.join(case_file, case_file.c.id == _columns.case_id)
        .join(data_key, data_key.c.id == case_file.c.key_id)
        .outerjoin(outbox, outbox.c.id == _columns.outbox_id)
    )
    .order_by(_columns.id)
)
_of_case = Statement(_read.where(_columns.case_id == bindparam("of")))
_by_id = Statement(_read.where(_columns.id == bindparam("key")))
_of_outbox = Statement(_read.where(_columns.outbox_id == bindparam("sent_as")))
_to_ask = Statement(
    select(_columns.id)
    .where(_columns.ask_at <= bindparam("now"))
    .order_by(_columns.ask_at, _columns.id)
    .limit(bindparam("most"))
    .with_for_update(skip_locked=True)
)
_asked = Statement(
    update(notification).where(_columns.id == bindparam("key")).values(asked_at=bindparam("now"), ask_at=null())
)
_told = Statement(
    update(notification)
    .where(_columns.id == bindparam("key"), _columns.told_at.is_(None))
    .values(told_at=bindparam("now"), told_by=bindparam("by"), ask_at=null())
)
_delivered = Statement(
    update(notification)
    .where(_columns.outbox_id == bindparam("sent_as"), _columns.delivered_at.is_(None))
    .values(delivered_at=bindparam("now"), ask_at=null())
)
_looked_up = Statement(
    update(notification)
    .where(_columns.case_id == bindparam("of"), _columns.read_at.is_(None))
    .values(
        read_at=bindparam("now"), delivered_at=func.coalesce(_columns.delivered_at, bindparam("now")), ask_at=null()
    )
)
_calls = Statement(
    select(_columns.id, case_file.c.number, _columns.notice, _columns.made_at, _columns.legal_by, _columns.asked_at)
    .join(case_file, case_file.c.id == _columns.case_id)
    .where(
        _columns.asked_at.is_not(None),
        _columns.delivered_at.is_(None),
        _columns.told_at.is_(None),
        recusals.visible_to(bindparam("viewer", type_=Id)),
    )
    .order_by(_columns.legal_by, _columns.id)
    .limit(bindparam("most"))
)
_undelivered = Statement(
    select(_columns.outbox_id)
    .join(outbox, outbox.c.id == _columns.outbox_id)
    .where(
        outbox.c.session_id == bindparam("of"),
        among(outbox.c.state, *FINISHED),
        outbox.c.line >= bindparam("first"),
        outbox.c.line <= bindparam("last"),
        _columns.delivered_at.is_(None),
    )
)
_try = Statement(insert(delivery_try))
_tries = Statement(
    select(delivery_try).where(delivery_try.c.outbox_id == bindparam("sent_as")).order_by(delivery_try.c.id)
)


def add(uow: UnitOfWork, new: NewNotification) -> int:
    """Begin the record of a notice."""
    row = {
        "case_id": new.case_id,
        "outbox_id": new.outbox_id,
        "notice": new.notice,
        "digest": new.digest,
        "words_sealed": None,
        "made_at": new.made_at,
        "legal_by": new.legal_by,
        "ask_at": new.ask_at,
        "told_by": "",
    }
    made: int = uow.run(_make, row).scalar_one()
    uow.run(_seal, {"key": made, "words": keys.seal(uow, new.key_id, pack([new.words, new.facts]), _about(made))})
    return made


def of_case(uow: UnitOfWork, case_id: int) -> list[Notification]:
    """All notices of a case with every try, oldest first."""
    return [_with_tries(uow, _stored(uow, row)) for row in uow.run(_of_case, {"of": case_id}).rows]


def by_id(uow: UnitOfWork, notification_id: int) -> Notification | None:
    row = uow.run(_by_id, {"key": notification_id}).one_or_none()
    return _stored(uow, row) if row is not None else None


def of_outbox(uow: UnitOfWork, outbox_id: int) -> Notification | None:
    """The record of what is sent as this row of the outbox, None where that is no notice."""
    row = uow.run(_of_outbox, {"sent_as": outbox_id}).one_or_none()
    return _stored(uow, row) if row is not None else None


def tried(uow: UnitOfWork, outbox_id: int, at: datetime, rung: str, code: str, answer: str) -> None:
    """Write down one try; the words of platforms are not kept."""
    uow.run(_try, {"outbox_id": outbox_id, "at": at, "rung": rung, "code": code, "answer": answer})


def delivered(uow: UnitOfWork, outbox_id: int, now: datetime) -> None:
    """It arrived: nobody need be asked to telephone."""
    uow.run(_delivered, {"sent_as": outbox_id, "now": now})


def looked_up(uow: UnitOfWork, case_id: int, now: datetime) -> None:
    """Somebody read all that the case told so far, by what only its complainant has."""
    uow.run(_looked_up, {"of": case_id, "now": now})


def to_ask(uow: UnitOfWork, now: datetime, limit: int) -> list[Notification]:
    """Notices that nobody knows of yet although staff should be asked to tell them by now; ours until the unit ends."""
    ids = uow.run(_to_ask, {"now": now, "most": limit}).scalars()
    return [found for each in ids if (found := by_id(uow, each)) is not None]


def asked(uow: UnitOfWork, notification_id: int, now: datetime) -> None:
    """Staff were asked to tell it; they are not asked again."""
    uow.run(_asked, {"key": notification_id, "now": now})


def told(uow: UnitOfWork, notification_id: int, by: str, now: datetime) -> bool:
    """Staff told it; False where it had been told before."""
    return uow.run(_told, {"key": notification_id, "by": by, "now": now}).rowcount == 1


def calls(uow: UnitOfWork, limit: int, *, viewer: int | None = None) -> list[Call]:
    """What staff were asked to tell and nobody has told yet, the most urgent first.

    A case that must be kept from the ``viewer`` is not among them; None is the office as a whole.
    """
    return [Call(*row) for row in uow.run(_calls, {"most": limit, "viewer": viewer}).rows]


def undelivered(uow: UnitOfWork, session_id: int, first: int, last: int) -> list[int]:
    """Notices between these lines of a person's history that nobody knows to have arrived, as rows of the outbox."""
    return uow.run(_undelivered, {"of": session_id, "first": first, "last": last}).scalars()


def _with_tries(uow: UnitOfWork, stored: Notification) -> Notification:
    if stored.outbox_id is None:
        return stored
    rows: Iterable[Row] = uow.run(_tries, {"sent_as": stored.outbox_id}).rows
    return replace(stored, tries=tuple(Try(row.at, row.rung, row.code, row.answer) for row in rows))


def _stored(uow: UnitOfWork, row: Row) -> Notification:
    words, facts = _words(uow, row)
    return Notification(
        id=row.id,
        case_id=row.case_id,
        outbox_id=row.outbox_id,
        notice=row.notice,
        digest=row.digest,
        words=words,
        facts=facts,
        made_at=row.made_at,
        legal_by=row.legal_by,
        asked_at=row.asked_at,
        delivered_at=row.delivered_at,
        read_at=row.read_at,
        told_at=row.told_at,
        told_by=row.told_by,
        state=row.state or "",
        rung=row.rung or "",
        sent_at=row.sent_at,
    )


def _words(uow: UnitOfWork, row: Row) -> tuple[str, Facts | None]:
    try:
        keys.unlock(uow, row.key_id, row.master_id, row.wrapped)
    except KeyDestroyed:
        return "", None
    words, facts = unpack(keys.unseal(uow, row.key_id, row.words_sealed, _about(row.id)))
    return words, Facts(**(facts | {"at": datetime.fromisoformat(facts["at"])}))


def _about(notification_id: int) -> str:
    return f"notification.words_sealed:{notification_id}"
