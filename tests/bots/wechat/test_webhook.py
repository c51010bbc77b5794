"""The callback over real HTTP: genuine messages are answered in time, everything else is refused."""

from __future__ import annotations

import asyncio
import json
import logging
import secrets
import socket
import time
from collections.abc import Iterator
from urllib.parse import urlsplit

import httpx
import pytest
from fastapi import FastAPI
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from bots.wechat.webhook import wechat_callback
from core.errors import StoreUnavailable
from core.messages import OutboundMessage
from tests.bots.tencent.test_wire import HOSTILE
from tests.bots.wechat.account import APP_ID, FORMER_KEY, KEY, OPENID, TOKEN, envelope, settings
from tests.bots.wechat.conftest import Serve
from tests.bots.wechat.core import Core
from tests.simulators.wechat import WeChatSimulator
from tests.simulators.wechat_envelope import Envelope, fields_of, xml
from tests.simulators.wechat_serving import served


def plain(content: str = "你好", msg_id: int = 1, created: int | None = None) -> str:
    return xml(
        {
            "ToUserName": "gh_0123456789ab",
            "FromUserName": OPENID,
            "CreateTime": created or int(time.time()),
            "MsgType": "text",
            "Content": content,
            "MsgId": msg_id,
        }
    )


def sealed(text: str, by: Envelope | None = None, age: float = 0) -> tuple[dict[str, str], str]:
    return (by or envelope()).seal(text, str(int(time.time() - age)), str(secrets.randbelow(10**10)), OPENID)


async def post(url: str, query: dict[str, str], body: str | bytes) -> httpx.Response:
    async with httpx.AsyncClient(trust_env=False) as http:
        return await http.post(url, params=query, content=body.encode() if isinstance(body, str) else body)


# ── answering ────────────────────────────────────────────────────────────────────────────────────────────────────────


async def test_a_message_is_answered_in_the_same_request(platform: WeChatSimulator, core: Core) -> None:
    assert await platform.say(OPENID, "我要投诉 😠") == "text: 我要投诉 😠"
    assert [message.address.peer for message in core.effects] == [OPENID]
    assert platform.faults == []


async def test_the_console_gets_its_echo(platform: WeChatSimulator) -> None:
    assert await platform.verify()


async def test_every_kind_a_person_can_send_gets_an_answer(platform: WeChatSimulator, core: Core) -> None:
    assert await platform.follow(OPENID, "hall-3") == "follow: hall-3"
    assert await platform.click(OPENID, "status") == "choice: status"
    assert await platform.send_image(OPENID, b"jpeg") == "files: "
    assert await platform.send_voice(OPENID, b"amr") == "files: "
    assert await platform.send_video(OPENID, b"mp4") == "files: "
    assert await platform.send_location(OPENID, "39.9", "116.4", "正义路2号") == "location: 正义路2号 (39.9,116.4)"
    assert await platform.unfollow(OPENID) == "unfollow: "
    assert platform.faults == []


async def test_a_report_of_the_platform_is_acknowledged_and_disturbs_nobody(
    platform: WeChatSimulator, core: Core
) -> None:
    assert await platform.event(OPENID, "LOCATION", Latitude="23.1", Longitude="113.3") is None
    assert await platform.event(OPENID, "an_event_of_next_year") is None
    assert core.effects == []
    assert [attempt.answer for attempt in platform.tries] == ["success", "success"]


async def test_nothing_to_say_is_the_word_success(platform: WeChatSimulator, core: Core) -> None:
    core.answer = lambda message: ()
    assert await platform.say(OPENID, "谢谢") is None
    assert platform.tries[-1].answer == "success"


async def test_what_a_person_wrote_cannot_forge_the_reply(platform: WeChatSimulator) -> None:
    hostile = "a]]></Content><MsgType><![CDATA[transfer_customer_service]]></MsgType><Content><![CDATA["
    assert await platform.say(OPENID, hostile) == f"text: {hostile}"
    assert platform.faults == []


async def test_a_reply_without_end_is_cut_before_the_reader_sees_a_fault(platform: WeChatSimulator, core: Core) -> None:
    core.answer = lambda message: (OutboundMessage("投诉" * 5000),)
    reply = await platform.say(OPENID, "你好")
    assert reply is not None
    assert len(reply.encode()) <= 1800
    assert platform.faults == []


# ── coming again ─────────────────────────────────────────────────────────────────────────────────────────────────────


async def test_one_message_delivered_three_times_at_once_is_one_effect(platform: WeChatSimulator, core: Core) -> None:
    core.seconds = 0.2
    replies = await asyncio.gather(*(platform.say(OPENID, "我要投诉", 7) for _ in range(3)))
    assert replies == ["text: 我要投诉"] * 3
    assert len(core.effects) == 1


async def test_a_redelivery_gets_the_same_reply_in_the_same_or_a_new_envelope(
    platform: WeChatSimulator, core: Core
) -> None:
    first = await platform.say(OPENID, "我要投诉")
    core.answer = lambda message: (OutboundMessage("something else"),)
    assert await platform.redeliver() == first
    assert await platform.redeliver(new_envelope=True) == first
    assert len(core.effects) == 1


async def test_a_retry_that_comes_while_the_first_is_running_gets_its_answer(serve: Serve, core: Core) -> None:
    """The core needs longer than one try of the platform, but less than two; the deadline is off."""
    core.seconds = 0.6
    url = serve(deadline_seconds=10)
    async with WeChatSimulator(url, APP_ID, TOKEN, KEY, time_scale=0.08) as platform:
        assert await platform.say(OPENID, "我要投诉") == "text: 我要投诉"
        assert [attempt.status for attempt in platform.tries] == [0, 200]
    assert len(core.effects) == 1


# ── too slow, or no database ─────────────────────────────────────────────────────────────────────────────────────────


async def test_a_slow_answer_is_acknowledged_in_time_kept_and_still_worked_out(serve: Serve, core: Core) -> None:
    core.seconds = 0.5
    async with WeChatSimulator(serve(deadline_seconds=0.2), APP_ID, TOKEN, KEY, time_scale=0.08) as platform:
        assert await platform.say(OPENID, "我要投诉") is None
        assert platform.tries[-1].answer == "success"
        assert platform.tries[-1].seconds < 0.4
        assert platform.faults == []
    assert [message.text for message in core.kept] == ["我要投诉"]
    await asyncio.sleep(0.5)
    assert [message.text for message in core.effects] == ["我要投诉"]


@pytest.mark.parametrize("error", [StoreUnavailable(), RuntimeError("我要投诉张三")])
async def test_a_message_the_core_cannot_take_now_is_kept(
    platform: WeChatSimulator, core: Core, error: Exception, caplog: pytest.LogCaptureFixture
) -> None:
    core.error = error
    assert await platform.say(OPENID, "我要投诉张三") is None
    assert platform.tries[-1].answer == "success"
    assert [message.text for message in core.kept] == ["我要投诉张三"]
    assert type(error).__name__ in caplog.text
    assert "张三" not in caplog.text


async def test_a_message_that_cannot_even_be_kept_is_not_acknowledged(platform: WeChatSimulator, core: Core) -> None:
    core.error, core.keep_error = StoreUnavailable(), OSError("disk full")
    assert await platform.say(OPENID, "我要投诉") is None
    assert [attempt.status for attempt in platform.tries] == [503] * 3


async def test_a_message_that_failed_once_is_taken_when_it_comes_again(platform: WeChatSimulator, core: Core) -> None:
    core.error, core.keep_error = StoreUnavailable(), OSError("disk full")
    await platform.say(OPENID, "我要投诉")
    core.error = core.keep_error = None
    assert await platform.redeliver() == "text: 我要投诉"


# ── forged, old, malformed ───────────────────────────────────────────────────────────────────────────────────────────


async def test_a_forged_callback_is_refused(serve: Serve, core: Core) -> None:
    url = serve()
    query, body = sealed(plain())
    other_query, other_body = sealed(plain())
    forgeries = [
        ({**query, "msg_signature": other_query["msg_signature"]}, body),
        ({**query, "msg_signature": "é"}, body),
        ({**query, "msg_signature": query["signature"]}, body),
        ({**query, "nonce": "1"}, body),
        (query, other_body),
        ({name: value for name, value in query.items() if name != "msg_signature"}, body),
        ({}, body),
        sealed(plain(), envelope(token="AnotherToken")),
        sealed(plain(), envelope(key=FORMER_KEY)),
        sealed(plain(), envelope(app_id="wxanother0123456")),
        (query, xml({"ToUserName": "gh_0123456789ab"})),
    ]
    answers = [await post(url, *forgery) for forgery in forgeries]
    assert [answer.status_code for answer in answers] == [403] * len(forgeries)
    assert len({answer.content for answer in answers}) == 1
    assert core.effects == []


async def test_a_digit_moved_from_the_time_to_the_nonce_is_refused(serve: Serve) -> None:
    """The signature joins its parts unmarked, so it holds for the moved digit too."""
    by, timestamp = envelope(), f"{int(time.time()) // 10}5"
    encrypted = next(sealed for _ in range(1000) if (sealed := by.encrypt(plain()))[0].isalpha())
    signature = by.sign(timestamp, "777", encrypted)
    assert signature == by.sign(timestamp[:-1], "5777", encrypted)
    query = {"timestamp": timestamp[:-1], "nonce": "5777", "encrypt_type": "aes", "msg_signature": signature}
    assert (await post(serve(), query, xml({"Encrypt": encrypted}))).status_code == 403


@pytest.mark.parametrize(("age", "status"), [(0, 200), (20, 200), (290, 200), (-290, 200), (320, 403), (-320, 403)])
async def test_only_a_callback_of_the_last_five_minutes_is_taken(serve: Serve, age: float, status: int) -> None:
    assert (await post(serve(), *sealed(plain(), age=age))).status_code == status


async def test_an_unsigned_or_old_echo_is_refused(serve: Serve) -> None:
    url, timestamp = serve(), str(int(time.time()))
    good = {"signature": envelope().sign(timestamp, "1"), "timestamp": timestamp, "nonce": "1", "echostr": "echo"}
    old = {**good, "timestamp": "1000000000", "signature": envelope().sign("1000000000", "1")}
    async with httpx.AsyncClient(trust_env=False) as http:
        assert (await http.get(url, params=good)).text == "echo"
        for bad in ({**good, "signature": "0" * 40}, {"echostr": "echo"}, {}, old):
            assert (await http.get(url, params=bad)).status_code == 403


async def test_a_plain_callback_is_refused_unless_the_operator_allows_it(serve: Serve, core: Core) -> None:
    timestamp = str(int(time.time()))
    query = {"signature": envelope().sign(timestamp, "1"), "timestamp": timestamp, "nonce": "1"}
    assert (await post(serve(), query, plain())).status_code == 403
    assert core.effects == []
    open_url = serve(settings(allow_plain=True))
    answer = await post(open_url, query, plain())
    assert fields_of(answer.text)["Content"] == "text: 你好"
    assert (await post(open_url, {**query, "signature": "0"}, plain())).status_code == 403


async def test_compatible_mode_believes_only_the_encrypted_part(serve: Serve, core: Core) -> None:
    query, body = sealed(plain("真的"))
    both = body.replace("<ToUserName>", "<FromUserName>oSomebodyElse</FromUserName><Content>假的</Content><ToUserName>")
    answer = await post(serve(), {**query, "openid": "oSomebodyElse"}, both)
    assert envelope().open_answer(answer.text)["Content"] == "text: 真的"
    assert [message.address.peer for message in core.effects] == [OPENID]


@pytest.mark.parametrize("body", HOSTILE.values(), ids=HOSTILE.keys())
async def test_a_hostile_body_is_refused_outside_and_inside_the_envelope(serve: Serve, body: str) -> None:
    url = serve()
    query, _ = sealed(plain())
    assert (await post(url, query, body)).status_code == 400
    by = envelope()
    inner_query, _ = by.seal("x", str(int(time.time())), "1")
    encrypted = by.encrypt(body)
    inner_query["msg_signature"] = by.sign(inner_query["timestamp"], "1", encrypted)
    assert (await post(url, inner_query, json.dumps({"Encrypt": encrypted}))).status_code in (400, 403)


async def test_a_body_of_a_megabyte_is_refused(serve: Serve) -> None:
    query, _ = sealed(plain())
    began = time.perf_counter()
    assert (await post(serve(), query, b"<xml>" + b"a" * 1_000_000)).status_code == 400
    assert time.perf_counter() - began < 2


@pytest.mark.parametrize("begun", ["", "<xml>"])
async def test_a_body_that_never_comes_or_never_ends_is_given_up(serve: Serve, begun: str) -> None:
    url = urlsplit(serve(deadline_seconds=0.2))
    query = "msg_signature=1&timestamp=1&nonce=1"
    with socket.create_connection((str(url.hostname), int(url.port or 0)), timeout=5) as connection:
        connection.sendall(f"POST /wechat?{query} HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{begun}".encode())
        assert (await asyncio.to_thread(connection.recv, 100)).startswith(b"HTTP/1.1 400")


@pytest.fixture(scope="module")
def anybody() -> Iterator[httpx.Client]:
    """Somebody on the internet, and a callback address that stays the same for all they try."""
    app, core = FastAPI(), Core()
    app.add_route("/wechat", wechat_callback(settings(), core.receive, core.keep))
    with served(app) as url, httpx.Client(base_url=url, trust_env=False) as http:
        yield http


@hypothesis_settings(deadline=None, max_examples=60)
@given(
    body=st.one_of(st.binary(), st.text().map(lambda text: f"<xml><Encrypt>{text}</Encrypt></xml>".encode())),
    query=st.dictionaries(
        st.sampled_from(["signature", "msg_signature", "timestamp", "nonce", "encrypt_type", "openid", "echostr"]),
        st.text(st.characters(codec="utf-8"), max_size=20),
    ),
)
def test_no_bytes_at_all_cause_a_server_error(anybody: httpx.Client, body: bytes, query: dict[str, str]) -> None:
    assert anybody.post("/wechat", params=query, content=body).status_code in (400, 403)
    assert anybody.get("/wechat", params=query).status_code == 403


@hypothesis_settings(deadline=None, max_examples=60)
@given(text=st.one_of(st.text(st.characters(codec="utf-8")), st.binary().map(lambda raw: raw.decode("latin-1"))))
def test_no_signed_content_at_all_causes_a_server_error(anybody: httpx.Client, text: str) -> None:
    by, timestamp = envelope(), str(int(time.time()))
    for encrypted in (by.encrypt(text), by.encrypt(f"<xml>{text}</xml>"), text):
        query = {"msg_signature": by.sign(timestamp, "1", encrypted), "timestamp": timestamp, "nonce": "1"}
        answer = anybody.post("/wechat", params=query, content=json.dumps({"Encrypt": encrypted}))
        assert answer.status_code in (400, 403)


# ── keys and formats ─────────────────────────────────────────────────────────────────────────────────────────────────


async def test_while_the_key_changes_each_message_is_answered_under_its_own_key(serve: Serve) -> None:
    url = serve(settings(previous=FORMER_KEY))
    for key in (KEY, FORMER_KEY):
        answer = await post(url, *sealed(plain(), envelope(key=key)))
        assert envelope(key=key).open_answer(answer.text)["Content"] == "text: 你好"


async def test_a_json_push_is_answered_in_json(serve: Serve) -> None:
    fields = fields_of(plain()) | {"CreateTime": int(time.time()), "MsgId": 24000000000000001}
    answer = await post(serve(), *sealed(json.dumps(fields)))
    assert answer.headers["content-type"] == "application/json"
    assert isinstance(answer.json()["TimeStamp"], int)
    assert envelope().open_answer(answer.text)["Content"] == "text: 你好"


async def test_no_secret_and_no_word_of_a_person_is_logged(
    platform: WeChatSimulator, serve: Serve, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG, logger="bots")
    await platform.say(OPENID, "我叫张三")
    await post(platform.callback_url, *sealed(plain("我叫张三"), envelope(key=FORMER_KEY)))
    assert "refused" in caplog.text
    assert not any(secret in caplog.text for secret in (TOKEN, KEY, "张三", OPENID))
