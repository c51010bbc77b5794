"""The platforms' callbacks, past everything that only pages need."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import TYPE_CHECKING

from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from app.admission import Admission
from app.resources import wechat_account
from app.wiring import Service
from core.errors import Overloaded
from core.messages import InboundMessage, OutboundMessage

if TYPE_CHECKING:
    from app.settings import Settings

LATER = Response(status_code=503, headers={"Retry-After": "5"})


class FastLane:
    """Hands a callback straight to its room: routes and headers on the way cost as much as the callback itself.

    Where the service cannot keep up, the platform is told to deliver again later, before anything was done.
    """

    def __init__(self, app: ASGIApp, callbacks: Mapping[str, ASGIApp], admission: Admission) -> None:
        self._app, self._callbacks, self._admission = app, callbacks, admission

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        callback = self._callbacks.get(scope["path"]) if scope["type"] == "http" else None
        if callback and self._admission.is_late:
            callback = LATER
        await (callback or self._app)(scope, receive, send)


def callbacks(service: Service, settings: Settings) -> dict[str, ASGIApp]:
    """By path, what answers the platforms that are connected."""
    account = wechat_account(settings)
    if account is None:
        return {}
    from bots.wechat.webhook import wechat_callback

    return {"/wechat": wechat_callback(account, _excusing(service), service.keep)}


def _excusing(service: Service) -> Callable[[InboundMessage], Awaitable[tuple[OutboundMessage, ...]]]:
    """Receives; where there is no room for a message its sender is told so: this platform has no other way to say it."""

    async def receive(message: InboundMessage) -> tuple[OutboundMessage, ...]:
        try:
            return await service.receive(message)
        except Overloaded:
            return (OutboundMessage(service.office.texts.render(message.language or "zh", "overloaded")),)

    return receive
