"""The ledger reads a year page by page, and an archive only what was said about its own case; on both databases."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from core.messages import OutboundMessage
from core.store import cases, claims, outbox, queries, sessions, settlements
from core.store.cases import StoredCase
from core.store.queries import LedgerLine
from core.store.settlements import Sent
from core.store.unit_of_work import Store, UnitOfWork
from tests.core.store.samples import WANG, contact, filed, message, take_in

ZONE = ZoneInfo("Asia/Shanghai")
SINCE, UNTIL = datetime(2026, 1, 1, tzinfo=ZONE), datetime(2027, 1, 1, tzinfo=ZONE)


def pages(store: Store, size: int) -> list[list[LedgerLine]]:
    found, after = [], 0
    while page := store.read(lambda uow, at=after: queries.ledger(uow, SINCE, UNTIL, at, size)):
        found.append(page)
        after = page[-1].id
    return found


@pytest.mark.parametrize("size", [1, 3, 7, 100])
def test_every_case_comes_once_and_in_order_however_large_a_page_is(store: Store, now: datetime, size: int) -> None:
    numbers = [f"2026-{index}" for index in range(1, 13)]
    for number in numbers:
        filed(store, now, number)
    found = pages(store, size)
    assert [line.number for page in found for line in page] == numbers, "9 before 10: not in the order of letters"
    assert {len(page) for page in found[:-1]} <= {size}


def test_a_year_begins_and_ends_at_midnight_at_the_institution(store: Store) -> None:
    for number, at in enumerate((SINCE - timedelta(microseconds=1), SINCE, UNTIL - timedelta(microseconds=1), UNTIL)):
        filed(store, at, f"n{number}")
    assert [line.number for page in pages(store, 10) for line in page] == ["n1", "n2"]


def test_a_line_is_the_case_as_it_stands_with_what_was_told(store: Store, now: datetime) -> None:
    case = filed(store, now, level="major", promise_provisional=True)
    store.write(lambda uow: cases.update(uow, case, status="closed", rating=5, urged_count=2, closed_at=now))
    [[line]] = pages(store, 10)
    assert (line.status, line.level, line.rating, line.urged_count) == ("closed", "major", 5, 2)
    assert (line.closed_at, line.registered_at, line.promised_on) == (now, now, case.promised_on)
    assert (line.promise_provisional, line.anonymous) == (True, False)
    assert line.contents == {"facts": "三食堂有虫", "phone": "13900000000"}


def test_of_an_erased_case_the_number_stays(store: Store, now: datetime) -> None:
    case = filed(store, now)
    store.write(lambda uow: cases.erase(uow, case.id))
    [[line]] = pages(store, 10)
    assert (line.number, line.contents) == ("2026-0001", {})


def say(store: Store, now: datetime, key: str, draft: str | None) -> None:
    def work(uow: UnitOfWork) -> None:
        stored = sessions.load(uow, WANG, now)
        take_in(uow, message(key, f"said {key}"), stored, [OutboundMessage(f"reply {key}")], now, draft)

    store.write(work)


def close(store: Store, now: datetime, case: StoredCase) -> None:
    """By staff, and the notice goes out."""
    notice = OutboundMessage(f"{case.number} done")

    def work(uow: UnitOfWork) -> None:
        assert case.session_id is not None
        closed = cases.update(uow, case, status="closed", closed_at=now)
        to = sessions.get(uow, case.session_id)
        outbox.add(uow, to, notice, f"case:{case.id}:closed:{closed.version}", now, now=now)

    store.write(work)
    [claimed] = store.write(lambda uow: claims.claim(uow, now, 1, 60))
    store.write(lambda uow: settlements.settle_all_sent(uow, [Sent(claimed, "", now)]))


def test_only_what_was_said_about_this_case_belongs_to_it(store: Store, now: datetime) -> None:
    person = contact(store, now)
    for minute, (key, draft) in enumerate((("1", None), ("2", "mine"), ("3", "other"), ("4", "mine"))):
        say(store, now + timedelta(minutes=minute), key, draft)
    case = filed(store, now, "2026-0001", draft="mine", session_id=person.id)
    other = filed(store, now, "2026-0002", draft="other", session_id=person.id)
    close(store, now + timedelta(days=1), case)
    close(store, now + timedelta(days=2), other)
    lines = store.read(lambda uow: queries.conversation(uow, case))
    assert [line.text for line in lines[:-1]] == ["said 2", "reply 2", "said 4", "reply 4"]
    assert "2026-0001" in lines[-1].text
    assert "done" in lines[-1].text


def test_what_was_forgotten_is_not_in_the_conversation(store: Store, now: datetime) -> None:
    person = contact(store, now)
    say(store, now, "1", "mine")
    case = filed(store, now, draft="mine", session_id=person.id)
    store.write(lambda uow: sessions.erase(uow, person.id, now))
    assert store.read(lambda uow: queries.conversation(uow, case)) == []


def test_a_case_that_no_chat_brought_has_no_conversation(store: Store, now: datetime) -> None:
    case = filed(store, now, session_id=None)
    assert store.read(lambda uow: queries.conversation(uow, case)) == []
