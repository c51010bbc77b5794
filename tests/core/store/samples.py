"""Values that these tests write again and again."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Any

from core.messages import Address, InboundMessage, OutboundMessage
from core.store import cases, inbox, keys, sessions
from core.store.cases import NewCase, StoredCase
from core.store.sessions import StoredSession
from core.store.unit_of_work import Store, UnitOfWork

WANG = Address("webchat", "wang")
LI = Address("webchat", "li")


def message(key: str = "m1", text: str = "三食堂有虫", **more: Any) -> InboundMessage:
    return InboundMessage(WANG, key, datetime(2026, 11, 23, 1, 30, tzinfo=UTC), text=text, **more)


def contact(store: Store, now: datetime, who: Address = WANG) -> StoredSession:
    """Somebody's session."""
    return store.write(lambda uow: sessions.load(uow, who, now))


def new_case(uow: UnitOfWork, now: datetime, number: str = "2026-0001", **more: Any) -> NewCase:
    row: dict[str, Any] = {
        "number": number,
        "policy_id": "a-pack",
        "policy_version": "1",
        "channel": "webchat",
        "draft": f"draft of {number}",
        "key_id": keys.new_key(uow),
        "status": "registered",
        "category": "other",
        "contents": {"facts": "三食堂有虫", "phone": "13900000000"},
        "code_hash": b"hash",
        "registered_at": now,
        "promised_on": date(2026, 12, 14),
        "phone": "13900000000",
    }
    return NewCase(**(row | more))


def filed(store: Store, now: datetime, number: str = "2026-0001", **more: Any) -> StoredCase:
    """A registered case."""
    return store.write(lambda uow: cases.insert(uow, new_case(uow, now, number, **more)))


def take_in(
    uow: UnitOfWork,
    said: InboundMessage,
    stored: StoredSession,
    reply: Sequence[OutboundMessage],
    now: datetime,
    draft: str | None = None,
) -> None:
    """A message and its reply, as one line of the history."""
    inbox.keep(uow, said, inbox.name_of(uow, said), stored, reply, now, draft=draft)
    sessions.next_line(uow, stored.id)
