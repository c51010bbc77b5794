"""Conversations on both databases: one a case, their lines on the way, and what stays of them when they are erased."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from functools import partial
from threading import Barrier

import pytest

from core.messages import OutboundMessage
from core.store import claims, outbox, relays, sessions, settlements
from core.store.relays import StoredRelay
from core.store.unit_of_work import Store, UnitOfWork
from tests.core.cases.desk import ANNA, Desk


@pytest.fixture
def desk(store: Store, now: datetime) -> Desk:
    return Desk(store, now)


def begin(uow: UnitOfWork, desk: Desk, case_id: int) -> StoredRelay | None:
    return relays.begin(uow, case_id, desk.person, desk.now)


def test_a_case_has_one_at_a_time(desk: Desk) -> None:
    case_id = desk.open()[0].id
    first = desk.store.write(lambda uow: begin(uow, desk, case_id))
    assert first is not None
    assert desk.store.write(lambda uow: begin(uow, desk, case_id)) is None
    desk.store.write(lambda uow: relays.end(uow, first, relays.STAFF))
    assert desk.store.read(lambda uow: relays.of_case(uow, case_id)) is None
    second = desk.store.write(lambda uow: begin(uow, desk, case_id))
    assert second is not None
    assert second.id != first.id


def test_of_those_that_begin_at_once_one_does(desk: Desk) -> None:
    case_id, ready = desk.open()[0].id, Barrier(4)

    def at_once(_: int) -> StoredRelay | None:
        ready.wait()
        return desk.store.write(lambda uow: begin(uow, desk, case_id))

    with ThreadPoolExecutor(4) as threads:
        begun = [*threads.map(at_once, range(4))]
    assert len([each for each in begun if each is not None]) == 1


def test_what_is_due_is_found_longest_waiting_first(desk: Desk) -> None:
    begun = [desk.store.write(partial(begin, desk=desk, case_id=desk.open(name)[0].id)) for name in "abc"]
    for relay, minutes in zip(begun, (3, 1, 9), strict=True):
        assert relay is not None
        at = desk.now + timedelta(minutes=minutes)
        desk.store.write(partial(_look_at, relay, at))
    due = desk.store.read(lambda uow: relays.due(uow, desk.now + timedelta(minutes=5), 10))
    assert due == [begun[1].id, begun[0].id]  # type: ignore[union-attr]


def _look_at(relay: StoredRelay, at: datetime, uow: UnitOfWork) -> None:
    relays.change(uow, relay, look_at=at)


def test_staff_hear_once_that_a_line_waits_and_once_that_it_arrived(desk: Desk) -> None:
    relay, line = _with_line(desk)
    assert _news(desk) == []
    [claimed] = desk.store.write(lambda uow: claims.claim(uow, desk.now, 9, 60))
    desk.store.write(lambda uow: settlements.settle_held(uow, claimed, "45015", desk.now))
    assert _news(desk) == [(line, "held")]
    assert _news(desk) == []
    held = desk.store.read(lambda uow: outbox.held(uow, desk.person))
    desk.store.write(lambda uow: outbox.hand_over(uow, held, desk.now))
    assert _news(desk) == [(line, "arrived")]
    assert _news(desk) == []
    assert relay.is_live


@pytest.mark.parametrize("forget", ["forget_case", "forget_person"])
def test_erasing_empties_the_copies_of_what_was_said_and_ends_it(desk: Desk, forget: str) -> None:
    relay, line = _with_line(desk)
    whose = relay.case_id if forget == "forget_case" else relay.session_id
    desk.store.write(lambda uow: getattr(relays, forget)(uow, whose))
    assert not desk.store.read(lambda uow: relays.by_id(uow, relay.id)).is_live
    assert desk.sent() == []
    rows = desk.store.read(lambda uow: uow.connection.execute(outbox.with_session).all())
    assert [row.body_sealed for row in rows if row.id == line] == [None]


def _with_line(desk: Desk) -> tuple[StoredRelay, int]:
    """A conversation, and the message that its staff said to anna."""
    case_id = desk.open()[0].id
    desk.sent()

    def make(uow: UnitOfWork) -> tuple[StoredRelay, int]:
        relay, to = begin(uow, desk, case_id), sessions.load(uow, ANNA, desk.now)
        assert relay is not None
        sent = outbox.add(uow, to, OutboundMessage("words"), "k", desk.now, now=desk.now)
        assert sent is not None
        relays.add_line(uow, relay, sent, relays.STAFF)
        return relay, sent

    return desk.store.write(make)


def _news(desk: Desk) -> list[tuple[int, str]]:
    """What staff hear of now; it is told."""
    found = desk.store.read(lambda uow: relays.on_their_way(uow, 10))
    return [(line.outbox_id, line.became) for line in found if desk.store.write(partial(relays.tell_of, line=line))]
