"""Whose turn it is to write is kept where all processes see it."""

from __future__ import annotations

from datetime import datetime, timedelta

from core.store import turns
from core.store.unit_of_work import Store

TEN = timedelta(seconds=10)


def test_a_turn_is_taken_once_until_it_is_over(store: Store, now: datetime) -> None:
    def take(after: int) -> datetime | None:
        return store.write(lambda uow: turns.take(uow, 1, now + timedelta(seconds=after), 10.0))

    assert [take(after) for after in (0, 0, 9, 10, 11)] == [None, now + TEN, now + TEN, None, now + 2 * TEN]


def test_each_reader_has_turns_of_their_own(store: Store, now: datetime) -> None:
    assert [store.write(lambda uow, to=to: turns.take(uow, to, now, 10.0)) for to in (1, 2, 1)] == [
        None,
        None,
        now + TEN,
    ]


def test_a_closed_door_stays_closed_and_is_not_opened_by_a_shorter_word(store: Store, now: datetime) -> None:
    def work(seconds: float) -> datetime | None:
        store.write(lambda uow: turns.close(uow, 1, now, seconds))
        return store.write(lambda uow: turns.take(uow, 1, now, 10.0))

    assert [work(600.0), work(5.0)] == [now + 60 * TEN] * 2


def test_no_door_is_closed_for_longer_than_somebody_would_notice(store: Store, now: datetime) -> None:
    store.write(lambda uow: turns.close(uow, 1, now, 1e6))
    assert store.write(lambda uow: turns.take(uow, 1, now, 10.0)) == now + turns.FARTHEST
    assert store.write(lambda uow: turns.take(uow, 1, now + turns.FARTHEST, 10.0)) is None
