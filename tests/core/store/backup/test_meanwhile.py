"""The service goes on while the backup is made; what happens in between is in it whole or not at all."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, select

from core.errors import AlreadyRunning, StoreUnavailable
from core.store import cases, evidence, inbox, tables
from core.store.backup import moment, take
from core.store.backup.restore import restore
from core.store.backup.take import back_up
from core.store.keyring import Keyring
from core.store.parcels import Parcels
from core.store.unit_of_work import Store
from tests.core.store.backup.places import (
    PHOTO,
    Place,
    fetch,
    fill,
    moved,
    note_photo,
    other_kind,
    photos,
    with_photo,
)
from tests.core.store.samples import contact, filed, message


@contextmanager
def meanwhile(monkeypatch: pytest.MonkeyPatch, happens: Callable[[], object]) -> Iterator[None]:
    """Something happens right after the moment that is backed up."""
    really = take.held_still

    @contextmanager
    def then(*arguments: Any) -> Iterator[Connection]:
        with really(*arguments) as still:
            happens()
            yield still

    with monkeypatch.context() as patched:
        patched.setattr(take, "held_still", then)
        yield


def test_it_is_made_beside_a_service_that_runs_and_a_running_service_is_not_restored_over(
    sqlite_url: str, data_dir: Path, keyring: Keyring, now: datetime, tmp_path: Path
) -> None:
    running = with_photo(Store.open(sqlite_url, data_dir, keyring), now)
    back_up(sqlite_url, data_dir, keyring, tmp_path / "backup", now)
    with pytest.raises(AlreadyRunning):
        restore(sqlite_url, data_dir, keyring, tmp_path / "backup")
    running.close()


def test_a_file_that_is_fetched_while_the_backup_is_made_is_taken_along(
    here: Place,
    elsewhere: Callable[[str], Place],
    keyring: Keyring,
    now: datetime,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The upload that it came from is gone by then, so the row alone would promise what nobody has."""
    running, there = here.open(keyring), elsewhere(other_kind(here))
    note_photo(running, now)
    with meanwhile(monkeypatch, lambda: fetch(running, now)):
        moved(here, there, keyring, now)
    running.close()
    store = there.open(keyring)
    assert photos(store) == [PHOTO]
    store.close()


def test_a_file_that_is_removed_while_the_backup_is_made_stays_removed(
    here: Place,
    elsewhere: Callable[[str], Place],
    keyring: Keyring,
    now: datetime,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    running, there = with_photo(here.open(keyring), now), elsewhere(other_kind(here))
    with meanwhile(monkeypatch, lambda: running.write(lambda uow: evidence.remove(uow, 1))):
        manifest = moved(here, there, keyring, now)
    running.close()
    store = there.open(keyring)
    assert store.read(lambda uow: evidence.list_for_draft(uow, "a draft")) == []
    assert manifest.missing == []
    store.close()


def test_what_begins_after_the_moment_is_not_in_it(
    here: Place,
    elsewhere: Callable[[str], Place],
    keyring: Keyring,
    now: datetime,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    running, there = with_photo(here.open(keyring), now), elsewhere(other_kind(here))

    def happens() -> None:
        filed(running, now, "2026-0777")
        with_photo(running, now, "a later draft")

    with meanwhile(monkeypatch, happens):
        moved(here, there, keyring, now)
    running.close()
    store = there.open(keyring)
    assert store.read(lambda uow: cases.by_number(uow, "2026-0777")) is None
    assert len(there.files()) == 1
    store.close()


def test_a_file_that_the_disk_lost_is_named_and_the_rest_is_saved(
    here: Place, elsewhere: Callable[[str], Place], keyring: Keyring, now: datetime
) -> None:
    store, there = with_photo(here.open(keyring), now), elsewhere("sqlite")
    [file] = store.read(lambda uow: evidence.list_for_draft(uow, "a draft"))
    store.files.remove(file.path)
    store.close()
    assert moved(here, there, keyring, now).missing == [file.path]
    assert here.sums() == there.sums()


def test_a_message_on_its_way_from_the_spool_into_the_database_is_in_one_of_them(
    here: Place,
    elsewhere: Callable[[str], Place],
    keyring: Keyring,
    now: datetime,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """It is put after we looked into the spool and taken in after the moment; so the moment is chosen again."""
    running, there, spool = here.open(keyring), elsewhere("sqlite"), Parcels(here.data_dir / "spool", keyring)
    really, begun = moment._begun, []

    def begin(engine: Any) -> Connection:
        begun.append(engine)
        name = spool.put(b"a message", 1) if len(begun) == 1 else ""
        connection = really(engine)
        if name:
            person = contact(running, now)
            running.write(lambda uow: inbox.keep(uow, message(), b"m1", person, (), now))
            spool.drop(name)
        return connection

    monkeypatch.setattr(moment, "_begun", begin)
    moved(here, there, keyring, now)
    running.close()
    store = there.open(keyring)
    assert len(begun) > 1
    assert store.read(lambda uow: uow.connection.execute(select(tables.inbox.c.id)).all())
    store.close()


def test_a_spool_that_never_rests_is_left_for_later(
    here: Place, keyring: Keyring, now: datetime, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    here.open(keyring).close()
    spool = Parcels(here.data_dir / "spool", keyring)
    really = moment._begun

    def begin(engine: Any) -> Connection:
        spool.put(b"another one")
        return really(engine)

    monkeypatch.setattr(moment, "_begun", begin)
    monkeypatch.setattr(moment, "TRIES", 3)
    with pytest.raises(StoreUnavailable, match="spool"):
        back_up(here.url, here.data_dir, keyring, tmp_path / "backup", now)
    assert not (tmp_path / "backup").exists()


def test_what_the_disk_cannot_take_leaves_nothing(
    here: Place, keyring: Keyring, now: datetime, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    fill(here, keyring, now)
    before = sorted(tmp_path.iterdir())

    def full(_: int) -> None:
        raise OSError(28, os.strerror(28))

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match=re.escape(os.strerror(28))):
        back_up(here.url, here.data_dir, keyring, tmp_path / "backup", now)
    assert sorted(tmp_path.iterdir()) == before


def test_a_disk_without_room_for_the_copy_is_said_in_one_line(
    sqlite_url: str, data_dir: Path, keyring: Keyring, now: datetime, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    Store.open(sqlite_url, data_dir, keyring).close()
    copy = tmp_path / "a file, no folder"
    copy.touch()
    monkeypatch.setattr(moment, "_copy", partial(_into, moment._copy, copy / "moment.db"))
    with pytest.raises(StoreUnavailable, match="could not be copied"):
        back_up(sqlite_url, data_dir, keyring, tmp_path / "backup", now)


def _into(copy: Callable[[Connection, Path], None], elsewhere: Path, still: Connection, _: Path) -> None:
    """Copy to where it cannot be."""
    copy(still, elsewhere)
