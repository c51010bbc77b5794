"""The page of evidence over the store: checked and put on record in one unit of work, read from the disk after it."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from functools import partial

from fastapi import APIRouter

from app.wiring import Service
from console.routes.evidence import evidence_router
from console.views import EvidenceFile, EvidenceLine, EvidenceView
from core.desk import viewing
from core.desk.viewing import Listed, Listing, Sealed
from core.errors import StoreError
from core.files.words import size
from core.messages import Language
from core.throttle import Throttle


def evidence_page(service: Service, title: Mapping[Language, str], throttle: Throttle) -> APIRouter:
    async def open_list(token: str) -> EvidenceView | None:
        work = partial(viewing.listing, office=service.office, token=token, now=service.now())
        listing = await service.store.awrite(work)
        return _view(listing) if listing else None

    async def open_file(token: str, position: int) -> EvidenceFile | None:
        work = partial(viewing.file, office=service.office, token=token, position=position, now=service.now())
        found = await service.store.awrite(work)
        return await _read(service, found) if isinstance(found, Sealed) else EvidenceFile(found) if found else None

    return evidence_router(open_list, open_file, title, throttle)


async def _read(service: Service, sealed: Sealed) -> EvidenceFile:
    """Whole: its seal is proved by its last byte. How large it may be the pack said when it came."""
    try:
        content = await asyncio.to_thread(service.store.files.read, sealed.path, sealed.key)
    except StoreError:
        return EvidenceFile("missing")
    return EvidenceFile("stored", sealed.name, sealed.mime, content)


def _view(listing: Listing) -> EvidenceView:
    return EvidenceView(listing.number, tuple(map(_line, listing.files)), listing.erased)


def _line(listed: Listed) -> EvidenceLine:
    in_words = size(listed.size) if listed.state == "stored" else ""
    return EvidenceLine(listed.position, listed.kind, listed.state, listed.came_at, in_words)
