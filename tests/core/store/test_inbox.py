"""A message is taken in once, and its reply is given again to whoever delivers it again."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime

from core.messages import Address, Choice, InboundMessage, OutboundMessage
from core.store import inbox, sessions
from core.store.unit_of_work import Store, UnitOfWork
from tests.core.store.samples import WANG, contact, message

REPLY = (
    OutboundMessage("您要投诉谁？", (Choice("1", "食堂"), Choice("2", "宿舍")), "2026-0001"),
    OutboundMessage("好"),
)


def receive(uow: UnitOfWork, now: datetime, key: str = "m1") -> inbox.Accepted:
    """What happens to every message: take it in, and answer it where it is new."""
    stored = sessions.load(uow, WANG, now)
    accepted = inbox.accept(uow, message(key), stored, now)
    if accepted.is_new:
        inbox.answer(uow, accepted.id, stored, REPLY)
    return accepted


def test_a_redelivery_gets_the_same_reply_and_is_not_new(store: Store, now: datetime) -> None:
    first = store.write(lambda uow: receive(uow, now))
    again = store.write(lambda uow: receive(uow, now))
    assert (first.is_new, first.reply) == (True, None)
    assert again == inbox.Accepted(first.id, is_new=False, reply=REPLY)


def test_of_eight_deliveries_at_once_one_is_new_and_seven_get_its_reply(store: Store, now: datetime) -> None:
    with ThreadPoolExecutor(8) as threads:
        found = list(threads.map(lambda _: store.write(lambda uow: receive(uow, now)), range(8)))
    assert sorted(accepted.is_new for accepted in found) == [False] * 7 + [True]
    assert {accepted.id for accepted in found if not accepted.is_new} == {next(a.id for a in found if a.is_new)}
    assert {accepted.reply for accepted in found if not accepted.is_new} == {REPLY}


def test_one_key_on_two_channels_is_two_messages(store: Store, now: datetime) -> None:
    for channel in ("webchat", "wechat"):
        who = Address(channel, "wang")
        stored = contact(store, now, who)
        said = InboundMessage(who, "m1", now, text="您好")
        assert store.write(lambda uow, s=stored, m=said: inbox.accept(uow, m, s, now)).is_new


def test_to_have_nothing_to_say_is_an_answer_too(store: Store, now: datetime) -> None:
    stored = contact(store, now)
    accepted = store.write(lambda uow: inbox.accept(uow, message(), stored, now))
    assert store.write(lambda uow: inbox.accept(uow, message(), stored, now)).reply is None
    store.write(lambda uow: inbox.answer(uow, accepted.id, stored, ()))
    assert store.write(lambda uow: inbox.accept(uow, message(), stored, now)).reply == ()
