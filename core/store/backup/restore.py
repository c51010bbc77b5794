"""``restore``: a backup into an empty database, which may be of the other kind; so this is also the move between them."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import IO

from sqlalchemy import Connection, insert, inspect, select, table, text

from core.errors import NotRestorable
from core.store import migrations
from core.store.backup.container import examined, members
from core.store.backup.manifest import FILE, ROWS, Manifest, check_keys
from core.store.backup.moment import be_patient
from core.store.backup.rows import from_lines, table_of
from core.store.faults import translating
from core.store.keyring import Keyring
from core.store.unit_of_work import connect

_COUNT_ON = {
    "sqlite": (
        text("DELETE FROM sqlite_sequence WHERE name = :name"),
        text("INSERT INTO sqlite_sequence (name, seq) VALUES (:name, :last)"),
    ),
    "postgresql": (text("SELECT setval(pg_get_serial_sequence(:name, 'id'), :last)"),),
}
_skip = text("UPDATE counter SET last = last + :many")


def restore(url: str, data_dir: Path, keyring: Keyring, source: Path, skip_numbers: int = 0) -> Manifest:
    """Bring back what is in ``source``, and leave out this many complaint numbers. Returns what the backup says of itself.

    Nothing is written before every byte of it was checked. The rows come in one transaction, committed when all files
    are on the disk: a restore that was killed is simply run again. Raises NotRestorable, AlreadyRunning, OSError.
    """
    with source.open("rb") as file:
        manifest = Manifest.unpacked(examined(file, keyring))
        if manifest.schema not in migrations.revisions():
            raise NotRestorable("newer_schema", schema=manifest.schema)
        check_keys(manifest.keys, keyring)
        database = connect(url)
        try:
            with translating(), database.engine.begin() as connection:
                be_patient(connection)
                _make_room(connection, manifest)
                _load(connection, data_dir, manifest, file)
                connection.execute(_skip, {"many": skip_numbers})
                # One call for thousands of files; only then may the rows that name them become visible.
                os.sync()
        finally:
            database.close()
    migrations.upgrade(url)
    return manifest


def _make_room(connection: Connection, manifest: Manifest) -> None:
    """Tables of the backup's own version with nothing in them."""
    names = {"alembic_version", *manifest.tables}.intersection(inspect(connection).get_table_names())
    if not names:
        migrations.make(connection, manifest.schema)
        return
    found = (
        connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
        if "alembic_version" in names
        else None
    )
    if found != manifest.schema or any(_has_rows(connection, name) for name in manifest.tables):
        raise NotRestorable("not_empty")


def _has_rows(connection: Connection, name: str) -> bool:
    return connection.execute(select(text("1")).select_from(table(name)).limit(1)).first() is not None


def _load(connection: Connection, data_dir: Path, manifest: Manifest, file: IO[bytes]) -> None:
    loaded = dict.fromkeys(manifest.rows, 0)
    for name, content in members(file):
        if of := ROWS.fullmatch(name):
            loaded[of[1]] += _load_rows(connection, manifest, of[1], content)
        elif FILE.fullmatch(name):
            _put(data_dir / name, content)
        else:
            raise NotRestorable("forged")
    if loaded != manifest.rows:
        raise NotRestorable("torn")
    _count_on(connection, manifest.last_ids)


def _load_rows(connection: Connection, manifest: Manifest, name: str, lines: bytes) -> int:
    columns = manifest.tables[name]
    rows = from_lines(columns, lines)
    connection.execute(insert(table_of(name, columns)), rows)
    return len(rows)


def _put(path: Path, content: bytes) -> None:
    """The file, whole or not at all. One that is there already has the same name and so the same content."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    part = path.with_name(f"{path.name}.part")
    with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.write(content)
    part.replace(path)


def _count_on(connection: Connection, last_ids: Mapping[str, int]) -> None:
    """No id is given out a second time, not even one whose row is gone."""
    for name, last in last_ids.items():
        for statement in _COUNT_ON[connection.dialect.name] if last else ():
            connection.execute(statement, {"name": name, "last": last})
