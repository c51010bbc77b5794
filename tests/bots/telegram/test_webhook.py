"""The webhook over real HTTP: genuine updates are taken once and acknowledged, everything else is refused."""

from __future__ import annotations

import asyncio
import json
import logging

import httpx
import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from bots.telegram.client import TelegramChannel
from bots.telegram.config import MAX_BODY_BYTES, TelegramSettings
from bots.telegram.reception import Reception
from bots.telegram.webhook import SECRET_HEADER, telegram_callback
from core.errors import SettingsError, StoreUnavailable
from core.messages import Choice
from tests.bots.telegram.conftest import SECRET, USER
from tests.bots.telegram.core import Core
from tests.simulators.telegram import TOKEN, TelegramSimulator

GROUP = {"id": -10031, "type": "supergroup", "title": "G"}


async def post(url: str, body: bytes, *secrets: str) -> httpx.Response:
    headers = [(SECRET_HEADER, secret) for secret in secrets]
    async with httpx.AsyncClient(trust_env=False) as http:
        return await http.post(url, content=body, headers=headers)


def texts(phone: TelegramSimulator, chat: int = USER) -> list[str]:
    return [bubble.text for bubble in phone.inbox_of(chat)]


# ── taking in ────────────────────────────────────────────────────────────────────────────────────────────────────────


async def test_a_message_is_taken_in_and_answered(phone: TelegramSimulator, core: Core) -> None:
    update = await phone.say(USER, "我要投诉 😠")
    assert update.tries == [200]
    assert texts(phone) == ["text: 我要投诉 😠"]


async def test_every_kind_a_person_can_send_is_heard(phone: TelegramSimulator, core: Core) -> None:
    await phone.say(USER, "/start")
    await phone.say(USER, "/status")
    await phone.send_photo(USER, b"jpeg", "门口")
    await phone.send_voice(USER, b"ogg")
    await phone.send_video(USER, b"mp4")
    await phone.send_document(USER, b"%PDF", "合同.pdf", "application/pdf")
    await phone.send_place(USER, "人民广场站")
    await phone.send_sticker(USER)
    assert core.said == [
        ("follow", ""), ("choice", "status"), ("files", "门口"), ("files", ""), ("files", ""), ("files", ""),
        ("location", "人民广场站 (0,0)"), ("unsupported", ""),
    ]  # fmt: skip


async def test_a_replayed_update_is_one_message(phone: TelegramSimulator, core: Core) -> None:
    await phone.say(USER, "一次")
    await phone.redeliver()
    assert core.said == [("text", "一次")]
    assert texts(phone) == ["text: 一次"]


async def test_an_update_with_a_smaller_id_than_the_last_is_taken(phone: TelegramSimulator, core: Core) -> None:
    await phone.say(USER, "先")
    phone.restart_ids(17)
    await phone.say(USER, "后")
    assert core.said == [("text", "先"), ("text", "后")]


async def test_the_parts_of_an_album_come_one_by_one_with_one_caption(phone: TelegramSimulator, core: Core) -> None:
    await phone.send_album(USER, [b"a" * n for n in range(1, 11)], "垃圾")
    assert [message.attachments[0].size for message in core.heard] == list(range(1, 11))
    assert [message.text for message in core.heard] == ["垃圾", *[""] * 9]


# ── buttons ──────────────────────────────────────────────────────────────────────────────────────────────────────────


async def test_a_pressed_button_is_a_choice_and_is_released(
    phone: TelegramSimulator, core: Core, reception: Reception
) -> None:
    core.choices = (Choice("12.service", "服务"),)
    await phone.say(USER, "你好")
    await phone.press(USER, "服务")
    assert core.said[-1] == ("choice", "12.service")
    assert phone.waiting_buttons == []
    assert phone.api.count("answerCallbackQuery") == 0


async def test_a_double_tap_is_released_twice(phone: TelegramSimulator, core: Core, reception: Reception) -> None:
    core.choices = (Choice("1.yes", "是"),)
    await phone.say(USER, "你好")
    await asyncio.gather(phone.press(USER, "是"), phone.press(USER, "是"))
    await reception.rest()
    assert core.said[1:] == [("choice", "1.yes")] * 2
    assert phone.waiting_buttons == []


async def test_a_button_is_released_by_the_answer_to_the_call_itself(phone: TelegramSimulator, core: Core) -> None:
    update = await phone.press_key(USER, "1.yes")
    answer = await post(phone.webhook_url, json.dumps(update.body).encode(), SECRET)
    pressed = update.body["callback_query"]["id"]
    assert answer.json() == {"method": "answerCallbackQuery", "callback_query_id": pressed}


async def test_a_button_of_the_past_is_released_without_a_fault(
    phone: TelegramSimulator, core: Core, reception: Reception
) -> None:
    update = await phone.press_key(USER, "1.gone")
    phone.api.pressed[update.body["callback_query"]["id"]] = True
    await phone.redeliver(update)
    await reception.rest()
    assert core.said == [("choice", "1.gone")]
    assert phone.faults == []


@pytest.mark.parametrize("key", ["'; drop table", "../..", "9" * 64, "1.", ".", "\u202e1.yes"])
async def test_forged_button_keys_are_only_words(phone: TelegramSimulator, core: Core, key: str) -> None:
    await phone.press_key(USER, key)
    assert core.said == [("choice", key)]


# ── what the channel answers itself ──────────────────────────────────────────────────────────────────────────────────


async def test_a_group_is_sent_to_the_private_chat_and_nothing_is_kept(
    phone: TelegramSimulator, core: Core, reception: Reception
) -> None:
    await phone.say(USER, "/start@tousu_test_bot", chat=GROUP)
    await phone.say(USER, "我叫王芳", chat=GROUP)
    await reception.rest()
    assert texts(phone, GROUP["id"]) == ["投诉涉及个人信息，请私下对我说：https://t.me/tousu_test_bot"]  # type: ignore[arg-type]
    assert core.heard == core.kept == []


async def test_a_group_hears_no_more_than_the_platform_allows(phone: TelegramSimulator, reception: Reception) -> None:
    for _ in range(30):
        await phone.say(USER, "/start", chat=GROUP)
    await reception.rest()
    assert phone.api.count("sendMessage") == 18


async def test_the_language_is_chosen_by_a_button(phone: TelegramSimulator, core: Core, reception: Reception) -> None:
    await phone.say(USER, "/language")
    await reception.rest()
    assert phone.inbox_of(USER)[0].labels == [["中文", "English"]]
    await phone.press(USER, "English")
    assert core.said == [("text", "english")]


async def test_an_edit_names_the_message_it_changes(phone: TelegramSimulator, core: Core) -> None:
    first = await phone.say(USER, "电话 13800000000")
    await phone.edit(USER, first, "电话 13900000000")
    told, edit = core.heard
    assert (edit.kind, edit.text, edit.mark) == ("edit", "电话 13900000000", told.mark)


async def test_a_moving_position_disturbs_nobody(phone: TelegramSimulator, core: Core, reception: Reception) -> None:
    update = phone._update("edited_message", phone._message(USER, location={"latitude": 1, "longitude": 2}))
    await phone.deliver(update)
    await reception.rest()
    assert core.heard == []
    assert texts(phone) == []


# ── blocked and unblocked ────────────────────────────────────────────────────────────────────────────────────────────


async def test_blocking_and_unblocking_are_leaving_and_coming_back(phone: TelegramSimulator, core: Core) -> None:
    await phone.say(USER, "你好")
    await phone.block(USER)
    await phone.unblock(USER)
    assert [message.kind for message in core.heard] == ["text", "unfollow", "follow"]


async def test_unblocking_by_the_start_button_is_one_hello(
    phone: TelegramSimulator, core: Core, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tests.simulators.telegram._now", lambda: 1_795_000_000)
    await phone.unblock(USER, by_start_button=True)
    assert [message.kind for message in core.heard] == ["follow"]


# ── when the core cannot ─────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("error", [StoreUnavailable(), KeyError("a bug")])
async def test_what_cannot_be_answered_now_is_kept_and_acknowledged(
    phone: TelegramSimulator, core: Core, error: Exception
) -> None:
    core.error = error
    update = await phone.say(USER, "你好")
    assert update.tries == [200]
    assert [message.text for message in core.kept] == ["你好"]


async def test_what_takes_too_long_is_kept(phone: TelegramSimulator, core: Core) -> None:
    core.seconds = 1
    update = await phone.say(USER, "你好")
    assert update.tries == [200]
    assert [message.text for message in core.kept] == ["你好"]


async def test_what_cannot_be_kept_either_comes_again(phone: TelegramSimulator, core: Core) -> None:
    core.error = core.keep_error = StoreUnavailable()
    sending = asyncio.create_task(phone.say(USER, "你好"))
    while len(phone.updates[-1].tries if phone.updates else []) < 2:
        await asyncio.sleep(0.002)
    core.error = core.keep_error = None
    *refused, last = (await sending).tries
    assert (set(refused), last) == ({503}, 200)
    assert core.said == [("text", "你好")]


async def test_an_update_nobody_can_read_is_noted_and_acknowledged(
    phone: TelegramSimulator, core: Core, caplog: pytest.LogCaptureFixture
) -> None:
    body = {"update_id": 4711, "message": {"message_id": "x", "text": ["王芳"], "chat": 3, "date": "soon"}}
    answer = await post(phone.webhook_url, json.dumps(body).encode(), SECRET)
    assert answer.status_code == 200
    assert "update 4711 could not be read" in caplog.text
    assert "王芳" not in caplog.text
    await phone.say(USER, "后面的")
    assert core.said == [("text", "后面的")]


# ── who may knock ────────────────────────────────────────────────────────────────────────────────────────────────────

GOOD = json.dumps({"update_id": 1}).encode()


@pytest.mark.parametrize(
    "secrets", [(), ("",), ("S3cret",), ("s3cret", "x"), (SECRET, SECRET), ("s3cre",), ("s3cret1",)]
)
async def test_without_exactly_the_secret_nothing_is_read(phone: TelegramSimulator, secrets: tuple[str, ...]) -> None:
    assert (await post(phone.webhook_url, GOOD, *secrets)).status_code == 403


async def test_with_the_secret_it_is_read(phone: TelegramSimulator) -> None:
    assert (await post(phone.webhook_url, GOOD, SECRET)).status_code == 200


async def test_a_body_longer_than_any_genuine_one_is_refused(phone: TelegramSimulator) -> None:
    assert (await post(phone.webhook_url, b" " * (MAX_BODY_BYTES + 1), SECRET)).status_code == 413


def test_there_is_no_webhook_without_a_secret(core: Core) -> None:
    reception = Reception(TelegramChannel(TelegramSettings(TOKEN)), core.receive, core.keep)
    with pytest.raises(SettingsError):
        telegram_callback("", reception)


async def test_neither_token_nor_secret_nor_words_reach_the_log(
    phone: TelegramSimulator, core: Core, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        await phone.say(USER, "我叫王芳")
        await post(phone.webhook_url, GOOD, "wrong")
    assert not any(secret in caplog.text for secret in (TOKEN, SECRET, "王芳", "wrong"))


# ── anything at all ──────────────────────────────────────────────────────────────────────────────────────────────────

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=10), inner, max_size=4),
    max_leaves=12,
)
_KINDS = st.sampled_from(["message", "edited_message", "callback_query", "my_chat_member", "chat_member", "poll"])
_FIELDS = st.sampled_from(
    ["message_id", "date", "chat", "from", "text", "photo", "voice", "document", "contact", "venue", "location", "data"]
)
UPDATES = st.builds(
    lambda number, kind, body: {"update_id": number, kind: body},
    st.integers(),
    _KINDS,
    JSON | st.dictionaries(_FIELDS, JSON, max_size=8),
)


@hypothesis_settings(
    deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture]
)  # fmt: skip
@given(body=st.binary(max_size=200) | UPDATES.map(lambda update: json.dumps(update).encode()))
async def test_no_body_whatever_makes_us_fail(phone: TelegramSimulator, body: bytes) -> None:
    assert (await post(phone.webhook_url, body, SECRET)).status_code == 200
