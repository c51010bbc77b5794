"""One robot over real HTTP: what is taken, what is refused, and what is no answer at all."""

from __future__ import annotations

import logging
from datetime import timedelta

import pytest

import bots.robots.client
from bots.robots.client import RobotChannel
from core.delivery import Channel
from core.errors import ChannelStopped, FetchRefused, TryLater, Undeliverable
from core.messages import Attachment
from tests.bots.robots.conftest import HOOK, KEY, SECRET, TOKEN, Clock, Connect, say
from tests.simulators.robots import Group, RobotPlatforms

ALL = pytest.mark.parametrize("group", ["wecom", "dingtalk", "feishu"], indirect=True)
SIGNED = pytest.mark.parametrize("group", ["dingtalk", "feishu"], indirect=True)


@ALL
async def test_an_alert_arrives_in_the_group(group: Group, connect: Connect) -> None:
    channel: Channel = connect(group, foot="查询进度：https://tousu.example.cn/status")
    assert isinstance(channel, RobotChannel)
    assert await say(channel, "重大投诉 2611-0007，请领导立即过问。😀") == ""
    assert group.texts == ["重大投诉 2611-0007，请领导立即过问。😀\n\n查询进度：https://tousu.example.cn/status"]
    assert group.refused == []


@SIGNED
async def test_a_wrong_secret_stops_the_robot(group: Group, connect: Connect) -> None:
    channel = connect(group, address=group.address + "x")
    with pytest.raises(ChannelStopped) as refused:
        await say(channel, "一条")
    assert refused.value.code in ("310000 sign", "19021")
    assert group.said == []


@SIGNED
async def test_a_clock_that_is_an_hour_off_stops_the_robot(
    group: Group, connect: Connect, platforms: RobotPlatforms, clock: Clock
) -> None:
    channel, ours = connect(group), clock.now
    platforms.now = lambda: ours + timedelta(hours=1, seconds=-1)
    await say(channel, "一条")
    platforms.now = lambda: ours + timedelta(hours=1, seconds=2)
    with pytest.raises(ChannelStopped) as refused:
        await say(channel, "一条")
    assert refused.value.code in ("310000 timestamp", "19021")


@SIGNED
async def test_a_keyword_that_is_asked_for_and_not_there_stops_the_robot(group: Group, connect: Connect) -> None:
    group.keyword = "投诉"
    with pytest.raises(ChannelStopped) as refused:
        await say(connect(group), "一条")
    assert refused.value.code in ("310000 keywords", "19024")
    await say(connect(group), "一条投诉")
    assert group.texts == ["一条投诉"]


@ALL
async def test_a_robot_that_was_taken_out_of_its_group_stops(
    group: Group, connect: Connect, platforms: RobotPlatforms
) -> None:
    channel = connect(group)
    del platforms.groups[group.token]
    with pytest.raises(ChannelStopped) as refused:
        await say(channel, "一条")
    assert refused.value.code in ("93000", "300005", "19001")


@ALL
async def test_too_many_are_told_to_wait(group: Group, connect: Connect) -> None:
    channel = connect(group)
    allowed = {"wecom": 20, "dingtalk": 20, "feishu": 5}[group.platform]
    for number in range(allowed):
        await say(channel, f"{number}")
    with pytest.raises(TryLater) as refused:
        await say(channel, "one more")
    assert refused.value.after == {"wecom": 60, "dingtalk": 600, "feishu": 60}[group.platform]
    assert len(group.said) == allowed


@pytest.mark.parametrize("group", ["dingtalk"], indirect=True)
async def test_an_unfit_text_is_refused_for_itself(group: Group, connect: Connect) -> None:
    group.forbidden = "违禁"
    with pytest.raises(Undeliverable):
        await say(connect(group), "违禁")


@ALL
async def test_an_alert_without_words_is_nobodys_loss(group: Group, connect: Connect) -> None:
    """Only WeCom minds; whatever it says, it is this message and not the robot."""
    if group.platform == "wecom":
        with pytest.raises(Undeliverable):
            await say(connect(group), " \x00")
    else:
        await say(connect(group), " \x00")


@pytest.mark.parametrize(
    ("fault", "code"),
    [("html", "html"), ("redirect", "307"), (500, "500"), (404, "404"), ({"errcode": "x", "code": "x"}, "json")],
)
@ALL
async def test_what_is_no_answer_of_the_platform_is_tried_again(
    group: Group, connect: Connect, platforms: RobotPlatforms, fault: object, code: str
) -> None:
    group.faults.append(fault)  # type: ignore[arg-type]
    with pytest.raises(TryLater) as refused:
        await say(connect(group), "一条")
    assert refused.value.code == code
    assert platforms.strayed == 0, "nobody else gets what is for the platform alone"
    assert await say(connect(group), "一条") == ""


@pytest.mark.parametrize("group", ["wecom"], indirect=True)
async def test_the_platform_may_say_how_long_to_wait(group: Group, connect: Connect) -> None:
    group.faults.append(429)
    with pytest.raises(TryLater) as refused:
        await say(connect(group), "一条")
    assert (refused.value.code, refused.value.after) == ("429", 7.0)


@pytest.mark.parametrize("group", ["feishu"], indirect=True)
async def test_an_answer_of_any_length_is_not_read(group: Group, connect: Connect) -> None:
    group.faults.append({"code": 0, "msg": "x" * 100_000})
    with pytest.raises(TryLater):
        await say(connect(group), "一条")


@ALL
async def test_who_does_not_answer_is_not_waited_for(
    group: Group, connect: Connect, platforms: RobotPlatforms, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bots.robots.client, "_ALL_SECONDS", 0.1)
    platforms.slow_seconds = 0.5
    group.faults.append("slow")
    with pytest.raises(TryLater) as refused:
        await say(connect(group), "一条")
    assert refused.value.code == "TimeoutError"


@ALL
async def test_no_secret_is_in_an_error_or_in_a_log(
    group: Group, connect: Connect, platforms: RobotPlatforms, caplog: pytest.LogCaptureFixture
) -> None:
    for logger in (None, "httpx"):  # whatever level the library's was given before
        caplog.set_level(logging.DEBUG, logger)
    channel = connect(group)
    await say(channel, "一条")
    platforms.base = "http://127.0.0.1:9"
    with pytest.raises(TryLater) as refused:
        await say(connect(group), "一条")
    said = caplog.text + str(refused.value) + repr(refused.value) + repr(channel.__dict__)
    assert [secret for secret in (KEY, TOKEN, HOOK, SECRET, group.secret) if secret and secret in said] == []
    assert "HTTP Request: POST" in caplog.text, "the library's own log says that there was a call, and no more"


@pytest.mark.parametrize("group", ["wecom"], indirect=True)
async def test_nothing_comes_in(group: Group, connect: Connect) -> None:
    with pytest.raises(FetchRefused):
        await connect(group).fetch(Attachment("photo", "x"))
