"""Every code that the three platforms publish, and what it means for an alert."""

from __future__ import annotations

from typing import Any

import pytest

from bots.robots import dingtalk, feishu, wecom
from bots.robots.platform import Answer, Platform
from core.errors import ChannelStopped, TryLater, Undeliverable

NAMED: dict[str, Platform] = {each.name: each for each in (wecom.PLATFORM, dingtalk.PLATFORM, feishu.PLATFORM)}
LATER: dict[str, dict[int, float | None]] = {
    "wecom": {-1: None, 45009: 60.0, 45033: 60.0, 77777: None},
    "dingtalk": {-1: None, 130101: 600.0, 410100: 600.0, 90030: 3600.0, 77777: None},
    "feishu": {11232: 60.0, 99991400: 60.0, 77777: None},
}
STOPPED = {
    "wecom": [93000, 93004, 93008],
    "dingtalk": [310000, 40035, 300001, 300005, 400101, 400013, 400102, 400106],
    "feishu": [19001, 19007, 19021, 19022, 19024, 230002],
}
UNFIT = {
    "wecom": [40008, 40058, 44004, 45002, 47001],
    "dingtalk": [400105, 430101, 430102, 430103, 430104, 460101],
    "feishu": [9499, 19002, 11246, 230025, 230028],
}


def said(platform: Platform, code: int, words: str = "") -> Answer:
    names = ("code", "msg") if platform.name == "feishu" else ("errcode", "errmsg")
    return dict(zip(names, (code, words), strict=True))


def each(table: dict[str, list[int]]) -> list[Any]:
    named = [(name, code) for name, codes in table.items() for code in codes]
    return [pytest.param(NAMED[name], code, id=f"{name} {code}") for name, code in named]


ALL = pytest.mark.parametrize("platform", NAMED.values(), ids=NAMED)


@ALL
def test_a_passing_fault_and_a_code_that_nobody_knows_are_tried_again(platform: Platform) -> None:
    for code, after in LATER[platform.name].items():
        error = platform.refusal(said(platform, code))
        assert isinstance(error, TryLater)
        assert (error.code, error.after) == (str(code), after)


@pytest.mark.parametrize(("platform", "code"), each(STOPPED))
def test_what_is_wrong_with_the_robot_stops_it_and_loses_nothing(platform: Platform, code: int) -> None:
    error = platform.refusal(said(platform, code))
    assert type(error) is ChannelStopped
    assert error.code == str(code)


@pytest.mark.parametrize(("platform", "code"), each(UNFIT))
def test_what_is_wrong_with_the_message_stops_the_message_alone(platform: Platform, code: int) -> None:
    assert isinstance(platform.refusal(said(platform, code)), Undeliverable)


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        ("keywords not in content, more: [https://ding-doc.dingtalk.com/doc#/serverapi2/qf2nxq]", "keywords"),
        ("description:关键词不匹配;solution:请联系群管理员查看此机器人的关键词", "keywords"),
        ("invalid timestamp", "timestamp"),
        ("description:机器人发送签名过期", "timestamp"),
        ("sign not match", "sign"),
        ("description:机器人发送签名不匹配;solution:请确认签名和生成签名的时间戳必须都放在调用的网址中", "sign"),
        ("ip 203.0.113.7 not in whitelist", "ip"),
        ("description:ip 不在白名单中;solution:请联系对应群的管理员，设置机器人安全ip地址段", "ip"),
    ],
)
def test_dingtalk_has_one_code_for_four_faults_and_says_which_in_words(words: str, reason: str) -> None:
    error = dingtalk.refusal(said(dingtalk.PLATFORM, 310000, words))
    assert isinstance(error, ChannelStopped)
    assert error.code == f"310000 {reason}"
    assert words not in str(error), "the platform's words may quote the request"


def test_feishu_says_bad_request_of_too_many_as_well() -> None:
    error = feishu.refusal(said(feishu.PLATFORM, 9499, "too many request"))
    assert isinstance(error, TryLater)
    assert error.after == 60.0


def test_a_robot_of_before_on_feishu_answers_in_other_words() -> None:
    assert feishu.refusal({"Extra": None, "StatusCode": 0, "StatusMessage": "success"}) is None
    assert isinstance(feishu.refusal({"StatusCode": 19021, "StatusMessage": "sign match fail"}), ChannelStopped)


@pytest.mark.parametrize("answer", [{}, {"errcode": "0", "code": "0"}, {"errcode": None}, {"code": True}, {"ok": True}])
@ALL
def test_what_says_nothing_confirms_nothing(platform: Platform, answer: Answer) -> None:
    with pytest.raises(TryLater):
        platform.refusal(answer)


def test_of_a_page_that_guards_dingtalk_nothing_is_believed() -> None:
    with pytest.raises(TryLater):
        dingtalk.refusal({"status": 1111, "wait": 5, "source": "x5", "punish": "deny", "uuid": "24ce64f6"})


def test_what_was_taken_is_no_error() -> None:
    assert all(platform.refusal(said(platform, 0, "ok")) is None for platform in NAMED.values())
