"""More at once than the service can answer: a yes is kept, a no is said, and afterwards all is as before."""

from __future__ import annotations

import time

import pytest

from app.admission import FIRST
from tests.hammer.citizens import history, said
from tests.hammer.house import House

PEOPLE = 2 * FIRST
WORDS = "昨天大厅三楼的自助机坏了，屏幕一直黑着"
STATEMENT_SECONDS = 0.002


@pytest.fixture
def slow(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """A store that takes its time with every message."""
    at_once = house.service.store.awrite
