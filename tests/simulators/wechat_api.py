"""The platform's API as a server: tokens, reply windows, quotas, media that expire, and faults on request."""

from __future__ import annotations

import asyncio
import json
import secrets
from collections import defaultdict
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from tests.simulators.tencent import Api, Fault, strange
from tests.simulators.wechat_forms import fault_of

TOKEN_SECONDS, OVERLAP_SECONDS = 7200, 300
TOKENS_A_DAY, FORCED_A_DAY, FORCED_APART = 2000, 20, 30
MEDIA_SECONDS = 3 * 24 * 3600
TEMPLATE_REPEAT_SECONDS = 600
MESSAGE_WINDOW, ACTION_WINDOW = (5, 48 * 3600), (3, 60)
TEXT_BYTES = 2048
TITLE_CHARACTERS, CONTENT_CHARACTERS = 15, 200


@dataclass
class Window:
    """How much the account may still write to one person, and until when."""

    left: int
    closes_at: float


@dataclass
class Media:
    content: bytes
    mime: str
    made_at: float
    video_url: str = ""


@dataclass
class Template:
    openid: str
    message_id: int
    client_msg_id: str
    sent_at: float
    template_id: str
    data: dict[str, Any] = field(default_factory=dict)
    finished: bool = False


@dataclass
class Quota:
    """How often a path may be called in a minute and in a day."""

    a_minute: int = 10**9
    a_day: int = 10**9
    called: list[float] = field(default_factory=list)


class Refusal(Exception):
    """An answer with an error code."""

    def __init__(self, code: int, words: str) -> None:
        self.answer = {"errcode": code, "errmsg": f"{words} rid: 6087f0d0-5c83dcaa-438ebbcc"}


class WeChatApi(Api):
    """The state of one account on the platform, and the methods that change it."""

    def __init__(self, app_id: str, secret: str) -> None:
        super().__init__()
        self.app_id, self.secret = app_id, secret
        self.followers: set[str] = set()
        self.windows: dict[str, Window] = {}
        self.inbox: dict[str, list[str]] = defaultdict(list)
        self.media: dict[str, Media] = {}
        self.templates: list[Template] = []
        self.forms: dict[str, str] = {}
        self.notices: dict[str, str] = {}
        self.granted: set[tuple[str, str]] = set()
        self.granting_form = ""
        self.allowed: dict[tuple[str, str], int] = defaultdict(int)
        self.subscribed: list[dict[str, Any]] = []
        self.forbidden: set[str] = set()
        self.quotas: dict[str, Quota] = {}
        self.under_way: dict[str, int] = defaultdict(int)
        self.most_at_once: dict[str, int] = defaultdict(int)
        self.menu: dict[str, Any] | None = None
        self._tokens: dict[str, float] = {}
        self._stable, self._stable_ends_at = "", 0.0
        self._forced: list[float] = []
        self._fetched: list[float] = []
        paths = {
            "/cgi-bin/token": self._token,
            "/cgi-bin/stable_token": self._stable_token,
            "/cgi-bin/message/custom/send": self._custom_send,
            "/cgi-bin/message/template/send": self._template_send,
            "/cgi-bin/message/template/subscribe": self._subscribe_send,
            "/cgi-bin/template/get_all_private_template": self._template_list,
            "/cgi-bin/message/subscribe/bizsend": self._notice_send,
            "/wxaapi/newtmpl/gettemplate": self._notice_list,
            "/cgi-bin/media/get": self._media_get,
            "/cgi-bin/menu/create": self._menu_create,
            "/cgi-bin/get_api_domain_ip": self._addresses,
        }
        routes = [Route(path, self._route(path, method), methods=["GET", "POST"]) for path, method in paths.items()]
        self.app = Starlette(routes=[*routes, Route("/files/{media_id}", self._file)])

    def quota(self, path: str, a_minute: int = 10**9, a_day: int = 10**9) -> None:
        self.quotas[path] = Quota(a_minute, a_day)

    def lose_answers(self, path: str, times: int = 1) -> None:
        """The next calls of a path do what they are for, but nobody hears of it."""
        self.fail(path, "lost", times)

    def open_window(self, openid: str, size: tuple[int, int]) -> None:
        messages, seconds = size
        self.windows[openid] = Window(messages, self.now() + seconds)

    def add_media(self, content: bytes, mime: str, video_url: str = "") -> str:
        media_id = secrets.token_urlsafe(48)
        self.media[media_id] = Media(content, mime, self.now(), video_url)
        return media_id

    def revoke_tokens(self) -> None:
        """Make every token handed out so far wrong at once; the stable one is not replaced by itself."""
        self._tokens.clear()

    def _route(self, path: str, method: Any) -> Any:
        async def answer(request: Request) -> Response:
            body = json.loads(await request.body() or b"{}")
            self.calls.append((path, body))
            fault = self._next_fault(path)
            self.under_way[path] += 1
            self.most_at_once[path] = max(self.most_at_once[path], self.under_way[path])
            try:
                return (
                    await _go_wrong(fault)
                    if fault and fault.kind not in ("slow", "lost")
                    else await self._slowly(fault, method, request, body)
                )
            except Refusal as refusal:
                return JSONResponse(refusal.answer)
            finally:
                self.under_way[path] -= 1

        return answer

    async def _slowly(self, fault: Fault | None, method: Any, request: Request, body: dict[str, Any]) -> Response:
        if fault and fault.kind == "slow":
            await asyncio.sleep(fault.value)
        answer = method(request, body)
        if fault and fault.kind == "lost":
            return await _go_wrong(Fault("cut", 1))
        return answer if isinstance(answer, Response) else JSONResponse(answer)

    def _token(self, request: Request, body: dict[str, Any]) -> dict[str, Any]:
        self._check_credentials(request.query_params.get("appid", ""), request.query_params.get("secret", ""))
        self._count_fetch()
        for token, ends_at in self._tokens.items():
            self._tokens[token] = min(ends_at, self.now() + OVERLAP_SECONDS)
        return {"access_token": self._new_token(), "expires_in": TOKEN_SECONDS}

    def _stable_token(self, request: Request, body: dict[str, Any]) -> dict[str, Any]:
        self._check_credentials(body.get("appid", ""), body.get("secret", ""))
        self._count_fetch()
        if body.get("force_refresh"):
            self._force()
        if self.now() > self._stable_ends_at - OVERLAP_SECONDS:
            self._stable, self._stable_ends_at = self._new_token(), self.now() + TOKEN_SECONDS
        return {"access_token": self._stable, "expires_in": int(self._stable_ends_at - self.now())}

    def _force(self) -> None:
        recent = [at for at in self._forced if at > self.now() - 86400]
        if len(recent) >= FORCED_A_DAY or (recent and self.now() - recent[-1] < FORCED_APART):
            raise Refusal(45011, "api minute-quota reach limit")
        self._forced = [*recent, self.now()]
        self._tokens.pop(self._stable, None)
        self._stable_ends_at = 0.0

    def _check_credentials(self, app_id: str, secret: str) -> None:
        if app_id != self.app_id:
            raise Refusal(40013, "invalid appid")
        if secret != self.secret:
            raise Refusal(40125, f"invalid appsecret {secret}")

    def _count_fetch(self) -> None:
        self._fetched = [at for at in self._fetched if at > self.now() - 86400] + [self.now()]
        if len(self._fetched) > TOKENS_A_DAY:
            raise Refusal(45009, "reach max api daily quota limit")

    def _new_token(self) -> str:
        token = secrets.token_urlsafe(96)
        self._tokens[token] = self.now() + TOKEN_SECONDS
        return token

    def _check_token(self, request: Request) -> None:
        token = request.query_params.get("access_token", "")
        if token not in self._tokens:
            raise Refusal(40001, f"invalid credential, access_token is invalid or not latest {token}")
        if self._tokens[token] < self.now():
            raise Refusal(42001, "access_token expired")
        self._check_rights(request.url.path)

    def _check_rights(self, path: str) -> None:
        if path in self.forbidden:
            raise Refusal(48001, "api unauthorized")
        quota = self.quotas.setdefault(path, Quota())
        today = [at for at in quota.called if at > self.now() - 86400]
        if len(today) >= quota.a_day:
            raise Refusal(45009, "reach max api daily quota limit")
        if sum(at > self.now() - 60 for at in today) >= quota.a_minute:
            raise Refusal(45011, "api minute-quota reach limit, please retry next minute")
        quota.called = [*today, self.now()]

    def _custom_send(self, request: Request, body: dict[str, Any]) -> dict[str, Any]:
        self._check_token(request)
        openid, text = body["touser"], body["text"]["content"]
        self._check_follower(openid)
        if len(text.encode()) > TEXT_BYTES:
            raise Refusal(45002, "content size out of limit")
        self._spend_window(openid)
        self.inbox[openid].append(text)
        return {"errcode": 0, "errmsg": "ok"}

    def _check_follower(self, openid: str) -> None:
        if openid not in self.followers:
            raise Refusal(43004, "require subscribe")

    def _spend_window(self, openid: str) -> None:
        window = self.windows.get(openid)
        if not window or window.closes_at < self.now():
            raise Refusal(45015, "response out of time limit or subscription is canceled")
        if not window.left:
            raise Refusal(45047, "out of response count limit")
        window.left -= 1

    def _template_send(self, request: Request, body: dict[str, Any]) -> dict[str, Any]:
        self._check_token(request)
        self._check_follower(body["touser"])
        client_msg_id = body.get("client_msg_id", "")
        for sent in self.templates:
            repeats = client_msg_id and (sent.openid, sent.client_msg_id) == (body["touser"], client_msg_id)
            if repeats and self.now() - sent.sent_at < TEMPLATE_REPEAT_SECONDS:
                return {"errcode": 0, "errmsg": "ok", "msgid": sent.message_id}
        if body["template_id"] not in self.forms:
            raise Refusal(40037, "invalid template_id")
        if fault := fault_of(self.forms[body["template_id"]], body["data"]):
            raise Refusal(47003, f"argument invalid! data.{fault}.value invalid")
        message_id = 200_000_000 + len(self.templates)
        sent = Template(body["touser"], message_id, client_msg_id, self.now(), body["template_id"], body["data"])
        self.templates.append(sent)
        return {"errcode": 0, "errmsg": "ok", "msgid": message_id}

    def _template_list(self, request: Request, body: dict[str, Any]) -> dict[str, Any]:
        if request.method != "GET":
            raise Refusal(43001, "require GET method")
        self._check_token(request)
        head = {"primary_industry": "政府与公共事业", "deputy_industry": "政府", "example": ""}
        return {
            "template_list": [
                {"template_id": name, "title": "投诉进度通知", "content": content, **head}
                for name, content in self.forms.items()
            ]
        }

    def _notice_list(self, request: Request, body: dict[str, Any]) -> dict[str, Any]:
        if request.method != "GET":
            raise Refusal(43001, "require GET method")
        self._check_token(request)
        listed = [{"priTmplId": name, "content": content, "type": 2} for name, content in self.notices.items()]
        return {"errcode": 0, "errmsg": "ok", "data": listed}

    def _notice_send(self, request: Request, body: dict[str, Any]) -> dict[str, Any]:
        """One notice on a form for each time that the person allowed it in the platform's own question."""
        self._check_token(request)
        if body["template_id"] not in self.notices:
            raise Refusal(40037, "invalid template_id")
        if fault := fault_of(self.notices[body["template_id"]], body["data"]):
            raise Refusal(47003, f"argument invalid! data.{fault}.value invalid")
        if not self.allowed[body["touser"], body["template_id"]]:
            raise Refusal(43101, "user refuse to accept the msg")
        self.allowed[body["touser"], body["template_id"]] -= 1
        self.subscribed.append(body)
        return {"errcode": 0, "errmsg": "ok"}

    def _subscribe_send(self, request: Request, body: dict[str, Any]) -> dict[str, Any]:
        """One message for one confirmation; who confirmed need not follow the account."""
        self._check_token(request)
        content = body["data"]["content"]["value"]
        if body["template_id"] != self.granting_form:
            raise Refusal(40037, "invalid template_id")
        if len(body["title"]) > TITLE_CHARACTERS or len(content) > CONTENT_CHARACTERS:
            raise Refusal(47003, "argument invalid! data.content.value invalid")
        if (body["touser"], body["scene"]) not in self.granted:
            raise Refusal(43101, "user refuse to accept the msg")
        self.granted.discard((body["touser"], body["scene"]))
        self.inbox[body["touser"]].append(content)
        return {"errcode": 0, "errmsg": "ok"}

    def _media_get(self, request: Request, body: dict[str, Any]) -> Response | dict[str, Any]:
        self._check_token(request)
        media = self.media.get(request.query_params.get("media_id", ""))
        if not media or self.now() - media.made_at > MEDIA_SECONDS:
            raise Refusal(40007, "invalid media_id")
        if media.video_url:
            return {"video_url": media.video_url}
        name = f'attachment; filename="photo.{media.mime.partition("/")[2]}"'
        return Response(media.content, media_type=media.mime, headers={"Content-disposition": name})

    def _addresses(self, request: Request, body: dict[str, Any]) -> dict[str, Any]:
        self._check_token(request)
        return {"ip_list": ["203.0.113.1"]}

    async def _file(self, request: Request) -> Response:
        """Where a picture's address leads; it does not expire with the media id."""
        media = self.media[request.path_params["media_id"]]
        return Response(media.content, media_type=media.mime)

    def _menu_create(self, request: Request, body: dict[str, Any]) -> dict[str, Any]:
        self._check_token(request)
        if not 1 <= len(body["button"]) <= 3:
            raise Refusal(40016, "invalid button size")
        if any(len(button["name"].encode()) > 16 for button in body["button"]):
            raise Refusal(40018, "invalid button name size")
        if any(len(button["key"].encode()) > 128 for button in body["button"]):
            raise Refusal(40019, "invalid button key size")
        self.menu = body
        return {"errcode": 0, "errmsg": "ok"}


async def _go_wrong(fault: Fault) -> Response:
    if isinstance(fault.kind, int):
        raise Refusal(fault.kind, "scripted")
    if fault.kind == "status":
        return Response("busy", status_code=int(fault.value), headers={"Retry-After": "7"})
    if fault.kind == "cut":
        return StreamingResponse(_breaks_off(), headers={"content-length": "100", "content-type": "application/json"})
    return strange(fault.kind)


async def _breaks_off() -> AsyncIterator[bytes]:
    yield b'{"errcode":'
