"""The body of a callback, as it comes over the wire."""

from __future__ import annotations

import asyncio

from starlette.types import Receive

from bots.tencent.wire import Body, decode, read
from core.errors import BadEnvelope


async def body_of(receive: Receive, ends_at: float, most: int) -> Body:
    """The fields of the body, which is refused as soon as it is longer or slower than any genuine one.

    ``ends_at`` is of the running loop's clock. Raises BadEnvelope.
    """
    try:
        async with asyncio.timeout_at(ends_at):
            content = await _capped(receive, most)
    except TimeoutError:
        raise BadEnvelope("the body did not arrive") from None
    return read(decode(content))


async def _capped(receive: Receive, most: int) -> bytes:
    content = bytearray()
    while True:
        event = await receive()
        if event["type"] != "http.request":
            raise BadEnvelope("the body did not arrive")
        content += event.get("body", b"")
        if len(content) > most:
            raise BadEnvelope("the body is too long")
        if not event.get("more_body", False):
            return bytes(content)
