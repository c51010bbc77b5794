"""Sends to and fetches from the platform, as the core's Channel."""

from __future__ import annotations

import re
from collections.abc import Mapping

import httpx

from bots.tencent.api import Answer, Api, Download, TooLarge
from bots.tencent.token import AccessToken
from bots.wechat.codes import GONE, STALE_TOKEN, refusal
from bots.wechat.config import MAX_FILE_BYTES, NAME, SUBSCRIPTION, TEMPLATE, WeChatSettings
from bots.wechat.render import bubble, split
from bots.wechat.ways import Ways
from core.departures import Departure
from core.errors import ChannelStopped, DeliveryError, FetchError, FetchRefused, Held, TryLater
from core.messages import Address, Attachment, FetchedFile, OutboundMessage

CALLED = "WeChat"

_FILE_HOSTS = ("qpic.cn", "qq.com")
"""Where the platform keeps pictures and videos; an address elsewhere is never followed."""


class WeChatChannel:
    """One official account. Writes by customer-service messages, which need a verified account and an open window; past it
    by templates, and by what people granted.
    """

    name = NAME

    def __init__(self, settings: WeChatSettings) -> None:
        self._settings = settings
        self.limits = settings.limits
        self._api = Api(settings.api_base, CALLED, refusal)
        self._base = httpx.URL(settings.api_base)
        self._token = AccessToken(CALLED, self._stable_token, STALE_TOKEN)
        self._ways = Ways(settings, self.look, self.tell)

    async def close(self) -> None:
        await self._api.close()

    async def send(self, to: Address, message: OutboundMessage, key: str) -> str:
        """Send one message. The platform has no idempotency key for these: a try whose answer was lost may repeat."""
        platform_id = ""
        for piece in split(bubble(message)):
            body = {"touser": to.peer, "msgtype": "text", "text": {"content": piece}}
            answer = await self.tell("/cgi-bin/message/custom/send", body)
            platform_id = str(answer.get("msgid", ""))
        return platform_id

    async def send_by(self, departure: Departure) -> str:
        """Send by the rung that was chosen; what the platform says of the rung is raised as what becomes of the message."""
        if departure.rung.name == TEMPLATE:
            return await self._ways.by_template(departure)
        if departure.rung.name == SUBSCRIPTION:
            return await self._ways.by_grant(departure)
        return await self.send(departure.to, departure.message, departure.key)

    async def keep_up(self) -> None:
        """Renew the token before it ends. An account that may only answer needs none."""
        if self.limits.can_push:
            await self._token.current()

    async def look(self, path: str) -> Answer:
        """Read what can only be read. Raises as ``ask`` does."""
        return await self._token.lend(lambda token: self._api.look(path, token))

    async def ask(self, path: str, body: Mapping[str, object]) -> Answer:
        """Call one method of the API. Raises TryLater, Held, Undeliverable or ChannelStopped."""
        if not self.limits.can_push:
            raise Held("this account may only answer", "passive")
        return await self._token.lend(lambda token: self._api.ask(path, body, token))

    async def tell(self, path: str, body: Mapping[str, object]) -> Answer:
        """Call a method that confirms with ``errcode`` 0; a gateway's friendly object without one confirms nothing."""
        answer = await self.ask(path, body)
        if "errcode" not in answer:
            raise self._api.strange("json")
        return answer

    async def _stable_token(self, another: bool) -> Answer:
        """The token that every process of the account gets alike."""
        who = {"grant_type": "client_credential", "appid": self._settings.app_id, "secret": self._settings.secret}
        return await self._api.ask("/cgi-bin/stable_token", {**who, "force_refresh": another})

    async def fetch(self, attachment: Attachment) -> FetchedFile:
        """The media id first; the picture's public address where there is no other way."""
        media_id, _, picture_url = attachment.reference.partition(" ")
        try:
            return await self._fetch(media_id, picture_url)
        except TooLarge:
            raise FetchRefused("the file is too large", "too_large") from None
        except DeliveryError as error:
            raise FetchError(str(error)) from None

    async def _fetch(self, media_id: str, picture_url: str) -> FetchedFile:
        if self.limits.can_push and media_id:
            try:
                return await self._media(media_id)
            except (FetchRefused, ChannelStopped):
                if not picture_url:
                    raise
        return _file(await self._elsewhere(picture_url))

    async def _media(self, media_id: str) -> FetchedFile:
        download = await self._token.lend(lambda token: self._media_answer(media_id, token))
        if not download.is_text:
            return _file(download)
        return _file(await self._elsewhere(str(self._api.answer_of(download.content).get("video_url", ""))))

    async def _media_answer(self, media_id: str, token: str) -> Download:
        """The file, or the JSON that says where it is. An error in such JSON is raised here, where a token can be replaced."""
        download = await self._api.download("/cgi-bin/media/get", {"media_id": media_id}, MAX_FILE_BYTES, token)
        try:
            if download.is_text:
                self._api.answer_of(download.content)
        except DeliveryError as error:
            if error.code == GONE:
                raise FetchRefused("the platform no longer has the file", "gone") from None
            raise
        return download

    async def _elsewhere(self, url: str) -> Download:
        if not self._is_allowed(url):
            raise FetchRefused("the file is nowhere we may fetch it from", "gone")
        download = await self._api.download(url, {}, MAX_FILE_BYTES)
        if download.is_text:
            raise TryLater("something else than the file came", "html")
        return download

    def _is_allowed(self, url: str) -> bool:
        """Judged by the parser that will also fetch it, so that no spelling means one host here and another there."""
        try:
            parts = httpx.URL(url)
        except httpx.InvalidURL:
            return False
        if (parts.scheme, parts.netloc) == (self._base.scheme, self._base.netloc):
            return True
        known = any(f".{parts.host}".endswith(f".{host}") for host in _FILE_HOSTS)
        return known and parts.scheme in ("http", "https") and parts.port is None


def _file(download: Download) -> FetchedFile:
    if not download.content:
        raise FetchRefused("the file is empty", "empty")
    name = re.search(r'filename="?([^";]{1,200})', download.disposition)
    return FetchedFile(download.content, name[1] if name else "", download.mime)
