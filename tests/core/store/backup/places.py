"""Where a service lives, and how to fill it."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, delete, select

from core.messages import Attachment, OutboundMessage
from core.store import cases, evidence, keys, migrations, outbox, tables, timeline
from core.store.backup.manifest import Manifest
from core.store.backup.restore import restore
from core.store.backup.take import back_up
from core.store.keyring import Keyring
from core.store.parcels import Parcels
from core.store.unit_of_work import Store, UnitOfWork, connect
from tests.core.store.samples import contact, filed
from tests.core.store.test_canaries import write_everything

OTHER = "another secret of a good length for tests"
PHOTO = b"\x89PNG\r\n\x1a\n" + bytes(5000)


@dataclass(frozen=True)
class Place:
    """Where a service lives: its database and its data directory."""

    url: str
    data_dir: Path

    def open(self, keyring: Keyring) -> Store:
        return Store.open(self.url, self.data_dir, keyring)

    def sums(self) -> dict[str, str]:
        """Of all values of each table, whichever database they are in."""
        database = connect(self.url, read_only=True)
        with database.engine.connect() as connection:
            found = {table.name: _sum(connection, table) for table in tables.metadata.sorted_tables}
        database.close()
        return found

    def files(self) -> dict[str, str]:
        return {
            str(path.relative_to(self.data_dir)): hashlib.sha256(path.read_bytes()).hexdigest()
            for path in self.data_dir.rglob("*")
            if path.is_file() and not path.name.startswith("tousu.db")
        }

    def has_tables(self) -> bool:
        if self.url.startswith("sqlite") and not Path(self.url.removeprefix("sqlite:///")).exists():
            return False
        database = connect(self.url)
        state = migrations.state(database.engine)
        database.close()
        return state != "empty"


def _sum(connection: Connection, table: Any) -> str:
    rows = connection.execute(select(table).order_by(*table.primary_key))
    return hashlib.sha256("\n".join(repr(tuple(row)) for row in rows).encode()).hexdigest()


def other_kind(place: Place) -> str:
    return "postgresql" if place.url.startswith("sqlite") else "sqlite"


def moved(source: Place, target: Place, keyring: Keyring, now: datetime) -> Manifest:
    file = target.data_dir.parent / f"{target.data_dir.name}.backup"
    back_up(source.url, source.data_dir, keyring, file, now)
    return restore(target.url, target.data_dir, keyring, file)


def with_photo(store: Store, now: datetime, draft: str = "a draft") -> Store:
    note_photo(store, now, draft)
    fetch(store, now)
    return store


def note_photo(store: Store, now: datetime, draft: str = "a draft") -> int:
    person = contact(store, now)

    def work(uow: UnitOfWork) -> int:
        return evidence.add(uow, person.id, draft, None, keys.new_key(uow), Attachment("photo", "media"), now)

    return store.write(work)


def fetch(store: Store, now: datetime) -> None:
    for claimed in store.write(lambda uow: evidence.claim(uow, now, 9, 60)):
        file = store.files.write(PHOTO, claimed.key)
        store.write(
            partial(
                evidence.settle_stored,
                evidence_id=claimed.id,
                mime=file.mime,
                size=file.size,
                sha256=file.sha256,
                path=file.path,
            )
        )


def photos(store: Store, draft: str = "a draft") -> list[bytes]:
    found = store.read(lambda uow: evidence.list_for_draft(uow, draft))
    return [store.files.read(file.path, store.read(partial(keys.open_key, key_id=file.key_id))) for file in found]


def fill(place: Place, keyring: Keyring, now: datetime) -> None:
    """Something in every table and every folder, an erased case, and ids that were given out and are gone."""
    store = place.open(keyring)
    write_everything(store, now)
    with_photo(store, now)
    for number in range(3):
        case = filed(store, now, f"2026-010{number}", flags=("danger", '引号"和\\'), phone=None)
        store.write(lambda uow, case=case: timeline.add(uow, case, now, "note", "staff", "一行\n两行\u2028三行"))
    store.write(lambda uow: cases.erase(uow, case.id))
    for _ in range(41):
        store.write(lambda uow: cases.next_sequence(uow, "a-pack:2026"))
    to = contact(store, now)
    for key in ("one", "two", "three"):
        store.write(partial(outbox.add, to=to, message=OutboundMessage(key), dedupe_key=key, due_at=now, now=now))
    store.write(lambda uow: outbox.claim(uow, now, 1, 60))
    store.write(lambda uow: uow.connection.execute(delete(tables.outbox).where(tables.outbox.c.dedupe_key == "three")))
    Parcels(place.data_dir / "spool", keyring).put(b"said while the database was away", 5)
    Parcels(place.data_dir / "uploads", keyring).put(PHOTO, 6)
    store.close()
