"""The robots of WeCom, DingTalk and Feishu as their platforms publish them, under one address on loopback.

Signatures are checked with their windows of time, messages are counted by the platform's own clock, and a DingTalk robot that writes
too often is heard no more for ten minutes.
"""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
import json
from collections.abc import Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from types import TracebackType
from typing import Any, Self

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from tests.simulators.telegram_serving import listening

MINUTE, BAN, WINDOW = timedelta(minutes=1), timedelta(minutes=10), timedelta(hours=1)
Json = dict[str, Any]


@dataclass
class Said:
    """One message in a group as its members see it."""

    at: datetime
    text: str


@dataclass
class Group:
    """A group with one robot in it. ``faults`` are answered once each before the robot's own answer: a whole answer, a status, or
    one of html, slow, lost, redirect.
    """

    platform: str
    token: str
    secret: str = ""
    keyword: str = ""
    forbidden: str = ""
    gone: int = 0
    """The code of what became of the robot: taken out, switched off."""

    said: list[Said] = field(default_factory=list)
    asked: list[datetime] = field(default_factory=list)
    refused: list[Json] = field(default_factory=list)
    banned_until: datetime | None = None
    faults: list[Json | int | str] = field(default_factory=list)

    @property
    def address(self) -> str:
        """As the platform shows it to whoever adds the robot, with the secret as our settings have it."""
        path = {
            "wecom": f"https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key={self.token}",
            "dingtalk": f"https://oapi.dingtalk.com/robot/send?access_token={self.token}",
            "feishu": f"https://open.feishu.cn/open-apis/bot/v2/hook/{self.token}",
        }[self.platform]
        return f"{path}#{self.secret}" if self.secret else path

    @property
    def texts(self) -> list[str]:
        return [said.text for said in self.said]

    def within(self, length: timedelta, now: datetime) -> int:
        return sum(now - said.at < length for said in self.said)

    def most_within(self, length: timedelta) -> int:
        """In the fullest stretch of this length that there was."""
        times = [said.at for said in self.said]
        return max((sum(timedelta() <= at - first < length for at in times) for first in times), default=0)


class Refusal(Exception):
    def __init__(self, code: int, words: str) -> None:
        super().__init__(words)
        self.code, self.words = code, words


class RobotPlatforms:
    """Three platforms and their groups. ``now`` is their clock."""

    def __init__(self, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self.now = now
        self.base = ""
        self.groups: dict[str, Group] = {}
        self.slow_seconds = 30.0
        self.app = Starlette(
            routes=[
                Route("/cgi-bin/webhook/send", self._wecom, methods=["GET", "POST"]),
                Route("/robot/send", self._dingtalk, methods=["GET", "POST"]),
                Route("/open-apis/bot/v2/hook/{token}", self._feishu, methods=["POST"]),
                Route("/elsewhere", self._elsewhere, methods=["GET", "POST"]),
            ]
        )
        self.strayed = 0
        self._stack = AsyncExitStack()

    async def __aenter__(self) -> Self:
        self.base = await self._stack.enter_async_context(listening(self.app))
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, where: TracebackType | None
    ) -> None:
        await self._stack.aclose()

    def add(self, platform: str, token: str, **about: Any) -> Group:
        self.groups[token] = Group(platform, token, **about)
        return self.groups[token]

    # ── the three doors ──────────────────────────────────────────────────────────────────────────────────────────────

    async def _wecom(self, request: Request) -> Response:
        group = self.groups.get(request.query_params.get("key", ""))
        return await self._answered(request, group, self._to_wecom, ("errcode", "errmsg", "ok"))

    async def _dingtalk(self, request: Request) -> Response:
        group = self.groups.get(request.query_params.get("access_token", ""))
        return await self._answered(request, group, self._to_dingtalk, ("errcode", "errmsg", "ok"))

    async def _feishu(self, request: Request) -> Response:
        group = self.groups.get(request.path_params["token"])
        return await self._answered(request, group, self._to_feishu, ("code", "msg", "success"))

    async def _elsewhere(self, request: Request) -> Response:
        """Where a redirect leads; nobody should come."""
        self.strayed += 1
        return JSONResponse({"errcode": 0, "code": 0})

    async def _answered(
        self,
        request: Request,
        group: Group | None,
        take: Callable[[Group | None, Request, bytes], str],
        names: tuple[str, str, str],
    ) -> Response:
        """A refusal comes with status 200, too."""
        code, words, fine = names
        body = await request.body()
        fault = group.faults.pop(0) if group and group.faults else None
        if group:
            group.asked.append(self.now())
        if fault is not None and fault != "lost":
            return await self._fault(fault)
        try:
            text = take(group, request, body)
        except Refusal as refusal:
            answer = {code: refusal.code, words: refusal.words}
            if group:
                group.refused.append(answer)
            return JSONResponse(answer)
        assert group is not None
        group.said.append(Said(self.now(), text))
        if fault == "lost":
            await asyncio.sleep(self.slow_seconds)
        return JSONResponse({code: 0, words: fine})

    async def _fault(self, fault: Json | int | str) -> Response:
        if fault == "slow":
            await asyncio.sleep(self.slow_seconds)
        if fault == "redirect":
            return RedirectResponse("/elsewhere", 307)
        if isinstance(fault, dict):
            return JSONResponse(fault)
        if isinstance(fault, int):
            return Response("no", fault, {"retry-after": "7"} if fault == 429 else None)
        return HTMLResponse("<html>log in to the network first</html>")

    # ── what each of them checks ─────────────────────────────────────────────────────────────────────────────────────

    def _to_wecom(self, group: Group | None, request: Request, body: bytes) -> str:
        if group is None or group.gone == 93000:
            raise Refusal(
                93000, "invalid webhook url, hint: [1], from ip: 1.2.3.4, more info at https://open.work.weixin.qq.com"
            )
        if group.gone:
            raise Refusal(group.gone, "no such robot")
        if group.within(MINUTE, self.now()) >= 20:
            raise Refusal(45009, "api freq out of limit")
        sent = _json(body, Refusal(47001, "data format error"))
        if sent.get("msgtype") != "text":
            raise Refusal(40008, "invalid message type")
        text = sent.get("text", {}).get("content")
        if not text:
            raise Refusal(44004, "empty content")
        if len(text.encode()) > 2048:
            raise Refusal(40058, "text.content exceed max length 2048. invalid Request Parameter")
        return str(text)

    def _to_dingtalk(self, group: Group | None, request: Request, body: bytes) -> str:
        if request.method != "POST":
            raise Refusal(43002, "需要POST请求")
        if group is None:
            raise Refusal(300005, "token is not exist")
        if group.gone:
            raise Refusal(group.gone, "description:机器人不能用")
        if "application/json" not in request.headers.get("content-type", ""):
            raise Refusal(43004, "无效的HTTP HEADER Content-Type")
        sent = _json(body, Refusal(40035, "缺少参数 json"))
        self._check_dingtalk_signature(group, request)
        self._count_for_dingtalk(group)
        if len(body) > 20_000:
            raise Refusal(460101, "message too long, exceed 20000 bytes")
        if sent.get("msgtype") != "text":
            raise Refusal(400105, "不支持的消息类型")
        text = str(sent["text"]["content"])
        if group.keyword not in text:
            raise Refusal(
                310000,
                "description:关键词不匹配;solution:请联系群管理员查看此机器人的关键词，并在发送的信息中包含此关键词;",
            )
        if group.forbidden and group.forbidden in text:
            raise Refusal(430102, "含有不合适的文本")
        return text

    def _check_dingtalk_signature(self, group: Group, request: Request) -> None:
        if not group.secret:
            return
        timestamp, sign = (request.query_params.get(name, "") for name in ("timestamp", "sign"))
        words = "签名和生成签名的时间戳必须都放在调用的网址中"
        if not timestamp.isdigit() or len(timestamp) != 13:
            raise Refusal(310000, f"description:机器人发送签名不匹配;solution:{words}")
        if abs(self.now() - datetime.fromtimestamp(int(timestamp) / 1000, UTC)) > WINDOW:
            raise Refusal(310000, "description:机器人发送签名过期")
        if sign != _mac(key=group.secret, said=f"{timestamp}\n{group.secret}"):
            raise Refusal(310000, f"description:机器人发送签名不匹配;solution:{words}")

    def _count_for_dingtalk(self, group: Group) -> None:
        now = self.now()
        if group.within(MINUTE, now) >= 20 and (group.banned_until is None or group.banned_until <= now):
            group.banned_until = now + BAN
        if group.banned_until is not None and now < group.banned_until:
            raise Refusal(130101, "send too fast, exceed 20 times per minute")

    def _to_feishu(self, group: Group | None, request: Request, body: bytes) -> str:
        if group is None:
            raise Refusal(19001, "param invalid: incoming webhook access token invalid")
        if group.gone:
            raise Refusal(group.gone, "Bot Not Enabled")
        sent = _json(body, Refusal(9499, "Bad Request"))
        if len(body) > 20 * 1024 or not isinstance(sent.get("content"), dict):
            raise Refusal(9499, "Bad Request")
        if group.secret:
            self._check_feishu_signature(group, sent)
        now = self.now()
        if group.within(MINUTE, now) >= 100 or group.within(timedelta(seconds=1), now) >= 5:
            raise Refusal(11232, "frequency limited psm[lark.oapi.app_platform_runtime]appID[1500]")
        if sent.get("msg_type") != "text":
            raise Refusal(19002, "param invalid: msg_type")
        text = str(sent["content"]["text"])
        if group.keyword not in text:
            raise Refusal(19024, "Key Words Not Found")
        return text

    def _check_feishu_signature(self, group: Group, sent: Json) -> None:
        timestamp = str(sent.get("timestamp", ""))
        fits = timestamp.isdigit() and len(timestamp) == 10
        late = fits and abs(self.now() - datetime.fromtimestamp(int(timestamp), UTC)) > WINDOW
        if not fits or late or sent.get("sign") != _mac(key=f"{timestamp}\n{group.secret}", said=""):
            raise Refusal(19021, "sign match fail or timestamp is not within one hour from current time")


def _mac(key: str, said: str) -> str:
    return base64.b64encode(hmac.new(key.encode(), said.encode(), hashlib.sha256).digest()).decode()


def _json(body: bytes, refusal: Refusal) -> Json:
    try:
        sent = json.loads(body)
    except ValueError:
        sent = None
    if not isinstance(sent, dict):
        raise refusal
    return sent
