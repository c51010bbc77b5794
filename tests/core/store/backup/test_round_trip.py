"""A backup brings back every row, number, file and waiting message, on either kind of database."""

from __future__ import annotations

import stat
import tarfile
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError

from core.errors import KeyDestroyed
from core.messages import OutboundMessage
from core.store import cases, claims, keys, office_timeline, outbox, tables, timeline
from core.store.audit import Audit, verify
from core.store.backup.restore import restore
from core.store.backup.take import back_up
from core.store.keyring import Keyring
from core.store.parcels import Parcels
from core.store.unit_of_work import UnitOfWork
from tests.core.store.backup.places import (
    PHOTO,
    Place,
    fill,
    moved,
    other_kind,
    photos,
)
from tests.core.store.samples import contact, filed
from tests.core.store.test_canaries import CANARIES, forms


def test_moving_there_and_back_keeps_every_row_and_every_file(
    here: Place, elsewhere: Callable[[str], Place], keyring: Keyring, now: datetime
) -> None:
    fill(here, keyring, now)
    there, back = elsewhere(other_kind(here)), elsewhere("sqlite" if here.url.startswith("sqlite") else "postgresql")
    manifest = moved(here, there, keyring, now)
    assert [name for name, rows in manifest.rows.items() if rows == 0] == [], "there is something in every table"
    moved(there, back, keyring, now)
    assert len(here.files()) == 4
    assert here.sums() == there.sums() == back.sums()
    assert here.files() == there.files() == back.files()


def test_timelines_are_in_order_on_the_other_side_and_go_on_there(
    here: Place, elsewhere: Callable[[str], Place], keyring: Keyring, now: datetime
) -> None:
    fill(here, keyring, now)
    there, back = elsewhere(other_kind(here)), elsewhere("sqlite" if here.url.startswith("sqlite") else "postgresql")
    before = _goes_on(here, keyring, now)
    moved(here, there, keyring, now)
    between = _goes_on(there, keyring, now)
    moved(there, back, keyring, now)
    after = _goes_on(back, keyring, now)
    assert (before.findings, between.findings, after.findings) == ((), (), ())
    assert before.entries > 4
    assert (between.entries, after.entries) == (before.entries + 2, before.entries + 4)


def _goes_on(place: Place, keyring: Keyring, now: datetime) -> Audit:
    """Something happens to a case and to the office, and all of it is checked."""
    store = place.open(keyring)

    def work(uow: UnitOfWork) -> None:
        case = cases.by_number(uow, "2026-0100")
        assert case is not None
        timeline.add(uow, case, now, "note", "staff:li", "说明")
        office_timeline.add(uow, now, "backup", "admin", "说明")

    store.write(work)
    audit = store.read(verify)
    store.close()
    return audit


def test_a_restored_timeline_is_guarded_again(
    here: Place, elsewhere: Callable[[str], Place], keyring: Keyring, now: datetime
) -> None:
    fill(here, keyring, now)
    there = elsewhere(other_kind(here))
    moved(here, there, keyring, now)
    store = there.open(keyring)
    with pytest.raises(IntegrityError, match="only added to"):
        store.write(lambda uow: uow.connection.execute(delete(tables.timeline)))
    store.close()


def test_numbers_and_ids_go_on_where_they_were(
    here: Place, elsewhere: Callable[[str], Place], keyring: Keyring, now: datetime
) -> None:
    fill(here, keyring, now)
    there = elsewhere(other_kind(here))
    moved(here, there, keyring, now)
    store = there.open(keyring)
    assert store.write(lambda uow: cases.next_sequence(uow, "a-pack:2026")) == 42
    before = store.read(lambda uow: uow.connection.execute(select(tables.outbox.c.id)).scalars().all())
    fresh = store.write(
        partial(outbox.add, to=contact(store, now), message=OutboundMessage(""), dedupe_key="four", due_at=now, now=now)
    )
    assert fresh is not None
    assert fresh > max(before) + 1, "the id of the row that was deleted is not given out again"
    assert filed(store, now, "2026-0999").id > 0
    store.close()


def test_numbers_that_were_told_after_the_backup_can_be_left_out(
    here: Place, elsewhere: Callable[[str], Place], keyring: Keyring, now: datetime
) -> None:
    fill(here, keyring, now)
    there, file = elsewhere("sqlite"), here.data_dir.parent / "backup"
    back_up(here.url, here.data_dir, keyring, file, now)
    restore(there.url, there.data_dir, keyring, file, skip_numbers=100)
    store = there.open(keyring)
    assert store.write(lambda uow: cases.next_sequence(uow, "a-pack:2026")) == 142
    store.close()


def test_what_was_waiting_is_still_waiting_and_what_was_erased_stays_so(
    here: Place, elsewhere: Callable[[str], Place], keyring: Keyring, now: datetime
) -> None:
    fill(here, keyring, now)
    there = elsewhere(other_kind(here))
    manifest = moved(here, there, keyring, now)
    store = there.open(keyring)
    assert manifest.pending == 4
    assert photos(store) == [PHOTO]
    later = now + timedelta(seconds=61)
    sent = store.write(lambda uow: claims.claim(uow, later, 9, 60))
    assert [claimed.message.text for claimed in sent if claimed.dedupe_key in {"one", "two"}] == ["one"]
    [parcel] = Parcels(there.data_dir / "spool", keyring).names()
    assert Parcels(there.data_dir / "spool", keyring).get(parcel) == b"said while the database was away"
    [upload] = Parcels(there.data_dir / "uploads", keyring).names()
    assert Parcels(there.data_dir / "uploads", keyring).get(upload) == PHOTO
    erased = store.read(lambda uow: cases.by_number(uow, "2026-0102"))
    assert erased
    with pytest.raises(KeyDestroyed):
        store.read(lambda uow: keys.open_key(uow, erased.key_id))
    store.close()


def test_only_its_owner_can_read_the_file_and_nobody_can_read_words_in_it(
    here: Place, keyring: Keyring, now: datetime, tmp_path: Path
) -> None:
    fill(here, keyring, now)
    file = tmp_path / "backup"
    back_up(here.url, here.data_dir, keyring, file, now)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert sorted(path.name for path in tmp_path.iterdir() if path.is_file()) == ["backup"]
    content = file.read_bytes()
    assert b"2026-0101" in content
    assert {word for word in CANARIES for form in forms(word) if form in content} == set()


def test_the_file_can_be_listed_without_us(small: Path) -> None:
    with tarfile.open(small) as tar:
        names = tar.getnames()
    assert "rows/evidence/00000000.jsonl" in names
    assert names[-1] == "manifest.json"
