"""WeChat as a person's phone and the platform behind it: callbacks with their five seconds and re-sends, and the API."""

from __future__ import annotations

import itertools
import re
import secrets
import time
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlsplit

import httpx

from tests.simulators.tencent import Platform
from tests.simulators.wechat_api import ACTION_WINDOW, MESSAGE_WINDOW, WeChatApi
from tests.simulators.wechat_envelope import Envelope, xml

ACCOUNT = "gh_0123456789ab"
TRIES = 3
REPLY_BYTES = 2048


@dataclass(frozen=True)
class Callback:
    """One request as it was made."""

    query: dict[str, str]
    body: str
    openid: str
    plain: str


class WeChatSimulator(Platform):
    """One official account with followers."""

    api: WeChatApi

    def __init__(
        self,
        callback_url: str,
        app_id: str,
        token: str,
        aes_key: str,
        *,
        secret: str = "simulated-app-secret",
        time_scale: float = 1.0,
    ) -> None:
        self.envelope = Envelope(app_id, token, aes_key)
        self.api = WeChatApi(app_id, secret)
        super().__init__(callback_url, time_scale)
        self._ids = itertools.count(24_000_000_000_000_000 + secrets.randbelow(10**12) * 1000)
        self.faults: list[tuple[str, str]] = []
        self.replies: dict[str, list[str]] = {}
        self.blocked: set[str] = set()
        self.last: Callback | None = None

    def inbox_of(self, openid: str) -> list[str]:
        """The texts that reached a person by customer-service messages."""
        return list(self.api.inbox[openid])

    async def verify(self) -> str | None:
        """What the console does when the address is saved; the echo, or None when it is refused."""
        timestamp, nonce, echo = str(int(time.time())), secrets.token_hex(5), secrets.token_hex(8)
        query = {"signature": self.envelope.sign(timestamp, nonce), "timestamp": timestamp, "nonce": nonce}
        answer = await self._http.get(self.callback_url, params={**query, "echostr": echo})
        return answer.text if answer.status_code == 200 and answer.text == echo else None

    async def say(self, openid: str, text: str, msg_id: int | None = None) -> str | None:
        """A person writes; the text of the reply, None when there is none."""
        return await self.message(openid, "text", msg_id, Content=text)

    async def send_image(self, openid: str, content: bytes, mime: str = "image/jpeg") -> str | None:
        media_id = self.api.add_media(content, mime)
        url = f"{self.api_base}/files/{media_id}"
        return await self.message(openid, "image", PicUrl=url, MediaId=media_id)

    async def send_voice(self, openid: str, content: bytes, recognition: str = "") -> str | None:
        media_id = self.api.add_media(content, "audio/amr")
        return await self.message(openid, "voice", MediaId=media_id, Format="amr", Recognition=recognition)

    async def send_video(self, openid: str, content: bytes) -> str | None:
        thumb = self.api.add_media(b"thumb", "image/jpeg")
        file = self.api.add_media(content, "video/mp4")
        media_id = self.api.add_media(b"", "", video_url=f"{self.api_base}/files/{file}")
        return await self.message(openid, "video", MediaId=media_id, ThumbMediaId=thumb)

    async def send_location(self, openid: str, x: str, y: str, label: str) -> str | None:
        return await self.message(openid, "location", Location_X=x, Location_Y=y, Scale="16", Label=label)

    async def follow(self, openid: str, scene: str = "") -> str | None:
        self.api.followers.add(openid)
        return await self.event(openid, "subscribe", EventKey=f"qrscene_{scene}" if scene else "")

    async def unfollow(self, openid: str) -> str | None:
        self.api.followers.discard(openid)
        return await self.event(openid, "unsubscribe", EventKey="")

    async def click(self, openid: str, key: str) -> str | None:
        return await self.event(openid, "CLICK", EventKey=key)

    async def finish_templates(self, status: str = "success") -> None:
        """Report the outcome of every template message that has none yet; of who blocked the account always that."""
        for sent in [sent for sent in self.api.templates if not sent.finished]:
            sent.finished = True
            said = "failed:user block" if sent.openid in self.blocked else status
            await self.event(sent.openid, "TEMPLATESENDJOBFINISH", MsgID=str(sent.message_id), Status=said)

    async def grant(self, openid: str, link: str, action: str = "confirm") -> httpx.Response:
        """A person follows a link to where they grant one message, confirms or not, and comes back to our page."""
        asked = urlsplit((await self._http.get(link)).headers["location"])
        query = dict(parse_qsl(asked.query))
        assert (asked.hostname, asked.path, asked.fragment) == (
            "mp.weixin.qq.com",
            "/mp/subscribemsg",
            "wechat_redirect",
        )
        assert (query["action"], query["appid"]) == ("get_confirm", self.api.app_id)
        assert query["template_id"] == self.api.granting_form
        assert 0 <= int(query["scene"]) <= 10_000
        assert re.fullmatch("[a-zA-Z0-9]{1,128}", query["reserved"])
        back = {name: query[name] for name in ("template_id", "scene", "reserved")}
        if action == "confirm":
            self.api.granted.add((openid, query["scene"]))
        return await self._http.get(query["redirect_url"], params={"openid": openid, "action": action, **back})

    async def allow(self, openid: str, template_id: str, said: str = "accept", event: str = "popup") -> None:
        """A person answers the platform's own question for messages of this form, or changes their mind in its settings."""
        self.api.allowed[openid, template_id] += 1 if said == "accept" else 0
        row = {"TemplateId": template_id, "SubscribeStatusString": said, "PopupScene": "0"}
        name = f"SubscribeMsg{event.capitalize()}Event"
        rows = f"<{name}><List>{xml(row).removeprefix('<xml>').removesuffix('</xml>')}</List></{name}>"
        head = xml(self._head(openid, "event") | {"Event": f"subscribe_msg_{event}_event"})
        await self.deliver(self._sealed(openid, head.replace("</xml>", f"{rows}</xml>")))

    async def message(self, openid: str, kind: str, msg_id: int | None = None, /, **content: str) -> str | None:
        self.api.followers.add(openid)
        self.api.open_window(openid, MESSAGE_WINDOW)
        fields = self._head(openid, kind) | content | {"MsgId": msg_id or next(self._ids)}
        return await self.deliver(self._sealed(openid, xml(fields)))

    async def event(self, openid: str, event: str, /, **content: str) -> str | None:
        if event in ("subscribe", "SCAN", "CLICK"):
            self.api.open_window(openid, ACTION_WINDOW)
        fields = self._head(openid, "event") | {"Event": event} | content
        return await self.deliver(self._sealed(openid, xml(fields)))

    async def redeliver(self, callback: Callback | None = None, *, new_envelope: bool = False) -> str | None:
        """Deliver again what was delivered last: the same bytes, or the same message in a new envelope."""
        callback = callback or self.last
        assert callback is not None
        return await self.deliver(self._sealed(callback.openid, callback.plain) if new_envelope else callback)

    async def deliver(self, callback: Callback) -> str | None:
        """Up to three tries of five seconds. What the person then sees: a reply, nothing, or the fault bubble."""
        self.last = callback
        for _ in range(TRIES):
            attempt = await self._try(callback.query, callback.body)
            self.tries.append(attempt)
            if attempt.status == 200:
                return self._shown(callback.openid, attempt.answer)
        self._fault(callback.openid, "no answer")
        return None

    def _shown(self, openid: str, answer: str) -> str | None:
        if answer in ("", "success"):
            return None
        try:
            text = self._reply_text(openid, self.envelope.open_answer(answer))
        except Exception as error:  # noqa: BLE001 - whatever is wrong with it, the person sees the same bubble
            self._fault(openid, f"malformed answer: {type(error).__name__} {error}")
            return None
        self.replies.setdefault(openid, []).append(text)
        return text

    def _reply_text(self, openid: str, fields: dict[str, str]) -> str:
        assert fields["ToUserName"] == openid
        assert fields["FromUserName"] == ACCOUNT
        assert fields["MsgType"] == "text"
        assert fields["CreateTime"].isdigit()
        assert 0 < len(fields["Content"].encode()) <= REPLY_BYTES
        return fields["Content"]

    def _fault(self, openid: str, reason: str) -> None:
        self.faults.append((openid, reason))

    def _head(self, openid: str, kind: str) -> dict[str, str | int]:
        return {"ToUserName": ACCOUNT, "FromUserName": openid, "CreateTime": int(self.api.now()), "MsgType": kind}

    def _sealed(self, openid: str, plain: str) -> Callback:
        query, body = self.envelope.seal(plain, str(int(time.time())), str(secrets.randbelow(10**10)), openid)
        return Callback(query, body, openid, plain)
