"""Messages go out at least once, one at a time and in order for each person, whatever happens on the way."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from core.messages import Address, Choice, OutboundMessage
from core.store import claims, gauges, outbox, sessions, settlements
from core.store.keyring import Keyring
from core.store.outbox import Claimed
from core.store.sessions import StoredSession
from core.store.settlements import Sent
from core.store.unit_of_work import Store, UnitOfWork
from tests.core.store.samples import LI, WANG, contact

SECOND = timedelta(seconds=1)


class Post:
    """The outbox as these tests use it."""

    def __init__(self, store: Store, now: datetime) -> None:
        self.store, self.now = store, now
        self.wang, self.li = contact(store, now, WANG), contact(store, now, LI)

    def add(self, key: str, to: StoredSession | None = None, slot: str | None = None, after: int = 0) -> int | None:
        due_at = self.now + after * SECOND
        said = OutboundMessage(f"text {key}", (Choice("1", "好"),))
        return self.store.write(
            lambda uow: outbox.add(uow, to or self.wang, said, key, due_at, now=self.now, slot=slot)
        )

    def claim(self, after: int = 0, limit: int = 10) -> list[Claimed]:
        return self.store.write(lambda uow: claims.claim(uow, self.now + after * SECOND, limit, 60))

    def keys(self, after: int = 0) -> list[str]:
        return [claimed.dedupe_key for claimed in self.claim(after)]

    def sent(self, claimed: Claimed) -> None:
        self.store.write(lambda uow: settlements.settle_all_sent(uow, [Sent(claimed, "platform id", self.now)]))


@pytest.fixture
def post(store: Store, now: datetime) -> Post:
    return Post(store, now)


def test_a_claimed_message_is_complete(post: Post) -> None:
    added = post.add("k1")
    said = OutboundMessage("text k1", (Choice("1", "好"),))
    assert post.claim() == [Claimed(added, post.wang.id, WANG, said, "k1", 1)]


def test_the_same_key_is_added_once(post: Post) -> None:
    assert post.add("k1") is not None
    assert post.add("k1") is None
    assert post.keys() == ["k1"]


def test_each_person_gets_one_message_at_a_time_in_order(post: Post) -> None:
    for key in ("w1", "w2", "w3"):
        post.add(key)
    post.add("l1", post.li)
    order = []
    while batch := post.claim():
        order.append([claimed.dedupe_key for claimed in batch])
        for claimed in batch:
            post.sent(claimed)
    assert order == [["w1", "l1"], ["w2"], ["w3"]]


def test_a_message_under_way_keeps_later_ones_waiting_until_its_lease_ends(post: Post) -> None:
    post.add("w1")
    post.add("w2")
    assert post.keys() == ["w1"]
    assert post.keys(after=59) == []
    taken_over = post.claim(after=60)
    assert [(claimed.dedupe_key, claimed.attempts) for claimed in taken_over] == [("w1", 2)]


def test_a_message_that_is_tried_later_keeps_its_place(post: Post, store: Store) -> None:
    post.add("w1")
    post.add("w2")
    [first] = post.claim()
    store.write(lambda uow: settlements.settle_later(uow, first, post.now + 30 * SECOND, "busy", post.now))
    assert post.keys(after=29) == []
    [again] = post.claim(after=30)
    assert (again.dedupe_key, again.attempts) == ("w1", 2)


def test_a_reminder_for_tomorrow_holds_nothing_up(post: Post) -> None:
    post.add("tomorrow", after=86400)
    post.add("today")
    assert post.keys() == ["today"]


def test_nothing_is_sent_beside_a_message_that_is_under_way(post: Post) -> None:
    post.add("reminder", after=10)
    post.add("today")
    assert post.keys() == ["today"]
    assert post.keys(after=20) == []


def test_a_slot_holds_one_waiting_message_the_latest(post: Post) -> None:
    first = post.add("k1", slot="received", after=3)
    assert post.add("k2", slot="received", after=5) == first
    assert post.keys(after=4) == []
    [claimed] = post.claim(after=5)
    assert (claimed.dedupe_key, claimed.message.text) == ("k2", "text k2")
    post.sent(claimed)
    assert post.add("k3", slot="received") is not None
    assert post.keys() == ["k3"]


def test_a_slot_of_another_person_or_another_slot_is_left_alone(post: Post) -> None:
    post.add("w1", slot="received")
    post.add("l1", post.li, slot="received")
    post.add("w2", slot="remind", after=5)
    assert post.keys() == ["w1", "l1"]


def test_a_replayed_message_replaces_nothing_in_its_slot(post: Post) -> None:
    post.add("k1", slot="received")
    [claimed] = post.claim()
    post.sent(claimed)
    post.add("k2", slot="received")
    assert post.add("k1", slot="received") is None
    assert post.keys() == ["k2"]


def test_what_is_cancelled_is_not_sent(post: Post, store: Store) -> None:
    post.add("k1", slot="remind")
    post.add("k2", slot="other")
    store.write(lambda uow: outbox.cancel(uow, post.wang.id, "remind"))
    assert post.keys() == ["k2"]


def _hold(post: Post, store: Store, many: int) -> list[Claimed]:
    """Three messages, of which so many wait for their person."""
    for key in ("w1", "w2", "w3"):
        post.add(key)
    for _ in range(many):
        [claimed] = post.claim()
        store.write(lambda uow, one=claimed: settlements.settle_held(uow, one, "45015", post.now))
    return store.read(lambda uow: outbox.held(uow, post.wang.id))


def test_held_messages_are_handed_over_in_order_and_only_once(post: Post, store: Store) -> None:
    waiting = _hold(post, store, 2)
    assert [each.message.text for each in waiting] == ["text w1", "text w2"]
    store.write(lambda uow: outbox.hand_over(uow, waiting, post.now))
    assert store.read(lambda uow: outbox.held(uow, post.wang.id)) == []
    assert post.keys() == ["w3"]


def test_held_messages_that_are_sent_after_all_come_before_what_was_added_later(post: Post, store: Store) -> None:
    waiting = _hold(post, store, 2)
    store.write(lambda uow: outbox.hand_over(uow, waiting[:1], post.now))
    store.write(lambda uow: outbox.resume(uow, waiting, post.now))
    [claimed] = post.claim()
    assert claimed.dedupe_key == "w2"
    post.sent(claimed)
    assert post.keys() == ["w3"]


def test_what_was_forgotten_is_neither_handed_over_nor_sent(post: Post, store: Store) -> None:
    waiting = _hold(post, store, 3)
    store.write(lambda uow: sessions.erase(uow, post.wang.id, post.now))
    store.write(lambda uow: outbox.hand_over(uow, waiting, post.now))
    store.write(lambda uow: outbox.resume(uow, waiting, post.now))
    assert post.keys() == []
    assert store.read(lambda uow: gauges.look(uow, post.now)).outbox["dead"] == 3


def test_a_dead_message_lets_the_next_one_pass(post: Post, store: Store) -> None:
    post.add("w1")
    post.add("w2")
    [claimed] = post.claim()
    store.write(lambda uow: settlements.settle_dead(uow, claimed, "blocked", post.now))
    assert post.keys() == ["w2"]


def test_two_workers_at_once_never_take_the_same_message_or_two_of_one_person(store: Store, now: datetime) -> None:
    people = [contact(store, now, Address("webchat", f"p{n}")) for n in range(10)]

    def fill(uow: UnitOfWork) -> None:
        for n, person in enumerate(people * 3):
            outbox.add(uow, person, OutboundMessage("x"), f"k{n}", now, now=now)

    store.write(fill)
    with ThreadPoolExecutor(4) as threads:
        batches = list(threads.map(lambda _: store.write(lambda uow: claims.claim(uow, now, 5, 60)), range(8)))
    claimed = [one for batch in batches for one in batch]
    assert len({one.id for one in claimed}) == len(claimed) == len({one.session_id for one in claimed}) > 0


def test_claiming_touches_no_index_where_a_page_has_room(
    postgresql_url: str, data_dir: Path, keyring: Keyring, now: datetime
) -> None:
    with closing(Store.open(postgresql_url, data_dir, keyring)) as store:
        post = Post(store, now)
        for number in range(6):
            post.add(f"k{number}", contact(store, now, replace(WANG, peer=f"peer {number}")))
        before = updated(store)
        assert len(post.claim()) == 6
        assert updated(store) - before == {"in all": 6, "without an index": 6}


def updated(store: Store) -> Counter[str]:
    """How many rows of the outbox were changed so far."""
    store.write(lambda uow: uow.connection.execute(text("SELECT pg_stat_force_next_flush()")).all())
    many, without = store.read(_updated)
    return Counter({"in all": many, "without an index": without})


def _updated(uow: UnitOfWork) -> tuple[int, int]:
    seen = "SELECT n_tup_upd, n_tup_hot_upd FROM pg_stat_user_tables WHERE relname = 'outbox'"
    many, without = uow.connection.execute(text(seen)).one()
    return many, without
