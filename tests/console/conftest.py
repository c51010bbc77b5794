"""Whoever looks at a page of ours; the ``desk`` behind it is each test's own."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Protocol

import httpx
import pytest_asyncio
from fastapi import FastAPI

from tests.browser import browser

__all__ = ["browser"]


class Desk(Protocol):
    def app(self) -> FastAPI: ...


@pytest_asyncio.fixture
async def visitor(desk: Desk) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(desk.app(), client=("192.0.2.7", 4711))
    async with httpx.AsyncClient(transport=transport, base_url="http://home") as client:
        yield client
