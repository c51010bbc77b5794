"""What follows filing, where a transcript would be long: which case is meant, what is no supplement, whose case it becomes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from core.store import queries
from tests.conversations.direct import Player
from tests.conversations.play import Step

Start = Callable[[str], Player]

STORY = ("昨天窗口的人态度很差，叫了不理", "咨询台", "跳过", "同意", "李小禾", "13900000005", "好了", "1")
SECOND = ("大厅的自助机全坏了，没人来修", "跳过", "前天", "跳过", "好了", "1")
ELSEWHERE = (*STORY[:4], "王小田", "13900000011", "好了", "1")
MINE, OTHER = "DT2611-00018", "DT2611-00026"


@pytest.fixture
def start(store_url: str, data_dir: Path) -> Iterator[Start]:
    players: list[Player] = []

    def begin(pack: str) -> Player:
        players.append(Player(store_url, data_dir, pack))
        return players[-1]

    yield begin
    for player in players:
        player.close()


@pytest.fixture
def player(start: Start) -> Player:
    """One person with one complaint at the service hall."""
    playing = start("service-hall")
    say(playing, *STORY)
    later(playing, minutes=1)
    return playing


def say(player: Player, *words: str, person: str = "1") -> str:
    """One after the other; the reply to the last."""
    for each in words:
        heard = player.take(Step("said", each, person))
    return "\n".join(heard)


def act(player: Player, *lines: str) -> str:
    return "\n".join(line for each in lines for line in player.take(Step("acted", each)))


def later(player: Player, **time: float) -> None:
    player.now += timedelta(**time)


def kinds(player: Player, number: str = MINE) -> list[str]:
    detail = player.store.read(lambda uow: queries.case_detail(uow, number))
    assert detail is not None
    return [entry.kind for entry in detail.entries]


# ── asked for more ───────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("answer", ["10点", "没有照片", "3"])
def test_the_first_words_after_the_notice_are_the_supplement(player: Player, answer: str) -> None:
    act(player, f"request_supplement {MINE} 几点钟的事？有照片吗？")
    assert f"已补充到 {MINE}，接着办理" in say(player, answer)
    assert kinds(player)[-2:] == ["supplemented", "resumed"]


def test_who_could_not_have_read_the_notice_is_asked_first(player: Player) -> None:
    player.act(f"request_supplement {MINE} 几点钟的事？")
    assert f"这是补充到 {MINE} 的吗？" in say(player, "上午十点那会儿")
    assert "supplemented" not in kinds(player)


def test_what_reads_like_a_complaint_is_asked_about_first(player: Player) -> None:
    act(player, f"request_supplement {MINE} 几点钟的事？")
    assert f"这是补充到 {MINE} 的吗？" in say(player, "今天窗口的人又骂我，态度更差了")
    assert "已补充到" in say(player, "是的")


def test_of_two_that_wait_the_one_that_is_meant_gets_it(player: Player) -> None:
    say(player, *SECOND)
    later(player, minutes=1)
    act(player, f"request_supplement {MINE} 几点钟的事？", f"request_supplement {OTHER} 哪一台？")
    asked = say(player, "靠门口的那一台")
    assert f"1. 补充到 {OTHER}" in asked
    assert f"2. 补充到 {MINE}" in asked
    assert f"已补充到 {OTHER}，接着办理" in say(player, "1")
    assert "supplemented" not in kinds(player, MINE)


def test_a_draft_that_is_being_written_keeps_its_words(player: Player) -> None:
    say(player, SECOND[0])
    act(player, f"request_supplement {MINE} 几点钟的事？")
    say(player, "自助区")
    assert "supplemented" not in kinds(player)


def test_words_kept_for_a_question_outlive_a_resumption_by_staff(player: Player) -> None:
    act(player, f"request_supplement {MINE} 几点钟的事？")
    say(player, "今天窗口的人又骂我，态度更差了")
    act(player, f"resume {MINE}")
    say(player, "是的")
    assert kinds(player)[-1] == "supplemented"


def test_a_supplement_left_open_is_over_the_next_day(player: Player) -> None:
    say(player, "补充")
    later(player, hours=13)
    assert "已记下" in say(player, "今天上午大厅的自助机又坏了")
    assert "supplemented" not in kinds(player)


def test_a_file_for_a_case_that_was_closed_meanwhile_is_declined_and_not_kept(player: Player) -> None:
    say(player, "补充")
    act(player, f"assign {MINE} handler=officer", f"conclude {MINE} 查清了", f"close {MINE} outcome=answered 已说明")
    assert f"{MINE} 已经办结" in say(player, "[照片]")
    detail = player.store.read(lambda uow: queries.case_detail(uow, MINE))
    assert detail is not None
    assert detail.evidence == []


def test_a_kind_of_file_that_is_not_taken_starts_no_clock(start: Start) -> None:
    playing = start("service-hall")
    policy = playing.house.office.policy
    fewer = policy.model_copy(update={"evidence": policy.evidence.model_copy(update={"kinds": ("photo",)})})
    playing.house.office.policy = fewer
    say(playing, *STORY)
    act(playing, f"request_supplement {MINE} 请发照片")
    assert "收不了" in say(playing, "[视频]")
    assert f"已补充到 {MINE}，接着办理" in say(playing, "[照片]")


# ── whose case it becomes ────────────────────────────────────────────────────────────────────────────────────────────


def register(player: Player) -> tuple[str, str]:
    act(player, "register visit facts=昨天咨询台的人态度很差 place=咨询台 name=李小禾 phone=13900000005")
    [(number, code)] = player.codes.known.items()
    return number, code


def session_of(player: Player, number: str) -> int | None:
    detail = player.store.read(lambda uow: queries.case_detail(uow, number))
    assert detail is not None
    return detail.case.session_id


def test_four_digits_of_a_telephone_show_a_case_and_never_bind_it(start: Start) -> None:
    playing = start("service-hall")
    policy = playing.house.office.policy
    lenient = policy.model_copy(update={"lookup": policy.lookup.model_copy(update={"phone_last_four": True})})
    playing.house.office.policy = lenient
    number, _ = register(playing)
    assert f"{number}（" in say(playing, number, "0005")
    assert session_of(playing, number) is None


def test_a_code_binds_a_case_that_no_chat_filed_and_no_other(start: Start) -> None:
    playing = start("service-hall")
    number, code = register(playing)
    assert f"以后 {number} 有消息" in say(playing, f"{number} {code.lower()}")
    mine = session_of(playing, number)
    assert mine is not None
    assert "以后" not in say(playing, f"{number} {code}", person="2")
    assert session_of(playing, number) == mine


def test_a_case_that_a_chat_filed_is_shown_by_its_code_and_stays_there(player: Player) -> None:
    before = session_of(player, MINE)
    assert f"{MINE}（" in say(player, f"{MINE} XXXX-XXXX", person="2")
    assert session_of(player, MINE) == before


def test_an_archived_case_is_shown_and_not_bound(start: Start) -> None:
    playing = start("service-hall")
    number, code = register(playing)
    act(playing, f"withdraw {number} 当面撤回", f"archive {number}")
    shown = say(playing, f"{number} {code}")
    assert "已归档" in shown
    assert "以后" not in shown
    assert session_of(playing, number) is None


def test_who_has_a_bound_case_can_do_what_its_complainant_can(start: Start) -> None:
    playing = start("service-hall")
    number, code = register(playing)
    say(playing, f"{number} {code}")
    assert "已替您催办" in say(playing, "催一下")
    assert f"确定撤回 {number} 吗" in say(playing, "撤回投诉")


# ── after the answer ─────────────────────────────────────────────────────────────────────────────────────────────────


def answered(player: Player) -> None:
    act(player, f"assign {MINE} handler=officer", f"conclude {MINE} 查清了", f"close {MINE} outcome=answered 已说明")


def test_where_the_pack_has_no_review_the_way_on_is_named(player: Player) -> None:
    answered(player)
    assert f"{MINE} 不能申请复核。不满意可以回复“不满意”。" in say(player, "申请复核")
    assert "我们重新办理" in say(player, "不满意")


def test_a_low_rating_offers_only_what_is_still_possible(player: Player) -> None:
    answered(player)
    later(player, days=16)
    heard = say(player, "评价", "1")
    assert "记为 1 分" in heard
    assert "怎么办" not in heard
    assert "没有解决" not in heard


def test_an_answer_that_is_looked_at_again_is_not_rated_meanwhile(player: Player) -> None:
    answered(player)
    assert "打分" in say(player, "评价")
    heard = say(player, "不满意", "还是没有人理我")
    assert "重新办理" in heard
    assert "打分" not in heard


def test_in_english_a_review_is_a_review_and_not_the_summary(start: Start) -> None:
    playing = start("general-handling")
    told = (
        "the foreman shouts at us every day",
        "3",
        "the night foreman",
        "skip",
        "1",
        "skip",
        "13900000024",
        "done",
        "1",
    )
    say(playing, *told)
    number = [*playing.codes.known][-1]
    act(playing, f"accept {number}", f"assign {number} handler=department", f"conclude {number} 查清了")
    act(playing, f"close {number} outcome=unsubstantiated 没有查到")
    assert "What should be looked at again" in say(playing, "review")
    assert "Somebody new to it looks at it again" in say(playing, "nobody of the night shift was asked")


def test_a_number_that_is_somebody_elses_looks_like_none(player: Player) -> None:
    answered(player)
    say(player, *ELSEWHERE, person="2")
    for words in (f"催一下 {MINE}", f"不满意 {MINE}", f"撤回投诉 {MINE}"):
        heard = say(player, words, person="2")
        assert "没有查到这件投诉" in heard, (words, heard)
    assert kinds(player)[-1] == "closed"


def test_what_is_for_staff_only_is_in_no_answer_about_the_case(player: Player) -> None:
    act(player, f"note {MINE} 内部的话", f"add_task {MINE} 调监控", f"recuse {MINE} 我认识他", f"supervise {MINE} 快办")
    heard = say(player, "查进度")
    assert "内部的话" not in heard
    assert "备注" not in heard
    assert "回避" not in heard
    assert "督办" not in heard
