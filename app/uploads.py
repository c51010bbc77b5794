"""Uploaded files, sealed on disk until the worker takes them as evidence."""

from __future__ import annotations

import asyncio
import time
from datetime import datetime

from core.errors import FetchError, FetchRefused, StoreError, StoreUnavailable
from core.messages import FetchedFile
from core.records import pack, unpack
from core.store.parcels import Parcels

KEPT_FREE = 256 * 1024 * 1024


class SealedUploads:
    """What the web chat hands over; a reference is a parcel's name."""

    def __init__(self, parcels: Parcels) -> None:
        self._parcels = parcels

    async def save(self, content: bytes, name: str, mime: str) -> str:
        """Keep a file durably; return its reference. Raises StoreUnavailable where the disk cannot take it."""
        try:
            return await asyncio.to_thread(self._put, pack([name, mime]) + b"\n" + content)
        except OSError as error:
            raise StoreUnavailable from error

    def _put(self, parcel: bytes) -> str:
        """The last of the disk is for words: a file that would fill it is refused before the database is."""
        if self._parcels.free_bytes() < KEPT_FREE:
            raise StoreUnavailable
        return self._parcels.put(parcel, time.time_ns())

    async def load(self, reference: str) -> FetchedFile:
        try:
            parcel = await asyncio.to_thread(self._parcels.get, reference)
        except (OSError, StoreError) as error:
            raise FetchError from error
        if parcel is None:
            raise FetchRefused(reason="gone")
        head, _, content = parcel.partition(b"\n")
        name, mime = unpack(head)
        return FetchedFile(content, name, mime)

    async def drop(self, reference: str) -> None:
        await asyncio.to_thread(self._parcels.drop, reference)

    async def drop_before(self, moment: datetime) -> None:
        await asyncio.to_thread(self._parcels.drop_before, int(moment.timestamp() * 1e9))
