"""The spool: a message that cannot be answered in time is made durable first, and answered through the outbox later."""

from __future__ import annotations

import asyncio
import time
from datetime import datetime
from functools import partial

from core.dialog.service import House, receive_late
from core.errors import StoreError
from core.messages import Address, InboundMessage
from core.store.packing import pack, pack_inbound, unpack, unpack_inbound
from core.store.parcels import Parcels
from core.store.unit_of_work import Store


class Spool:
    """Messages that were acknowledged to a platform and are still owed a place in the database, or a reply."""

    def __init__(self, parcels: Parcels) -> None:
        self._parcels = parcels

    async def keep(self, message: InboundMessage) -> None:
        """Make a message durable; only then may it be acknowledged. Raises OSError where the disk cannot take it."""
        address = message.address
        head = pack([address.channel, address.peer, address.thread])
        await asyncio.to_thread(self._parcels.put, head + b"\n" + pack_inbound(message), time.time_ns())

    async def replay(self, store: Store, house: House, now: datetime) -> int:
        """Take in what waits, in the order it came. A message that was taken in meanwhile only gets its reply sent.

        Raises StoreUnavailable as long as the database is away; nothing is dropped before it is committed.
        """
        replayed = 0
        for name in list(self._parcels.names()):
            content = self._parcels.get(name)
            if content is not None:
                message = _message(content)
                await store.awrite(partial(receive_late, house=house, message=message, now=now))
            self._parcels.drop(name)
            replayed += 1
        return replayed


def _message(content: bytes) -> InboundMessage:
    head, _, body = content.partition(b"\n")
    if not body:
        raise StoreError("a message in the spool is torn")
    return unpack_inbound(body, Address(*unpack(head)))
