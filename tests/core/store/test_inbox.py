"""A message is taken in once, and its reply is given again to whoever delivers it again."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime

import pytest
from sqlalchemy.exc import IntegrityError

from core.messages import Address, Choice, InboundMessage, OutboundMessage
from core.store import inbox, queries, sessions
from core.store.unit_of_work import Store, UnitOfWork
from tests.core.store.samples import WANG, contact, message, take_in

REPLY = (
    OutboundMessage("您要投诉谁？", (Choice("1", "食堂"), Choice("2", "宿舍")), "2026-0001"),
    OutboundMessage("好"),
)


def receive(uow: UnitOfWork, now: datetime, key: str = "m1") -> inbox.Replies | None:
    """What happens to every message: the reply it got before, or it is kept with one."""
    stored = sessions.load(uow, WANG, now)
    reply = inbox.find_reply(uow, stored, inbox.name_of(uow, message(key)))
    if reply is None:
        take_in(uow, message(key), stored, REPLY, now)
    return reply


def test_a_redelivery_gets_the_same_reply_and_is_not_new(store: Store, now: datetime) -> None:
    assert store.write(lambda uow: receive(uow, now)) is None
    assert store.write(lambda uow: receive(uow, now)) == REPLY


def test_of_eight_deliveries_at_once_one_is_new_and_seven_get_its_reply(store: Store, now: datetime) -> None:
    with ThreadPoolExecutor(8) as threads:
        found = list(threads.map(lambda _: store.write(lambda uow: receive(uow, now)), range(8)))
    assert found.count(None) == 1
    assert found.count(REPLY) == 7


def test_one_key_on_two_channels_is_two_messages(store: Store, now: datetime) -> None:
    for channel in ("webchat", "wechat"):
        who = Address(channel, "wang")
        stored = contact(store, now, who)
        said = InboundMessage(who, "m1", now, text="您好")
        assert store.write(lambda uow, s=stored, m=said: inbox.find_reply(uow, s, inbox.name_of(uow, m))) is None
        store.write(lambda uow, s=stored, m=said: take_in(uow, m, s, REPLY, now))


def test_to_have_nothing_to_say_is_an_answer_too(store: Store, now: datetime) -> None:
    stored = contact(store, now)
    store.write(lambda uow: take_in(uow, message(), stored, (), now))
    assert store.write(lambda uow: inbox.find_reply(uow, stored, inbox.name_of(uow, message()))) == ()


def test_no_message_is_kept_twice(store: Store, now: datetime) -> None:
    stored = contact(store, now)
    store.write(lambda uow: take_in(uow, message(), stored, REPLY, now))
    with pytest.raises(IntegrityError):
        store.write(lambda uow: take_in(uow, message(), stored, REPLY, now))


def test_of_a_message_that_forgot_the_person_only_the_trace_is_kept(store: Store, now: datetime) -> None:
    stored = contact(store, now)
    store.write(
        lambda uow: inbox.keep(uow, message(), inbox.name_of(uow, message()), stored, REPLY, now, forgotten=True)
    )
    assert store.read(lambda uow: queries.history(uow, stored.id, None, 10)) == []
    assert store.write(lambda uow: inbox.find_reply(uow, stored, inbox.name_of(uow, message()))) == REPLY
