"""Addresses are copied from the platforms by hand: what is wrong with one is named, and nothing of it is shown."""

from __future__ import annotations

import pytest

from bots.robots.config import PREFIX, WrongRobot, robots_in
from tests.bots.robots.conftest import HOOK, KEY, SECRET, TOKEN

WECOM = f"https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key={KEY}"
DINGTALK = f"https://oapi.dingtalk.com/robot/send?access_token={TOKEN}"
FEISHU = f"https://open.feishu.cn/open-apis/bot/v2/hook/{HOOK}"
LARK = f"https://open.larksuite.com/open-apis/bot/v2/hook/{HOOK}"


def test_commas_and_blanks_stand_between_and_a_hash_before_the_secret() -> None:
    found = robots_in(f"{WECOM},{DINGTALK}#{SECRET}\n  {LARK}#abcdefgh,")
    assert [(robot.platform.name, robot.origin, robot.path, robot.secret) for robot in found] == [
        ("wecom", "https://qyapi.weixin.qq.com", f"/cgi-bin/webhook/send?key={KEY}", ""),
        ("dingtalk", "https://oapi.dingtalk.com", f"/robot/send?access_token={TOKEN}", SECRET),
        ("feishu", "https://open.larksuite.com", f"/open-apis/bot/v2/hook/{HOOK}", "abcdefgh"),
    ]
    assert robots_in("") == robots_in(" , ") == ()


def test_who_can_sign_and_does_not_is_known() -> None:
    assert [robot.is_signed for robot in robots_in(f"{WECOM} {DINGTALK} {FEISHU}#abcdefgh")] == [True, False, True]


@pytest.mark.parametrize(
    ("entry", "reason"),
    [
        (KEY, "address"),
        ("ftp://qyapi.weixin.qq.com/", "address"),
        ("https://[qyapi.weixin.qq.com/", "address"),
        (WECOM.replace("https", "http"), "https"),
        (WECOM.replace("weixin.qq.com", "weixin.qq.com.evil.example"), "host"),
        (WECOM.replace("https://", "https://qyapi.weixin.qq.com@evil.example/"), "host"),
        (WECOM.replace("https://", "https://user:word@"), "host"),
        (WECOM.replace(".com", ".com:8443"), "host"),
        (WECOM.replace(".com", ".com."), "host"),
        ("https://127.0.0.1/cgi-bin/webhook/send?key=" + KEY, "host"),
        ("https://qyapi.weixin.qq.com/cgi-bin/webhook/send", "address"),
        (f"https://qyapi.weixin.qq.com/cgi-bin/webhook/upload_media?key={KEY}", "address"),
        (WECOM + "&debug=1", "address"),
        (WECOM + "%2F..", "address"),
        (f"https://oapi.dingtalk.com/cgi-bin/webhook/send?key={KEY}", "address"),
        (f"https://open.feishu.cn/open-apis/bot/hook/{HOOK}", "address"),
        (FEISHU + "/../x", "address"),
        (WECOM + "#abcdefgh", "unsigned"),
        (DINGTALK + "#short", "secret"),
        (DINGTALK + "#a#b#c#d#e#f", "secret"),
    ],
)
def test_what_is_no_robot_of_theirs_is_refused_with_its_place(entry: str, reason: str) -> None:
    with pytest.raises(WrongRobot) as refused:
        robots_in(f"{FEISHU.replace(HOOK, HOOK[::-1])},{entry}")
    assert (refused.value.place, refused.value.reason) == (2, reason)
    assert str(refused.value) == ""


def test_the_same_robot_twice_would_write_twice() -> None:
    with pytest.raises(WrongRobot) as refused:
        robots_in(f"{DINGTALK},{WECOM},{DINGTALK}#{SECRET}")
    assert (refused.value.place, refused.value.reason) == (3, "twice")


def test_a_robots_name_stays_the_same_and_gives_nothing_away() -> None:
    (robot,), (asked_elsewhere,) = robots_in(f"{DINGTALK}#{SECRET}"), robots_in(DINGTALK, "http://127.0.0.1:9")
    assert robot.name == asked_elsewhere.name
    assert robot.name.startswith(f"{PREFIX}dingtalk.")
    assert len(robot.name) == len(PREFIX) + len("dingtalk.") + 6
    shown = f"{robot!r} {robot.name}"
    assert TOKEN not in shown
    assert SECRET not in shown


def test_with_a_base_the_platforms_are_asked_there() -> None:
    (robot,) = robots_in(WECOM, "http://127.0.0.1:9")
    assert (robot.origin, robot.path) == ("http://127.0.0.1:9", f"/cgi-bin/webhook/send?key={KEY}")
