"""The spool: a message that cannot be answered in time is made durable first, and answered through the outbox later."""

from __future__ import annotations

import asyncio
import time
from datetime import datetime
from functools import partial

from core.dialog.service import House, receive_late
from core.errors import StoreError
from core.messages import Address, InboundMessage
from core.records import pack, unpack
from core.store.packing import pack_inbound, unpack_inbound
from core.store.parcels import Parcels
from core.store.unit_of_work import Store


class Spool:
    """Messages that were acknowledged to a platform and are still owed a place in the database, or a reply."""

    def __init__(self, parcels: Parcels) -> None:
        self._parcels = parcels
        self._aside: set[str] = set()

    async def keep(self, message: InboundMessage) -> None:
        """Make a message durable; only then may it be acknowledged. Raises OSError where the disk cannot take it."""
        address = message.address
        head = pack([address.channel, address.peer, address.thread])
        await asyncio.to_thread(self._parcels.put, head + b"\n" + pack_inbound(message), time.time_ns())

    def waiting(self) -> list[str]:
        """What is to be taken in, first come first."""
        return [name for name in self._parcels.names() if name not in self._aside]

    def set_aside(self, name: str) -> None:
        """Leave one that cannot be taken in for the next start, so that it holds up nobody else's."""
        self._aside.add(name)

    def let_go_before(self, moment: datetime) -> None:
        """Drop what was set aside and has waited since before this moment: at no start could it be taken in."""
        order = f"{int(moment.timestamp() * 1e9):020d}"
        for name in [name for name in self._aside if name < order]:
            self._parcels.drop(name)
            self._aside.discard(name)

    async def take_in(self, name: str, store: Store, house: House, now: datetime) -> None:
        """Take one in. A message that was taken in meanwhile only gets its reply sent.

        Raises StoreUnavailable as long as the database is away; nothing is dropped before it is committed.
        """
        content = self._parcels.get(name)
        if content is not None:
            message = _message(content)
            await store.awrite(partial(receive_late, house=house, message=message, now=now))
        self._parcels.drop(name)


def _message(content: bytes) -> InboundMessage:
    head, _, body = content.partition(b"\n")
    if not body:
        raise StoreError("a message in the spool is torn")
    return unpack_inbound(body, Address(*unpack(head)))
