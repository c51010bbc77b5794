"""Conversations between a complainant and whoever handles their case. Who changes one has its case locked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, bindparam, null, or_, select, update
from sqlalchemy.dialects.postgresql import insert

from core.records import record
from core.store.outbox import CANCELLED
from core.store.statements import Row, Statement
from core.store.tables import outbox, relay, relay_line
from core.store.tables.columns import among, in_the_text
from core.store.tables.messages import DEAD, FINISHED, HANDED, HELD, SENT
from core.store.tables.messages import OPEN as UNSENT
from core.store.tables.relays import ASKED, NOBODY, ON, OVER, QUESTION
from core.store.tables.relays import COMPLAINANT as COMPLAINANT
from core.store.tables.relays import STAFF as STAFF
from core.store.unit_of_work import UnitOfWork

ASKED_FOR, OPEN, WAITS_FOR_ANSWER = ASKED, ON, QUESTION


@record(frozen=True, slots=True)
class StoredRelay:
    """One conversation; the columns are explained in ``tables``."""

    id: int
    case_id: int
    session_id: int
    state: str
    holder_id: int | None
    desk_id: int | None
    rung: int
    lines: int
    asked_at: datetime
    last_at: datetime
    last_by: str
    look_at: datetime | None

    @property
    def is_live(self) -> bool:
        return self.state != OVER


@record(frozen=True, slots=True)
class OnItsWay:
    """A line of staff of which its writer must hear: it is ``held``, cannot be brought, or has arrived after it was held."""

    outbox_id: int
    relay_id: int
    became: str


COLUMNS = tuple(each.name for each in fields(StoredRelay))
CHANGEABLE = frozenset(COLUMNS) - {"id", "case_id", "session_id"}

_columns = relay.c
# Said in the text of the statement: else no index of live ones alone is used.
_is_live = _columns.state != in_the_text(OVER)
_read = select(*(_columns[name] for name in COLUMNS))
# What begins at once about one case begins once: the index of live ones has room for one a case.
_make = Statement(insert(relay).on_conflict_do_nothing().returning(_columns.id))
_by_id = Statement(_read.where(_columns.id == bindparam("key")))
_of_case = Statement(_read.where(_columns.case_id == bindparam("of"), _is_live))
_of_person = Statement(_read.where(_columns.session_id == bindparam("of"), _is_live).order_by(_columns.id))
_held_by = Statement(_read.where(_columns.holder_id == bindparam("of"), _is_live).order_by(_columns.id))
_asked = Statement(_read.where(_is_live, _columns.state == ASKED).order_by(_columns.id))
_due = Statement(
    select(_columns.id).where(_columns.look_at <= bindparam("now")).order_by(_columns.look_at).limit(bindparam("most"))
)
_change = update(relay).where(_columns.id == bindparam("key"))
_add_line = Statement(insert(relay_line).on_conflict_do_nothing(index_elements=["outbox_id"]))

_of_staff = and_(relay_line.c.by == STAFF, _is_live)
_news = and_(
    _of_staff,
    or_(
        and_(relay_line.c.told == "", outbox.c.state == HELD),
        and_(relay_line.c.told != DEAD, outbox.c.state == DEAD, outbox.c.last_code != CANCELLED),
        and_(relay_line.c.told == HELD, among(outbox.c.state, SENT, HANDED)),
    ),
)
_on_their_way = Statement(
    select(relay_line.c.outbox_id, relay_line.c.relay_id, outbox.c.state)
    .select_from(
        relay.join(relay_line, relay_line.c.relay_id == _columns.id).join(outbox, outbox.c.id == relay_line.c.outbox_id)
    )
    .where(_news)
    .order_by(relay_line.c.outbox_id)
    .limit(bindparam("most"))
)
_told = Statement(
    update(relay_line)
    .where(relay_line.c.outbox_id == bindparam("key"), relay_line.c.told != bindparam("became"))
    .values(told=bindparam("became"))
)
_copies_in_chat = and_(outbox.c.session_id == bindparam("chat"), among(outbox.c.state, *FINISHED))
_forget_read = Statement(
    update(outbox)
    .where(
        _copies_in_chat,
        outbox.c.id.in_(select(relay_line.c.outbox_id).where(relay_line.c.relay_id == bindparam("of"))),
    )
    .values(body_sealed=null())
)
_forget_all_read = Statement(
    update(outbox).where(_copies_in_chat, outbox.c.id.in_(select(relay_line.c.outbox_id))).values(body_sealed=null())
)
_over = {"state": OVER, "ended_by": "erased", "look_at": null(), "holder_id": null(), "desk_id": null()}


def _forgetting(whose: ColumnElement[int]) -> tuple[Statement, ...]:
    """What still waits is not sent, of what was sent no word stays, and nobody goes on with it."""
    lines = select(relay_line.c.outbox_id).join(relay, _columns.id == relay_line.c.relay_id)
    mine = outbox.c.id.in_(lines.where(whose == bindparam("of")))
    return (
        Statement(
            update(outbox)
            .where(mine, among(outbox.c.state, *UNSENT))
            .values(state=DEAD, last_code="erased", leased_until=null())
        ),
        Statement(update(outbox).where(mine, among(outbox.c.state, *FINISHED)).values(body_sealed=null())),
        Statement(update(relay).where(whose == bindparam("of"), _is_live).values(**_over)),
    )


_forget_case, _forget_person = _forgetting(_columns.case_id), _forgetting(_columns.session_id)


def begin(uow: UnitOfWork, case_id: int, session_id: int, now: datetime, **values: Any) -> StoredRelay | None:
    """A new one; None where one about this case is going on."""
    row = {
        "case_id": case_id,
        "session_id": session_id,
        "state": ASKED,
        "holder_id": None,
        "desk_id": None,
        "rung": 0,
        "lines": 0,
        "asked_at": now,
        "last_at": now,
        "last_by": NOBODY,
        "look_at": now,
        "ended_by": "",
    }
    made = uow.run(_make, row | values).scalar()
    return by_id(uow, made) if made is not None else None


def by_id(uow: UnitOfWork, relay_id: int) -> StoredRelay:
    """One that is known to exist."""
    return _stored(uow.run(_by_id, {"key": relay_id}).one())


def of_case(uow: UnitOfWork, case_id: int) -> StoredRelay | None:
    """The one that is going on about this case."""
    row = uow.run(_of_case, {"of": case_id}).one_or_none()
    return _stored(row) if row is not None else None


def of_person(uow: UnitOfWork, session_id: int) -> list[StoredRelay]:
    """Those that are going on with this person, oldest first."""
    return _all(uow.run(_of_person, {"of": session_id}).rows)


def held_by(uow: UnitOfWork, member_id: int) -> list[StoredRelay]:
    """Those that this member of staff has taken, or asked in, and that are going on."""
    return _all(uow.run(_held_by, {"of": member_id}).rows)


def waiting(uow: UnitOfWork) -> list[StoredRelay]:
    """Those that nobody has taken, oldest first."""
    return _all(uow.run(_asked, {}).rows)


def due(uow: UnitOfWork, now: datetime, limit: int) -> list[int]:
    """The ids of those that something is to be done about, longest waiting first."""
    return uow.run(_due, {"now": now, "most": limit}).scalars()


def change(uow: UnitOfWork, stored: StoredRelay, /, **changed: Any) -> StoredRelay:
    """Change columns; return it as it now is."""
    if unknown := changed.keys() - CHANGEABLE:
        raise ValueError(f"a relay has no changeable {', '.join(sorted(unknown))}")
    uow.connection.execute(_change.values(**changed), {"key": stored.id})
    return by_id(uow, stored.id)


def end(uow: UnitOfWork, stored: StoredRelay, by: str) -> None:
    """Nobody goes on with it."""
    uow.connection.execute(_change.values(state=OVER, look_at=None, ended_by=by), {"key": stored.id})


def add_line(uow: UnitOfWork, stored: StoredRelay, outbox_id: int, by: str) -> None:
    """This message in the outbox is a copy of a line that ``by`` said."""
    uow.run(_add_line, {"outbox_id": outbox_id, "relay_id": stored.id, "by": by, "told": ""})


def on_their_way(uow: UnitOfWork, limit: int) -> list[OnItsWay]:
    """Lines of staff of which their writers must hear, in the order in which they were said."""
    became = {HELD: HELD, DEAD: DEAD, SENT: "arrived", HANDED: "arrived"}
    found = uow.run(_on_their_way, {"most": limit}).rows
    return [OnItsWay(row.outbox_id, row.relay_id, became[row.state]) for row in found]


def tell_of(uow: UnitOfWork, line: OnItsWay) -> bool:
    """Whoever wrote it hears what became of it; False where they heard that before."""
    return uow.run(_told, {"key": line.outbox_id, "became": line.became}).rowcount == 1


def forget_read(uow: UnitOfWork, stored: StoredRelay, chat_id: int) -> None:
    """What was read of it in this chat of staff is not kept there any longer."""
    uow.run(_forget_read, {"of": stored.id, "chat": chat_id})


def forget_all_read(uow: UnitOfWork, chat_id: int) -> None:
    """As ``forget_read``, of every conversation."""
    uow.run(_forget_all_read, {"chat": chat_id})


def forget_case(uow: UnitOfWork, case_id: int) -> None:
    """No copy of what was said about this case stays in anybody's chat, and nobody goes on with it."""
    for statement in _forget_case:
        uow.run(statement, {"of": case_id})


def forget_person(uow: UnitOfWork, session_id: int) -> None:
    """As ``forget_case``, of all that was said with this person."""
    for statement in _forget_person:
        uow.run(statement, {"of": session_id})


def _all(rows: Sequence[Row]) -> list[StoredRelay]:
    return [_stored(row) for row in rows]


def _stored(row: Row) -> StoredRelay:
    return StoredRelay(**row._asdict())
