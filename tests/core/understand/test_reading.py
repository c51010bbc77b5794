"""A whole message: what is kept, what it refers to, how it is meant; and that no text can upset the reader."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from time import thread_time
from typing import get_args
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.policies.policy import FieldKind, Policy
from core.understand import Reading, parse_as, read
from core.understand.normal import KEPT

NOW = datetime(2026, 11, 23, 10, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
Say = Callable[[str], Reading]


@pytest.mark.parametrize(
    "text", ["", "   ", "\u200b\u200d", "【收到不支持的消息类型，暂无法显示】", "\x00\x01", "\ufeff"]
)
def test_a_message_without_words_reads_as_empty(say: Say, text: str) -> None:
    assert say(text) == Reading()


def test_text_is_kept_with_its_chinese_punctuation(say: Say) -> None:
    assert say(" 食堂有虫，很恶心！（１２元）\u200b ").text == "食堂有虫，很恶心！（12元）"


def test_what_is_too_long_is_cut_and_said_to_be(say: Say) -> None:
    reading = say("虫" * (KEPT + 1))
    assert (len(reading.text), reading.cut) == (KEPT, True)
    assert not say("虫" * KEPT).cut


@pytest.mark.parametrize(
    ("text", "numbers", "codes"),
    [
        ("2611-0007", ("2611-0007",), ()), ("2611-0007X", ("2611-0007X",), ()), ("TS20261123-0001", ("TS20261123-0001",), ()),
        ("查 gj20261123-0001 码7k3m-9qxa", ("GJ20261123-0001",), ("7K3M9QXA",)), ("7K3M-9QXA", (), ("7K3M9QXA",)), ("7k3m9qxa", (), ("7K3M9QXA",)),
        ("GJ20261123-0001 ABCD-EFGH", ("GJ20261123-0001",), ("ABCDEFGH",)), ("GJ202611230001", ("GJ202611230001",), ()),
        ("complaint", (), ()), ("13912345678", (), ()), ("2026-11-23", (), ()), ("self-help", (), ()), ("订单号A20261123001", (), ()), ("食堂有虫", (), ()),
    ],
)  # fmt: skip
def test_numbers_and_codes_are_told_apart(
    say: Say, text: str, numbers: tuple[str, ...], codes: tuple[str, ...]
) -> None:
    assert (say(text).numbers, say(text).codes) == (numbers, codes)


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("申请复核 GJ20261123-0001", "review"), ("GJ20261123-0001 不满意", "dissatisfied"), ("撤回gj20261123-0001", "withdraw"),
        ("催一下 GJ20261123-0001，谢谢", "urge"), ("GJ20261123-0001 重新办理", "reopen"), ("GJ20261123-0001", None),
        ("好的 GJ20261123-0001", None), ("申请复核 GJ20261123-0001 和 GJ20261123-0002", None),
        ("GJ20261123-0001 那天司机又骂人了，还不让我下车", None),
    ],
)  # fmt: skip
def test_a_request_may_name_the_complaint_that_it_is_about(say: Say, text: str, intent: str | None) -> None:
    assert say(text).intent == intent


@pytest.mark.parametrize(
    ("text", "question"),
    [
        ("退还断网这几天的费用", False),
        ("这事得几天啊", True),
        ("什么时候能处理完？", True),
        ("要多久", True),
        ("这个安全吗", True),
        ("how long will it take?", True),
        ("凭什么收我的钱？", False),
        ("我叫李明", False),
        ("司机骂人", False),
    ],
)
def test_a_question_to_us_is_told_from_an_answer(say: Say, text: str, question: bool) -> None:
    assert say(text).question is question


@pytest.mark.parametrize(
    ("text", "upset"),
    [("气死我了", True), ("你们这帮骗子", True), ("this is outrageous", True), ("三食堂有虫", False), ("sbus", False)],
)
def test_anger_is_heard(say: Say, text: str, upset: bool) -> None:
    assert say(text).upset is upset


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("食堂有虫", "zh"),
        ("the driver was rude", "en"),
        ("OK", None),
        ("13912345678", None),
        ("7K3M-9QXA", None),
        ("my name is 李明", "en"),
        ("在KFC吃饭", "zh"),
        ("hello", "en"),
    ],
)
def test_the_language_is_told_where_words_tell_it(say: Say, text: str, language: str | None) -> None:
    assert say(text).language == language


def test_an_exclusion_needs_all_its_words(say: Say) -> None:
    assert say("出租车司机拒载").excluded == "taxi"
    assert say("出租车太贵").excluded is None


ANSWERS = [
    ("name", "李明", "李明"), ("name", "我叫李明", "李明"), ("name", "John Smith", "John Smith"), ("name", "13912345678", None), ("name", "不知道啊怎么办", None),
    ("phone", "82345678", "82345678"), ("phone", "139 1234 5678", "13912345678"), ("phone", "1391234567", None), ("phone", "没有", None),
    ("date", "20261120", "2026-11-20"), ("date", "11.20", "2026-11-20"), ("date", "昨天", "2026-11-22"), ("date", "20261340", None), ("date", "食堂", None),
    ("time", "下午三点", "15:00"), ("time", "随便", None), ("time", "每天早上", "每天早上"), ("time", "上下班高峰的时候", "上下班高峰的时候"), ("date", "好几个月了", "好几个月了"),
    ("date", "国庆以后开始", "国庆以后开始"), ("date", "一直这样，好几个月了", "一直这样，好几个月了"), ("date", "今年9月份", "今年9月份"), ("date", "十月份吧", "十月份吧"),
    ("date", "记不清了，大概上个月", "2026-10-01/2026-10-31"), ("date", "窗口没人", None), ("name", "姓刘，刘海", "刘海"), ("name", "好几个月了", None),
    ("address", "解放路那边，门牌不清楚", "解放路那边，门牌不清楚"), ("respondent", "不知道名字，一个穿蓝衣服的男的", "不知道名字，一个穿蓝衣服的男的"),
    ("place", "昨天去的时候，窗口没人", None), ("place", "在三食堂", "三食堂"), ("place", "12345", None), ("address", "人民路32号", "人民路32号"),
    ("respondent", "幸福超市", "幸福超市"), ("line", "32", "32路"), ("line", "快线5号", "快线5号"), ("line", "三十二路", "32路"), ("line", "不知道", None),
    ("vehicle", "1234", "1234"), ("vehicle", "湘A12345", "湘A12345"), ("order_no", "a-2026001", "A-2026001"), ("order_no", "没有", None),
    ("part_no", "ab-102", "AB-102"), ("quantity", "50", "50"),
    ("quantity", "50个", "50"), ("quantity", "五十件", "50件"), ("money", "300", "300"), ("money", "三百块", "300"),
    ("money", "很多", None), ("claim", "退款", "退款"), ("facts", "司机骂人", None), ("text", "任意", None), ("choice", "1", None),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "text", "value"), ANSWERS)
def test_an_answer_is_read_as_what_was_asked(kind: FieldKind, text: str, value: str | None) -> None:
    slot = parse_as(kind, text, NOW)
    assert (slot.value if slot else None) == value


PIECES = st.sampled_from(
    ["我叫", "李明", "电话", "改成", "13912345678", "不是", "，", "是", "昨天", "11月40日", "99:99", "第", "三", "十", "百", "万", "项", "0731-", "(", "湘A", "路",
     "￥", "块", "除夕", "农历", "月", "去年", "not ", "change ", "line ", "\x00", "\ud800", "𠮷", "①", "½", "号", "-", ".", ":", "删掉", "张", "分", "煤气", "没"]
)  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(st.one_of(st.text(max_size=200), st.lists(PIECES, max_size=25).map("".join)))
def test_any_text_can_be_read(policy: Policy, text: str) -> None:
    reading = read(text, policy, NOW)
    assert len(reading.text) <= KEPT
    for slot in reading.slots:
        assert slot.value
        assert slot.said
    again = read(reading.text, policy, NOW)
    assert again.text == reading.text


@settings(max_examples=200, deadline=None)
@given(
    st.sampled_from(get_args(FieldKind)), st.one_of(st.text(max_size=60), st.lists(PIECES, max_size=10).map("".join))
)
def test_any_text_can_be_an_answer(kind: FieldKind, text: str) -> None:
    slot = parse_as(kind, text, NOW)
    assert slot is None or slot.value


HOSTILE = [
    "我叫",
    "(",
    "1-",
    "1 ",
    "改",
    "改成",
    "不是",
    "第1项",
    "昨天",
    "一",
    "a@",
    "路",
    "着火",
    "我",
    "12:",
    "煤气",
    "好的，",
    "change ",
    "my ",
    "投诉",
    "0731-",
    "aaaa-",
    "农历八月",
    "小区",
    "人民路1号",
]


@pytest.mark.parametrize("piece", HOSTILE)
def test_hostile_repetition_costs_at_most_in_proportion(policy: Policy, piece: str) -> None:
    """Twice the characters may take about twice as long. Below the cap, for above it nothing more is read."""
    seconds = {length: _quickest(policy, (piece * length)[:length]) for length in (950, 1_900)}
    assert seconds[1_900] < 4.5 * seconds[950] + 0.004


def test_a_hundred_thousand_characters_cost_no_more_than_the_cap(policy: Policy) -> None:
    capped, long = (_quickest(policy, "司机态度差，投诉" * (length // 8)) for length in (5_000, 100_000))
    assert long < 2 * capped + 0.01


def _quickest(policy: Policy, text: str) -> float:
    """Seconds of work; whatever else the machine does is not counted."""

    def seconds() -> float:
        started = thread_time()
        read(text, policy, NOW)
        return thread_time() - started

    return min(seconds() for _ in range(4))


def test_another_bodys_matter_counts_where_a_story_is_about_it(say: Say) -> None:
    by_the_way = "公交车到站不停，我只好改坐别的车回家，" * 4
    assert say(f"{by_the_way}后来是一个出租车司机送我的").excluded is None
    assert say(f"出租车司机绕路多收钱。{by_the_way}").excluded == "taxi"
    assert say(f"{by_the_way}投诉出租车司机，那辆出租车的司机绕路").excluded == "taxi"
