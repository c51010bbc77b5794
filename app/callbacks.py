"""The platforms' callbacks, past everything that only pages need."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from fastapi import FastAPI
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from app.headers import SecurityHeaders
from app.resources import wechat_account, wecom_account
from app.wiring import Service
from bots.telegram.config import NAME as TELEGRAM
from core import reports
from core.errors import Overloaded
from core.messages import InboundMessage, OutboundMessage
from core.reports import Report

if TYPE_CHECKING:
    from app.settings import Settings
    from bots.wechat.reception import Receive as Receiving
    from bots.wechat.reports import Take

LATER = Response(status_code=503, headers={"Retry-After": "5"})


class Application(FastAPI):
    """FastAPI, with the platforms' callbacks before everything that only pages need: it costs as much as they do.

    Where the service cannot keep up, the platform is told to deliver again later, before anything was done.
    """

    callbacks: Mapping[str, ASGIApp] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        callback = self.callbacks.get(scope["path"]) if scope["type"] == "http" else None
        if callback is None:
            await super().__call__(scope, receive, send)
        elif self.state.service.admission.is_late:
            await LATER(scope, receive, send)
        else:
            await callback(scope, receive, send)


def callbacks(service: Service, settings: Settings) -> dict[str, ASGIApp]:
    """By path, what answers the platforms that are connected."""
    found: dict[str, ASGIApp] = {}
    account = wechat_account(settings)
    if account is not None:
        from bots.wechat.webhook import wechat_callback

        found["/wechat"] = wechat_callback(account, _excusing(service), service.keep, _taking(service))
        if account.asks_for_grants:
            from app import wechat_grants
            from bots.wechat.config import ANSWERED, ASK

            pages = SecurityHeaders(wechat_grants.pages(service, account), settings.base_url.startswith("https://"))
            found |= {ASK: pages, ANSWERED: pages}
    if TELEGRAM in service.channels and settings.telegram_mode == "webhook":
        from app import telegram_bot

        found["/telegram"] = telegram_bot.callback(service)
    application = wecom_account(settings)
    if application is not None:
        from bots.wecom.client import WeComChannel
        from bots.wecom.webhook import wecom_callback

        channel = service.channels[WeComChannel.name]
        assert isinstance(channel, WeComChannel)
        found["/wecom"] = wecom_callback(application, channel, service.take_in, service.keep)
    return found


def _excusing(service: Service) -> Receiving:
    """Receives; where there is no room for a message its sender is told so: this platform has no other way to say it."""

    async def receive(message: InboundMessage) -> tuple[OutboundMessage, ...]:
        try:
            return await service.receive(message)
        except Overloaded:
            return (OutboundMessage(service.office.texts.render(message.language or "zh", "overloaded")),)

    return receive


def _taking(service: Service) -> Take:
    """Writes down what became of messages; what did not arrive goes by its next way at once."""

    async def take(found: Sequence[Report]) -> Sequence[Report]:
        now = service.now()
        unknown = await service.store.awrite(lambda uow: reports.take_in(uow, found, now))
        service.courier.hurry()
        return unknown

    return take
