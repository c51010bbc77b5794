"""What a channel says about a message becomes a state of its row, and one person's trouble is nobody else's."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from core.delivery import LEASE_SECONDS, NOT_LIVE_SECONDS, RETRY_SECONDS, STOPPED_SECONDS, Channel, Delivery
from core.departures import claim
from core.errors import ChannelStopped, FetchRefused, Held, TryLater, Undeliverable
from core.ladder import Limits
from core.messages import Address, Attachment, FetchedFile, OutboundMessage
from core.store import outbox, queries, sessions
from core.store.tables import delivery_try
from core.store.unit_of_work import Store, UnitOfWork


@dataclass
class Chat:
    """A channel that keeps what is sent, and fails as it is told to: once for each error in ``faults``."""

    name: str = "chat"
    limits: Limits = field(default_factory=Limits)
    faults: dict[str, list[Exception]] = field(default_factory=dict)
    sent: list[tuple[str, str]] = field(default_factory=list)
    keys: list[str] = field(default_factory=list)

    async def send(self, to: Address, message: OutboundMessage, key: str) -> str:
        self.keys.append(key)
        if waiting := self.faults.get(to.peer):
            raise waiting.pop(0)
        self.sent.append((to.peer, message.text))
        return f"platform:{len(self.sent)}"

    async def fetch(self, attachment: Attachment) -> FetchedFile:
        raise FetchRefused


@dataclass
class Desk:
    """The outbox of a test, with a clock moved by hand."""

    store: Store
    now: datetime
    channels: Mapping[str, Channel]

    def put(self, peer: str, *texts: str, channel: str = "chat", notice: str | None = None) -> None:
        def work(uow: UnitOfWork) -> None:
            to = sessions.load(uow, Address(channel, peer), self.now)
            for text in texts:
                outbox.add(uow, to, OutboundMessage(text), f"{peer}:{text}", self.now, now=self.now, notice=notice)

        self.store.write(work)

    async def deliver(self, after: float = 0) -> None:
        self.now += timedelta(seconds=after)
        await Delivery(self.store, self.channels, lambda: self.now).deliver_due()

    @property
    def states(self) -> dict[str, int]:
        return self.store.read(queries.overview).outbox


@pytest.fixture
def chat() -> Chat:
    return Chat()


@pytest.fixture
def desk(store: Store, now: datetime, chat: Chat) -> Desk:
    return Desk(store, now, {"chat": chat})


async def test_what_is_due_is_sent_once(desk: Desk, chat: Chat) -> None:
    desk.put("anna", "one")
    await desk.deliver()
    await desk.deliver(LEASE_SECONDS + 1)
    assert chat.sent == [("anna", "one")]
    assert desk.states == {"sent": 1}


async def test_each_person_gets_their_messages_in_order(desk: Desk, chat: Chat) -> None:
    desk.put("anna", "one", "two", "three")
    desk.put("ben", "uno", "dos")
    await desk.deliver()
    assert [text for peer, text in chat.sent if peer == "anna"] == ["one", "two", "three"]
    assert [text for peer, text in chat.sent if peer == "ben"] == ["uno", "dos"]


async def test_a_passing_fault_is_tried_again_under_the_same_key_and_later_ones_wait_behind(
    desk: Desk, chat: Chat
) -> None:
    chat.faults = {"anna": [TryLater(), TryLater()]}
    desk.put("anna", "one", "two")
    await desk.deliver()
    assert chat.sent == []
    await desk.deliver(RETRY_SECONDS[0] - 1)
    assert len(chat.keys) == 1
    await desk.deliver(1)
    await desk.deliver(RETRY_SECONDS[1])
    assert [text for _, text in chat.sent] == ["one", "two"]
    assert len(set(chat.keys[:3])) == 1


async def test_the_platform_may_say_how_long_to_wait(desk: Desk, chat: Chat) -> None:
    chat.faults = {"anna": [TryLater(after=100.0)]}
    desk.put("anna", "one")
    await desk.deliver()
    await desk.deliver(99)
    assert chat.sent == []
    await desk.deliver(1)
    assert chat.sent == [("anna", "one")]


async def test_it_is_never_given_up_while_it_may_still_arrive(desk: Desk, chat: Chat) -> None:
    chat.faults = {"anna": [TryLater() for _ in range(30)]}
    desk.put("anna", "one")
    await desk.deliver()
    for _ in range(30):
        await desk.deliver(max(RETRY_SECONDS))
    assert chat.sent == [("anna", "one")]


async def test_what_is_held_waits_for_the_person_and_is_handed_over_in_order(desk: Desk, chat: Chat) -> None:
    chat.faults = {"anna": [Held(), Held()]}
    desk.put("anna", "one", "two")
    await desk.deliver()
    await desk.deliver(max(RETRY_SECONDS))
    assert desk.states == {"held": 2}

    def hand_over(uow: UnitOfWork) -> list[str]:
        anna = sessions.load(uow, Address("chat", "anna"), desk.now)
        waiting = outbox.held(uow, anna.id)
        outbox.hand_over(uow, waiting, desk.now)
        return [each.message.text for each in waiting]

    assert desk.store.write(hand_over) == ["one", "two"]
    assert desk.store.write(hand_over) == []
    await desk.deliver(max(RETRY_SECONDS))
    assert chat.sent == []


async def test_who_can_never_be_reached_is_not_tried_again(desk: Desk, chat: Chat) -> None:
    chat.faults = {"anna": [Undeliverable()]}
    desk.put("anna", "one")
    await desk.deliver()
    await desk.deliver(max(RETRY_SECONDS))
    assert desk.states == {"dead": 1}
    assert len(chat.keys) == 1


async def test_a_stopped_channel_is_told_to_the_operator_and_tried_again_after_a_while(
    desk: Desk, chat: Chat, caplog: pytest.LogCaptureFixture
) -> None:
    chat.faults = {"anna": [ChannelStopped(code="40125")]}
    desk.put("anna", "one")
    await desk.deliver()
    assert "channel chat is stopped, code 40125" in caplog.text
    assert "anna" not in caplog.text
    await desk.deliver(STOPPED_SECONDS - 1)
    assert chat.sent == []
    await desk.deliver(1)
    assert chat.sent == [("anna", "one")]


async def test_a_channel_that_is_not_live_keeps_its_messages(desk: Desk, chat: Chat) -> None:
    desk.put("anna", "one", channel="tomorrow")
    await desk.deliver()
    chat.name = "tomorrow"
    desk.channels = {"tomorrow": chat}
    await desk.deliver(NOT_LIVE_SECONDS)
    assert chat.sent == [("anna", "one")]


async def test_a_channel_that_breaks_does_not_stop_the_others(desk: Desk, chat: Chat) -> None:
    broken = Chat("broken", faults={"zoe": [RuntimeError("a slip in the code")]})
    desk.channels = {"chat": chat, "broken": broken}
    desk.put("zoe", "lost?", channel="broken")
    desk.put("anna", "one")
    with pytest.raises(RuntimeError):
        await desk.deliver()
    assert chat.sent == [("anna", "one")]
    assert desk.states == {"pending": 1, "sent": 1}
    await desk.deliver(LEASE_SECONDS + 1)
    assert broken.sent == [("zoe", "lost?")]


async def test_a_notice_has_one_try_on_record_though_who_sent_it_stopped_while_that_was_written(
    desk: Desk, chat: Chat, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever stops does not know whether the unit under way will be durable; it goes on by itself."""
    begun, may_go_on = threading.Event(), threading.Event()

    def claim_slowly(*args: Any, **options: Any) -> Any:
        if chat.sent:
            begun.set()
            assert may_go_on.wait(20)
        return claim(*args, **options)

    monkeypatch.setattr("core.delivery.claim", claim_slowly)
    monkeypatch.setattr("core.delivery.LANES", 1)
    desk.put("anna", "accepted", notice="accepted")
    stopped = asyncio.create_task(desk.deliver())
    while not begun.is_set():
        await asyncio.sleep(0.01)
    stopped.cancel()
    await asyncio.wait((stopped,))
    may_go_on.set()
    while "sent" not in desk.states:
        await asyncio.sleep(0.01)
    await desk.deliver()
    tries = desk.store.read(lambda uow: uow.connection.execute(select(delivery_try.c.rung)).scalars().all())
    assert (chat.sent, tries) == ([("anna", "accepted")], ["push"])
