"""Both sides of a conversation, and two clerks, at the same moment: nobody waits for somebody who waits for them."""

from __future__ import annotations

import time
from functools import partial

import pytest

from core.store import audit
from core.store.unit_of_work import Store
from tests.core.cases.desk import ANNA, WEI
from tests.core.cases.test_at_once import at_once
from tests.core.desk.talking import CHATS, Talks

ROUNDS = 5
LONG = 4.0
"""Seconds; two that wait for each other on PostgreSQL are parted after one, each time."""


@pytest.fixture
def office(store: Store) -> Talks:
    return Talks(store)


def test_what_both_sides_say_at_once_is_all_said_once(office: Talks) -> None:
    office.talk()
    began = time.monotonic()
    for index in range(ROUNDS):
        at_once(
            partial(office.hear, f"words {index}", ANNA, f"a{index}"),
            partial(office.hear, f"回 {office.number} answer {index}", CHATS[WEI], f"w{index}"),
        )
    assert time.monotonic() - began < LONG
    said = [words for _, words in office.spoken()]
    assert sorted(said) == sorted([f"{kind} {index}" for kind in ("words", "answer") for index in range(ROUNDS)])
    assert [words for words in said if words.startswith("words")] == [f"words {index}" for index in range(ROUNDS)]
    assert len(office.sent()) == 2 * ROUNDS
    assert not office.store.read(audit.verify).findings


def test_of_two_who_take_it_at_once_one_has_it(office: Talks) -> None:
    office.hire_zhao()
    for index in range(ROUNDS):
        number = office.number if index == 0 else office.files(f"draft {index}")
        office.anna("结束对话")
        office.anna("转人工")
        if index:
            office.anna("1")
        at_once(
            partial(office.hear, f"接谈 {number}", CHATS["zhao"], f"z{index}"),
            partial(office.hear, f"接谈 {number}", CHATS[WEI], f"w{index}"),
        )
        assert office.kinds(number).count("relay_taken") == 1
        relay = office.relay(number)
        assert relay is not None
        assert relay.state == "open"
