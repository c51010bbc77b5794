"""Institutions for the scenarios, on both databases."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from core.store.keyring import Keyring
from core.store.unit_of_work import Store
from tests.regimes.institution import Institution

Founds = Callable[[str, str], Institution]


@pytest.fixture
def founded(store: Store, data_dir: Path, keyring: Keyring) -> Founds:
    """``founded(pack, moment)`` is an institution that begins its day then."""
    return lambda pack, now: Institution(store, data_dir, keyring, pack, now)
