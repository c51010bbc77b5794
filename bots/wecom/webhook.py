"""The callback: every request is checked, read once, and acknowledged within the platform's five seconds.

It is acknowledged when the message is safe; the reply goes out by itself, since an answer here could hold no buttons.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import UTC, datetime

from starlette.types import ASGIApp
from starlette.types import Receive as Incoming

from bots.tencent.body import body_of
from bots.tencent.callback import DEADLINE_SECONDS, NOT_KEPT, Callback, plain
from bots.tencent.crypto import Envelopes, Query
from bots.tencent.wire import read
from bots.wecom.config import MAX_BODY_BYTES, WeComSettings
from bots.wecom.parse import parse
from bots.wecom.reception import Cards, Keep, Receive, Reception

log = logging.getLogger(__name__)

WallClock = Callable[[], datetime]


def wecom_callback(
    settings: WeComSettings,
    cards: Cards,
    receive: Receive,
    keep: Keep,
    *,
    deadline_seconds: float = DEADLINE_SECONDS,
    clock: WallClock = lambda: datetime.now(UTC),
) -> ASGIApp:
    """Answers what comes to the callback's address.

    ``receive`` takes a message in and has it answered, ``keep`` makes it safe when that takes too long or fails.
    """
    calls = _Calls(settings, Reception(cards, receive, keep), clock)
    return Callback(log, calls.echo, calls.take, deadline_seconds)


class _Calls:
    """What the application is asked and told."""

    def __init__(self, settings: WeComSettings, reception: Reception, clock: WallClock) -> None:
        self._corp_id, self._agent_id = settings.corp_id, settings.agent_id
        self._envelopes = Envelopes(settings.token, (settings.aes_key,), settings.corp_id)
        self._reception, self._clock = reception, clock

    def echo(self, query: Query) -> ASGIApp:
        """What the platform sealed is to be said openly."""
        # A plus sign that was not escaped in the address reads as a space, which base64 does not have.
        sealed = query.get("echostr", "").replace(" ", "+")
        return plain(self._envelopes.open(sealed, query, self._clock()).text)

    async def take(self, query: Query, receive: Incoming, ends_at: float) -> ASGIApp:
        """One message or event. Nothing outside the envelope is believed."""
        envelope = await body_of(receive, ends_at, MAX_BODY_BYTES)
        opened = self._envelopes.open(envelope.fields.get("Encrypt", ""), query, self._clock())
        call = parse(read(opened.text), self._corp_id, self._agent_id)
        try:
            await self._reception.take(call, ends_at)
        except Exception as error:  # noqa: BLE001 - the edge: the platform delivers again what we could not keep
            log.critical("a message could not be kept: %s", type(error).__name__)
            return NOT_KEPT
        return TAKEN


TAKEN = plain("")
