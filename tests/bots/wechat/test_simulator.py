"""The simulator is as strict as the platform: what the platform shows as a fault, it records as one."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from tests.bots.wechat.account import APP_ID, FORMER_KEY, KEY, OPENID, SECRET, TOKEN, envelope
from tests.simulators.wechat import WeChatSimulator
from tests.simulators.wechat_envelope import xml
from tests.simulators.wechat_serving import served


class Answerer:
    """A callback address that always gives the same answer."""

    def __init__(self) -> None:
        self.answer, self.status, self.asked = "", 200, 0

    async def __call__(self, request: Request) -> Response:
        self.asked += 1
        return Response(self.answer, status_code=self.status)


@pytest.fixture
def answerer() -> Answerer:
    return Answerer()


@pytest.fixture
def url(answerer: Answerer) -> Iterator[str]:
    with served(Starlette(routes=[Route("/wechat", answerer.__call__, methods=["POST"])])) as base:
        yield f"{base}/wechat"


@pytest.fixture
async def phone(url: str) -> AsyncIterator[WeChatSimulator]:
    async with WeChatSimulator(url, APP_ID, TOKEN, KEY, time_scale=0.02) as simulator:
        yield simulator


def reply(content: str, to: str = OPENID, key: str = KEY) -> str:
    head = {"ToUserName": to, "FromUserName": "gh_0123456789ab", "CreateTime": "1", "MsgType": "text"}
    by = envelope(key=key)
    encrypted = by.encrypt(xml({**head, "Content": content}))
    signature = by.sign("1", "2", encrypted)
    return xml({"Encrypt": encrypted, "MsgSignature": signature, "TimeStamp": "1", "Nonce": "2"})


async def test_a_good_reply_is_shown(phone: WeChatSimulator, answerer: Answerer) -> None:
    answerer.answer = reply("好的")
    assert await phone.say(OPENID, "你好") == "好的"
    assert phone.faults == []


@pytest.mark.parametrize("answer", ["success", ""])
async def test_an_acknowledgement_shows_nothing(phone: WeChatSimulator, answerer: Answerer, answer: str) -> None:
    answerer.answer = answer
    assert await phone.say(OPENID, "你好") is None
    assert (phone.faults, answerer.asked) == ([], 1)


@pytest.mark.parametrize(
    "answer",
    [
        "ok",
        '{"errcode":0}',
        "<xml><Content>plain</Content></xml>",
        reply("x" * 2049),
        reply("好的", to="oSomebodyElse"),
        reply("好的", key=FORMER_KEY),
        reply("好的").replace("<Nonce><![CDATA[2", "<Nonce><![CDATA[3"),
    ],
)
async def test_a_bad_reply_is_a_fault_bubble(phone: WeChatSimulator, answerer: Answerer, answer: str) -> None:
    answerer.answer = answer
    assert await phone.say(OPENID, "你好") is None
    assert [openid for openid, _ in phone.faults] == [OPENID]


async def test_no_good_status_is_tried_three_times(phone: WeChatSimulator, answerer: Answerer) -> None:
    answerer.status = 500
    assert await phone.say(OPENID, "你好") is None
    assert answerer.asked == 3
    assert phone.faults == [(OPENID, "no answer")]


async def test_the_old_token_method_overlaps_and_its_quota_ends(phone: WeChatSimulator) -> None:
    phone.api._fetched = [phone.api.now()] * 1998
    query = {"grant_type": "client_credential", "appid": APP_ID, "secret": SECRET}
    async with httpx.AsyncClient(base_url=phone.api_base, trust_env=False) as http:
        answers = [(await http.get("/cgi-bin/token", params=query)).json() for _ in range(3)]
        first = {"access_token": answers[0]["access_token"]}
        still = await http.get("/cgi-bin/media/get", params=first)
        phone.advance(301)
        over = await http.get("/cgi-bin/media/get", params=first)
    assert answers[2]["errcode"] == 45009
    assert (still.json()["errcode"], over.json()["errcode"]) == (40007, 42001)


async def test_a_template_message_goes_once_and_its_end_is_reported(phone: WeChatSimulator, answerer: Answerer) -> None:
    await phone.follow(OPENID)
    phone.api.forms["t"] = "进度:{{phrase1.DATA}}"
    async with httpx.AsyncClient(base_url=phone.api_base, trust_env=False) as http:
        credentials = {"grant_type": "client_credential", "appid": APP_ID, "secret": SECRET}
        token = (await http.post("/cgi-bin/stable_token", json=credentials)).json()["access_token"]
        message = {"touser": OPENID, "template_id": "t", "client_msg_id": "row-1"}
        message["data"] = {"phrase1": {"value": "已答复"}}
        sent = [
            (await http.post("/cgi-bin/message/template/send", params={"access_token": token}, json=message)).json()
            for _ in range(2)
        ]
    assert sent[0] == sent[1]
    await phone.finish_templates("failed:user block")
    assert phone.last is not None
    assert f"<MsgID><![CDATA[{sent[0]['msgid']}]]></MsgID>" in phone.last.plain
    assert len(phone.api.templates) == 1
