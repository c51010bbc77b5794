"""In their own chat staff see who is on duty, give and take shifts, and say that they have what they were called to."""

from __future__ import annotations

from datetime import datetime

import pytest

from core.cases import summoning
from core.desk import orders
from core.messages import Address
from core.people import roster, shift_words
from core.people.roster import Wanted
from core.policies.policy import MajorRule, Words
from core.store import summons
from core.store.unit_of_work import Store
from core.texts import load_texts
from tests.core.cases.desk import at
from tests.core.desk.chats import Office

TOU, LING, CITIZEN = (Address("telegram", name) for name in ("tou", "ling", "a citizen"))
HURT = MajorRule(label=Words(zh="有人受伤", en="somebody is hurt"), any_of=("injured",))


@pytest.fixture
def office(store: Store, now: datetime) -> Office:
    office = Office(store, now, "service-app")
    office.changed(major=(HURT,))
    office.hire("tou", "head", name="陶大头")
    office.hire("ling", "leader", name="凌远")
    office.hire("ke", "agent", name="小柯")
    # Wei holds every post and would be called first.
    office.away("wei")
    office.bind("tou", TOU)
    office.bind("ling", LING)
    return office


def is_on(office: Office, account: str, when: str, hours: str) -> None:
    begins, ends = shift_words.hours(hours)
    wanted = Wanted(account, shift_words.when(when), begins, ends, written=when)
    office.store.write(lambda uow: roster.put(uow, wanted, "operator", office.now))


def waits(office: Office) -> int:
    return len(office.store.read(summons.all_open))


def call_leaders(office: Office) -> None:
    for each in office.store.read(lambda uow: summons.due(uow, office.now, 10)):
        office.store.write(lambda uow, each=each: summoning.call_next(uow, office.office, each, office.now))


def test_who_is_on_duty_and_who_comes_next(office: Office) -> None:
    assert "还没有排值班表" in office.say("值班", TOU)
    is_on(office, "tou", "每天", "08:00-20:00")
    is_on(office, "ling", "每天", "20:00-08:00")
    assert office.say("值班", LING) == "现在值班：陶大头（到 11-23 20:00）\n接下来：凌远，11-23 20:00 起"
    office.now = at("2026-11-24 03:00")
    assert office.say("谁值班", TOU) == "现在值班：凌远（到 11-24 08:00）\n接下来：陶大头，11-24 08:00 起"


def test_ones_own_shifts(office: Office) -> None:
    is_on(office, "tou", "周六", "20:00-08:00")
    assert office.say("我的班", TOU).startswith("您的班：\n11-28 20:00 到 11-29 08:00\n12-05 20:00 到 12-06 08:00")
    assert "没有您的班" in office.say("我的班", LING)


def test_a_shift_is_given_and_taken_in_two_words(office: Office) -> None:
    is_on(office, "tou", "每天", "20:00-08:00")
    assert "已请凌远替您 12-01 20:00 到 12-02 08:00 的班" in office.say("换班 12-01 ling", TOU)
    # 9:30 is in the office's hours, and ling is in no roster.
    [asked] = [words for peer, words in office.sent() if peer == "ling"]
    assert "接班 1" in asked
    assert "没有人请您接" in office.say("接班 1", TOU), "it is not theirs to take"
    assert "现在是您的" in office.say("接班 1", LING)
    assert "12-01 20:00" in office.say("我的班", LING)


@pytest.mark.parametrize("said", ["换班", "换班 12-01", "换班 凌远", "换班 2-30 ling"])
def test_what_does_not_say_all_is_told_how_to_write(office: Office, said: str) -> None:
    assert office.say(said, TOU) == "请这样写：换班 12-01 wangmin"


def test_what_cannot_be_is_answered_in_words_and_changes_nothing(office: Office) -> None:
    assert "您在 2026-12-01 没有班" in office.say("换班 12月1日 ling", TOU)
    is_on(office, "tou", "每天", "20:00-08:00")
    assert "没有“nobody”" in office.say("换班 明天 nobody", TOU)
    office.hire("wan", "agent", name="万里")
    assert "没有绑定聊天" in office.say("换班 明天 20:00 wan", TOU)
    assert "没有人请您接 1 号" in office.say("接班 1", LING), "what was begun is undone"
    assert "没有人请您接" in office.say("接班 第一个", LING)


def test_nobody_else_sees_the_roster(office: Office) -> None:
    is_on(office, "tou", "每天", "08:00-20:00")
    assert "陶大头" not in office.say("值班", CITIZEN)


# ── 收到 ────────────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_button_and_a_word_confirm_and_both_say_who_did_afterwards(office: Office) -> None:
    number = office.open(facts="somebody is injured")[0].number
    verb = load_texts().render("zh", "called.verb")
    confirm = orders.kind_of("confirm")
    assert confirm is not None
    assert confirm.verbs[0] == verb, "what a call tells to reply is an order"
    assert "由您过问，不再叫别人" in office.say(f"{verb} {number}", TOU)
    assert waits(office) == 0
    assert "已经确认过了：tou" in office.say(f"{verb} {number}", LING)
    assert "call_confirmed" in office.kinds(number)


def test_without_a_number_it_is_the_one_thing_they_were_called_to(office: Office) -> None:
    first = office.open("one", "somebody is injured")[0].number
    assert first in office.say("收到", TOU)
    assert waits(office) == 0
    numbers = [office.open(draft, "somebody is injured")[0].number for draft in ("two", "three")]
    asked = office.say("收到", TOU)
    assert all(number in asked for number in numbers)
    assert waits(office) == 2
    assert numbers[0] in office.say(f"收到 {numbers[0].removeprefix('DJ')}", TOU), "a part is enough"
    assert waits(office) == 1


def test_what_may_be_meant_as_a_number_and_is_none_confirms_nothing(office: Office) -> None:
    office.open(facts="somebody is injured")
    assert "是哪一件" in office.say("收到 0571-8888888", TOU)
    assert waits(office) == 1


def test_a_clerk_and_whoever_is_complained_of_confirm_nothing(office: Office) -> None:
    chat = Address("telegram", "ke")
    office.bind("ke", chat)
    number = office.open(facts="陶大头 let somebody be injured")[0].number
    assert "要由被叫到的负责人确认" in office.say(f"收到 {number}", chat)
    assert office.kinds(number).count("refused") == 1
    ghost = number[:-2] + "99"
    seen = [office.say(f"收到 {which}", TOU).replace(which, "N") for which in (number, ghost)]
    assert seen[0] == seen[1]
    assert waits(office) == 1


def test_whoever_was_called_to_nothing_may_say_it_like_anybody(office: Office) -> None:
    assert office.say("收到", LING) == office.say("收到", CITIZEN)


def test_danger_that_a_citizen_tells_of_calls_a_leader_until_one_confirms(office: Office) -> None:
    office.say("我家煤气泄漏了，快来人", CITIZEN)
    office.say("煤气味很大，煤气泄漏", CITIZEN)
    told = office.sent()
    [own] = [words for peer, words in told if peer == "tou"]
    assert "telegram 有人说到燃气泄漏（#1），请您马上过问" in own
    assert sum("请立即查看" in words for peer, words in told if peer == "desk") == 2
    office.later(minutes=10)
    call_leaders(office)
    assert [words for peer, words in office.sent() if peer == "ling"] != []
    assert "由您过问" in office.say("收到 #1", LING)
    office.later(days=3)
    call_leaders(office)
    assert not [words for peer, words in office.sent() if peer in ("tou", "ling")]
    assert "已经确认过了：ling" in office.say("收到 #1", TOU)
