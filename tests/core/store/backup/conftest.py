"""A place with a database of either kind, empty places to restore into, and a small backup."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

import pytest

from core.store.backup.take import back_up
from core.store.keyring import Keyring
from tests import postgres
from tests.core.store.backup.places import (
    Place,
    with_photo,
)


@pytest.fixture
def here(store_url: str, data_dir: Path) -> Place:
    return Place(store_url, data_dir)


@pytest.fixture
def elsewhere(databases: postgres.Databases, tmp_path: Path) -> Iterator[Callable[[str], Place]]:
    """Makes empty places, with a database of a kind that has not even tables."""
    made = []

    def make(kind: str) -> Place:
        folder = tmp_path / f"place{len(list(tmp_path.glob('place*')))}"
        folder.mkdir()
        if kind == "sqlite":
            return Place(f"sqlite:///{folder}/tousu.db", folder)
        made.append(databases.create(template=None))
        return Place(made[-1], folder)

    yield make
    for url in made:
        databases.drop(url)


@pytest.fixture
def small(elsewhere: Callable[[str], Place], keyring: Keyring, now: datetime, tmp_path: Path) -> Path:
    """A backup of next to nothing."""
    place = elsewhere("sqlite")
    with_photo(place.open(keyring), now).close()
    file = tmp_path / "small"
    back_up(place.url, place.data_dir, keyring, file, now)
    return file
