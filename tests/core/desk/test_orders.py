"""What staff say in a few words is read as it was meant, and nothing else is taken for an order."""

from __future__ import annotations

import pytest

from bots.wechat.config import LIMITS
from core.cases import work
from core.desk import orders, service
from core.policies.load import load
from core.texts import load_texts

HALL, MAKER = load("service-hall").number, load("manufacturer").number

OWN = set(service.ANSWERS)


@pytest.mark.parametrize(
    ("said", "does", "number", "rest"),
    [
        ("受理 2611-0007", "accept", "2611-0007", ""),
        ("受理2611-0007", "accept", "2611-0007", ""),
        ("受理 ２６１１-０００７", "accept", "2611-0007", ""),
        ("受理 2611–0007。", "accept", "2611-0007", ""),
        ("受理 #2611-0007", "accept", "2611-0007", ""),
        ("受理", "accept", "", ""),
        ("不受理 DT2611-00078 不归我们管", "decline", "DT2611-00078", "不归我们管"),
        ("不受理：2611-0007，不归我们管", "decline", "2611-0007", "不归我们管"),
        ("告知进展 2611-0007已调取录像", "report_progress", "2611-0007", "已调取录像"),
        ("告知进展 【2611-0007】已调取录像", "report_progress", "2611-0007", "已调取录像"),
        ("答复 DT2611-00078、属实 好", "close", "DT2611-00078", "属实 好"),
        ("转 安保科", "assign", "", "安保科"),
        ("转给 2611-0007 wang", "assign", "2611-0007", "wang"),
        ("答复 3天内退款 12.50 元", "close", "", "3天内退款 12.50 元"),
        ("答复 2611-0007\n经查属实。\n已道歉。", "close", "2611-0007", "经查属实。\n已道歉。"),
        ("  待办 ", "mine", "", ""),
        ("任务完成 2611-0007 #2", "finish_task", "2611-0007", "#2"),
        ("任务 2611-0007 调取录像", "add_task", "2611-0007", "调取录像"),
        ("备注 8000 元已退", "note", "", "8000 元已退"),
        ("备注 2026 年的录像已调", "note", "", "2026 年的录像已调"),
        ("备注 13800138000 已联系", "note", "", "13800138000 已联系"),
        ("备注 抄送 zhang@163", "note", "", "抄送 zhang@163"),
        ("备注 2611-0007 请@1", "note", "2611-0007", "请@1"),
    ],
)
def test_an_order_is_a_verb_a_number_and_the_rest(said: str, does: str, number: str, rest: str) -> None:
    order = orders.order_in(said, HALL)
    assert order is not None
    assert (order.kind.does, order.number, order.rest, order.seen) == (does, number, rest, None)
    assert not order.doubtful


@pytest.mark.parametrize(
    "said",
    ["备注 0571-8888888 是他的电话", "备注 138-12345678 打过", "告知进展 12-31 前回复您", "备注 2026-11 的录像", "任务 2026-11-08 前调取录像",
     "备注 DT2611 00078 看过", "看 DT26", "受理 26110007", "受理 2611-0007 谢谢", "看 12"],
)  # fmt: skip
def test_what_may_be_meant_as_a_number_and_is_none_does_nothing(said: str) -> None:
    order = orders.order_in(said, HALL)
    assert order is not None
    assert order.doubtful


def test_a_whole_number_is_known_by_the_pattern_of_the_pack_however_it_is_typed() -> None:
    assert orders.number_in("dt261100018", HALL) == orders.number_in("DT2611-00018", HALL) == "DT2611-00018"
    assert orders.number_in("DT2611-00019", HALL) == "DT2611-00019", "a part, though its check does not hold"
    assert orders.number_in("2613-0001", HALL) == "", "there is no such month"
    assert orders.number_in("261107", MAKER) == "261107"
    assert orders.number_in("261307", MAKER) == "", "there is no such month"


@pytest.mark.parametrize(
    "said",
    [
        "",
        "受理了吗",
        "受理？",
        "转人工",
        "同意。",
        "同意，但先别答复",
        "同意 先别答复",
        "答复什么时候到",
        "我看看",
        "你好",
        "看病排队三小时",
    ],
)
def test_what_only_begins_like_an_order_is_none(said: str) -> None:
    assert orders.order_in(said, HALL) is None


def test_a_button_says_the_order_and_what_its_reader_knew() -> None:
    accept = orders.kind_of("accept")
    assert accept is not None
    order = orders.order_in(orders.words_of(accept, "DT2611-00078", 12), HALL)
    assert order is not None
    assert (order.number, order.rest, order.seen) == ("DT2611-00078", "", 12)


def test_each_order_is_an_action_of_the_table_or_the_desks_own_and_its_example_is_understood() -> None:
    for kind in orders.kinds():
        if kind.does not in OWN:
            assert work.action_named(kind.does) == kind.does
        assert set(kind.takes) <= {"to", "task", "level", "outcome", "words"}
        order = orders.order_in(kind.example.format(number="2611-0007"), HALL)
        assert order is not None
        assert order.kind == kind
    verbs = [verb for kind in orders.kinds() for verb in kind.verbs]
    assert len(verbs) == len(set(verbs))
    assert max(map(len, verbs)) <= orders.LONGEST_VERB


@pytest.mark.parametrize(
    "said",
    [
        "绑定 7K3M-9Q2X",
        "绑定7k3m9q2x",
        " 绑定：7K3M 9Q2X ",
        "绑定 ７Ｋ３Ｍ９Ｑ２Ｘ",
        "绑定 7k3m—9q2x",
        "绑定 7K3M-9Q2X。",
    ],
)
def test_a_code_is_read_however_it_is_typed(said: str) -> None:
    assert (orders.code_in(said) or "").upper().replace("-", "").replace(" ", "") == "7K3M9Q2X"
    assert orders.code_in("绑定手机") is None


def test_the_help_fits_one_bubble_of_the_narrowest_channel() -> None:
    shown = "\n".join(kind.example.format(number="2611-0007") for kind in orders.kinds())
    assert LIMITS.hold(load_texts().render("zh", "desk.help", orders=shown))
