"""Sending, fetching and setting up, against the platform as a server."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from bots.telegram.config import MAX_FILE_BYTES, Pace
from core.errors import ChannelStopped, FetchError, FetchRefused, Held, TryLater, Undeliverable
from core.messages import Address, Attachment, Choice, OutboundMessage
from tests.bots.telegram.conftest import USER, Connect
from tests.simulators.telegram import TOKEN, TelegramSimulator
from tests.simulators.telegram_api import Fault

TO = Address("telegram", str(USER))
HELLO = OutboundMessage("您好")


@pytest.fixture(autouse=True)
def known(platform: TelegramSimulator) -> None:
    platform.api.known.add(USER)


async def test_a_message_arrives_with_its_buttons_and_its_number(platform: TelegramSimulator, connect: Connect) -> None:
    message = OutboundMessage("已登记 2611-0001", (Choice("1.ok", "好"),), copyable="2611-0001")
    assert await connect().send(TO, message, "k") == "1000"
    [bubble] = platform.inbox_of(USER)
    assert (bubble.text, bubble.labels, bubble.copyable()) == ("已登记 2611-0001", [["好"]], ["2611-0001"])
    assert platform.api.refused == []


async def test_nothing_is_asked_before_there_is_something_to_say(platform: TelegramSimulator, connect: Connect) -> None:
    await connect().send(TO, HELLO, "k")
    assert [method for method, _ in platform.api.calls] == ["sendMessage"]


async def test_a_reply_goes_to_its_topic_and_to_the_chat_when_that_is_gone(
    platform: TelegramSimulator, connect: Connect
) -> None:
    channel = connect()
    await channel.send(Address("telegram", str(USER), "7"), HELLO, "k")
    platform.api.fail("sendMessage", Fault(400, "Bad Request: message thread not found"))
    await channel.send(Address("telegram", str(USER), "8"), HELLO, "k")
    assert [bubble.message.get("message_thread_id") for bubble in platform.inbox_of(USER)] == [7, None]


async def test_slow_down_is_obeyed(platform: TelegramSimulator, connect: Connect) -> None:
    platform.api.fail("sendMessage", Fault(429, "Too Many Requests: retry after 7", {"retry_after": 7}))
    with pytest.raises(TryLater) as caught:
        await connect().send(TO, HELLO, "k")
    assert (caught.value.code, caught.value.after) == ("429", 7.0)


async def test_who_has_blocked_us_is_waited_for(platform: TelegramSimulator, connect: Connect) -> None:
    platform.api.blocked.add(USER)
    with pytest.raises(Held):
        await connect().send(TO, HELLO, "k")


async def test_who_is_gone_is_not_tried_again(platform: TelegramSimulator, connect: Connect) -> None:
    platform.api.deactivated.add(USER)
    channel = connect()
    for peer in (str(USER), "4040"):
        with pytest.raises(Undeliverable):
            await channel.send(Address("telegram", peer), HELLO, "k")


async def test_a_group_that_moved_is_followed(platform: TelegramSimulator, connect: Connect) -> None:
    platform.api.migrated[-5] = -1005
    platform.api.known.add(-1005)
    channel, group = connect(), Address("telegram", "-5")
    with pytest.raises(TryLater) as caught:
        await channel.send(group, HELLO, "k")
    assert caught.value.after == 0.0
    await channel.send(group, HELLO, "k")
    assert len(platform.inbox_of(-1005)) == 1


async def test_a_wrong_token_stops_the_channel(connect: Connect) -> None:
    with pytest.raises(ChannelStopped) as caught:
        await connect(token="700000001:wrong").send(TO, HELLO, "k")
    assert "wrong" not in str(caught.value)


@pytest.mark.parametrize("kind", ["html", "json", "lost"])
async def test_an_answer_that_is_none_of_the_platforms_confirms_nothing(
    platform: TelegramSimulator, connect: Connect, kind: str
) -> None:
    platform.api.fail("sendMessage", Fault(kind))
    with pytest.raises(TryLater):
        await connect().send(TO, HELLO, "k")


async def test_a_platform_that_is_away_is_tried_later(connect: Connect) -> None:
    with pytest.raises(TryLater) as caught:
        await connect(api_base="http://127.0.0.1:9").send(TO, HELLO, "k")
    assert TOKEN not in str(caught.value)
    assert caught.value.__cause__ is None


async def test_proxies_of_the_environment_are_not_used(
    platform: TelegramSimulator, connect: Connect, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    await connect().send(TO, HELLO, "k")
    assert len(platform.inbox_of(USER)) == 1


async def test_one_chat_hears_three_at_once_and_then_one_a_second(
    platform: TelegramSimulator, connect: Connect
) -> None:
    channel, began = connect(pace=Pace(chat_second=20)), time.monotonic()
    for _ in range(5):
        await channel.send(TO, HELLO, "k")
    assert 0.08 <= time.monotonic() - began < 2


async def test_a_long_queue_for_one_chat_goes_back_to_the_outbox(platform: TelegramSimulator, connect: Connect) -> None:
    channel = connect(pace=Pace(chat_second=0.1))
    for _ in range(3):
        await channel.send(TO, HELLO, "k")
    with pytest.raises(TryLater) as caught:
        await channel.send(TO, HELLO, "k")
    assert caught.value.after == pytest.approx(10, abs=0.5)


# ── files ────────────────────────────────────────────────────────────────────────────────────────────────────────────


async def test_a_file_is_fetched_with_what_its_sender_called_it(platform: TelegramSimulator, connect: Connect) -> None:
    file_id = platform.api.add_file(b"%PDF", "documents/file_1.pdf")
    file = await connect().fetch(Attachment("file", file_id, "合同.pdf", "application/pdf", 4))
    assert (file.content, file.name, file.mime) == (b"%PDF", "合同.pdf", "application/pdf")


async def test_a_file_above_the_limit_is_refused_without_asking(platform: TelegramSimulator, connect: Connect) -> None:
    channel = connect(api_base="https://api.telegram.org")
    with pytest.raises(FetchRefused) as caught:
        await channel.fetch(Attachment("video", "x", size=MAX_FILE_BYTES + 1))
    assert caught.value.reason == "too_large"


@pytest.mark.parametrize(
    ("words", "reason"), [("Bad Request: file is too big", "too_large"), ("Bad Request: invalid file_id", "gone")]
)
async def test_what_the_platform_will_never_give_is_refused(
    platform: TelegramSimulator, connect: Connect, words: str, reason: str
) -> None:
    platform.api.fail("getFile", Fault(400, words))
    with pytest.raises(FetchRefused) as caught:
        await connect().fetch(Attachment("photo", "x"))
    assert caught.value.reason == reason


@pytest.mark.parametrize(
    "fault",
    [Fault(400, "Bad Request: wrong file_id or the file is temporarily unavailable"), Fault(500, "x"), Fault("html")],
)
async def test_what_may_come_later_is_tried_again(platform: TelegramSimulator, connect: Connect, fault: Fault) -> None:
    platform.api.fail("getFile", fault)
    with pytest.raises(FetchError) as caught:
        await connect().fetch(Attachment("photo", "x"))
    assert not isinstance(caught.value, FetchRefused)


@pytest.mark.parametrize(
    "path",
    ["../../etc/passwd", "photos/../../x.jpg", "http://169.254.169.254/latest", "photos/a.jpg?x=1", "/etc/passwd"],
)
async def test_a_file_anywhere_else_is_not_fetched(platform: TelegramSimulator, connect: Connect, path: str) -> None:
    file_id = platform.api.add_file(b"secret", path)
    with pytest.raises(FetchRefused) as caught:
        await connect().fetch(Attachment("photo", file_id))
    assert caught.value.reason == "gone"


async def test_a_server_of_our_own_hands_over_a_path(
    platform: TelegramSimulator, connect: Connect, tmp_path: Path
) -> None:
    kept = tmp_path / TOKEN / "photos" / "file_0.jpg"
    kept.parent.mkdir(parents=True)
    kept.write_bytes(b"jpeg")
    file_id = platform.api.add_file(b"jpeg", str(kept))
    assert (await connect().fetch(Attachment("photo", file_id))).content == b"jpeg"


async def test_a_link_out_of_the_folder_of_the_bot_is_not_followed(
    platform: TelegramSimulator, connect: Connect, tmp_path: Path
) -> None:
    (tmp_path / "secret").write_bytes(b"secret")
    link = tmp_path / TOKEN / "photo.jpg"
    link.parent.mkdir()
    link.symlink_to(tmp_path / "secret")
    file_id = platform.api.add_file(b"x", str(link))
    with pytest.raises(FetchRefused):
        await connect().fetch(Attachment("photo", file_id))


# ── setting up ───────────────────────────────────────────────────────────────────────────────────────────────────────


async def test_the_webhook_is_set_with_its_secret_and_the_menu_in_two_languages(
    platform: TelegramSimulator, connect: Connect
) -> None:
    channel = connect()
    await channel.set_up("https://tousu.example.cn/telegram")
    assert platform.api.webhook == {
        "url": "https://tousu.example.cn/telegram", "secret_token": "s3cret",
        "allowed_updates": ["message", "edited_message", "callback_query", "my_chat_member"],
    }  # fmt: skip
    assert [command["command"] for command in platform.api.commands[""]] == [
        "start", "complain", "status", "human", "help", "language",
    ]  # fmt: skip
    assert platform.api.commands["en"][2]["description"] == "How my complaint stands"
    assert await channel.webhook() == ("https://tousu.example.cn/telegram", "")
    await channel.set_up(None)
    assert await channel.webhook() == ("", "")


async def test_an_address_the_platform_does_not_take_is_said_so(platform: TelegramSimulator, connect: Connect) -> None:
    platform.api.fail("setWebhook", Fault(400, "Bad Request: bad webhook: IP address 10.0.0.1 is reserved"))
    with pytest.raises(ChannelStopped, match="address"):
        await connect().set_up("https://tousu.example.cn/telegram")
