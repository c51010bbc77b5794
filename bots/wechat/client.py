"""Sends to and fetches from the platform, as the core's Channel."""

from __future__ import annotations

import asyncio
import hashlib
import re
from collections.abc import Awaitable, Callable, Mapping
from typing import TypeVar

import httpx

from bots.wechat.api import Answer, Api, Download, TooLarge, answer_of
from bots.wechat.codes import GONE, STALE_TOKEN, UNFIT_FORM
from bots.wechat.config import MAX_FILE_BYTES, NAME, SUBSCRIPTION, TEMPLATE, WeChatSettings
from bots.wechat.forms import NO_FORM, Field, filled, forms_of
from bots.wechat.granting import grant_link
from bots.wechat.render import bubble, cut, split
from bots.wechat.token import AccessToken
from core.departures import Departure
from core.errors import ChannelStopped, DeliveryError, FetchError, FetchRefused, Held, RungClosed, TryLater
from core.ladder import ANY
from core.messages import Address, Attachment, FetchedFile, OutboundMessage

T = TypeVar("T")

_FILE_HOSTS = ("qpic.cn", "qq.com")
"""Where the platform keeps pictures and videos; an address elsewhere is never followed."""


_TITLE_CHARACTERS, _CONTENT_CHARACTERS = 15, 200
"""Of a message that was granted."""


class WeChatChannel:
    """One official account. Writes by customer-service messages, which need a verified account and an open window; past it
    by templates, and by what people granted.
    """

    name = NAME

    def __init__(self, settings: WeChatSettings) -> None:
        self._settings = settings
        self.limits = settings.limits
        self._api = Api(settings.api_base)
        self._base = httpx.URL(settings.api_base)
        self._token = AccessToken(settings, self._api)
        self._forms: Mapping[str, tuple[Field, ...]] | None = None
        self._reading_forms = asyncio.Lock()

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
            return await self._send_on_a_form(departure)
        if departure.rung.name == SUBSCRIPTION:
            return await self._send_as_granted(departure)
        return await self.send(departure.to, departure.message, departure.key)

    async def _send_on_a_form(self, departure: Departure) -> str:
        """A template message. The platform sends one with the same ``client_msg_id`` once, so a try whose answer was lost
        repeats nothing."""
        templates = self._settings.templates
        template_id = templates.get(departure.claimed.notice) or templates.get(ANY, "")
        fields = await self._fields_of(template_id)
        if departure.facts is None:
            raise Held("what it says was erased", "erased")
        body = {
            "touser": departure.to.peer,
            "template_id": template_id,
            "url": self._status_link(departure),
            "client_msg_id": hashlib.sha256(departure.key.encode()).hexdigest()[:32],
            "data": filled(fields, departure.facts),
        }
        try:
            answer = await self.tell("/cgi-bin/message/template/send", body)
        except RungClosed as error:
            if error.code in UNFIT_FORM:
                self._forms = None
            raise
        return str(answer.get("msgid", ""))

    async def _send_as_granted(self, departure: Departure) -> str:
        """The one message that a person granted; the platform takes it once for each scene that they confirmed."""
        if departure.facts is None or departure.scene is None:
            raise Held("nothing was granted that could be used", "no_scene")
        body = {
            "touser": departure.to.peer,
            "template_id": self._settings.subscribe_template,
            "url": self._status_link(departure),
            "scene": str(departure.scene),
            "title": cut(departure.facts.phrase, _TITLE_CHARACTERS),
            "data": {"content": {"value": cut(bubble(departure.message), _CONTENT_CHARACTERS)}},
        }
        await self.tell("/cgi-bin/message/template/subscribe", body)
        return ""

    def _status_link(self, departure: Departure) -> str:
        return f"{self._settings.base_url}/status/n/{departure.link}" if departure.link else ""

    async def _fields_of(self, template_id: str) -> tuple[Field, ...]:
        """The platform is asked once for what its forms want, when the first one is needed."""
        async with self._reading_forms:
            if self._forms is None:
                self._forms = forms_of(await self._with_token(self._templates))
        if template_id not in self._forms:
            self._forms = None
            raise RungClosed("the account has no such template", NO_FORM)
        return self._forms[template_id]

    async def _templates(self, token: str) -> Answer:
        return await self._api.look("/cgi-bin/template/get_all_private_template", token)

    def grant_link(self, word: str) -> str:
        """Where a person grants us one message; "" where the account has no such way. ``word`` tells us who it was."""
        return grant_link(self._settings, word) if self._settings.asks_for_grants else ""

    async def ask(self, path: str, body: Mapping[str, object]) -> Answer:
        """Call one method of the API. Raises TryLater, Held, Undeliverable or ChannelStopped."""
        if not self.limits.can_push:
            raise Held("this account may only answer", "passive")
        return await self._with_token(lambda token: self._api.ask(path, body, token))

    async def tell(self, path: str, body: Mapping[str, object]) -> Answer:
        """Call a method that confirms with ``errcode`` 0; a gateway's friendly object without one confirms nothing."""
        answer = await self.ask(path, body)
        if "errcode" not in answer:
            raise TryLater("something else than WeChat answered", "json")
        return answer

    async def _with_token(self, call: Callable[[str], Awaitable[T]]) -> T:
        """A rejected token is replaced once. Whoever is rejected twice has the wrong credentials, and stops."""
        token = await self._token.current()
        try:
            return await call(token)
        except ChannelStopped as error:
            if error.code not in STALE_TOKEN:
                raise
        return await call(await self._token.replace(token))

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
        download = await self._with_token(lambda token: self._media_answer(media_id, token))
        if not download.is_text:
            return _file(download)
        return _file(await self._elsewhere(str(answer_of(download.content).get("video_url", ""))))

    async def _media_answer(self, media_id: str, token: str) -> Download:
        """The file, or the JSON that says where it is. An error in such JSON is raised here, where a token can be replaced."""
        download = await self._api.download("/cgi-bin/media/get", {"media_id": media_id}, MAX_FILE_BYTES, token)
        try:
            if download.is_text:
                answer_of(download.content)
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
