"""Cards in a group: whoever presses acts as themselves, once; nothing personal is read there, and nothing of a case that one of
its members must not know."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime

import pytest

from core.messages import Address
from core.people import binding, staffing
from core.store import sessions
from core.store.unit_of_work import Store
from tests.core.cases.desk import FACTS, PHONE
from tests.core.desk.town import GROUP, OTHER_GROUP, TOPIC, Town, button

STORY = "窗口的人态度很差，骂人，我叫王小明，电话13900000042"


@pytest.fixture
def town(store: Store, now: datetime) -> Town:
    """A group of two clerks, 7 and 8, whom the office named."""
    town = Town(store, now)
    town.clerk("zhao", "7")
    town.clerk("qian", "8")
    town.receives(GROUP, "hall", "zhao", "qian")
    town.posted()
    return town


def test_a_card_says_what_it_is_how_it_stands_and_what_can_be_done(town: Town) -> None:
    number = town.open(facts=STORY)[0].number
    [card] = town.posted()[GROUP.peer]
    first, about, clock = card.text.split("\n")
    assert first == f"新投诉 {number}，请看能不能受理。"
    assert about == "其他，一般；综合科" or ("，一般；" in about and "其他" in about)
    assert clock.startswith("时限 ")
    assert [choice.label for choice in card.choices] == ["受理"]
    assert button(card, "受理") == f"受理 {number} @{town.seen(number)}"
    assert (card.copyable, card.private) == (number, f"desk_{number}")
    for secret in ("骂人", "王小明", PHONE):
        assert secret not in card.text


def test_what_happened_is_told_blacked_out_where_the_institution_wants_that(town: Town) -> None:
    town.office.tells_story = True
    told = {"facts": STORY, "name": "王小明", "phone": PHONE}
    town.open(facts=STORY, answers={key: told[key] for key in told if key in {row.key for row in town.policy.fields}})
    [card] = town.posted()[GROUP.peer]
    assert "经过：窗口的人态度很差" in card.text
    for secret in ("王小明", PHONE):
        assert secret not in card.text


def test_a_new_complaint_is_told_to_groups_alone(store: Store, now: datetime) -> None:
    town = Town(store, now)
    town.open()
    assert town.texts() == {}


def test_a_button_is_pressed_as_oneself_and_the_card_shows_how_it_stands_then(town: Town) -> None:
    number = town.open()[0].number
    [card] = town.posted()[GROUP.peer]
    answer = town.press(button(card, "受理"), "7")
    assert "已登记“受理”" in answer.text
    assert answer.card is not None
    assert f"{number} 现在已受理" in answer.card.text
    assert "（zhao）" in answer.card.text
    assert town.status(number) == "accepted"
    assert [entry.actor for entry in town.entries(number) if entry.kind == "accepted"] == ["staff:zhao"]
    assert FACTS not in answer.text + answer.card.text


def test_two_people_press_at_once_one_acts_and_the_other_hears(town: Town) -> None:
    number = town.open()[0].number
    [card] = town.posted()[GROUP.peer]
    key = button(card, "受理")
    assert "已登记“受理”" in town.press(key, "7").text
    second = town.press(key, "8")
    assert "有了变化" in second.text
    assert "zhao" in second.text
    assert second.card is not None, "the card is made fresh for whoever comes late"
    assert town.kinds(number).count("accepted") == 1


def test_of_two_presses_in_the_same_moment_one_acts(town: Town) -> None:
    number = town.open()[0].number
    [card] = town.posted()[GROUP.peer]
    key = button(card, "受理")
    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(lambda peer: town.press(key, peer, update=f"u:{peer}").text, ("7", "8")))
    assert sorted("已登记" in text for text in answers) == [False, True]
    assert sorted("有了变化" in text for text in answers) == [False, True]
    assert town.kinds(number).count("accepted") == 1


def test_a_button_that_is_pressed_twice_says_what_has_happened_since(town: Town) -> None:
    number = town.open()[0].number
    [card] = town.posted()[GROUP.peer]
    assert "已登记" in town.press(button(card, "受理"), "7").text
    assert "有了变化" in town.press(button(card, "受理"), "7").text
    assert town.kinds(number).count("accepted") == 1
    assert "refused" in town.kinds(number)


def test_a_press_that_is_delivered_twice_is_done_once_and_answered_alike(town: Town) -> None:
    number = town.open()[0].number
    [card] = town.posted()[GROUP.peer]
    first, again = (town.press(button(card, "受理"), "7", update="same").text for _ in range(2))
    assert first == again
    assert "已登记" in first
    assert "refused" not in town.kinds(number)


def test_whoever_is_not_bound_is_told_how_and_nothing_is_done(town: Town) -> None:
    number = town.open()[0].number
    [card] = town.posted()[GROUP.peer]
    town.say("你好", "56")
    before = town.all_of(number)
    assert "绑定码" in town.press(button(card, "受理"), "55").text
    assert "绑定码" in town.press(button(card, "受理"), "56").text, "somebody who only wrote to the bot"
    assert town.all_of(number) == before


def test_who_is_unbound_is_nobody_at_once(town: Town) -> None:
    number = town.open()[0].number
    [card] = town.posted()[GROUP.peer]
    town.store.write(lambda uow: binding.unbind_all(uow, "zhao", "operator", town.now))
    assert "绑定码" in town.press(button(card, "受理"), "7").text
    town.store.write(lambda uow: staffing.leave(uow, town.office, "qian", "operator", town.now))
    assert "绑定码" in town.press(button(card, "受理"), "8").text
    assert town.status(number) == "registered"


def test_who_is_away_or_in_another_post_is_refused_and_that_is_written_down(store: Store, now: datetime) -> None:
    town = Town(store, now, "law-firm")
    town.receives()
    town.hire("lin", "clerk")
    town.bind("lin", "7")
    town.clerk("zhao", "8")
    town.away("zhao")
    number = town.open()[0].number
    [card] = town.posted()[GROUP.peer]
    for peer in ("7", "8"):
        answer = town.press(card.choices[0].key, peer)
        assert "已登记" not in answer.text
        assert answer.card is None, "nothing has changed"
    assert town.status(number) == "registered"
    assert town.kinds(number).count("refused") == 2


@pytest.mark.parametrize(
    "forged",
    [
        "同意",
        "看 {number}",
        "答复 {number} 属实 好",
        "1.yes",
        "待办",
        "解除绑定",
        "接谈 {number}",
        "结束对话 {number}",
        "x" * 60,
    ],
)
def test_what_no_button_could_say_is_for_the_own_chat(town: Town, forged: str) -> None:
    number = town.open()[0].number
    assert "私聊" in town.press(forged.format(number=number), "7").text
    assert town.status(number) == "registered"


def test_a_group_that_is_no_target_any_more_does_nothing(town: Town) -> None:
    number = town.open()[0].number
    [card] = town.posted()[GROUP.peer]
    assert "不再接收提醒" in town.press(button(card, "受理"), "7", OTHER_GROUP).text
    assert town.status(number) == "registered"


def test_a_button_whose_topic_the_platform_does_not_say_is_pressed_all_the_same(town: Town) -> None:
    town.receives(TOPIC, "topic", "zhao")
    number = town.open()[0].number
    [card] = town.posted()["-1003:7"]
    assert "已登记" in town.press(button(card, "受理"), "7", Address("telegram", TOPIC.peer)).text
    assert town.status(number) == "accepted"


def test_words_to_the_bot_in_a_group_do_what_a_button_does_and_no_more(town: Town) -> None:
    number = town.open()[0].number
    assert "已登记“受理”" in town.happens("said", by="7", text=f"受理 {number}").text
    assert town.status(number) == "accepted"
    assert "私聊" in town.happens("said", by="7", text=f"看 {number}").text
    assert "私聊" in town.happens("said", by="7", text=f"备注 {number} 王小明").text
    assert "私聊" in town.happens("said", by="7", text=f"接谈 {number}").text
    assert "绑定码" in town.happens("said", by="55", text=f"受理 {number}").text
    for chat in ("好的", "受理了吗", "谢谢"):
        assert town.happens("said", by="7", text=chat).text == "", "what people say to each other is no order"
    assert town.happens("said", OTHER_GROUP, by="7", text=f"受理 {number}").text == "", "no business of ours"


def test_the_link_on_a_card_opens_the_case_in_the_own_chat(town: Town) -> None:
    number = town.open()[0].number
    assert number in town.say(f"desk_{number}", "7", "came_by")
    assert "绑定码" in town.say(f"desk_{number}", "55", "came_by")
    assert number not in town.say("desk_", "8", "came_by"), "a word that names none"


# ── who must not know ────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_case_that_one_of_a_group_must_not_know_is_told_to_the_others_alone(town: Town) -> None:
    town.hire("sun", "officer", name="孙二")
    town.receives(GROUP, "hall", "zhao", "qian", "sun")
    number = town.open(facts="窗口的孙二态度差")[0].number
    told = town.texts()
    assert set(told) == {"7", "8"}
    assert all(number in lines[0] for lines in told.values())


def test_another_group_where_everybody_may_know_is_told(town: Town) -> None:
    town.hire("sun", "officer", name="孙二")
    town.receives(OTHER_GROUP, "all", "zhao", "sun")
    number = town.open(facts="窗口的孙二态度差")[0].number
    told = town.texts()
    assert set(told) == {GROUP.peer, "7"}, "the clerk of the group that must not know hears alone"
    assert number in told[GROUP.peer][0]


def test_where_nobody_said_who_is_in_a_group_a_case_kept_from_anybody_is_none_for_it(
    store: Store, now: datetime
) -> None:
    town = Town(store, now)
    town.clerk("zhao", "7")
    town.hire("sun", "officer", name="孙二")
    town.receives()
    town.posted()
    town.open("draft 1")
    kept_back = town.open("draft 2", facts="窗口的孙二态度差")[0].number
    told = town.texts()
    assert set(told) == {GROUP.peer, "7"}
    assert kept_back not in "".join(told[GROUP.peer])
    assert kept_back in told["7"][0]


def test_where_nobody_can_be_told_alone_the_office_hears_that_there_is_something(store: Store, now: datetime) -> None:
    town = Town(store, now)
    town.hire("sun", "officer", name="孙二")
    town.receives()
    town.posted()
    number = town.open(facts="窗口的孙二态度差")[0].number
    [(peer, [line])] = town.texts().items()
    assert peer == "desk"
    assert "有人要回避" in line
    assert number not in line


def test_what_waits_for_a_group_goes_to_the_others_once_one_must_not_know(town: Town) -> None:
    town.now = town.now.replace(hour=22)
    number = town.open()[0].number
    assert town.texts() == {}, "it waits for the morning"
    town.recuse(number, "qian")
    town.later(hours=12)
    told = town.texts()
    assert set(told) == {"7"}
    assert number in told["7"][0]


def test_what_stands_in_a_group_loses_its_words_once_one_must_not_know(town: Town) -> None:
    number = town.open()[0].number
    town.posted()
    card = town.marks[GROUP.peer][-1]
    town.recuse(number, "qian")
    [hidden] = town.posted()[GROUP.peer]
    assert hidden.replaces == card
    assert (number in hidden.text, hidden.choices) == (False, ())
    town.recuse(number, "zhao")
    assert GROUP.peer not in town.posted(), "once is enough"


def test_who_comes_into_a_group_is_known_from_then_on(town: Town) -> None:
    town.clerk("sun", "9")
    town.now = town.now.replace(hour=22)
    number = town.open()[0].number
    town.recuse(number, "sun")
    town.happens("came", people=("9", "55"))
    town.later(hours=12)
    assert GROUP.peer not in town.texts()
    later = town.open("draft 2")[0].number
    town.recuse(later, "sun")
    town.happens("went", people=("9",))
    third = town.open("draft 3")[0].number
    town.recuse(third, "sun")
    told = town.texts()
    assert any(third in line for line in told[GROUP.peer]), "who left it again is no matter any more"


def test_who_is_in_a_group_is_in_all_of_its_topics(town: Town) -> None:
    for topic in ("7", "8"):
        town.receives(Address("telegram", TOPIC.peer, topic), f"topic {topic}", "zhao")
    town.clerk("sun", "9")
    town.happens("came", Address("telegram", TOPIC.peer), people=("9",))
    number = town.open()[0].number
    town.recuse(number, "sun")
    assert set(town.texts()) == {GROUP.peer, "7"}


def test_who_presses_in_a_group_is_known_to_be_there(town: Town) -> None:
    town.clerk("sun", "9")
    number = town.open()[0].number
    [card] = town.posted()[GROUP.peer]
    town.recuse(number, "sun")
    answer = town.press(button(card, "受理"), "9")
    assert "没有查到" in answer.text
    assert answer.card is not None
    assert number not in answer.card.text, "nobody reads it there any more"
    assert not answer.card.choices
    assert town.status(number) == "registered"
    assert "refused" in town.kinds(number)


def test_words_about_a_case_that_one_there_must_not_know_are_for_the_own_chat(town: Town) -> None:
    number = town.open()[0].number
    town.posted()
    town.recuse(number, "qian")
    answer = town.happens("said", by="7", text=f"受理 {number}")
    assert number not in answer.text
    assert town.status(number) == "registered"
    assert "没有查到" in town.happens("said", by="8", text=f"受理 {number}").text


def test_who_is_let_in_again_reads_it_in_the_group(town: Town) -> None:
    number = town.open()[0].number
    town.posted()
    town.recuse(number, "qian")
    town.work(number, "lift_recusal", staff="qian", words="not the same person")
    hidden, card = town.posted()[GROUP.peer]
    assert hidden.replaces
    assert number in card.text


def test_the_chat_of_a_group_is_nobodys_own(town: Town) -> None:
    chat = town.store.read(lambda uow: sessions.find(uow, GROUP))
    assert chat is not None
    assert chat.staff_id is None
