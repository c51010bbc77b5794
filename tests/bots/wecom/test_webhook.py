"""The callback over real HTTP: genuine messages are taken in in time, everything else is refused."""

from __future__ import annotations

import asyncio
import dataclasses
import logging
import time

import httpx
import pytest

from core.errors import Overloaded, StoreUnavailable
from core.messages import Address, Choice, OutboundMessage
from tests.bots.tencent.test_wire import HOSTILE
from tests.bots.wecom.account import MEMBER
from tests.bots.wecom.conftest import Place
from tests.simulators.wechat_envelope import Envelope, xml
from tests.simulators.wecom import AGENT_ID, CORP_ID, KEY, TOKEN, Callback

TASK = "a1"


def plain(**changed: str | int) -> str:
    head = {"ToUserName": CORP_ID, "FromUserName": MEMBER, "CreateTime": int(time.time()), "MsgType": "text"}
    return xml(head | {"Content": "待办", "MsgId": 1, "AgentID": AGENT_ID} | changed)


async def pressed(place: Place) -> str:
    """What stands on the card in the place of its buttons."""
    await place.platform.rest()
    return place.platform.inbox_of(MEMBER)[-1].pressed


async def shows_a_card(place: Place) -> None:
    place.platform.api.members.add(MEMBER)
    choices = (Choice("受理 2611-0007 @3", "受理"), Choice("恢复办理 2611-0007 @3", "恢复办理"))
    await place.channel.send(Address("wecom", MEMBER), OutboundMessage("2611-0007（服务态度）", choices), "key")


# ── taking in ────────────────────────────────────────────────────────────────────────────────────────────────────────


async def test_what_a_member_writes_is_taken_in_and_acknowledged_with_nothing(place: Place) -> None:
    await place.platform.say(MEMBER, "待办")
    assert [(message.kind, message.text, message.address.peer) for message in place.core.effects] == [
        ("text", "待办", MEMBER)
    ]
    assert [(status, answer) for status, answer, _ in place.platform.tries] == [(200, "")]
    assert place.platform.faults == []


async def test_the_console_gets_its_echo_opened(place: Place) -> None:
    assert all([await place.platform.verify() for _ in range(20)])


async def test_a_plus_sign_in_the_echo_that_nobody_escaped_is_read_as_one(place: Place) -> None:
    envelope, timestamp = place.platform.envelope, str(int(time.time()))
    sealed = next(made for _ in range(1000) if "+" in (made := envelope.encrypt("4711")))
    query = f"msg_signature={envelope.sign(timestamp, '1', sealed)}&timestamp={timestamp}&nonce=1&echostr={sealed}"
    async with httpx.AsyncClient(trust_env=False) as http:
        assert (await http.get(f"{place.platform.callback_url}?{query}")).text == "4711"


async def test_a_pressed_button_is_the_words_behind_it_and_the_card_shows_what_happened(place: Place) -> None:
    await shows_a_card(place)
    await place.platform.press(MEMBER, "受理")
    assert [(message.kind, message.text) for message in place.core.effects] == [("choice", "受理 2611-0007 @3")]
    assert await pressed(place) == "已登记“受理 2611-0007 @3”"
    assert place.platform.inbox_of(MEMBER)[-1].labels == []
    assert place.platform.api.refused == []


async def test_a_card_whose_answer_waits_says_at_least_that_it_was_pressed(place: Place) -> None:
    place.core.waits = True
    await shows_a_card(place)
    await place.platform.press(MEMBER, "受理")
    assert await pressed(place) == "收到"


async def test_a_card_that_cannot_be_changed_disturbs_nobody(place: Place, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    await place.platform.press_key(MEMBER, "受理 2611-0007 @3")
    await place.platform.redeliver()
    assert len(place.core.effects) == 1
    await place.platform.rest()
    assert ["response_code" in each for each in place.platform.api.refused] == [True]
    assert "a pressed card was not changed" in caplog.text
    assert place.platform.faults == []


async def test_a_button_of_the_menu_is_the_words_behind_it(place: Place) -> None:
    await place.platform.event(MEMBER, "click", EventKey="待办")
    assert [(message.kind, message.text) for message in place.core.effects] == [("choice", "待办")]


async def test_what_is_no_order_of_anybody_is_acknowledged_and_disturbs_nobody(place: Place) -> None:
    await place.platform.enter(MEMBER)
    await place.platform.event(MEMBER, "LOCATION", Latitude="23.1", Longitude="113.3")
    await place.platform.event(MEMBER, "subscribe", EventKey="")
    await place.platform.event(MEMBER, "an_event_of_next_year")
    assert place.core.effects == []
    assert [status for status, _, _ in place.platform.tries] == [200] * 4


async def test_a_picture_is_only_known_to_have_come(place: Place) -> None:
    await place.platform.send_image(MEMBER)
    assert [(message.kind, message.text, message.attachments) for message in place.core.effects] == [
        ("unsupported", "", ())
    ]


# ── coming again, too slow, or no database ───────────────────────────────────────────────────────────────────────────


async def test_a_redelivery_is_the_same_message_in_the_same_or_a_new_envelope(place: Place) -> None:
    await place.platform.say(MEMBER, "待办")
    await place.platform.redeliver()
    await place.platform.redeliver(new_envelope=True)
    assert len(place.core.effects) == 1


async def test_a_press_that_comes_again_is_one_press_and_another_button_another(place: Place) -> None:
    for key in ("受理 2611-0007 @3", "恢复办理 2611-0007 @3"):
        await place.platform.press_key(MEMBER, key, TASK)
        await place.platform.redeliver(new_envelope=True)
    assert [message.text for message in place.core.effects] == ["受理 2611-0007 @3", "恢复办理 2611-0007 @3"]


@pytest.mark.parametrize("place", [0.1], indirect=True)
async def test_what_takes_too_long_is_kept_acknowledged_in_time_and_still_worked_out(place: Place) -> None:
    place.core.seconds = 0.4
    await place.platform.say(MEMBER, "待办")
    assert [status for status, _, _ in place.platform.tries] == [200]
    assert place.platform.tries[-1][2] < 0.4
    assert [message.text for message in place.core.kept] == ["待办"]
    await asyncio.sleep(0.5)
    assert [message.text for message in place.core.effects] == ["待办"]


@pytest.mark.parametrize("error", [StoreUnavailable(), RuntimeError("同意 2611-0007 张三")])
async def test_a_message_the_core_cannot_take_now_is_kept(
    place: Place, error: Exception, caplog: pytest.LogCaptureFixture
) -> None:
    place.core.error = error
    await place.platform.say(MEMBER, "答复 张三")
    assert [message.text for message in place.core.kept] == ["答复 张三"]
    assert place.platform.faults == []
    assert type(error).__name__ in caplog.text
    assert "张三" not in caplog.text


async def test_what_can_be_neither_taken_nor_kept_is_delivered_again_until_it_can(place: Place) -> None:
    place.core.error, place.core.keep_error = StoreUnavailable(), OSError("disk full")
    await place.platform.say(MEMBER, "待办")
    assert [status for status, _, _ in place.platform.tries] == [503] * 4
    place.core.error = None
    await place.platform.redeliver()
    assert len(place.core.effects) == 1


async def test_where_too_much_comes_in_the_platform_keeps_it(place: Place) -> None:
    place.core.error = Overloaded()
    await place.platform.say(MEMBER, "待办")
    assert {status for status, _, _ in place.platform.tries} == {503}
    assert place.core.kept == []


# ── forged, old, malformed ───────────────────────────────────────────────────────────────────────────────────────────


async def test_a_forged_callback_is_refused_and_all_are_refused_alike(place: Place) -> None:
    by = place.platform
    good, other = by.sealed(plain()), by.sealed(plain())
    forged = [
        dataclasses.replace(good, query=good.query | {"msg_signature": other.query["msg_signature"]}),
        dataclasses.replace(good, query=good.query | {"nonce": "1"}),
        dataclasses.replace(good, query={}),
        dataclasses.replace(good, body=other.body),
        dataclasses.replace(good, body=xml({"ToUserName": CORP_ID})),
        Callback(good.query, plain(), ""),
        by.sealed(plain(), by=Envelope(CORP_ID, "AnotherToken", KEY)),
        by.sealed(plain(), by=Envelope(CORP_ID, TOKEN, KEY.swapcase())),
        by.sealed(plain(), by=Envelope("ww_another_corporation", TOKEN, KEY)),
        by.sealed(plain(ToUserName="ww_another_corporation")),
        by.sealed(plain(AgentID=AGENT_ID + 1)),
        by.sealed(plain(AgentID="")),
        by.sealed(plain(), age=302),
        by.sealed(plain(), age=-302),
    ]
    answers = [await by.post(each) for each in forged]
    assert [answer.status_code for answer in answers] == [403] * len(forged)
    assert {answer.content for answer in answers} == {b""}
    assert place.core.effects == []


@pytest.mark.parametrize("body", HOSTILE.values(), ids=HOSTILE.keys())
async def test_a_hostile_body_is_refused_outside_and_inside_the_envelope(place: Place, body: str) -> None:
    outside = Callback(place.platform.sealed(plain()).query, body, "")
    assert (await place.platform.post(outside)).status_code == 400
    assert (await place.platform.post(place.platform.sealed(body))).status_code in (400, 403)
    assert place.core.effects == []


@pytest.mark.parametrize(
    "changed",
    [{"FromUserName": "@all"}, {"FromUserName": "a|b"}, {"FromUserName": ""}, {"CreateTime": ""}, {"MsgType": ""}],
)
async def test_a_message_of_nobody_or_of_no_time_is_refused(place: Place, changed: dict[str, str]) -> None:
    assert (await place.platform.post(place.platform.sealed(plain(**changed)))).status_code == 400


async def test_a_body_of_a_megabyte_is_refused(place: Place) -> None:
    query = place.platform.sealed(plain()).query
    assert (await place.platform.post(Callback(query, "<xml>" + "a" * 1_000_000, ""))).status_code == 400


async def test_an_unsigned_or_old_echo_is_refused(place: Place) -> None:
    by = place.platform.envelope
    sealed, now, old = by.encrypt("4711"), str(int(time.time())), "1000000000"
    good = {"msg_signature": by.sign(now, "1", sealed), "timestamp": now, "nonce": "1", "echostr": sealed}
    bad = [
        {"echostr": "4711"}, {}, good | {"msg_signature": "0" * 40}, good | {"echostr": by.encrypt("4711")},
        good | {"timestamp": old, "msg_signature": by.sign(old, "1", sealed)},
    ]  # fmt: skip
    async with httpx.AsyncClient(trust_env=False) as http:
        assert (await http.get(place.platform.callback_url, params=good)).text == "4711"
        for each in bad:
            assert (await http.get(place.platform.callback_url, params=each)).status_code == 403
        assert (await http.put(place.platform.callback_url)).status_code == 405


async def test_no_secret_and_no_word_of_a_member_is_logged(place: Place, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    place.core.error, place.core.keep_error = RuntimeError("张三"), OSError("张三")
    await place.platform.say(MEMBER, "答复 张三")
    await place.platform.post(place.platform.sealed("<xml><a>张三</a></xml>"))
    assert [word for word in ("张三", TOKEN, KEY) if word in caplog.text] == []
