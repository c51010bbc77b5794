"""To a reader who takes only so many messages what waits goes together, the most urgent first, each whole, and none is lost."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from core.delivery import LEASE_SECONDS, STOPPED_SECONDS
from core.departures import claim
from core.errors import ChannelStopped, TryLater, Undeliverable
from core.ladder import Limits
from core.messages import Address, OutboundMessage
from core.store import outbox, sessions
from core.store.unit_of_work import Store, UnitOfWork
from tests.core.test_delivery import Chat, Desk

PACE = 3.0
LIMITS = Limits(characters=20, pace=PACE)


class Post(Desk):
    """The outbox of a group's robot; ``due`` are seconds from now."""

    def alert(self, *texts: str, urgency: int | None = None, due: float = 0) -> None:
        def work(uow: UnitOfWork) -> None:
            to = sessions.load(uow, Address("chat", "group"), self.now)
            at = self.now + timedelta(seconds=due)
            for text in texts:
                outbox.add(uow, to, OutboundMessage(text), text, at, now=self.now, urgency=urgency)

        self.store.write(work)


@pytest.fixture
def chat() -> Chat:
    return Chat(limits=LIMITS)


@pytest.fixture
def desk(store: Store, now: datetime, chat: Chat) -> Post:
    return Post(store, now, {"chat": chat})


def heard(chat: Chat) -> list[str]:
    said, chat.sent = [text for _, text in chat.sent], []
    return said


async def test_the_first_goes_at_once_and_the_others_together_in_the_next_turn(desk: Post, chat: Chat) -> None:
    desk.alert("one")
    await desk.deliver()
    desk.alert("two", "three")
    await desk.deliver()
    await desk.deliver(PACE - 0.1)
    assert heard(chat) == ["one"]
    await desk.deliver(0.1)
    assert heard(chat) == ["two\n\nthree"]
    assert desk.states == {"sent": 3}


async def test_the_most_urgent_goes_first_and_of_equals_the_oldest(desk: Post, chat: Chat) -> None:
    desk.alert("rest", "rest 2")
    desk.alert("clock", urgency=1)
    desk.alert("fire", "flood", urgency=2)
    desk.alert("clock 2", urgency=1)
    await desk.deliver()
    await desk.deliver(PACE)
    await desk.deliver(PACE)
    assert heard(chat) == ["fire\n\nflood\n\nclock", "clock 2\n\nrest", "rest 2"]


async def test_each_is_whole_and_what_does_not_fit_goes_first_in_the_next_turn(desk: Post, chat: Chat) -> None:
    desk.alert("1" * 12, "2" * 6, "3" * 12, "4" * 3)
    for _ in range(4):
        await desk.deliver(PACE)
    assert heard(chat) == ["111111111111\n\n222222", "333333333333\n\n444"]


async def test_what_is_longer_than_a_message_goes_by_itself(desk: Post, chat: Chat) -> None:
    desk.alert("1" * 30, "2", "3")
    for _ in range(3):
        await desk.deliver(PACE)
    assert heard(chat) == ["1" * 30, "2\n\n3"]


async def test_what_is_not_due_is_not_taken_along(desk: Post, chat: Chat) -> None:
    desk.alert("tomorrow", urgency=2, due=100)
    desk.alert("now", "now too")
    await desk.deliver()
    await desk.deliver(99)
    assert heard(chat) == ["now\n\nnow too"]
    await desk.deliver(1)
    assert heard(chat) == ["tomorrow"]


async def test_all_wait_while_the_platform_wants_us_to_and_go_in_order_then(desk: Post, chat: Chat) -> None:
    chat.faults = {"group": [TryLater(after=600.0)]}
    desk.alert("one", "two", "three", "four", "five")
    await desk.deliver()
    for _ in range(59):
        await desk.deliver(10)
    assert (heard(chat), len(chat.keys)) == ([], 1), "nobody asks it in between"
    desk.alert("fire", urgency=2)
    await desk.deliver(9.9)
    assert heard(chat) == []
    await desk.deliver(0.1)
    await desk.deliver(PACE)
    assert heard(chat) == ["fire\n\none\n\ntwo", "three\n\nfour\n\nfive"]
    assert desk.states == {"sent": 6}


async def test_a_platform_that_is_not_there_is_asked_less_and_less_however_many_wait(desk: Post, chat: Chat) -> None:
    chat.faults = {"group": [TryLater() for _ in range(100)]}
    desk.alert(*(f"{number:04}" for number in range(40)))
    await desk.deliver()
    for _ in range(150):
        await desk.deliver(4)
    assert len(chat.keys) == 6, "at 0, 4, 12, 28, 88 and 388 seconds"


async def test_a_robot_that_is_refused_is_asked_once_in_ten_minutes_and_loses_nothing(desk: Post, chat: Chat) -> None:
    chat.faults = {"group": [ChannelStopped(code="93000")]}
    desk.alert("one", "two")
    await desk.deliver()
    for _ in range(10):
        await desk.deliver(STOPPED_SECONDS / 10 - 0.1)
    assert len(chat.keys) == 1
    await desk.deliver(1)
    assert heard(chat) == ["one\n\ntwo"]


async def test_what_is_refused_together_is_tried_alone_and_only_the_culprit_is_lost(desk: Post, chat: Chat) -> None:
    chat.faults = {"group": [Undeliverable(code="430102")]}
    desk.alert("one", "bad", "three")
    await desk.deliver()
    desk.alert("new")
    chat.faults = {}
    await desk.deliver(PACE)
    chat.faults = {"group": [Undeliverable(code="430102")]}
    await desk.deliver(PACE)
    chat.faults = {}
    await desk.deliver(PACE)
    await desk.deliver(PACE)
    assert heard(chat) == ["one", "three", "new"]
    assert desk.states == {"sent": 3, "dead": 1}


async def test_what_a_killed_process_had_in_hand_goes_again_when_its_lease_is_over(desk: Post, chat: Chat) -> None:
    """It may have been sent: at least once."""
    desk.alert("one", "two", "three")
    now = desk.now
    _, (departure,) = desk.store.write(lambda uow: claim(uow, {"chat": LIMITS}, now, 50, LEASE_SECONDS))
    assert len(departure.rows) == 3
    desk.alert("fire", urgency=2)
    await desk.deliver(LEASE_SECONDS - 1)
    assert heard(chat) == []
    await desk.deliver(1)
    await desk.deliver(PACE)
    assert heard(chat) == ["fire\n\none\n\ntwo", "three"]
    assert desk.states == {"sent": 4}


async def test_all_processes_share_the_turns_also_one_that_has_just_begun(desk: Post, chat: Chat) -> None:
    """Each round is a process of its own: nothing is remembered but in the database."""
    for second in range(20):
        desk.alert(f"{second:02}")
        await desk.deliver()
        await desk.deliver()
        desk.now += timedelta(seconds=1)
    assert len(heard(chat)) == 7, "at 0, 3, 6, 9, 12, 15 and 18 seconds"


async def test_others_go_on_at_their_own_pace(desk: Post, chat: Chat) -> None:
    other = Chat("other")
    desk.channels = {"chat": chat, "other": other}
    desk.alert("one", "two", "three", "four")
    desk.put("anna", "uno", "dos", channel="other")
    await desk.deliver()
    assert other.sent == [("anna", "uno"), ("anna", "dos")]


async def test_a_clock_that_was_set_back_stops_nobody_for_ever(desk: Post, chat: Chat) -> None:
    desk.now += timedelta(days=1)
    desk.alert("one")
    await desk.deliver()
    desk.now -= timedelta(days=1)
    desk.alert("two")
    await desk.deliver()
    assert heard(chat) == ["one", "two"]


async def test_a_hundred_that_wait_are_not_looked_at_again_and_again(desk: Post, chat: Chat) -> None:
    """What waits for a turn is due then: whoever claims for others need not look at it."""
    desk.alert(*(f"{number:03}" for number in range(100)))
    await desk.deliver()
    now = desk.now
    due, departures = desk.store.write(lambda uow: claim(uow, {"chat": replace(LIMITS)}, now, 50, LEASE_SECONDS))
    assert (due, departures) == (0, [])
