"""WeCom as members' phones and the platform behind them: callbacks with their five seconds and re-sends, and the API."""

from __future__ import annotations

import asyncio
import itertools
import secrets
import time
from dataclasses import dataclass

import httpx

from tests.simulators.tencent import Platform
from tests.simulators.wechat_envelope import Envelope, xml
from tests.simulators.wecom_api import Shown, WeComApi

CORP_ID, AGENT_ID, SECRET = "ww0123456789abcdef", 1000002, "simulated-secret-of-the-application"
TOKEN, KEY = "WeComToken", "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789abcdefg"
TRIES = 4
"""The platform delivers again three times when no answer comes in time."""


@dataclass(frozen=True)
class Callback:
    """One request as it was made, and what was in its envelope."""

    query: dict[str, str]
    body: str
    plain: str


class WeComSimulator(Platform):
    """One application and the members who may see it."""

    api: WeComApi

    def __init__(self, callback_url: str = "", *, time_scale: float = 1.0) -> None:
        self.envelope = Envelope(CORP_ID, TOKEN, KEY)
        self.api = WeComApi(CORP_ID, AGENT_ID, SECRET)
        super().__init__(callback_url, time_scale)
        self._ids = itertools.count(7_000_000_000_000_000)
        self.faults: list[str] = []
        self.last: Callback | None = None

    # ── what members and operators do ────────────────────────────────────────────────────────────────────────────────

    def inbox_of(self, member: str) -> list[Shown]:
        return list(self.api.inbox[member])

    async def verify(self) -> bool:
        """What the console does when the address is saved: the echo comes sealed and is to be said openly."""
        timestamp, nonce, echo = str(int(time.time())), secrets.token_hex(5), str(secrets.randbelow(10**18))
        sealed = self.envelope.encrypt(echo)
        signed = {"msg_signature": self.envelope.sign(timestamp, nonce, sealed), "timestamp": timestamp, "nonce": nonce}
        answer = await self._http.get(self.callback_url, params={**signed, "echostr": sealed})
        return answer.status_code == 200 and answer.text == echo

    async def say(self, member: str, text: str, msg_id: int | None = None) -> None:
        await self.message(member, "text", msg_id, Content=text)

    async def send_image(self, member: str) -> None:
        await self.message(member, "image", PicUrl="https://wework.qpic.cn/wwpic/1", MediaId=secrets.token_urlsafe(32))

    async def press(self, member: str, label: str, shown: Shown | None = None) -> None:
        """Press the newest button with this label, or the one of a given card."""
        cards = [shown] if shown else reversed(self.inbox_of(member))
        for card in cards:
            for button in card.buttons:
                if button["text"] == label and not card.pressed:
                    await self.press_key(member, button["key"], card.task_id)
                    return
        raise AssertionError(f"no button {label}")

    async def press_key(self, member: str, key: str, task_id: str = "task") -> None:
        code = self.api.response_code(member, task_id)
        content = {"EventKey": key, "TaskId": task_id, "CardType": "button_interaction", "ResponseCode": code}
        await self.event(member, "template_card_event", **content)

    async def enter(self, member: str) -> None:
        """A member opens the application."""
        await self.event(member, "enter_agent", EventKey="")

    async def message(self, member: str, kind: str, msg_id: int | None = None, /, **content: str) -> None:
        self.api.members.add(member)
        fields = self._head(member, kind) | content | {"MsgId": msg_id or next(self._ids), "AgentID": AGENT_ID}
        await self.deliver(self.sealed(xml(fields)))

    async def event(self, member: str, event: str, /, **content: str) -> None:
        self.api.members.add(member)
        await self.deliver(
            self.sealed(xml(self._head(member, "event") | {"Event": event} | content | {"AgentID": AGENT_ID}))
        )

    # ── what the platform does ───────────────────────────────────────────────────────────────────────────────────────

    def sealed(self, plain: str, age: float = 0.0, by: Envelope | None = None) -> Callback:
        """A callback around this, as the platform makes one."""
        envelope = by or self.envelope
        timestamp, nonce = str(int(time.time() - age)), str(secrets.randbelow(10**10))
        encrypted = envelope.encrypt(plain)
        signature = envelope.sign(timestamp, nonce, encrypted)
        query = {"msg_signature": signature, "timestamp": timestamp, "nonce": nonce}
        return Callback(query, xml({"ToUserName": CORP_ID, "AgentID": str(AGENT_ID), "Encrypt": encrypted}), plain)

    async def redeliver(self, *, new_envelope: bool = False) -> None:
        """What was delivered last once more: the same bytes, or the same message in a new envelope."""
        assert self.last is not None
        await self.deliver(self.sealed(self.last.plain) if new_envelope else self.last)

    async def deliver(self, callback: Callback) -> None:
        self.last = callback
        for _ in range(TRIES):
            attempt = await self._try(callback.query, callback.body)
            self.tries.append(attempt)
            if attempt.status == 200:
                if attempt.answer:
                    self.faults.append(f"an answer nobody can read: {attempt.answer[:40]}")
                return
        self.faults.append("no answer")

    async def post(self, callback: Callback) -> httpx.Response:
        """One request, as anybody can make one."""
        return await self._http.post(self.callback_url, params=callback.query, content=callback.body.encode())

    async def rest(self) -> None:
        """Wait until no card is being changed any more."""
        while changing := [task for task in asyncio.all_tasks() if "show_pressed" in repr(task.get_coro())]:
            await asyncio.wait(changing)

    def _head(self, member: str, kind: str) -> dict[str, str | int]:
        return {"ToUserName": CORP_ID, "FromUserName": member, "CreateTime": int(self.api.now()), "MsgType": kind}
