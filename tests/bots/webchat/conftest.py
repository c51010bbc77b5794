from __future__ import annotations

from collections.abc import AsyncIterator

import httpx
import pytest
import pytest_asyncio

from tests.bots.webchat.service import Service
from tests.browser import browser

__all__ = ["browser"]


@pytest.fixture
def service() -> Service:
    return Service()


@pytest_asyncio.fixture
async def visitor(service: Service) -> AsyncIterator[httpx.AsyncClient]:
    """A browser without a page: it keeps cookies."""
    transport = httpx.ASGITransport(service.app(), raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:8000") as client:
        yield client
