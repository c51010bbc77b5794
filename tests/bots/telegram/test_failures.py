"""Each way in which the platform says no becomes one state of the message: later, held, dead, or stop and tell staff."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from bots.telegram.client import TelegramChannel
from core.delivery import STOPPED_SECONDS, Delivery
from core.messages import Address, OutboundMessage
from core.store import outbox, sessions
from core.store.tables import outbox as table
from core.store.unit_of_work import Store, UnitOfWork
from tests.bots.telegram.conftest import USER, Connect
from tests.simulators.telegram import TelegramSimulator
from tests.simulators.telegram_api import Fault

BLOCKED = "Forbidden: bot was blocked by the user"
DEACTIVATED = "Forbidden: user is deactivated"
KICKED = "Forbidden: bot was kicked from the group chat"
NEVER_BEGAN = "Forbidden: bot can't initiate conversation with a user"
NO_CHAT = "Bad Request: chat not found"
SILENCED = "Bad Request: not enough rights to send text messages to the chat"
UNREADABLE = "Bad Request: can't parse entities"

# Fault, state, code, seconds until the next try (None where there is none), whether staff are told.
FAILURES = [
    (Fault(429, "Too Many Requests: retry after 7", {"retry_after": 7}), "pending", "429", 7, False),
    (Fault(403, BLOCKED), "held", "403", None, False),
    (Fault(403, DEACTIVATED), "dead", "403", None, False),
    (Fault(403, KICKED), "dead", "403", None, False),
    (Fault(403, NEVER_BEGAN), "dead", "403", None, False),
    (Fault(400, NO_CHAT), "dead", "400", None, False),
    (Fault(400, UNREADABLE), "dead", "400", None, False),
    (Fault(400, SILENCED), "dead", "400", None, False),
    (Fault(401, "Unauthorized"), "pending", "401", STOPPED_SECONDS, True),
    (Fault(409, "Conflict: terminated by other getUpdates request"), "pending", "409", 2, False),
    (Fault(500, "Internal Server Error"), "pending", "NetworkError", 2, False),
    (Fault(502, "Bad Gateway"), "pending", "NetworkError", 2, False),
]


@pytest.mark.parametrize(
    ("fault", "state", "code", "after", "told"), FAILURES, ids=[f"{row[0].kind} {row[0].words}" for row in FAILURES]
)
async def test_a_no_of_the_platform_has_one_meaning(
    store: Store,
    now: datetime,
    platform: TelegramSimulator,
    connect: Connect,
    fault: Fault,
    state: str,
    code: str,
    after: float | None,
    told: bool,
) -> None:
    alarms: list[tuple[str, str]] = []
    platform.api.known.add(USER)
    platform.api.fail("sendMessage", replace(fault))
    store.write(lambda uow: _put(uow, now))
    channel: TelegramChannel = connect()

    def alarm(uow: UnitOfWork, name: str, of: str) -> None:
        alarms.append((name, of))

    await Delivery(store, {"telegram": channel}, lambda: now, alarm).deliver_due()
    [row] = store.read(lambda uow: uow.connection.execute(select(table)).all())
    assert (row.state, row.last_code) == (state, code)
    assert alarms == ([("telegram", code)] if told else [])
    if after is not None:
        assert row.due_at == now + timedelta(seconds=after)
    platform.api.faults.clear()
    await Delivery(store, {"telegram": channel}, lambda: now + timedelta(seconds=after or 0)).deliver_due()
    assert len(platform.inbox_of(USER)) == (1 if state == "pending" else 0)


def _put(uow: UnitOfWork, now: datetime) -> None:
    to = sessions.load(uow, Address("telegram", str(USER)), now)
    outbox.add(uow, to, OutboundMessage("您的投诉有新进展"), "k", now, now=now)
