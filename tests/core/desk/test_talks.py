"""A citizen and a clerk talk, each in their own chat: to the right person, once, in order, and all of it is in the case."""

from __future__ import annotations

import pytest

from core.cases import retention
from core.dialog.session import Session
from core.messages import Address
from core.people import binding, staffing
from core.store import claims, evidence, outbox, queries, sessions, settlements
from core.store.unit_of_work import Store
from tests.core.cases.desk import ANNA, WEI, at
from tests.core.desk.talking import BOB, CHATS, Talks


@pytest.fixture
def office(store: Store) -> Talks:
    return Talks(store)


def test_who_asks_for_a_person_hears_hours_and_wait_and_the_clerk_the_number_alone(office: Talks) -> None:
    said = office.anna("转人工")
    assert "30 分钟内有人答复" in said
    assert office.number in said
    told = office.read_by(WEI)
    assert len(told) == 1
    assert f"接谈 {office.number}" in told[0]
    assert "lift" not in told[0]


def test_words_pass_both_ways_once_and_in_order_and_stand_in_the_case(office: Talks) -> None:
    office.anna("转人工")
    assert "有人接就转给他" in office.anna("电梯又停了")
    office.sent()
    assert "已接谈" in office.wei(f"接谈 {office.number}")
    sent = office.sent()
    assert [words for peer, words in sent if peer == CHATS[WEI].peer] == [f"{office.number} 投诉人：电梯又停了"]
    assert ["工作人员来了" in words for peer, words in sent if peer == "anna"] == [True]
    assert office.anna("里面还有两个人") == "", "a person answers"
    assert office.read_by(WEI) == [f"{office.number} 投诉人：里面还有两个人"]
    assert "已发给" in office.wei(f"回 {office.number} 维修的人十分钟后到")
    assert office.told() == [f"工作人员（{office.number}）：维修的人十分钟后到"]
    assert office.spoken() == [
        ("complainant", "电梯又停了"),
        ("complainant", "里面还有两个人"),
        (f"staff:{WEI}", "维修的人十分钟后到"),
    ]


def test_a_message_that_comes_twice_is_said_once(office: Talks) -> None:
    office.talk()
    for chat, words in ((ANNA, "在三楼"), (CHATS[WEI], f"回 {office.number} 好的")):
        first, again = (office.hear(words, chat, key="same") for _ in range(2))
        assert first == again
    assert [words for _, words in office.sent()] == [
        f"{office.number} 投诉人：在三楼",
        f"工作人员（{office.number}）：好的",
    ]
    assert office.spoken() == [("complainant", "在三楼"), (f"staff:{WEI}", "好的")]


def test_what_fails_in_the_middle_leaves_nothing_behind(office: Talks, monkeypatch: pytest.MonkeyPatch) -> None:
    office.talk()

    def slip(*_: object, **__: object) -> None:
        raise ValueError("a slip in the code")

    for chat, words in ((ANNA, "在三楼"), (CHATS[WEI], f"回 {office.number} 好的")):
        with monkeypatch.context() as broken:
            broken.setattr("core.store.inbox.keep", slip)
            with pytest.raises(ValueError, match="a slip"):
                office.hear(words, chat, key=f"kill {words}")
        assert office.spoken() == []
        assert office.sent() == []
    office.hear("在三楼", ANNA, key="kill 在三楼")
    assert office.spoken() == [("complainant", "在三楼")]


def test_of_two_who_take_it_the_second_finds_it_taken(office: Talks) -> None:
    office.hire_zhao()
    office.anna("转人工")
    assert len(office.read_by(WEI, "zhao")) == 2, "nobody has the case: all who receive people are asked"
    assert "已接谈" in office.zhao(f"接谈 {office.number}")
    assert "zhao 已经接谈了" in office.wei(f"接谈 {office.number}")
    assert "zhao 已经接谈了" in office.wei(f"回 {office.number} 您好")
    assert "已经是您的" in office.zhao(f"接谈 {office.number}")
    assert office.kinds(office.number).count("relay_taken") == 1
    assert office.spoken() == []


def test_whoever_has_the_case_is_asked_alone(office: Talks) -> None:
    office.hire_zhao()
    office.work(office.number, "assign", handler="zhao")
    office.sent()
    office.anna("转人工")
    assert office.read_by(WEI) == []
    assert "这一件请承办人或登记受理的同事接谈" in office.wei(f"接谈 {office.number}")
    assert "已接谈" in office.zhao("接谈"), "the only one that waits"


def test_a_button_takes_it(office: Talks) -> None:
    office.anna("转人工")
    taken = office.store.write(lambda uow: claims.claim(uow, office.now, 50, 60))
    [button] = [choice for each in taken for choice in each.message.choices if each.address.peer == CHATS[WEI].peer]
    assert button.label == "接谈"
    assert "已接谈" in office.say(button.key, CHATS[WEI])


def test_a_clerk_with_several_talks_never_answers_the_wrong_person(office: Talks) -> None:
    other = office.files("bobs", BOB)
    office.talk()
    office.say("转人工", BOB)
    assert "已接谈" in office.wei(f"接谈 {other}")
    office.sent()
    office.wei(f"看 {other}")
    assert "是哪一件" in office.wei("回 马上来"), "what was looked at last is no sign"
    assert "已发给" not in office.wei("马上来")
    assert office.sent() == []
    office.wei(f"回 {office.number} 马上来")
    assert [peer for peer, _ in office.sent()] == ["anna"]
    office.wei(f"结束对话 {other}")
    office.sent()
    assert "已发给" in office.wei("回 到了"), "only one is left"
    assert [peer for peer, _ in office.sent()] == ["anna"]


def test_without_a_conversation_nobody_can_be_answered(office: Talks) -> None:
    assert "现在没有对话" in office.wei(f"回 {office.number} 您好")
    office.anna("转人工")
    assert "还没有人接谈" in office.wei(f"回 {office.number} 您好")
    assert "请这样写" in office.wei(f"问 {office.number}")
    assert "没有查到" in office.wei("接谈 2611-9999")
    assert office.spoken() == []
    assert office.kinds(office.number).count("refused") == 3


def test_who_waits_and_who_is_talked_to_is_listed(office: Talks) -> None:
    assert "没有投诉人在等" in office.wei("对话")
    office.anna("转人工")
    assert f"{office.number} 在等人" in office.wei("对话")
    office.wei("接谈")
    assert f"{office.number} 您在谈" in office.wei("对话")


def test_who_has_several_cases_says_which_one_it_is_about(office: Talks) -> None:
    second = office.files("second")
    asked = office.anna("转人工")
    assert "哪一件" in asked
    assert office.relay() is None
    assert "30 分钟内有人答复" in office.anna(second)
    assert office.relay(second) is not None
    office.anna("单子丢了")
    assert office.spoken(second) == [("complainant", "单子丢了")]
    assert office.spoken() == []


def test_who_means_something_else_leaves_a_message_that_becomes_a_case(office: Talks) -> None:
    office.anna("转人工")
    assert "请写下您的事" in office.anna("1")
    assert office.relay() is None
    office.sent()
    office.anna("社保窗口说我的材料丢了，急用")
    [other] = [
        line.number for line in office.store.read(lambda uow: queries.case_list(uow, 9)) if line.number != office.number
    ]
    assert any(f"接谈 {other}" in words for words in office.read_by(WEI))
    office.wei("接谈")
    assert office.read_by(WEI) == [f"{other} 投诉人：社保窗口说我的材料丢了，急用"]


def test_without_a_case_the_message_is_the_first_line_of_the_talk(office: Talks) -> None:
    assert "30 分钟内有人答复" in office.say("转人工", BOB)
    office.say("社保窗口说我的材料丢了，急用", BOB)
    [number] = session_of(office, BOB).cases
    assert office.spoken(number) == [("complainant", "社保窗口说我的材料丢了，急用")]
    office.wei("接谈")
    office.sent()
    assert office.say("我在三号窗口", BOB) == "", "since somebody has come it is a talk"
    assert office.read_by(WEI) == [f"{number} 投诉人：我在三号窗口"]


def test_where_no_staff_have_a_chat_nothing_is_promised(store: Store) -> None:
    office = Talks(store)
    office.wei("解除绑定")
    assert "请写下您的事" in office.anna("转人工")
    assert office.relay() is None


# ── what is not for staff ────────────────────────────────────────────────────────────────────────────────────────────


def test_commands_and_danger_are_not_swallowed(office: Talks) -> None:
    office.talk()
    assert "登记" in office.anna("查进度")
    assert "回复“结束对话”" in office.anna("帮助")
    assert "回复“结束对话”" in office.anna("我要投诉")
    assert office.spoken() == []
    assert "119" in office.anna("着火了")
    assert office.spoken() == [("complainant", "着火了")], "and the clerk reads it as well"
    assert "对话结束了" in office.anna("取消")
    assert office.relay() is None
    assert any("结束了对话" in words for words in office.read_by(WEI))


def test_greetings_and_short_words_are_for_the_person(office: Talks) -> None:
    office.talk()
    for words in ("你好", "好的", "不对", "谢谢", "不知道", "为什么"):
        assert office.anna(words) == ""
    assert [words for _, words in office.spoken()] == ["你好", "好的", "不对", "谢谢", "不知道", "为什么"]


def test_a_draft_waits_untouched_and_is_gone_on_with_afterwards(office: Talks) -> None:
    office.anna("昨天自助机把我的证件吞了，喊人没人管")
    before = session_of(office)
    assert before.draft is not None
    assert before.step.name == "field"
    office.wei(f"问 {office.number} 电梯几点停的？")
    office.passes(seconds=10)
    office.sent()
    assert "说给谁的" in office.anna("早上八点半停的")
    office.anna("1")
    assert office.read_by(WEI) == [f"{office.number} 投诉人：早上八点半停的"]
    assert session_of(office).draft == before.draft
    asked = office.anna("结束对话")
    assert "对话结束了" in asked
    after = session_of(office)
    assert (after.step, after.draft) == (before.step, before.draft)
    assert "5）" in asked, "the question that was open is put again"


def test_what_is_not_for_staff_goes_on_with_the_draft_and_is_not_asked_again(office: Talks) -> None:
    office.anna("昨天自助机把我的证件吞了，喊人没人管")
    office.wei(f"问 {office.number} 电梯几点停的？")
    office.sent()
    office.anna("二楼社保窗口")
    assert "说给谁的" not in office.anna("2")
    assert office.spoken() == [(f"staff:{WEI}", "电梯几点停的？")]
    draft = session_of(office).draft
    assert draft is not None
    assert any("二楼社保窗口" in answer.value for answer in draft.answers.values())
    assert "说给谁的" not in office.anna("昨天上午")


# ── files ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_files_become_evidence_of_the_case_and_are_named(office: Talks) -> None:
    office.talk()
    office.sends("photo")
    office.sends("file", "合同.pdf", caption="这是合同")
    files = office.store.read(lambda uow: evidence.list_for_case(uow, office.case(office.number).id))
    assert [file.attachment.kind for file in files] == ["photo", "file"]
    assert [words for _, words in office.spoken()] == ["〔照片〕", "〔文件〕合同.pdf\n这是合同"]
    assert len(office.read_by(WEI)) == 2


# ── questions ────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_question_is_answered_in_the_right_case_of_several(office: Talks) -> None:
    second = office.files("second")
    office.later(minutes=1)
    assert "已问" in office.wei(f"问 {second} 是几点钟的事？")
    assert office.told() == [f"工作人员想问您（{second}）：是几点钟的事？\n请直接回复。"]
    assert "已转给工作人员" in office.anna("八点半")
    assert office.spoken(second) == [(f"staff:{WEI}", "是几点钟的事？"), ("complainant", "八点半")]
    assert office.spoken() == []
    assert office.read_by(WEI) == [f"{second} 投诉人：八点半"]


def test_with_two_questions_it_is_asked_whose_answer_it_is(office: Talks) -> None:
    second = office.files("second")
    office.later(minutes=1)
    office.wei(f"问 {office.number} 几点停的？")
    office.wei(f"问 {second} 在几楼？")
    office.sent()
    asked = office.anna("三楼")
    assert office.number in asked
    assert second in asked
    assert [*office.spoken(), *office.spoken(second)] == [(f"staff:{WEI}", "几点停的？"), (f"staff:{WEI}", "在几楼？")]
    office.anna("2")
    assert office.spoken(second)[-1] == ("complainant", "三楼")
    assert len(office.spoken()) == 1


def test_a_word_of_another_clerk_in_the_middle_of_a_talk_is_not_answered_to_the_first(office: Talks) -> None:
    second = office.files("second")
    office.hire_zhao()
    office.talk()
    office.later(minutes=1)
    office.zhao(f"问 {second} 在几楼？")
    office.sent()
    assert "说给谁的" in office.anna("三楼")
    assert office.sent() == []
    office.anna(second)
    assert office.read_by("zhao") == [f"{second} 投诉人：三楼"]
    assert office.spoken() == []


def test_a_new_complaint_is_not_taken_for_an_answer(office: Talks) -> None:
    office.wei(f"问 {office.number} 几点停的？")
    office.sent()
    assert "说给谁的" in office.anna("昨天中午二楼三号窗口的工作人员态度很差，还骂人")
    office.anna("2")
    assert session_of(office).draft is not None
    assert len(office.spoken()) == 1


def test_a_question_that_was_not_read_yet_is_not_answered(office: Talks) -> None:
    """Held by the platform, it goes out with the reply to these very words."""
    office.wei(f"问 {office.number} 几点停的？")
    [claimed] = office.store.write(lambda uow: claims.claim(uow, office.now, 50, 60))
    office.store.write(lambda uow: settlements.settle_held(uow, claimed, "45015", office.now))
    office.watch()
    assert any("还没送到" in words for words in office.read_by(WEI))
    assert "几点停的？" in office.anna("你好")
    assert len(office.spoken()) == 1
    office.later(seconds=5)
    office.watch()
    assert any("现在送到了" in words for words in office.read_by(WEI))
    assert "已转给工作人员" in office.anna("八点半")


def test_who_cannot_be_written_to_is_not_asked(office: Talks) -> None:
    number = office.register(facts="窗口没人", place="一楼", name="王", phone="13900000042").number
    assert "没有可以发消息的聊天，请打电话" in office.wei(f"问 {number} 几点的事？")
    assert office.relay(number) is None


def test_while_a_colleague_waits_for_an_answer_there_is_nobody_to_take(office: Talks) -> None:
    office.hire_zhao()
    office.zhao(f"问 {office.number} 几点停的？")
    assert "这一件没有人在等" in office.wei(f"接谈 {office.number}")
    assert "relay_taken" not in office.kinds(office.number)
    office.sent()
    office.anna("八点半")
    assert office.read_by("zhao") == [f"{office.number} 投诉人：八点半"], "it is still theirs"


def test_a_question_that_nobody_answers_is_over_after_days(office: Talks) -> None:
    office.wei(f"问 {office.number} 几点停的？")
    office.sent()
    office.later(days=3)
    office.watch()
    assert office.relay() is None
    assert any("没有回答" in words for words in office.read_by(WEI, "anna"))


def test_a_question_whose_asker_is_gone_goes_to_whoever_may_ask(office: Talks) -> None:
    office.hire_zhao()
    office.work(office.number, "assign", handler="zhao")
    office.later(minutes=1)
    office.zhao(f"问 {office.number} 几点停的？")
    office.sent()
    office.work(office.number, "assign", handler=WEI)
    assert "只有承办人能问" in office.zhao(f"问 {office.number} 在几楼？")
    office.sent()
    assert "已转给工作人员" in office.anna("八点半")
    assert any(f"接谈 {office.number}" in words for words in office.read_by(WEI))
    assert "已接谈" in office.wei("接谈")
    assert office.read_by(WEI)[-1] == f"{office.number} 投诉人：八点半"


# ── time ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_outside_the_hours_the_citizen_is_told_when_somebody_is_there(office: Talks) -> None:
    office.now = at("2026-11-23 20:00")
    assert "11 月 24 日 09:00" in office.anna("转人工")
    assert office.read_by(WEI) == [], "nobody is woken for it"
    office.now = at("2026-11-24 09:00")
    assert len(office.read_by(WEI)) == 1
    office.now = at("2026-11-24 09:29")
    office.watch()
    assert office.alerts() == []
    office.now = at("2026-11-24 09:30")
    office.watch()
    assert any("还没有人答复" in words for words in office.alerts())


def test_where_nobody_comes_others_are_asked_then_those_who_lead_and_at_last_it_is_said(office: Talks) -> None:
    handling, leading = posts_with(office, "handling"), posts_with(office, "leadership")
    office.hire_zhao()
    office.hire("sun", *handling)
    office.bind("sun", Address("telegram", "sun"))
    office.hire("qian", *leading)
    office.bind("qian", Address("telegram", "qian"))
    office.work(office.number, "assign", handler="zhao")
    office.sent()
    office.anna("转人工")
    assert [peer for peer, _ in office.sent() if peer != "desk"] == [CHATS["zhao"].peer]
    office.passes(minutes=30)
    sent = office.sent()
    assert {peer for peer, _ in sent} >= {"anna", "desk", "sun"}
    assert CHATS["zhao"].peer not in {peer for peer, _ in sent}, "asked once"
    assert any("还没有人接" in words for peer, words in sent if peer == "anna")
    office.passes(minutes=30)
    assert "qian" in {peer for peer, _ in office.sent()}
    office.passes(hours=13)
    assert office.relay() is None
    assert any("很抱歉" in words for words in office.told())


def test_a_clerk_who_does_not_answer_is_reminded_and_a_colleague_may_take_over(office: Talks) -> None:
    office.hire_zhao()
    office.talk()
    office.anna("在三楼")
    office.sent()
    office.passes(minutes=29)
    assert office.sent() == []
    office.passes(minutes=1)
    sent = office.sent()
    assert any("请回话" in words for peer, words in sent if peer == CHATS[WEI].peer)
    assert any("还没有人答复" in words for peer, words in sent if peer == "desk")
    assert "已接谈" in office.zhao(f"接谈 {office.number}")
    assert office.read_by("zhao") == [f"{office.number} 投诉人：在三楼"], "with what was said until then"
    assert "zhao 已经接谈了" in office.wei(f"回 {office.number} 来了")


def test_silence_ends_it_with_a_word_to_both(office: Talks) -> None:
    office.talk()
    office.wei(f"回 {office.number} 已经修好了")
    office.sent()
    office.passes(minutes=29)
    assert office.sent() == []
    office.passes(minutes=1)
    assert len(office.read_by(WEI, "anna")) == 2
    assert office.relay() is None


def test_words_that_come_just_after_the_end_are_asked_about(office: Talks) -> None:
    office.talk()
    office.wei(f"结束对话 {office.number}")
    assert any("结束了这次对话" in words for words in office.told())
    assert "说给谁的" in office.anna("我找到单据了")
    office.anna("1")
    assert office.spoken()[-1] == ("complainant", "我找到单据了")
    assert office.relay() is not None, "somebody is asked for again"


def test_what_happens_twice_at_once_happens_once(office: Talks) -> None:
    office.anna("转人工")
    office.later(minutes=30)
    office.watch()
    office.watch()
    assert len([words for words in office.told("desk") if "还没有人答复" in words]) == 1


def test_the_last_word_before_the_end_still_arrives(office: Talks) -> None:
    office.talk()
    office.anna("谢谢，钥匙在门卫那里")
    office.anna("结束对话")
    read = office.read_by(WEI)
    assert read[0] == f"{office.number} 投诉人：谢谢，钥匙在门卫那里"
    assert "结束了对话" in read[1]


# ── who must not ─────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_recused_member_can_neither_take_nor_read_nor_learn_of_it(office: Talks) -> None:
    office.hire_zhao()
    number = office.files("about zhao", BOB, "窗口的赵大海态度差")
    ghost = number[:-2] + "99"
    office.sent()
    office.say("转人工", BOB)
    assert len(office.read_by(WEI)) == 1
    assert office.read_by("zhao") == []
    for verb, rest in (("接谈", ""), ("回", " 好"), ("问", " 好"), ("结束对话", "")):
        seen = [office.zhao(f"{verb} {each}{rest}").replace(each, "N") for each in (number, ghost)]
        assert seen[0] == seen[1]
        assert "没有查到" in seen[0]
    assert number not in office.zhao("对话")


def test_who_is_named_in_the_middle_of_the_talk_loses_it_before_the_word_arrives(office: Talks) -> None:
    office.hire_zhao()
    office.anna("转人工")
    office.zhao(f"接谈 {office.number}")
    office.sent()
    office.anna("就是赵大海推的我")
    assert [peer for peer, _ in office.sent()] == [CHATS[WEI].peer], "who is asked to take it"
    assert "没有查到" in office.zhao(f"回 {office.number} 我没有")
    assert "已接谈" in office.wei(f"接谈 {office.number}")
    assert office.read_by(WEI) == [f"{office.number} 投诉人：就是赵大海推的我"]


@pytest.mark.parametrize("how", ["assigned", "left", "away", "unbound", "recused"])
def test_who_has_no_part_in_it_any_more_loses_the_talk_at_once(office: Talks, how: str) -> None:
    office.hire_zhao()
    office.work(office.number, "assign", handler="zhao")
    office.anna("转人工")
    office.zhao(f"接谈 {office.number}")
    office.sent()
    office.anna("还没有送到的话")
    lose(office, how)
    assert office.read_by("zhao") == [] or how == "assigned", "what waited is not told"
    relay = office.relay()
    assert relay is not None
    assert (relay.state, relay.holder_id) == ("asked", None)
    office.zhao(f"回 {office.number} 我来说一句")
    assert [words for _, words in office.spoken()] == ["还没有送到的话"]
    office.watch()
    assert "已接谈" in office.wei(f"接谈 {office.number}")
    assert f"{office.number} 投诉人：还没有送到的话" in office.read_by(WEI)


def lose(office: Talks, how: str) -> None:
    if how == "assigned":
        office.work(office.number, "assign", handler=WEI)
    elif how == "left":
        office.store.write(lambda uow: staffing.leave(uow, office.office, "zhao", "operator", office.now))
    elif how == "away":
        office.away("zhao")
    elif how == "unbound":
        office.store.write(lambda uow: binding.unbind_all(uow, "zhao", "operator", office.now))
    else:
        office.work(office.number, "recuse", "zhao", words="a relative")


# ── what is kept ─────────────────────────────────────────────────────────────────────────────────────────────────────


def test_an_erased_conversation_leaves_no_word_in_the_clerks_chat(office: Talks) -> None:
    office.talk()
    office.anna("金丝雀的话")
    office.sent()
    office.anna("删除我的信息")
    office.anna("1")
    assert office.relay() is None
    assert any("删除了聊天" in words for words in office.read_by(WEI))
    assert copies(office) == []
    assert "请打电话" in office.wei(f"问 {office.number} 还在吗")


@pytest.mark.parametrize("how", ["left", "unbound", "recused", "erased"])
def test_who_loses_the_talk_keeps_no_word_of_it_in_the_chat(office: Talks, how: str) -> None:
    office.hire_zhao()
    office.anna("转人工")
    office.zhao(f"接谈 {office.number}")
    office.anna("金丝雀的话")
    office.sent()
    assert len(copies(office)) == 1
    if how == "erased":
        office.zhao("删除我的信息")
        office.zhao("1")
    else:
        lose(office, how)
    assert copies(office) == []
    relay = office.relay()
    assert relay is not None
    assert relay.holder_id is None


def test_who_stands_in_keeps_the_talk_when_the_handler_is_recused(office: Talks) -> None:
    office.hire("sun", *posts_with(office, "handling"))
    office.work(office.number, "assign", handler="sun")
    office.anna("转人工")
    assert "已接谈" in office.wei(f"接谈 {office.number}"), (
        "whoever has the case has no chat: colleagues are asked at once"
    )
    office.work(office.number, "recuse", "sun", words="a relative")
    assert office.work_of(office.number).handler_id is None
    relay = office.relay()
    assert relay is not None
    assert relay.state == "open"


def test_an_erased_case_leaves_no_word_of_the_transcript(office: Talks) -> None:
    office.talk()
    office.anna("金丝雀的话")
    office.wei(f"回 {office.number} 金丝雀的回话")
    office.sent()
    assert len(copies(office)) == 2
    office.closed(office.number)
    office.later(days=4000)
    office.store.write(lambda uow: retention.erase_cases(uow, office.office, office.now, 10))
    assert copies(office) == []
    assert office.spoken() == [("complainant", ""), (f"staff:{WEI}", "")]


def test_the_transcript_is_in_the_conversation_of_the_case(office: Talks) -> None:
    office.talk()
    office.anna("金丝雀的话")
    office.wei(f"回 {office.number} 金丝雀的回话")
    office.sent()
    case = office.case(office.number)
    lines = office.store.read(lambda uow: queries.conversation(uow, case))
    assert [line.text for line in lines if "金丝雀" in line.text] == [
        "金丝雀的话",
        f"工作人员（{office.number}）：金丝雀的回话",
    ]


def test_no_button_of_a_case_grows_old_by_talking(office: Talks) -> None:
    before = max(entry.position or 0 for entry in office.entries(office.number) if entry.kind == "registered")
    office.talk()
    office.anna("在三楼")
    office.work(office.number, "note", seen=before, words="looked at")
    assert office.kinds(office.number)[-1] == "noted"


def copies(office: Talks) -> list[str]:
    """What is kept of words in the outbox, in anybody's chat."""

    def look(uow) -> list[str]:  # type: ignore[no-untyped-def]
        rows = uow.connection.execute(outbox.with_session.where(outbox._columns.body_sealed.is_not(None))).all()
        return [words for row in rows if "金丝雀" in (words := outbox.opened(uow, row).message.text)]

    return office.store.read(look)


def session_of(office: Talks, who: Address = ANNA) -> Session:
    found = office.store.read(lambda uow: sessions.find(uow, who))
    assert found is not None
    return Session.from_state((found.state or {}).get("session"))


def posts_with(office: Talks, duty: str) -> list[str]:
    return [post.key for post in office.policy.posts if duty in post.duties]
