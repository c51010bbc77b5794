"""A store on one kind of database, for what is a rule and not the database's, and for what is told of each kind in another dose."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from core.store.keyring import Keyring
from core.store.unit_of_work import Store


@pytest.fixture
def sqlite_store(sqlite_url: str, data_dir: Path, keyring: Keyring) -> Iterator[Store]:
    opened = Store.open(sqlite_url, data_dir, keyring)
    yield opened
    opened.close()


@pytest.fixture
def postgresql_store(postgresql_url: str, data_dir: Path, keyring: Keyring) -> Iterator[Store]:
    opened = Store.open(postgresql_url, data_dir, keyring)
    yield opened
    opened.close()
