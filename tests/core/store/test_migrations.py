"""The tables come to be from nothing on both databases, and are those that the code describes."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import create_engine, make_url, text

from core.errors import AlreadyRunning, StoreError
from core.store import cases, migrations, queries, stranded, timeline
from core.store.audit import verify
from core.store.keyring import Keyring
from core.store.tables import metadata
from core.store.unit_of_work import Store, connect
from tests import postgres
from tests.core.store.test_unit_of_work import open_in_another_process


@pytest.fixture
def empty_postgresql_url(databases: postgres.Databases) -> Iterator[str]:
    url = databases.create(template=None)
    yield url
    databases.drop(url)


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_url(request: pytest.FixtureRequest, data_dir: Path) -> str:
    if request.param == "sqlite":
        return f"sqlite:///{data_dir}/empty.db"
    url: str = request.getfixturevalue("empty_postgresql_url")
    return url


def state(url: str) -> str:
    database = connect(url)
    try:
        return migrations.state(database.engine)
    finally:
        database.close()


def stamp(url: str, revision: str) -> None:
    engine = create_engine(make_url(url.replace("postgresql:", "postgresql+psycopg:")))
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = :revision"), {"revision": revision})
    engine.dispose()


def test_the_tables_are_made_from_nothing_and_making_them_again_changes_nothing(empty_url: str) -> None:
    assert state(empty_url) == "empty"
    for _ in range(2):
        migrations.upgrade(empty_url)
        assert state(empty_url) == "current"


def test_the_tables_are_those_that_the_code_describes(empty_url: str) -> None:
    migrations.upgrade(empty_url)
    database = connect(empty_url)
    with database.engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []
    database.close()


def test_entries_from_before_the_chains_stay_as_they_were(
    empty_url: str, data_dir: Path, keyring: Keyring, now: datetime
) -> None:
    database = connect(empty_url)
    with database.engine.begin() as connection:
        migrations.make(connection, "0002_calendar")
        for statement in OF_BEFORE:
            connection.execute(text(statement), {"now": now})
    database.close()
    migrations.upgrade(empty_url)
    store = Store.open(empty_url, data_dir, keyring)
    case = store.read(lambda uow: cases.by_id(uow, 1))
    store.write(lambda uow: timeline.add(uow, case, now, "accepted", "staff:li"))
    entries = store.read(lambda uow: timeline.of_case(uow, case))
    assert [(entry.kind, entry.position) for entry in entries] == [("registered", None), ("accepted", 1)]
    result = store.read(verify)
    assert (result.findings, result.entries, result.unchained) == ((), 1, 1)
    store.close()


OF_BEFORE = (
    "INSERT INTO data_key (master_id, wrapped) VALUES ('m', NULL)",
    """INSERT INTO case_file (number, policy_id, policy_version, channel, draft, key_id, status, category, level, anonymous,
    code_hash, registered_at, promised_on, promise_provisional, version, human_wanted, flags, urged_count) VALUES ('n', 'p', '1',
    'c', 'd', 1, 'registered', 'other', 'general', false, '', :now, '2026-12-14', false, 0, false, '[]', 0)""",
    "INSERT INTO timeline (case_id, at, kind, actor, public) VALUES (1, :now, 'registered', 'complainant', true)",
)
"""A case as it was registered before."""


def test_what_was_being_sent_at_the_upgrade_is_sent_again_when_its_lease_ends(
    empty_url: str, data_dir: Path, keyring: Keyring, now: datetime
) -> None:
    database = connect(empty_url)
    with database.engine.begin() as connection:
        migrations.make(connection, "0004_delivery")
        for statement in LEASED_BEFORE:
            connection.execute(text(statement), {"now": _kept(now), "until": _kept(now + timedelta(minutes=1))})
    database.close()
    migrations.upgrade(empty_url)
    store = Store.open(empty_url, data_dir, keyring)
    before, after = (
        store.read(lambda uow, at=at: stranded.oldest_due(uow, at)) for at in (now, now + timedelta(minutes=2))
    )
    assert (before, after) == (None, now)
    assert store.read(queries.overview).outbox == {"pending": 2, "sent": 1, "handed": 1, "held": 1, "dead": 1}
    store.close()


def _kept(moment: datetime) -> str:
    """As SQLite keeps it, and as PostgreSQL reads it."""
    return f"{moment.astimezone(UTC):%Y-%m-%d %H:%M:%S.%f}"


LEASED_BEFORE = (
    "INSERT INTO data_key (master_id, wrapped) VALUES ('m', NULL)",
    """INSERT INTO session (channel, peer_blind, peer_sealed, key_id, version, lines, updated_at)
    VALUES ('c', '', '', 1, 0, 0, :now)""",
    """INSERT INTO outbox (session_id, dedupe_key, state, attempts, due_at, leased_until, platform_id, last_code, made_at)
    VALUES (1, 'k', 'leased', 1, :now, :until, '', '', :now)""",
    *(
        f"""INSERT INTO outbox (session_id, dedupe_key, state, attempts, due_at, leased_until, platform_id, last_code, made_at)
        VALUES (1, '{state}', '{state}', 1, :until, {lease}, '', '', :now)"""
        for state, lease in {
            "pending": "NULL",
            "sent": ":until",
            "handed": "NULL",
            "held": "NULL",
            "dead": "NULL",
        }.items()
    ),
)
"""A message that some process was sending, and one in each other state; one kept a lease that it has no use for."""


def test_a_service_makes_the_tables_of_a_new_database_itself(empty_url: str, data_dir: Path, keyring: Keyring) -> None:
    Store.open(empty_url, data_dir, keyring).close()
    assert state(empty_url) == "current"


def test_two_services_may_start_on_one_new_database_at_once(
    empty_postgresql_url: str, data_dir: Path, keyring: Keyring
) -> None:
    with ThreadPoolExecutor(2) as threads:
        opened = list(threads.map(open_in_another_process, [empty_postgresql_url] * 2))
    assert [(each.returncode, each.stderr) for each in opened] == [(0, ""), (0, "")]
    Store.open(empty_postgresql_url, data_dir, keyring).close()


def test_a_database_of_a_later_version_is_not_touched(store_url: str, data_dir: Path, keyring: Keyring) -> None:
    stamp(store_url, "9999_later")
    with pytest.raises(StoreError, match="install that version"):
        Store.open(store_url, data_dir, keyring)
    with pytest.raises(StoreError, match="install that version"):
        migrations.upgrade(store_url)


def test_a_database_of_an_older_version_is_refused_with_the_line_to_type(
    store_url: str, data_dir: Path, keyring: Keyring, monkeypatch: pytest.MonkeyPatch
) -> None:
    later = [*migrations.revisions(), "9999_later"]
    monkeypatch.setattr(migrations, "revisions", lambda: later)
    with pytest.raises(StoreError, match="tousu db upgrade"):
        Store.open(store_url, data_dir, keyring)


def test_tables_are_not_changed_under_a_running_service(sqlite_url: str, data_dir: Path, keyring: Keyring) -> None:
    running = Store.open(sqlite_url, data_dir, keyring)
    with pytest.raises(AlreadyRunning):
        migrations.upgrade(sqlite_url)
    running.close()


def test_revisions_are_named_like_their_files() -> None:
    for path in (migrations.HERE / "versions").glob("[0-9]*.py"):
        assert f'revision = "{path.stem}"' in path.read_text()
