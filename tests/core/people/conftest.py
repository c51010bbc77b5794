"""An office of the service hall, on both databases."""

from __future__ import annotations

from datetime import datetime

import pytest

from core.store.unit_of_work import Store
from tests.core.people.office import People


@pytest.fixture
def people(store: Store, now: datetime) -> People:
    return People(store, now)
