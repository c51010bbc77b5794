"""Screens show what was said, sent and filed, in order."""

from __future__ import annotations

from datetime import datetime, timedelta

from core.messages import Attachment, Line, OutboundMessage
from core.store import claims, outbox, platform_ids, queries, sessions, settlements
from core.store.settlements import Sent
from core.store.unit_of_work import Store, UnitOfWork
from tests.core.store.samples import LI, WANG, contact, filed, message, take_in


def talk(store: Store, now: datetime, key: str) -> None:
    """One message with its reply."""

    def work(uow: UnitOfWork) -> None:
        stored = sessions.load(uow, WANG, now)
        said = message(key, f"said {key}", attachments=(Attachment("photo", "media", "虫.jpg"),))
        take_in(uow, said, stored, [OutboundMessage(f"first {key}"), OutboundMessage(f"second {key}")], now)

    store.write(work)


def push(store: Store, now: datetime, key: str) -> None:
    """One message that goes out by itself."""
    stored = contact(store, now)
    store.write(lambda uow: outbox.add(uow, stored, OutboundMessage(f"pushed {key}"), key, now, now=now))
    [claimed] = store.write(lambda uow: claims.claim(uow, now, 1, 60))
    store.write(lambda uow: settlements.settle_all_sent(uow, [Sent(claimed, "", now, on_page=True)]))


def texts(lines: list[Line]) -> list[str]:
    return [line.text for line in lines]


def test_a_conversation_is_told_in_order_with_what_was_pushed_between(store: Store, now: datetime) -> None:
    talk(store, now, "1")
    push(store, now, "2")
    talk(store, now - timedelta(hours=1), "3")
    person = contact(store, now)
    lines = store.read(lambda uow: queries.history(uow, person.id, None, 10))
    first, pushed, third = (["said 1", "first 1", "second 1"], ["pushed 2"], ["said 3", "first 3", "second 3"])
    assert texts(lines) == first + pushed + third, "in the order of what happened, whatever the clock says"
    assert [line.direction for line in lines] == ["in", "out", "out", "out", "in", "out", "out"]
    assert lines[0].files == ("虫.jpg",)
    assert store.read(lambda uow: queries.history(uow, contact_id(store, now), None, 10)) == []


def contact_id(store: Store, now: datetime) -> int:
    return contact(store, now, LI).id


def test_a_page_that_is_asked_for_more_gets_what_is_new_and_nothing_twice(store: Store, now: datetime) -> None:
    for key in ("1", "2", "3"):
        talk(store, now, key)
    person = contact(store, now)
    seen: list[str] = []
    cursor = 0
    while lines := store.read(lambda uow, after=cursor: queries.history(uow, person.id, after, 1)):
        seen += texts(lines)
        cursor = lines[-1].cursor
    assert seen == [f"{what} {key}" for key in "123" for what in ("said", "first", "second")]
    assert texts(store.read(lambda uow: queries.history(uow, person.id, None, 1)))[0] == "said 3"
    push(store, now, "4")
    assert texts(store.read(lambda uow: queries.history(uow, person.id, cursor, 10))) == ["pushed 4"]


def test_what_waits_or_was_handed_over_with_a_reply_is_not_told_twice(store: Store, now: datetime) -> None:
    stored = contact(store, now)
    store.write(lambda uow: outbox.add(uow, stored, OutboundMessage("x"), "k", now, now=now))
    assert store.read(lambda uow: queries.history(uow, stored.id, None, 10)) == []
    [claimed] = store.write(lambda uow: claims.claim(uow, now, 1, 60))
    store.write(lambda uow: settlements.settle_held(uow, claimed, "", now))
    store.write(lambda uow: outbox.hand_over(uow, [claimed], now))
    assert store.read(lambda uow: queries.history(uow, stored.id, None, 10)) == []


def test_what_is_settled_twice_keeps_its_place_and_takes_no_other(store: Store, now: datetime) -> None:
    """A commit whose answer was lost is done again, and a lease that ran out is settled by two."""
    stored = contact(store, now)
    store.write(lambda uow: outbox.add(uow, stored, OutboundMessage("x"), "k", now, now=now))
    [claimed] = store.write(lambda uow: claims.claim(uow, now, 1, 60))
    for name in ("first", "second"):
        store.write(lambda uow, name=name: settlements.settle_all_sent(uow, [Sent(claimed, name, now, on_page=True)]))
    [line] = store.read(lambda uow: queries.history(uow, stored.id, None, 10))
    assert line.cursor == contact(store, now).lines == stored.lines + 1
    found = store.read(lambda uow: [platform_ids.find(uow, WANG, name) for name in ("first", "second")])
    assert [each is not None for each in found] == [True, False]


def test_what_goes_to_a_platform_with_a_history_of_its_own_takes_no_place(store: Store, now: datetime) -> None:
    stored = contact(store, now)
    store.write(lambda uow: outbox.add(uow, stored, OutboundMessage("x"), "k", now, now=now))
    [claimed] = store.write(lambda uow: claims.claim(uow, now, 1, 60))
    store.write(lambda uow: settlements.settle_all_sent(uow, [Sent(claimed, "", now)]))
    assert contact(store, now).lines == stored.lines
    assert store.read(lambda uow: queries.history(uow, stored.id, None, 10)) == []


def test_cases_are_listed_newest_first_and_found_by_a_part_of_the_number(store: Store, now: datetime) -> None:
    for number, status in (("2026-0001", "registered"), ("2026-0002", "closed"), ("2027_0001", "closed")):
        filed(store, now, number, status=status)

    def numbers(**wanted: str) -> list[str]:
        return [line.number for line in store.read(lambda uow: queries.case_list(uow, 10, **wanted))]

    assert numbers() == ["2027_0001", "2026-0002", "2026-0001"]
    assert numbers(status="closed") == ["2027_0001", "2026-0002"]
    assert numbers(text="26-") == ["2026-0002", "2026-0001"]
    assert numbers(text="_") == ["2027_0001"]
    assert numbers(text="%") == []


def test_the_overview_counts_everything(store: Store, now: datetime) -> None:
    talk(store, now, "1")
    push(store, now, "2")
    filed(store, now)
    assert store.read(queries.overview) == queries.Overview(
        sessions=1, cases={"registered": 1}, outbox={"sent": 1}, evidence={}
    )
    assert store.read(lambda uow: queries.case_detail(uow, "none")) is None
