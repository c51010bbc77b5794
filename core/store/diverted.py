"""What waits for a chat that must not, or cannot, get it: read with all that it takes to send it elsewhere, and taken back."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import bindparam, null, select, update

from core.messages import OutboundMessage
from core.records import record
from core.store.outbox import CANCELLED, opened, with_session
from core.store.statements import Statement
from core.store.tables import outbox
from core.store.tables.columns import among, any_of, within
from core.store.tables.messages import DEAD, FINISHED, OPEN, SENT
from core.store.unit_of_work import UnitOfWork


@record(frozen=True, slots=True)
class Diverted:
    """A message that is not sent where it was to go."""

    id: int
    message: OutboundMessage
    dedupe_key: str
    slot: str
    due_at: datetime


_columns = outbox.c
_open = Statement(
    with_session.add_columns(_columns.slot, _columns.due_at).where(
        _columns.session_id == bindparam("to"), among(_columns.state, *OPEN)
    )
)
_shown = Statement(
    select(_columns.platform_id)
    .where(
        _columns.session_id == bindparam("to"),
        within(_columns.state, FINISHED, SENT),
        _columns.platform_id != "",
        _columns.slot.startswith(bindparam("places")),
    )
    .order_by(_columns.id)
)
_take_back = Statement(
    update(outbox)
    .where(any_of(_columns.id, "ids"), among(_columns.state, *OPEN))
    .values(state=DEAD, last_code=CANCELLED, leased_until=null())
)


def take_back(uow: UnitOfWork, session_id: int, slots: str = "") -> Sequence[Diverted]:
    """All that waits for this chat in slots that begin like this, also what is being sent just now: it is not sent again there.

    What was to take the place of an earlier message means nothing elsewhere.
    """
    rows = [row for row in uow.run(_open, {"to": session_id}).rows if (row.slot or "").startswith(slots)]
    found = [(opened(uow, row), row) for row in rows]
    uow.run(_take_back, {"ids": [row.id for row in rows]})
    return [
        Diverted(each.id, each.message, each.dedupe_key, row.slot or "", row.due_at)
        for each, row in found
        if not each.message.replaces
    ]


def shown(uow: UnitOfWork, session_id: int, slots: str) -> list[str]:
    """The platform's numbers of what was sent to this chat in slots that begin like this, oldest first."""
    return uow.run(_shown, {"to": session_id, "places": slots}).scalars()
