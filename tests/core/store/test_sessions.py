"""Sessions are found again, changed by one at a time, and forgotten on request."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from core.errors import StaleVersion
from core.messages import Address, Attachment, InboundMessage, OutboundMessage
from core.store import claims, evidence, inbox, keys, outbox, queries, sessions, settlements
from core.store.settlements import Sent
from core.store.tables import outbox as table
from core.store.unit_of_work import Store, UnitOfWork
from tests.core.store.samples import take_in

WANG = Address("webchat", "wang")


def test_a_first_contact_makes_a_session_and_a_second_one_finds_it(store: Store, now: datetime) -> None:
    first = store.write(lambda uow: sessions.load(uow, WANG, now))
    second = store.write(lambda uow: sessions.load(uow, WANG, now))
    assert (first.is_new, second.is_new) == (True, False)
    assert first.id == second.id
    assert second.address == WANG


def test_peers_threads_and_channels_are_told_apart(store: Store, now: datetime) -> None:
    people = [WANG, Address("wechat", "wang"), Address("webchat", "wang", "topic"), Address("webchat", "wangtopic")]
    found = {store.write(lambda uow, who=who: sessions.load(uow, who, now)).id for who in people}
    assert len(found) == len(people)


def test_state_comes_back_as_it_was_kept(store: Store, now: datetime) -> None:
    state = {"step": "facts", "answers": {"facts": "食堂有虫\ud83d"}, "nothing": None}
    stored = store.write(lambda uow: sessions.load(uow, WANG, now))
    store.write(lambda uow: sessions.save(uow, stored, state, now))
    assert store.read(lambda uow: sessions.get(uow, stored.id)).state == state


def test_eight_first_messages_at_once_make_one_session(store: Store, now: datetime) -> None:
    with ThreadPoolExecutor(8) as threads:
        found = list(threads.map(lambda _: store.write(lambda uow: sessions.load(uow, WANG, now)), range(8)))
    assert len({stored.id for stored in found}) == 1
    assert [stored.is_new for stored in found].count(True) == 1


def test_a_stale_session_is_refused(store: Store, now: datetime) -> None:
    stored = store.write(lambda uow: sessions.load(uow, WANG, now))
    store.write(lambda uow: sessions.save(uow, stored, {"step": "first"}, now))
    with pytest.raises(StaleVersion):
        store.write(lambda uow: sessions.save(uow, stored, {"step": "late"}, now))
    assert store.read(lambda uow: sessions.get(uow, stored.id)).state == {"step": "first"}


def test_read_then_write_by_many_loses_no_update(store: Store, now: datetime) -> None:
    def count_up(_: int) -> None:
        def work(uow: UnitOfWork) -> None:
            stored = sessions.load(uow, WANG, now)
            sessions.save(uow, stored, {"count": (stored.state or {"count": 0})["count"] + 1}, now)

        store.write(work)

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(count_up, range(80)))
    assert store.read(lambda uow: sessions.find(uow, WANG)).state == {"count": 80}


def test_only_sessions_whose_time_has_come_are_due(store: Store, now: datetime) -> None:
    late, soon, later = (store.write(lambda uow, n=n: sessions.load(uow, Address("webchat", n), now)) for n in "abc")
    for stored, minutes in ((late, -60), (soon, 0), (later, 1)):
        wake_at = now + timedelta(minutes=minutes)
        store.write(lambda uow, stored=stored, wake_at=wake_at: sessions.save(uow, stored, {}, now, wake_at))
    assert store.read(lambda uow: sessions.due(uow, now, 10)) == [late.id, soon.id]
    assert store.read(lambda uow: sessions.due(uow, now, 1)) == [late.id]


def test_an_erased_person_starts_fresh_and_nothing_they_said_is_left(store: Store, now: datetime) -> None:
    said = InboundMessage(WANG, "m1", now, text="三食堂有虫")

    def fill(uow: UnitOfWork) -> sessions.StoredSession:
        stored = sessions.load(uow, WANG, now)
        take_in(uow, said, stored, [OutboundMessage("收到")], now)
        outbox.add(uow, stored, OutboundMessage("还在吗？"), "remind:1", now, now=now)
        draft_key = keys.new_key(uow)
        evidence.add(uow, stored.id, "draft", None, draft_key, Attachment("photo", "media"), now)
        sessions.save(uow, stored, {"step": "facts"}, now, wake_at=now)
        return stored

    before = store.write(fill)
    after = store.write(lambda uow: sessions.erase(uow, before.id, now))
    assert (after.id, after.state, after.wake_at) == (before.id, None, None)
    assert after.key_id != before.key_id
    assert store.read(lambda uow: queries.history(uow, before.id, None, 10)) == []
    assert store.write(lambda uow: claims.claim(uow, now, 10, 60)) == []
    assert store.write(lambda uow: evidence.claim(uow, now, 10, 60)) == []
    assert store.write(lambda uow: inbox.find_reply(uow, sessions.load(uow, WANG, now), inbox.name_of(uow, said))) == ()


def test_an_erased_person_leaves_no_word_of_what_they_were_sent_however_it_stands(store: Store, now: datetime) -> None:
    stored = store.write(lambda uow: sessions.load(uow, WANG, now))
    for name in ("sent", "handed", "dead", "leased", "waits"):
        store.write(lambda uow, name=name: outbox.add(uow, stored, OutboundMessage(name), name, now, now=now))
        [claimed] = store.write(lambda uow: claims.claim(uow, now, 1, 60)) if name != "waits" else [None]
        if name == "sent":
            store.write(lambda uow, each=claimed: settlements.settle_all_sent(uow, [Sent(each, "", now)]))
        elif name == "handed":
            store.write(lambda uow, each=claimed: settlements.settle_held(uow, each, "", now))
            store.write(lambda uow, each=claimed: outbox.hand_over(uow, [each], now))
        elif name == "dead":
            store.write(lambda uow, each=claimed: settlements.settle_dead(uow, each, "", now))
    store.write(lambda uow: sessions.erase(uow, stored.id, now))
    left = store.read(
        lambda uow: uow.connection.execute(select(table.c.dedupe_key, table.c.body_sealed, table.c.state)).all()
    )
    assert {key: (body, state) for key, body, state in left} == {
        "sent": (None, "sent"),
        "handed": (None, "handed"),
        "dead": (None, "dead"),
        "leased": (None, "dead"),
        "waits": (None, "dead"),
    }
    [sent] = [key for key, _, state in left if state == "sent"]
    row = store.read(
        lambda uow: uow.connection.execute(select(table.c.id).where(table.c.dedupe_key == sent)).scalar_one()
    )
    assert not store.write(lambda uow: outbox.reopen(uow, row, now, "", ())), "what nobody can read is not sent again"
