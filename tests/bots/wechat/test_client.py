"""Sending and fetching against the platform's API as a server, faults included."""

from __future__ import annotations

import asyncio
import logging
import socket
import traceback

import pytest

from bots.tencent import api
from bots.wechat import client
from bots.wechat.client import WeChatChannel
from bots.wechat.config import NAME
from core.delivery import Upkeep
from core.errors import (
    ChannelError,
    ChannelStopped,
    FetchError,
    FetchRefused,
    Held,
    TryLater,
)
from core.messages import Address, Attachment, Choice, OutboundMessage
from tests.bots.wechat.account import OPENID, SECRET
from tests.bots.wechat.conftest import Connect
from tests.bots.wechat.core import Core
from tests.bots.wechat.town import TWO_DAYS
from tests.simulators.wechat import WeChatSimulator

SEND, STABLE, MEDIA = "/cgi-bin/message/custom/send", "/cgi-bin/stable_token", "/cgi-bin/media/get"
TO = Address(NAME, OPENID)
HELLO = OutboundMessage("您的投诉已受理。")


async def send(channel: WeChatChannel, text: str = "您的投诉已受理。") -> str:
    return await channel.send(TO, OutboundMessage(text), "key-1")


# ── sending ──────────────────────────────────────────────────────────────────────────────────────────────────────────


async def test_a_message_arrives_with_its_choices(platform: WeChatSimulator, connect: Connect) -> None:
    await platform.say(OPENID, "你好")
    message = OutboundMessage("满意吗？😠", (Choice("yes", "满意"), Choice("no", "不满意")))
    assert await connect().send(TO, message, "key-1") == ""
    assert platform.inbox_of(OPENID) == ["满意吗？😠\n1 满意\n2 不满意"]


async def test_a_long_message_arrives_in_pieces(platform: WeChatSimulator, connect: Connect) -> None:
    await platform.say(OPENID, "你好")
    await send(connect(), "一" * 500 + "\n" + "二" * 500)
    assert platform.inbox_of(OPENID) == ["一" * 500, "二" * 500]


async def test_after_five_messages_and_after_two_days_the_rest_is_held(
    platform: WeChatSimulator, connect: Connect
) -> None:
    channel = connect()
    await platform.say(OPENID, "你好")
    for _ in range(5):
        await send(channel)
    with pytest.raises(Held) as error:
        await send(channel)
    assert error.value.code == "45047"
    await platform.say(OPENID, "还在吗")
    await send(channel)
    platform.advance(TWO_DAYS)
    with pytest.raises(Held) as error:
        await send(channel)
    assert error.value.code == "45015"


async def test_a_menu_click_allows_three_messages(platform: WeChatSimulator, connect: Connect) -> None:
    channel = connect()
    await platform.follow(OPENID)
    await platform.click(OPENID, "status")
    for _ in range(3):
        await send(channel)
    with pytest.raises(Held):
        await send(channel)


async def test_what_is_for_somebody_who_does_not_follow_waits_for_them(connect: Connect) -> None:
    with pytest.raises(Held) as error:
        await send(connect())
    assert error.value.code == "43004"


@pytest.mark.parametrize(
    ("kind", "value"), [("html", 0), ("json", 0), ("cut", 0), ("status", 500), ("status", 302), ("status", 404)]
)
async def test_whatever_is_not_the_platforms_answer_is_tried_later(
    platform: WeChatSimulator, connect: Connect, kind: str, value: float
) -> None:
    platform.api.fail(SEND, kind, value=value)
    channel = connect()
    await platform.say(OPENID, "你好")
    with pytest.raises(TryLater):
        await send(channel)
    await send(channel)
    assert platform.inbox_of(OPENID) == ["您的投诉已受理。"]


async def test_a_question_is_answered_without_a_code(connect: Connect) -> None:
    assert await connect().ask("/cgi-bin/get_api_domain_ip", {}) == {"ip_list": ["203.0.113.1"]}


async def test_a_busy_platform_says_how_long_to_wait(platform: WeChatSimulator, connect: Connect) -> None:
    platform.api.fail(SEND, "status", value=429)
    with pytest.raises(TryLater) as error:
        await send(connect())
    assert error.value.after == 7


async def test_a_platform_that_does_not_answer_is_tried_later(
    platform: WeChatSimulator, connect: Connect, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(api, "_ASK_SECONDS", 0.2)
    platform.api.fail(SEND, "slow", value=1)
    with pytest.raises(TryLater):
        await send(connect())


# ── the token ────────────────────────────────────────────────────────────────────────────────────────────────────────


async def test_twenty_concurrent_sends_fetch_one_token(platform: WeChatSimulator, connect: Connect) -> None:
    channel = connect()
    people = [f"o{number}" for number in range(20)]
    for person in people:
        await platform.say(person, "你好")
    await asyncio.gather(*(channel.send(Address(NAME, person), HELLO, person) for person in people))
    assert [platform.inbox_of(person) for person in people] == [[HELLO.text]] * 20
    assert platform.api.count(STABLE) == 1


async def test_twenty_sends_with_a_revoked_token_replace_it_once(platform: WeChatSimulator, connect: Connect) -> None:
    channel = connect()
    people = [f"o{number}" for number in range(20)]
    for person in ("o", *people):
        await platform.say(person, "你好")
    await channel.send(Address(NAME, "o"), HELLO, "o")
    platform.api.revoke_tokens()
    await asyncio.gather(*(channel.send(Address(NAME, person), HELLO, person) for person in people))
    assert [platform.inbox_of(person) for person in people] == [[HELLO.text]] * 20
    assert platform.api.count(STABLE) == 2


async def test_a_token_rejected_for_ever_stops_the_channel_after_few_calls(
    platform: WeChatSimulator, connect: Connect
) -> None:
    channel = connect()
    for code in (40001, 42001, 40014):
        platform.api.fail(SEND, code, times=5)
    for _ in range(5):
        with pytest.raises(ChannelStopped):
            await send(channel)
    assert platform.api.count(SEND) <= 10
    assert platform.api.count(STABLE) == 2


# ── secrets ──────────────────────────────────────────────────────────────────────────────────────────────────────────


async def test_neither_secret_nor_token_stands_in_a_log_or_an_error(
    platform: WeChatSimulator, connect: Connect, caplog: pytest.LogCaptureFixture
) -> None:
    for name in ("", "httpx"):
        caplog.set_level(logging.DEBUG, logger=name)
    channel, unreachable = connect(), connect(api_base=_closed_port())
    await platform.say(OPENID, "你好")
    await send(channel)
    told = [await _error(send(unreachable))]
    for kind in ("html", "cut", 40001):
        platform.api.fail(SEND, kind, times=2)
        platform.api.fail(MEDIA, kind, times=2)
        told += [await _error(send(channel)), await _error(channel.fetch(Attachment("photo", "gone")))]
    tokens = [*platform.api._tokens, platform.api._stable]
    everything = caplog.text + "".join(told)
    assert "/cgi-bin/message/custom/send" in caplog.text
    assert not any(secret in everything for secret in (SECRET, "access_token=", *tokens))


async def _error(work: object) -> str:
    with pytest.raises(ChannelError) as caught:
        await work  # type: ignore[misc]
    chain = [caught.value, caught.value.__context__, caught.value.__cause__]
    return "".join("".join(traceback.format_exception(error)) + repr(vars(error)) for error in chain if error)


def _closed_port() -> str:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return f"http://127.0.0.1:{server.getsockname()[1]}"


# ── an account that may only answer ──────────────────────────────────────────────────────────────────────────────────


async def test_an_account_that_may_only_answer_holds_what_it_would_push(
    platform: WeChatSimulator, connect: Connect
) -> None:
    channel = connect(account="passive")
    assert not channel.limits.can_push
    with pytest.raises(Held):
        await send(channel)
    assert platform.api.calls == []


async def test_a_token_is_there_before_somebody_waits_for_it(platform: WeChatSimulator, connect: Connect) -> None:
    channel = connect()
    assert isinstance(channel, Upkeep)
    await channel.keep_up()
    await channel.keep_up()
    assert platform.api.count(STABLE) == 1
    await platform.say(OPENID, "你好")
    await send(channel)
    assert platform.api.count(STABLE) == 1


async def test_an_account_that_may_only_answer_fetches_no_token(platform: WeChatSimulator, connect: Connect) -> None:
    await connect(account="passive").keep_up()
    assert platform.api.count(STABLE) == 0


async def test_an_account_that_may_only_answer_fetches_pictures_by_their_address(
    platform: WeChatSimulator, connect: Connect, core: Core
) -> None:
    await platform.send_image(OPENID, b"\xff\xd8picture")
    file = await connect(account="passive").fetch(core.effects[0].attachments[0])
    assert file.content == b"\xff\xd8picture"
    assert platform.api.calls == []


# ── fetching ─────────────────────────────────────────────────────────────────────────────────────────────────────────


async def test_a_photo_a_voice_and_a_video_are_fetched(platform: WeChatSimulator, connect: Connect, core: Core) -> None:
    await platform.send_image(OPENID, b"\xff\xd8picture")
    await platform.send_voice(OPENID, b"#!AMR\nvoice")
    await platform.send_video(OPENID, b"video")
    channel = connect()
    files = [await channel.fetch(message.attachments[0]) for message in core.effects]
    assert [(file.content, file.mime) for file in files] == [
        (b"\xff\xd8picture", "image/jpeg"),
        (b"#!AMR\nvoice", "audio/amr"),
        (b"video", "video/mp4"),
    ]
    assert files[0].name == "photo.jpeg"


async def test_after_three_days_a_voice_is_gone_and_a_photo_is_fetched_by_its_address(
    platform: WeChatSimulator, connect: Connect, core: Core
) -> None:
    await platform.send_image(OPENID, b"picture")
    await platform.send_voice(OPENID, b"voice")
    platform.advance(73 * 3600)
    channel = connect()
    assert (await channel.fetch(core.effects[0].attachments[0])).content == b"picture"
    with pytest.raises(FetchRefused) as error:
        await channel.fetch(core.effects[1].attachments[0])
    assert error.value.reason == "gone"


async def test_a_file_that_is_too_large_or_empty_is_refused(
    platform: WeChatSimulator, connect: Connect, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(client, "MAX_FILE_BYTES", 100_000)
    channel = connect()
    for content, reason in ((b"x" * 5_000_000, "too_large"), (b"", "empty")):
        media_id = platform.api.add_media(content, "image/png")
        with pytest.raises(FetchRefused) as error:
            await channel.fetch(Attachment("photo", media_id))
        assert error.value.reason == reason


async def test_a_rejected_token_is_replaced_while_fetching_too(platform: WeChatSimulator, connect: Connect) -> None:
    channel, media_id = connect(), platform.api.add_media(b"picture", "image/png")
    await channel.fetch(Attachment("photo", media_id))
    platform.api.revoke_tokens()
    assert (await channel.fetch(Attachment("photo", media_id))).content == b"picture"


@pytest.mark.parametrize("kind", ["html", "cut", -1, 45009, 40164])
async def test_a_passing_fault_while_fetching_is_tried_again(
    platform: WeChatSimulator, connect: Connect, kind: str | int
) -> None:
    channel, media_id = connect(), platform.api.add_media(b"picture", "image/png")
    platform.api.fail(MEDIA, kind)
    with pytest.raises(FetchError) as error:
        await channel.fetch(Attachment("photo", media_id))
    assert type(error.value) is FetchError
    assert (await channel.fetch(Attachment("photo", media_id))).content == b"picture"


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1:1/",
        "http://169.254.169.254/latest/meta-data",
        "http://qpic.cn.example.org/x",
        "http://notqpic.cn/x",
        "http://mmbiz.qpic.cn@127.0.0.1/x",
        "http://mmbiz.qpic.cn:8080/x",
        "file:///etc/passwd",
        "ftp://mmbiz.qpic.cn/x",
        "http://[::1/x",
        "//127.0.0.1/x",
        "",
    ],
)
async def test_a_picture_is_fetched_from_no_other_house(connect: Connect, url: str) -> None:
    with pytest.raises(FetchRefused) as error:
        await connect(account="passive").fetch(Attachment("photo", f" {url}"))
    assert error.value.reason == "gone"


async def test_an_allowed_house_may_be_any_picture_host_of_the_platform(connect: Connect) -> None:
    channel = connect(account="passive")
    assert channel._is_allowed("http://mmbiz.qpic.cn/mmbiz_jpg/abc/0")
    assert channel._is_allowed("https://vweixinf.tc.qq.com/102/video")
