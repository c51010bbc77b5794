"""The simulator is as strict as the platform: what the published description does not allow, it refuses."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from tests.bots.telegram.conftest import USER
from tests.simulators import telegram_facts
from tests.simulators.telegram import TOKEN, TelegramSimulator

BUTTON = {"text": "是", "callback_data": "1.yes"}


async def call(platform: TelegramSimulator, method: str, **fields: Any) -> dict[str, Any]:
    async with httpx.AsyncClient(trust_env=False) as http:
        answer = await http.post(f"{platform.api_base}/bot{TOKEN}/{method}", json=fields)
    body: dict[str, Any] = answer.json()
    assert body["ok"] == (answer.status_code == 200)
    return body


def with_button(**button: Any) -> dict[str, Any]:
    return with_markup(inline_keyboard=[[button]])


def with_markup(**markup: Any) -> dict[str, Any]:
    return {"chat_id": USER, "text": "a", "reply_markup": markup}


@pytest.mark.parametrize(
    ("method", "fields"),
    [
        ("sendMessage", {"chat_id": USER}),
        ("sendMessage", {"chat_id": USER, "text": "a", "colour": "red"}),
        ("sendMessage", {"chat_id": USER, "text": "   "}),
        ("sendMessage", {"chat_id": USER, "text": "😀" * 2049}),
        ("sendMessage", {"chat_id": USER, "text": "a", "entities": [{"type": "code", "offset": 0, "length": 2}]}),
        ("sendMessage", with_button(**BUTTON, url="https://x.example")),
        ("sendMessage", with_button(text="是")),
        ("sendMessage", with_button(text="是", callback_data="长" * 22)),
        ("sendMessage", with_button(text="是", callback_data="")),
        ("sendMessage", with_markup(keyboard=[[{"text": ""}]])),
        ("sendMessage", with_markup(keyboard=[[{"text": "a", "request_contact": True, "request_location": True}]])),
        ("sendMessage", with_markup(keyboard=[["a"]], colour="red")),
        ("sendMessage", with_markup(remove_keyboard="yes")),
        ("editMessageText", {"chat_id": USER, "message_id": 1, "text": "😀" * 2049}),
        ("answerCallbackQuery", {"callback_query_id": "1", "text": "x" * 201}),
        ("setMyCommands", {"commands": [{"command": "a"}]}),
        ("getUpdates", {"offset": "x"}),
    ],
)
async def test_what_is_not_allowed_is_refused(platform: TelegramSimulator, method: str, fields: dict[str, Any]) -> None:
    platform.api.known.add(USER)
    answer = await call(platform, method, **fields)
    assert answer["error_code"] == 400
    assert len(platform.api.refused) == 1


async def test_what_is_allowed_is_done(platform: TelegramSimulator) -> None:
    platform.api.known.add(USER)
    sent = await call(platform, "sendMessage", **with_button(**BUTTON))
    telegram_facts.check("Message", sent["result"])
    changed = {"chat_id": USER, "message_id": sent["result"]["message_id"]}
    assert (await call(platform, "editMessageReplyMarkup", **changed))["ok"]
    assert (await call(platform, "editMessageReplyMarkup", **changed))["description"].endswith("not modified")


async def test_a_method_nobody_published_is_not_there(platform: TelegramSimulator) -> None:
    assert (await call(platform, "sendPigeon"))["error_code"] == 404


async def test_a_webhook_that_fails_is_tried_again_and_holds_up_its_chat_only(platform: TelegramSimulator) -> None:
    platform.webhook_url = "http://127.0.0.1:9/telegram"
    update = await platform.say(USER, "你好")
    assert update.tries == [0] * 6
    assert platform.faults == [update]


async def test_a_group_takes_twenty_messages_a_minute(platform: TelegramSimulator) -> None:
    platform.group(-100)
    answers = [await call(platform, "sendMessage", chat_id=-100, text=str(index)) for index in range(21)]
    assert [answer["ok"] for answer in answers] == [True] * 20 + [False]
    assert answers[-1]["error_code"] == 429
    assert 0 < answers[-1]["parameters"]["retry_after"] <= 61


async def test_a_group_that_is_shut_says_in_which_way(platform: TelegramSimulator) -> None:
    platform.group(-100, 7)
    missing = await call(platform, "sendMessage", chat_id=-100, text="a", message_thread_id=8)
    assert missing["description"] == "Bad Request: message thread not found"
    assert (await call(platform, "sendMessage", chat_id=-100, text="a", message_thread_id=7))["ok"]
    platform.api.silenced.add(-100)
    assert "not enough rights" in (await call(platform, "sendMessage", chat_id=-100, text="a"))["description"]
    platform.api.kicked.add(-100)
    kicked = await call(platform, "sendMessage", chat_id=-100, text="a")
    assert (kicked["error_code"], kicked["description"]) == (403, "Forbidden: bot was kicked from the supergroup chat")


async def test_a_message_is_changed_where_it_is_another(platform: TelegramSimulator) -> None:
    platform.group(-100)
    sent = (await call(platform, "sendMessage", chat_id=-100, text="a"))["result"]
    again = {"chat_id": -100, "message_id": sent["message_id"], "text": "a"}
    assert "not modified" in (await call(platform, "editMessageText", **again))["description"]
    assert (await call(platform, "editMessageText", **again | {"text": "b"}))["result"]["text"] == "b"
    assert "not found" in (await call(platform, "editMessageText", **again | {"message_id": 1}))["description"]


async def test_a_bot_in_privacy_mode_hears_what_is_said_to_it(platform: TelegramSimulator) -> None:
    platform.group(-100)
    assert await platform.say_in(USER, -100, "我叫王芳") is None
