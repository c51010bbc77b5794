"""Each installation of a hammer test has a database of its own, on each of the two kinds."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from tests import postgres
from tests.hammer.citizens import Platform
from tests.hammer.house import House, housed
from tests.hammer.running import Running, free_port, installed


@pytest.fixture
async def platform() -> AsyncIterator[Platform]:
    """WeChat, in front of a port where the service may or may not be up."""
    async with Platform(free_port()) as simulated:
        yield simulated


@pytest.fixture(params=["sqlite", "postgresql"])
def running(request: pytest.FixtureRequest, platform: Platform, tmp_path: Path) -> Iterator[Running]:
    """An installation; the test starts and kills it."""
    databases: postgres.Databases = request.getfixturevalue("databases")
    made = databases.create() if request.param == "postgresql" else ""
    service = installed(made or f"sqlite:///{tmp_path}/var/tousu.db", tmp_path, platform.api_base, platform.port)
    yield service
    service.stop()
    if made:
        databases.drop(made)


@pytest.fixture
async def house(store_url: str, data_dir: Path) -> AsyncIterator[House]:
    """The service in this process."""
    async with housed(store_url, data_dir) as opened:
        yield opened
