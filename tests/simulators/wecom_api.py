"""The platform's API as a server: tokens, messages with their silent limits, cards that are changed once, faults on request."""

from __future__ import annotations

import json
import secrets
from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from tests.simulators import wecom_card
from tests.simulators.tencent import Api, Fault, strange

TOKEN_SECONDS = 7200
TEXT_BYTES = 2048
A_MINUTE, AN_HOUR = 30, 1000
RESPONSE_SECONDS = 72 * 3600
GETTOKEN, SEND, UPDATE, AGENT = (
    "/cgi-bin/gettoken", "/cgi-bin/message/send", "/cgi-bin/message/update_template_card", "/cgi-bin/agent/get",
)  # fmt: skip


@dataclass
class Shown:
    """One message on a member's screen. ``pressed`` stands where a card's buttons were, once it was changed."""

    text: str
    task_id: str = ""
    buttons: list[dict[str, str]] = field(default_factory=list)
    pressed: str = ""

    @property
    def labels(self) -> list[str]:
        return [] if self.pressed else [button["text"] for button in self.buttons]


class Refusal(Exception):
    """An answer with an error code."""

    def __init__(self, code: int, words: str) -> None:
        hint = "hint: [1639718553304012608876854], from ip: 203.0.113.9, more info at https://open.work.weixin.qq.com"
        self.answer = {"errcode": code, "errmsg": f"{words}, {hint}"}


class WeComApi(Api):
    """The state of one application on the platform, and the methods that change it."""

    def __init__(self, corp_id: str, agent_id: int, secret: str) -> None:
        super().__init__()
        self.corp_id, self.agent_id, self.secret = corp_id, agent_id, secret
        self.members: set[str] = set()
        self.inbox: dict[str, list[Shown]] = defaultdict(list)
        self.dropped: list[tuple[str, str]] = []
        self.cut_off: list[str] = []
        self.refused: list[str] = []
        self._token, self._token_ends_at = "", 0.0
        self._sent: dict[str, list[float]] = defaultdict(list)
        self._tasks: set[str] = set()
        self._codes: dict[str, tuple[str, str, float]] = {}
        paths = {GETTOKEN: self._gettoken, SEND: self._send, UPDATE: self._update, AGENT: self._agent}
        self.app = Starlette(
            routes=[Route(path, self._route(path, method), methods=["GET", "POST"]) for path, method in paths.items()]
        )

    def revoke_token(self) -> None:
        """The platform may take a token back before its time; who asks then gets another."""
        self._token = ""

    def response_code(self, member: str, task_id: str) -> str:
        """By which this member's card of that name can be changed, once and within three days."""
        code = secrets.token_urlsafe(24)
        self._codes[code] = (member, task_id, self.now() + RESPONSE_SECONDS)
        return code

    def _route(self, path: str, method: Any) -> Any:
        async def answer(request: Request) -> Response:
            body = json.loads(await request.body() or b"{}")
            self.calls.append((path, body))
            fault = self._next_fault(path)
            try:
                if fault and fault.kind != "lost":
                    return _go_wrong(fault)
                done = JSONResponse(method(request, body))
                return _go_wrong(Fault("status", 1)) if fault else done
            except Refusal as refusal:
                self.refused.append(f"{path} {refusal.answer['errcode']} {refusal.answer['errmsg'].partition(',')[0]}")
                return JSONResponse(refusal.answer)

        return answer

    def _gettoken(self, request: Request, body: dict[str, Any]) -> dict[str, Any]:
        """The same one for all who ask, until it ends or is taken back."""
        if request.method != "GET":
            raise Refusal(43001, "require GET method")
        if request.query_params.get("corpid") != self.corp_id:
            raise Refusal(40013, "invalid corpid")
        if request.query_params.get("corpsecret") != self.secret:
            raise Refusal(40001, f"invalid credential {request.query_params.get('corpsecret')}")
        if not self._token or self.now() >= self._token_ends_at:
            self._token, self._token_ends_at = secrets.token_urlsafe(96), self.now() + TOKEN_SECONDS
        left = int(self._token_ends_at - self.now())
        return {"errcode": 0, "errmsg": "ok", "access_token": self._token, "expires_in": left}

    def _check(self, request: Request, agent_id: object) -> None:
        token = request.query_params.get("access_token", "")
        if not token:
            raise Refusal(41001, "access_token missing")
        if token != self._token:
            raise Refusal(40014, f"invalid access_token {token}")
        if self.now() >= self._token_ends_at:
            raise Refusal(42001, "access_token expired")
        if str(agent_id) != str(self.agent_id):
            raise Refusal(301002, "not allow operate another agent with this accesstoken")

    def _agent(self, request: Request, body: dict[str, Any]) -> dict[str, Any]:
        self._check(request, request.query_params.get("agentid"))
        return {"errcode": 0, "errmsg": "ok", "agentid": self.agent_id, "name": "投诉办理"}

    def _send(self, request: Request, body: dict[str, Any]) -> dict[str, Any]:
        """What is too much for a member is dropped, and the sender hears of a success."""
        self._check(request, body.get("agentid"))
        assert not {"toparty", "totag"} & set(body), "nobody but single members is written to"
        member, shown = str(body.get("touser", "")), self._shown(body)
        if member not in self.members:
            raise Refusal(81013, "user & party & tag all invalid")
        answer = {"errcode": 0, "errmsg": "ok", "msgid": secrets.token_urlsafe(32)}
        if shown.task_id:
            answer["response_code"] = self.response_code(member, shown.task_id)
        if self._is_too_much(member):
            self.dropped.append((member, shown.text))
        else:
            self.inbox[member].append(shown)
        return answer

    def _shown(self, body: dict[str, Any]) -> Shown:
        if body.get("msgtype") == "text":
            return self._text(body["text"]["content"])
        if body.get("msgtype") != "template_card":
            raise Refusal(40008, "invalid message type")
        card = body["template_card"]
        if fault := wecom_card.fault_of(card) or ("task_id twice" if card["task_id"] in self._tasks else ""):
            raise Refusal(40058, f"invalid parameter {fault}")
        self._tasks.add(card["task_id"])
        words = [card["main_title"].get("title", ""), card.get("sub_title_text", "")]
        return Shown("\n".join(word for word in words if word), card["task_id"], card["button_list"])

    def _text(self, content: str) -> Shown:
        if not content:
            raise Refusal(44004, "empty content")
        if len(content.encode()) > TEXT_BYTES:
            self.cut_off.append(content)
        return Shown(content.encode()[:TEXT_BYTES].decode(errors="ignore"))

    def _is_too_much(self, member: str) -> bool:
        sent = [at for at in self._sent[member] if at > self.now() - 3600]
        self._sent[member] = [*sent, self.now()]
        return len(sent) >= AN_HOUR or sum(at > self.now() - 60 for at in sent) >= A_MINUTE

    def _update(self, request: Request, body: dict[str, Any]) -> dict[str, Any]:
        self._check(request, body.get("agentid"))
        member, task_id, ends_at = self._codes.pop(body.get("response_code", ""), ("", "", 0.0))
        if not member or self.now() >= ends_at or body.get("userids") != [member]:
            raise Refusal(40058, "invalid parameter response_code")
        name = body.get("button", {}).get("replace_name", "")
        if not name:
            raise Refusal(40058, "invalid parameter replace_name")
        for shown in self.inbox[member]:
            if shown.task_id == task_id:
                shown.pressed = name
        return {"errcode": 0, "errmsg": "ok", "invaliduser": []}


def _go_wrong(fault: Fault) -> Response:
    if isinstance(fault.kind, int):
        return JSONResponse(Refusal(fault.kind, "scripted").answer)
    if fault.kind == "status":
        return Response("busy", status_code=502)
    return strange(fault.kind)
