"""``back_up``: everything that is not a setting or a master key into one file, while the service goes on.

The order is what makes it whole: first the parcels, then the moment of the database, then the rows of that moment, then
the parcels that came meanwhile, and at last the evidence with its rows.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from sqlalchemy import Connection, Engine, Row, Table, bindparam, func, select, text

from core.errors import NeverStarted, StoreError
from core.store import keys, migrations
from core.store.backup.container import Packing
from core.store.backup.manifest import SPOOL, UPLOADS, Manifest, wrap_of
from core.store.backup.moment import held_still
from core.store.backup.rows import Columns, columns_of, to_lines
from core.store.faults import translating
from core.store.files import sync_folder
from core.store.keyring import Keyring
from core.store.parcels import Parcels
from core.store.tables import data_key, evidence, metadata, outbox
from core.store.tables.messages import PENDING
from core.store.unit_of_work import connect

ROWS_A_MEMBER = 1000
SETTLED = ("stored", "failed", "removed")

# Evidence comes last: it is read together with its files, and nothing refers to it.
_before_evidence = [table for table in metadata.sorted_tables if table is not evidence]
_a_key_of_each_master = select(data_key.c.master_id, data_key.c.wrapped).where(
    data_key.c.id.in_(
        select(func.min(data_key.c.id)).where(data_key.c.wrapped.is_not(None)).group_by(data_key.c.master_id)
    )
)
_pending = select(func.count()).where(outbox.c.state == PENDING)
_columns = evidence.c
_as_it_is_now = select(
    _columns.attachment_sealed,
    _columns.mime,
    _columns.size,
    _columns.sha256,
    _columns.path,
    _columns.state,
    _columns.reason,
    _columns.attempts,
    _columns.due_at,
    _columns.leased_until,
).where(_columns.id == bindparam("key"))
_GIVEN = {
    "sqlite": text("SELECT seq FROM sqlite_sequence WHERE name = :name"),
    "postgresql": text("SELECT pg_sequence_last_value(pg_get_serial_sequence(:name, 'id')::regclass)"),
}


def back_up(url: str, data_dir: Path, keyring: Keyring, target: Path, now: datetime) -> Manifest:
    """Write ``target``, readable by its owner only, and return what is in it. It appears whole or not at all.

    Raises StoreError where there is no database of ours or the master key is not that of its data, and OSError where
    the disk cannot take it: beside the file itself, SQLite needs room for a copy of the database for a while.
    """
    database = connect(url, read_only=True)
    try:
        migrations.ensure_current(database.engine, read_only=True)
        with TemporaryDirectory(prefix=f"{target.name}.", suffix=".part", dir=target.parent) as folder:
            part = Path(folder) / "backup"
            with translating(), _written_through(part) as packing:
                manifest = _Backup(database.engine, data_dir, keyring, packing, now).write(Path(folder))
            part.replace(target)
    finally:
        database.close()
    sync_folder(target.parent)
    return manifest


@contextmanager
def _written_through(path: Path) -> Iterator[Packing]:
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        yield Packing(file)
        file.flush()
        os.fsync(file.fileno())


class _Backup:
    """One backup on its way."""

    def __init__(self, engine: Engine, data_dir: Path, keyring: Keyring, packing: Packing, now: datetime) -> None:
        self._engine = engine
        self._data_dir = data_dir
        self._keyring = keyring
        self._packing = packing
        self._had: set[str] = set()
        tables: dict[str, Columns] = {table.name: columns_of(table) for table in metadata.sorted_tables}
        self._manifest = Manifest(now.isoformat(), migrations.revisions()[-1], tables, rows=dict.fromkeys(tables, 0))

    def write(self, folder: Path) -> Manifest:
        with held_still(self._engine, self._data_dir / SPOOL, self._take_parcels, folder) as moment:
            self._note(moment)
            for table in _before_evidence:
                for number, batch in enumerate(_batches(moment, table)):
                    self._add_rows(table.name, number, batch)
            self._take_new(UPLOADS)
            for number, batch in enumerate(_batches(moment, evidence)):
                self._add_rows(evidence.name, number, [self._with_file(dict(row._mapping)) for row in batch])
        self._packing.seal(self._manifest.packed(), self._keyring)
        return self._manifest

    def _note(self, moment: Connection) -> None:
        if keys.service_key(moment, self._keyring, keys.BLIND) is None:
            raise NeverStarted
        for row in moment.execute(_a_key_of_each_master):
            self._note_key(row.master_id, row.wrapped)
        self._manifest.pending = moment.execute(_pending).scalar_one()
        self._manifest.last_ids = _last_ids(moment)

    def _note_key(self, master_id: str, wrapped: bytes) -> None:
        """What the service can open now must be opened after the restore; what it cannot is lost already."""
        if master_id not in self._manifest.keys:
            with suppress(StoreError):
                self._keyring.unwrap(master_id, wrapped)
                self._manifest.keys[master_id] = wrapped.hex()

    def _add_rows(self, table: str, number: int, batch: Sequence[Sequence[Any]]) -> None:
        self._packing.add(f"rows/{table}/{number:08d}.jsonl", to_lines(self._manifest.tables[table], batch))
        self._manifest.rows[table] += len(batch)

    def _take_parcels(self) -> None:
        for folder in (SPOOL, UPLOADS):
            self._take_new(folder)

    def _take_new(self, folder: str) -> None:
        """Parcels that were not taken yet. One that goes away meanwhile was taken in, and is in the database."""
        for name in Parcels(self._data_dir / folder, self._keyring).names():
            path = f"{folder}/{name}"
            if path not in self._had and (parcel := self._take(path)) is not None:
                self._had.add(path)
                self._note_key(*wrap_of(parcel))

    def _with_file(self, row: dict[str, Any]) -> list[Any]:
        """A row of evidence, and its file into the backup.

        The row is of the moment and the file of a while later. A file that was fetched meanwhile is taken with the row
        as it is now, since the upload it came from is gone; one that was removed meanwhile stays removed.
        """
        if row["state"] not in SETTLED:
            row |= self._now(row["id"])
        while row["path"] and self._take(row["path"]) is None:
            now = self._now(row["id"])
            if now["path"] == row["path"]:
                self._manifest.missing.append(row["path"])
                break
            row |= now
        return list(row.values())

    def _now(self, evidence_id: int) -> dict[str, Any]:
        with self._engine.connect() as connection:
            return dict(connection.execute(_as_it_is_now, {"key": evidence_id}).one()._mapping)

    def _take(self, path: str) -> bytes | None:
        """Add a file; return its content, None where there is none."""
        try:
            content = (self._data_dir / path).read_bytes()
        except FileNotFoundError:
            return None
        self._packing.add(path, content)
        self._manifest.files[path.partition("/")[0]] += 1
        return content


def _batches(moment: Connection, table: Table) -> Iterator[Sequence[Row[Any]]]:
    """All rows in the order of their keys, some at a time: the table may be larger than the memory."""
    ordered = select(table).order_by(*table.primary_key)
    yield from moment.execute(ordered, execution_options={"yield_per": ROWS_A_MEMBER}).partitions()


def _last_ids(moment: Connection) -> dict[str, int]:
    """The highest id that each table ever gave out; also the rows that had it may be gone."""
    found = {}
    for table in metadata.sorted_tables:
        if "id" in table.columns:
            given = moment.execute(_GIVEN[moment.dialect.name], {"name": table.name}).scalar() or 0
            there = moment.execute(select(func.max(table.c.id))).scalar() or 0
            found[table.name] = max(given, there)
    return found
