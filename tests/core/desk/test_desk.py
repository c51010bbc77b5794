"""Staff work in their own chat: bound by a code, through the same services as elsewhere, and nobody else is heard there."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from core.dialog import service as dialog
from core.messages import Address, InboundMessage, OutboundMessage
from core.people import binding, staffing
from core.store import claims, outbox, queries, sessions, settlements, staff
from core.store.unit_of_work import Store
from tests.core.cases.desk import FACTS, PHONE, WEI
from tests.core.desk.chats import CHAT, OTHER, Office


@pytest.fixture
def office(store: Store, now: datetime) -> Office:
    return Office(store, now)


@pytest.fixture
def bound(office: Office) -> Office:
    office.bind()
    return office


def test_who_sends_the_code_from_their_chat_works_there_from_then_on(office: Office) -> None:
    assert office.owner() is None
    assert "办理台" in office.bind()
    assert office.owner() == WEI
    assert [line[:2] for line in office.office_lines(2)] == [
        ("staff_bound", f"staff:{WEI}"),
        ("staff_invited", "operator"),
    ]


def test_a_code_holds_once_for_a_while_and_only_the_last_one(office: Office) -> None:
    first, second = office.code(), office.code()
    assert office.owner() is None
    assert "绑定码不对" in office.say(f"绑定 {first}"), "another was given since"
    office.say(f"绑定 {second}")
    assert "绑定码不对" in office.say(f"绑定 {second}", OTHER), "it was used"
    assert office.owner(OTHER) is None
    late = office.code()
    office.now += binding.CODE_HOLDS + timedelta(seconds=1)
    assert "绑定码不对" in office.say(f"绑定 {late}", OTHER)


def test_who_guesses_is_not_heard_for_a_while_not_even_with_the_right_code(office: Office) -> None:
    for _ in range(binding.FAILURES):
        office.say("绑定 0000-0000", OTHER)
    right = office.code()
    assert "绑定码不对" in office.say(f"绑定 {right}", OTHER)
    office.now += timedelta(minutes=20)
    assert "绑定码不对" in office.say(f"绑定 {right}", OTHER)
    office.now += binding.FAILURES_WITHIN
    assert "办理台" in office.bind(chat=OTHER)


def test_who_left_is_not_heard_and_has_no_code_that_holds(bound: Office) -> None:
    number = bound.open()[0].number
    code = bound.code()
    bound.store.write(lambda uow: staffing.leave(uow, bound.office, WEI, "operator", bound.now))
    assert bound.owner() is None
    assert "已登记" not in bound.say(f"受理 {number}")
    assert "绑定码不对" in bound.say(f"绑定 {code}", OTHER)
    assert bound.status(number) == "registered"


def test_unbound_by_themselves_or_by_the_office_a_chat_is_anybodys(bound: Office) -> None:
    assert "已解除绑定" in bound.say("解除绑定")
    assert bound.owner() is None
    bound.bind()
    bound.bind(chat=OTHER)
    assert bound.store.write(lambda uow: binding.unbind_all(uow, WEI, "operator", bound.now)) == 2
    assert (bound.owner(), bound.owner(OTHER)) == (None, None)


def test_a_case_is_worked_from_its_receipt_to_its_answer_in_words(bound: Office) -> None:
    number = bound.open()[0].number
    assert "已受理" in bound.say(f"受理 {number.lstrip('FW')}"), "a part of the number is enough"
    assert "已登记“转”" in bound.say(f"转 {number} {WEI}")
    assert bound.work_of(number).handler_id is not None
    assert number in bound.say("待办")
    bound.say("告知进展 已经调取录像")
    bound.say("备注 周三谈话")
    bound.say("查清 情况属实")
    answer = bound.say("答复 属实 经查，窗口提前下班属实，已批评教育。")
    assert bound.status(number) == "closed", answer
    assert bound.work_of(number).outcome == "substantiated"
    assert "没有在办的件" in bound.say("待办")
    told = "\n".join(bound.told())
    assert "已经调取录像" in told
    assert "已批评教育" in told
    assert "周三谈话" not in told


def test_a_button_holds_for_the_case_as_it_stood_and_says_what_has_happened_since(bound: Office) -> None:
    number = bound.open()[0].number
    [shown] = bound.hear(f"看 {number}")
    [accept] = [choice for choice in shown.choices if choice.label == "受理"]
    bound.hire("zhao", *(post.key for post in bound.policy.posts))
    bound.work(number, "note", "zhao", words="seen")
    assert "有了变化" in bound.say(accept.key)
    assert bound.status(number) == "registered"
    [again] = bound.hear(f"看 {number}")
    [accept] = [choice for choice in again.choices if choice.label == "受理"]
    assert "已登记“受理”" in bound.say(accept.key)
    assert "有了变化" in bound.say(accept.key), "pressed twice"
    assert bound.kinds(number).count("accepted") == 1


def test_a_message_that_comes_twice_is_done_once_and_answered_alike(bound: Office) -> None:
    number = bound.open()[0].number
    first, again = (bound.hear(f"备注 {number} 看过了", key="same") for _ in range(2))
    assert first == again
    assert bound.kinds(number).count("noted") == 1


def test_nothing_that_was_told_is_shown_in_a_chat(bound: Office) -> None:
    number = bound.open(facts=f"{FACTS}, call {PHONE}")[0].number
    shown = bound.say(f"看 {number}") + bound.say("待办") + bound.say(f"受理 {number}")
    assert number in shown
    for secret in (FACTS, PHONE):
        assert secret not in shown
    assert "read" in bound.kinds(number), "that somebody looked is written down"


def test_a_case_that_must_not_be_known_looks_like_none(bound: Office) -> None:
    number = bound.open(facts="窗口的wei态度差")[0].number
    ghost = number[:-2] + "99"
    seen = [bound.say(f"{verb} {which}").replace(which, "N") for verb in ("看", "受理") for which in (number, ghost)]
    assert seen[0] == seen[1]
    assert seen[2] == seen[3]
    assert number not in bound.say("待办")
    assert "refused" in bound.kinds(number)


def test_a_refusal_is_told_written_down_and_changes_nothing(bound: Office) -> None:
    number = bound.open()[0].number
    before = bound.all_of(number)
    assert "是哪一件" in bound.say("答复")
    assert f"备注 {number}" in bound.say(f"备注 {number}"), "how to write it"
    assert "不能这样做" in bound.say(f"答复 {number} 属实 好"), "it is a step, but not from here"
    assert "不能这样做" in bound.say(f"查清 {number} 属实")
    assert "不能这样做" in bound.say(f"同意 {number}")
    assert "没有查到" in bound.say("受理 2025-99999")
    assert bound.all_of(number) == before
    assert bound.kinds(number).count("refused") == 4


def test_a_step_that_a_pack_does_not_have_is_named_with_those_there_are(store: Store, now: datetime) -> None:
    office = Office(store, now, "service-hall")
    office.bind()
    number = office.open()[0].number
    assert "没有“受理”这一步。现在可以：不予受理、移送、补正、" in office.say(f"受理 {number}")


def test_a_post_that_may_not_do_it_is_refused_as_everywhere(store: Store, now: datetime) -> None:
    office = Office(store, now, "law-firm")
    number = office.open()[0].number
    office.hire("lin", "clerk")
    office.bind("lin")
    assert "已登记" not in office.say(f"受理 {number}")
    assert office.status(number) == "registered"
    office.store.write(lambda uow: staffing.be_away(uow, office.office, WEI, "operator", office.now, away=True))
    office.bind(WEI, OTHER)
    assert "不在岗" in office.say(f"受理 {number}", OTHER)


def test_whoever_is_not_of_staff_is_a_citizen_whatever_they_say(office: Office) -> None:
    number = office.open()[0].number
    assert "已登记" not in office.say(f"受理 {number}")
    assert office.status(number) == "registered"
    assert "refused" not in office.kinds(number)


def test_staff_may_complain_as_well(bound: Office) -> None:
    assert bound.say("你好") == Office.say(bound, "你好", OTHER)
    assert bound.owner() == WEI


def test_two_chats_that_send_one_code_are_not_both_bound(office: Office) -> None:
    code = office.code()
    member = office.store.read(lambda uow: staff.by_account(uow, WEI))
    assert member is not None
    bound = [office.say(f"绑定 {code}", chat) for chat in (CHAT, OTHER)]
    assert ["办理台" in each for each in bound] == [True, False]
    assert len(office.store.read(lambda uow: sessions.of_member(uow, member.id))) == 1


def test_what_is_said_without_a_number_is_about_the_case_of_this_hour(bound: Office) -> None:
    number = bound.open()[0].number
    bound.say(f"看 {number}")
    bound.say("谢谢")
    assert "已登记“备注”" in bound.say("备注 看过了"), "what was said between is no matter"
    bound.now += timedelta(minutes=61)
    assert "是哪一件" in bound.say("受理")
    assert bound.status(number) == "registered"


def test_in_a_complaint_of_their_own_what_has_no_number_is_an_answer(bound: Office) -> None:
    number = bound.open()[0].number
    bound.say(f"看 {number}")
    bound.say("窗口提前下班，没人办理")
    assert "已登记“" not in bound.say("同意")
    assert "已登记“" not in bound.say("受理")
    assert bound.status(number) == "registered"
    assert "已登记“受理”" in bound.say(f"受理 {number}")


def test_an_edit_does_nothing_and_says_so(bound: Office) -> None:
    number = bound.open()[0].number
    message = InboundMessage(CHAT, "edited", bound.now, "edit", f"受理 {number}", mark="1")
    [reply] = bound.store.write(lambda uow: dialog.receive(uow, bound.house, message, bound.now))
    assert "再发一条" in reply.text
    assert bound.status(number) == "registered"


def test_a_name_that_two_have_is_nobodys_and_a_unit_must_be_one(bound: Office) -> None:
    number = bound.open()[0].number
    bound.say(f"受理 {number}")
    posts = [post.key for post in bound.policy.posts]
    for account in ("min1", "min2"):
        bound.hire(account, *posts, name="王敏", unit="安保科")
    assert "请这样写" in bound.say(f"转 {number} 王敏")
    assert "请这样写" in bound.say(f"转 {number} 没有的科")
    assert "已登记“转”" in bound.say(f"转 {number} 安保科，请核实")
    assert bound.work_of(number).unit == "安保科"
    assert "已登记“转”" in bound.say(f"转 {number} min2")


def test_a_whole_number_is_never_another_one(store: Store, now: datetime) -> None:
    office = Office(store, now, "manufacturer")
    office.bind()
    number = office.open()[0].number
    longer = [office.open(f"draft {index}")[0].number for index in range(2)]
    missing = f"{number[:-1]}9"
    assert missing not in (number, *longer)
    assert "没有查到" in office.say(f"受理 {missing}")
    assert {office.status(each) for each in (number, *longer)} == {"registered"}


def test_what_was_held_goes_out_once_its_clerk_writes(bound: Office) -> None:
    to = bound.store.write(lambda uow: sessions.load(uow, CHAT, bound.now))
    bound.store.write(lambda uow: outbox.add(uow, to, OutboundMessage("waited"), "w", bound.now, now=bound.now))
    [claimed] = bound.store.write(lambda uow: claims.claim(uow, bound.now, 1, 60))
    bound.store.write(lambda uow: settlements.settle_held(uow, claimed, "45015", bound.now))
    bound.say("待办")
    bound.now += timedelta(seconds=dialog.ANSWER_SECONDS)
    assert [words for _, words in bound.sent()] == ["waited"]


def test_who_has_all_forgotten_has_no_desk_there_any_more(bound: Office) -> None:
    chat = bound.store.read(lambda uow: sessions.find(uow, CHAT))
    assert chat is not None
    bound.store.write(lambda uow: sessions.erase(uow, chat.id, bound.now))
    assert bound.owner() is None


def test_a_chat_that_becomes_somebody_elses_is_written_down(bound: Office) -> None:
    bound.hire("zhao", "officer")
    bound.bind("zhao")
    assert bound.owner() == "zhao"
    assert [line[:2] for line in bound.office_lines(2)] == [
        ("staff_bound", "staff:zhao"),
        ("staff_unbound", f"staff:{WEI}"),
    ]


def test_who_gets_a_case_hears_of_it_in_their_own_chat_and_of_its_clocks(bound: Office) -> None:
    number = bound.open()[0].number
    bound.hire("zhao", *(post.key for post in bound.policy.posts), unit="窗口科")
    bound.bind("zhao", OTHER)
    bound.say(f"受理 {number}")
    bound.say(f"转 {number} zhao")
    own = [words for peer, words in bound.sent() if peer == OTHER.peer]
    assert [f"{number}（" in words and "交给您办" in words for words in own] == [True]
    bound.say(f"转 {number} {WEI}")
    assert not [words for peer, words in bound.sent() if peer == CHAT.peer], "who takes it knows"
    bound.work(number, "assign", handler="zhao")
    bound.sent()
    bound.now = min(row.alert_at for row in bound.rows(number) if row.alert_at)
    bound.watch_clocks()
    bound.now += timedelta(days=3)
    clocks = [words for peer, words in bound.sent() if peer == OTHER.peer]
    assert clocks
    assert all(number in words and FACTS not in words for words in clocks)


def test_what_may_be_another_case_is_asked_and_never_done_to_the_one_in_hand(bound: Office) -> None:
    number = bound.open()[0].number
    bound.say(f"看 {number}")
    before = bound.kinds(number)
    for said in ("备注 0571-8888888 是他的电话", "告知进展 12-31 前回复您", "受理 2611-0007 谢谢"):
        assert "是哪一件" in bound.say(said)
    assert bound.kinds(number) == before
    assert not any("0571" in note for _, _, note in bound.office_lines())


def test_who_must_not_know_of_it_any_more_is_not_told_what_waited(bound: Office) -> None:
    bound.now += timedelta(hours=12)
    number = bound.open()[0].number
    bound.hire("zhao", *(post.key for post in bound.policy.posts), name="赵大海", unit="窗口科")
    bound.bind("zhao", OTHER)
    bound.work(number, "accept")
    bound.work(number, "assign", handler="zhao")
    bound.work(number, "recuse", "zhao", words="a relative")
    bound.now += timedelta(days=4)
    assert not [words for peer, words in bound.sent() if peer == OTHER.peer and number in words]


def test_a_chat_that_is_nobodys_any_more_is_not_told_what_waited(bound: Office) -> None:
    bound.now += timedelta(hours=12)
    number = bound.open()[0].number
    bound.hire("zhao", *(post.key for post in bound.policy.posts), unit="窗口科")
    bound.bind("zhao", OTHER)
    bound.work(number, "accept")
    bound.work(number, "assign", handler="zhao")
    bound.say("解除绑定", OTHER)
    bound.now += timedelta(days=4)
    assert not [words for peer, words in bound.sent() if peer == OTHER.peer and number in words]


def test_with_approval_the_answer_is_proposed_approved_and_told(store: Store, now: datetime) -> None:
    office = Office(store, now, "service-complaint-office")
    office.bind()
    number = office.open()[0].number
    for said in (f"转 {number} {WEI}", "查清 情况属实"):
        assert "已登记" in office.say(said)
    office.hire("ma", *(post.key for post in office.policy.posts))
    office.bind("ma", OTHER)
    assert "已登记“拟办”" in office.say(f"拟办 {number} 属实 拟向投诉人致歉", OTHER)
    office.hire("he", *(post.key for post in office.policy.posts))
    head = Address("telegram", "the head's chat")
    office.bind("he", head)
    assert "已登记“同意”" in office.say(f"同意 {number}", head)
    assert "不用再写结论" in office.say(f"答复 {number} 属实 已经致歉", OTHER)
    assert "已办结" in office.say(f"答复 {number} 已经致歉", OTHER)


def test_a_clerks_words_are_kept_by_the_case_alone(bound: Office) -> None:
    number = bound.open()[0].number
    bound.say(f"备注 {number} 王小明的电话是{PHONE}")
    chat = bound.store.read(lambda uow: sessions.find(uow, CHAT))
    assert chat is not None
    said = bound.store.read(lambda uow: queries.history(uow, chat.id, None, 50))
    assert not any(PHONE in line.text for line in said)
    assert PHONE in bound.entries(number)[-1].note


def test_while_the_bot_waits_for_words_what_has_no_number_is_an_answer(bound: Office) -> None:
    number = bound.open()[0].number
    bound.say(f"受理 {number}")
    own, _ = bound.open("the clerk's own", who=bound.store.write(lambda uow: sessions.load(uow, CHAT, bound.now)).id)
    bound.say("我要补充")
    before = bound.kinds(number)
    assert "已登记“" not in bound.say("请补充 我的电话")
    assert bound.kinds(number) == before
    assert "supplement_asked" not in bound.kinds(own.number)


def test_a_part_of_a_number_tells_nothing_to_posts_that_read_no_cases(store: Store, now: datetime) -> None:
    office = Office(store, now, "report-center")
    number = office.open()[0].number
    office.hire("lin", "inspector")
    office.bind("lin")
    said = office.say(f"看 {number.lstrip('JB')[:10]}")
    assert "没有查到" in said
    assert number not in said
