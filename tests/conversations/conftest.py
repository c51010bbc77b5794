"""A service that is served for real, and the platform in front of it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

import core.policies
from tests.conversations.channels import House
from tests.conversations.telegram import connected
from tests.simulators.telegram import TelegramSimulator

FOLDER = Path(core.policies.__file__).parent


@pytest.fixture
async def phone() -> AsyncIterator[TelegramSimulator]:
    async with TelegramSimulator(secret="s3cret") as simulator:
        yield simulator


@pytest.fixture
async def house(phone: TelegramSimulator, tmp_path: Path, request: pytest.FixtureRequest) -> AsyncIterator[House]:
    """A service with its webhook set; ``indirect`` parameters are settings of its own."""
    async with connected(phone, tmp_path, "service-hall", **getattr(request, "param", {})) as built:
        yield built
