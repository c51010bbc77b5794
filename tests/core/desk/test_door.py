"""On a channel that is for staff alone everybody is answered by the desk, and nobody begins a complaint."""

from __future__ import annotations

from datetime import datetime
from functools import partial

import pytest

from core import desk
from core.dialog import service as dialog
from core.dialog.service import House
from core.messages import Address, Attachment, InboundMessage, MessageKind
from core.people import staffing
from core.store import queries, sessions
from core.store.unit_of_work import Store
from tests.core.cases.desk import WEI
from tests.core.desk.chats import BUTTONS, Office

MINE, OTHERS = Address("wecom", "wei"), Address("wecom", "wu")
CITIZENS = Address("telegram", "anybody")
NOT_KNOWN, NO_ORDER, WORDS_ONLY = "还不知道您是谁", "没有听懂", "这里只收文字"


class Corporation(Office):
    """An office whose staff have an application of their own."""

    def __init__(self, store: Store, now: datetime) -> None:
        super().__init__(store, now)
        door = partial(desk.at_the_door, self.office, frozenset({"wecom"}))
        self.house = House(self.office, {"wecom": BUTTONS, "telegram": BUTTONS}, desk=door)

    def send(self, kind: MessageKind, text: str = "", chat: Address = MINE, *files: Attachment) -> str:
        self.messages += 1
        message = InboundMessage(chat, f"m{self.messages}", self.now, kind, text, files)
        reply = self.store.write(lambda uow: dialog.receive(uow, self.house, message, self.now))
        return "\n".join(bubble.text for bubble in reply)

    def cases(self) -> int:
        return len(self.store.read(lambda uow: queries.case_list(uow, 10)))


@pytest.fixture
def corporation(store: Store, now: datetime) -> Corporation:
    return Corporation(store, now)


def test_who_is_not_bound_reads_how_to_be_whatever_they_say(corporation: Corporation) -> None:
    number = corporation.open()[0].number
    for said in ("我要投诉", "查进度", "人工", f"受理 {number}", "待办", "删除我的信息"):
        assert NOT_KNOWN in corporation.say(said, OTHERS)
    assert NOT_KNOWN in corporation.send("choice", f"受理 {number} @1", OTHERS)
    assert NOT_KNOWN in corporation.send("unsupported", "", OTHERS)
    assert NOT_KNOWN in corporation.send("files", "", OTHERS, Attachment("photo", "media"))
    assert (corporation.cases(), corporation.status(number)) == (1, "registered")


def test_nothing_of_a_dialogue_is_kept_where_none_began(corporation: Corporation) -> None:
    for said in ("窗口的人态度很差，骂人", "同意", "王小明"):
        corporation.say(said, OTHERS)
    chat = corporation.store.read(lambda uow: sessions.find(uow, OTHERS))
    assert chat is not None
    assert (chat.state, chat.wake_at) == (None, None)


def test_a_member_works_there_and_reads_how_to_where_they_said_no_order(corporation: Corporation) -> None:
    assert "办理台" in corporation.bind(chat=MINE)
    number = corporation.open()[0].number
    assert "已登记“受理”" in corporation.say(f"受理 {number}", MINE)
    assert NO_ORDER in corporation.say("我要投诉", MINE)
    assert NO_ORDER in corporation.say("受理了吗", MINE)
    assert WORDS_ONLY in corporation.send("unsupported")
    assert corporation.cases() == 1


def test_who_leaves_is_somebody_who_is_not_known(corporation: Corporation) -> None:
    corporation.bind(chat=MINE)
    corporation.store.write(lambda uow: staffing.leave(uow, corporation.office, WEI, "operator", corporation.now))
    assert NOT_KNOWN in corporation.say("待办", MINE)


def test_elsewhere_staff_and_citizens_are_heard_as_before(corporation: Corporation) -> None:
    said = corporation.say("我要投诉", CITIZENS)
    assert said
    assert NOT_KNOWN not in said


def test_the_same_message_again_is_answered_the_same(corporation: Corporation) -> None:
    first = corporation.hear("我要投诉", OTHERS, key="once")
    assert corporation.hear("我要投诉", OTHERS, key="once") == first
