"""The simulator is as strict as the platform says it is, so that what passes here would pass there."""

from __future__ import annotations

from types import TracebackType
from typing import Any, Self

import httpx
import pytest

from tests.simulators import wecom_card
from tests.simulators.wecom import AGENT_ID, CORP_ID, SECRET, WeComSimulator
from tests.simulators.wecom_api import GETTOKEN, SEND, UPDATE

BUTTON = {"text": "受理", "style": 1, "key": "受理 2611-0007 @3"}
CARD: dict[str, Any] = {
    "card_type": "button_interaction", "main_title": {"title": "2611-0007"}, "task_id": "t1", "button_list": [BUTTON],
}  # fmt: skip


@pytest.mark.parametrize(
    "changed",
    [
        {"card_type": "text_notice"}, {"main_title": {}}, {"main_title": "2611"}, {"main_title": {"title": "字" * 37}},
        {"sub_title_text": "字" * 161}, {"task_id": ""}, {"task_id": "有字"}, {"task_id": "a" * 129}, {"button_list": []},
        {"button_list": [BUTTON | {"key": str(number)} for number in range(7)]}, {"button_list": [BUTTON, BUTTON]},
        {"button_list": [BUTTON | {"text": "字" * 11}]}, {"button_list": [BUTTON | {"key": "字" * 342}]},
        {"button_list": [BUTTON | {"style": 5}]}, {"button_list": [BUTTON | {"callback": "x"}]}, {"buttons": []},
    ],
    ids=str,
)  # fmt: skip
def test_a_card_that_is_none_is_told(changed: dict[str, Any]) -> None:
    assert wecom_card.fault_of(CARD) == ""
    assert wecom_card.fault_of(CARD | changed)


class Program:
    """Somebody's program that talks to the platform's API, with nothing of ours in it."""

    def __init__(self, platform: WeComSimulator) -> None:
        self._http = httpx.AsyncClient(base_url=platform.api_base, trust_env=False)
        self.token = ""

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, where: TracebackType | None
    ) -> None:
        await self._http.aclose()

    async def log_in(self, secret: str = SECRET) -> int:
        who = {"corpid": CORP_ID, "corpsecret": secret}
        answer = (await self._http.get(GETTOKEN, params=who)).json()
        self.token = answer.get("access_token", "")
        return int(answer["errcode"])

    async def post(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        answer = await self._http.post(path, params={"access_token": self.token}, json={"agentid": AGENT_ID} | body)
        assert answer.status_code == 200
        return dict(answer.json())

    async def send(self, card: dict[str, Any]) -> int:
        body = {"touser": "wang.min", "msgtype": "template_card", "template_card": card}
        return int((await self.post(SEND, body))["errcode"])


async def test_a_card_has_one_name_and_its_code_holds_once_for_three_days() -> None:
    async with WeComSimulator() as platform, Program(platform) as program:
        platform.api.members.add("wang.min")
        assert await program.log_in() == 0
        assert [await program.send(CARD), await program.send(CARD)] == [0, 40058]
        code, late = (platform.api.response_code("wang.min", "t1") for _ in range(2))
        change = {"userids": ["wang.min"], "button": {"replace_name": "已受理"}}
        assert (await program.post(UPDATE, change | {"response_code": code}))["errcode"] == 0
        assert platform.inbox_of("wang.min")[0].pressed == "已受理"
        assert (await program.post(UPDATE, change | {"response_code": code}))["errcode"] == 40058
        platform.api.offset = 72 * 3600
        await program.log_in()
        assert (await program.post(UPDATE, change | {"response_code": late}))["errcode"] == 40058


async def test_a_wrong_secret_token_or_application_is_refused() -> None:
    async with WeComSimulator() as platform, Program(platform) as program:
        assert await program.log_in("another") == 40001
        assert await program.send(CARD) == 41001
        program.token = "stale"
        assert await program.send(CARD) == 40014
        await program.log_in()
        assert await program.send(CARD) == 81013
        assert (await program.post(SEND, {"agentid": 7, "touser": "wang.min"}))["errcode"] == 301002
