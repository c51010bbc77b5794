"""Targets of alerts by name, code and chat, and who is known to be in them."""

from __future__ import annotations

from datetime import datetime, timedelta

from core.messages import Address, OutboundMessage
from core.store import claims, diverted, outbox, sessions, settlements, targets
from core.store.sessions import StoredSession
from core.store.settlements import Sent
from core.store.unit_of_work import Store
from tests.core.store.test_staff import joined

CODE = b"a hash"
GROUP = Address("telegram", "-1001")


def chat(store: Store, now: datetime, peer: str = GROUP.peer) -> StoredSession:
    return store.write(lambda uow: sessions.load(uow, Address("telegram", peer), now))


def given(store: Store, now: datetime, name: str = "hall", code: bytes = CODE) -> targets.Target:
    return store.write(lambda uow: targets.give_code(uow, name, code, now + timedelta(minutes=30), now))


def test_a_target_lives_once_its_code_was_used_until_it_ends(store: Store, now: datetime) -> None:
    target, group = given(store, now), chat(store, now)
    assert store.read(targets.live) == []
    assert store.write(lambda uow: targets.use_code(uow, CODE, now)) == targets.Target(
        target.id, "hall", None, None, now, None, ""
    )
    store.write(lambda uow: targets.settle(uow, target.id, group.id))
    live = targets.Live(target.id, "hall", group.id)
    assert store.read(targets.live) == [live]
    assert store.read(lambda uow: targets.of_session(uow, group.id)) == live
    assert store.write(lambda uow: targets.end(uow, target.id, "removed", now))
    assert not store.write(lambda uow: targets.end(uow, target.id, "again", now))
    assert store.read(targets.live) == []
    assert store.read(lambda uow: targets.of_session(uow, group.id)) is None
    found = store.read(lambda uow: targets.by_name(uow, "hall"))
    assert found is not None
    assert (found.ended_at, found.ended_why) == (now, "removed")
    store.write(lambda uow: targets.settle(uow, target.id, group.id))
    assert store.read(targets.live) == [live]


def test_a_code_is_used_once_in_its_time_and_only_the_last_one(store: Store, now: datetime) -> None:
    given(store, now)
    given(store, now, code=b"the next")
    assert store.write(lambda uow: targets.use_code(uow, CODE, now)) is None
    late = now + timedelta(minutes=30)
    assert store.write(lambda uow: targets.use_code(uow, b"the next", late)) is None
    assert store.write(lambda uow: targets.use_code(uow, b"the next", now)) is not None
    assert store.write(lambda uow: targets.use_code(uow, b"the next", now)) is None
    assert [target.name for target in store.read(targets.every)] == ["hall"]


def test_whom_the_office_names_stays_known_and_whoever_was_seen_until_they_leave(store: Store, now: datetime) -> None:
    target = given(store, now)
    li, wang, zhao = (joined(store, now, account) for account in ("li", "wang", "zhao"))
    store.write(lambda uow: targets.name_members(uow, target.id, [li.id, wang.id]))
    assert store.write(lambda uow: targets.meet(uow, target.id, zhao.id))
    assert not store.write(lambda uow: targets.meet(uow, target.id, li.id))
    store.write(lambda uow: targets.name_members(uow, target.id, [li.id]))
    for member in (li, wang, zhao):
        store.write(lambda uow, gone=member.id: targets.forget(uow, target.id, gone))
    assert store.read(lambda uow: targets.members(uow, target.id)) == [targets.Known(li.id, named=True)]


def test_what_is_taken_back_is_read_with_its_time_and_is_not_sent_there(store: Store, now: datetime) -> None:
    group, due = chat(store, now), now + timedelta(hours=3)
    for key, slot in (("a:1", "desk:7:a"), ("b:1", "desk:70:b"), ("c:1", None)):
        message = OutboundMessage(key, private="x")
        store.write(lambda uow, m=message, k=key, s=slot: outbox.add(uow, group, m, k, due, now=now, slot=s))
    [taken] = store.write(lambda uow: diverted.take_back(uow, group.id, "desk:7:"))
    assert (taken.message, taken.dedupe_key, taken.slot, taken.due_at) == (
        OutboundMessage("a:1", private="x"),
        "a:1",
        "desk:7:a",
        due,
    )
    rest = store.write(lambda uow: diverted.take_back(uow, group.id))
    assert [each.dedupe_key for each in rest] == ["b:1", "c:1"]
    assert store.write(lambda uow: diverted.take_back(uow, group.id)) == []


def test_what_was_shown_is_found_by_the_numbers_of_the_platform(store: Store, now: datetime) -> None:
    group = chat(store, now)
    for key, slot in (("a:1", "desk:7:a"), ("b:1", "desk:70:b"), ("c:1", "desk:7:c")):
        store.write(lambda uow, k=key, s=slot: outbox.add(uow, group, OutboundMessage(k), k, now, now=now, slot=s))
    for mark in ("m1", "m2"):
        [claimed] = store.write(lambda uow: claims.claim(uow, now, 1, 60))
        sent = (Sent(claimed, mark, now),)
        store.write(lambda uow, all_=sent: settlements.settle_all_sent(uow, all_))
    assert store.read(lambda uow: diverted.shown(uow, group.id, "desk:7:")) == ["m1"]
    assert store.read(lambda uow: diverted.shown(uow, group.id, "")) == ["m1", "m2"]
