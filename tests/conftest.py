"""What every test may ask for: a database of its own on each of the two kinds, and a moment that does not pass."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import settings

from core.store.keyring import Keyring
from core.store.unit_of_work import Store
from tests import postgres, sqlite

# How long an example takes depends on what else the machine does.
settings.register_profile("tousu", deadline=None)
settings.load_profile("tousu")

SECRET = "a secret of a good length that only tests know"


@pytest.fixture
def now() -> datetime:
    """Monday, half past nine in the morning."""
    return datetime(2026, 11, 23, 9, 30, tzinfo=ZoneInfo("Asia/Shanghai"))


@pytest.fixture
def keyring() -> Keyring:
    return Keyring.from_secret(SECRET)


@pytest.fixture(scope="session")
def databases(tmp_path_factory: pytest.TempPathFactory) -> Iterator[postgres.Databases]:
    """PostgreSQL, shared by all workers of this run."""
    base = tmp_path_factory.getbasetemp()
    try:
        with postgres.shared(base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) as running:
            yield running
    except postgres.NoPostgreSQL as missing:
        pytest.fail(str(missing), pytrace=False)


@pytest.fixture
def sqlite_url(data_dir: Path) -> str:
    return sqlite.place(f"sqlite:///{data_dir / 'tousu.db'}")


@pytest.fixture(scope="session")
def used_databases() -> dict[str, str]:
    """Databases of tests that are over, empty again, with their shape."""
    return {}


@pytest.fixture
def postgresql_url(databases: postgres.Databases, used_databases: dict[str, str]) -> Iterator[str]:
    """One that a test changed in shape is not used again."""
    url, shape = used_databases.popitem() if used_databases else (databases.create(), "")
    shape = shape or databases.shape(url)
    yield url
    databases.hang_up(url)
    if databases.shape(url) == shape:
        databases.empty(url)
        used_databases[url] = shape
    else:
        databases.drop(url)


@pytest.fixture
def data_dir(tmp_path: Path) -> Path:
    folder = tmp_path / "var"
    folder.mkdir()
    return folder


@pytest.fixture(params=["sqlite", "postgresql"])
def store_url(request: pytest.FixtureRequest) -> str:
    """A database with our tables and nothing in them."""
    url: str = request.getfixturevalue(f"{request.param}_url")
    return url


@pytest.fixture
def store(store_url: str, data_dir: Path, keyring: Keyring) -> Iterator[Store]:
    opened = Store.open(store_url, data_dir, keyring)
    yield opened
    opened.close()
