"""What is torn, forged, of another key or version, or would overwrite something is refused, and nothing is written."""

from __future__ import annotations

import hashlib
import random
import shutil
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest

from core.errors import NotRestorable, StoreError
from core.store import migrations
from core.store.backup.container import BLOCK
from core.store.backup.restore import restore
from core.store.backup.take import back_up
from core.store.keyring import Keyring
from core.store.unit_of_work import Store
from tests.conftest import SECRET
from tests.core.store.backup.places import (
    OTHER,
    PHOTO,
    Place,
    photos,
)
from tests.core.store.samples import filed


def refused(file: Path, place: Place, keyring: Keyring) -> str:
    """Why it is not restored; nothing may have been written."""
    with pytest.raises(NotRestorable) as error:
        restore(place.url, place.data_dir, keyring, file)
    assert list(place.data_dir.iterdir()) == []
    assert not place.has_tables()
    return error.value.reason


def test_a_database_with_anything_in_it_is_left_as_it_is(
    here: Place, small: Path, keyring: Keyring, now: datetime
) -> None:
    here.open(keyring).close()
    before = here.sums()
    with pytest.raises(NotRestorable) as refused:
        restore(here.url, here.data_dir, keyring, small)
    assert refused.value.reason == "not_empty"
    assert (here.sums(), here.files()) == (before, {})


def test_tables_with_nothing_in_them_are_room_enough(here: Place, small: Path, keyring: Keyring) -> None:
    restore(here.url, here.data_dir, keyring, small)
    store = here.open(keyring)
    assert photos(store) == [PHOTO]
    store.close()


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_a_file_that_is_cut_anywhere_is_refused(
    kind: str, small: Path, elsewhere: Callable[[str], Place], keyring: Keyring, tmp_path: Path
) -> None:
    whole, place, torn = small.read_bytes(), elsewhere(kind), tmp_path / "torn"
    some = [0, 1, BLOCK, len(whole) // 2, len(whole) - BLOCK, len(whole) - 1]
    for length in (*some, *random.sample(range(len(whole)), 20)):
        torn.write_bytes(whole[:length])
        assert refused(torn, place, keyring) == "torn", length
    torn.write_bytes(whole + b"\n")
    assert refused(torn, place, keyring) == "torn"


def test_one_byte_that_changed_anywhere_is_noticed(
    small: Path, elsewhere: Callable[[str], Place], keyring: Keyring, tmp_path: Path
) -> None:
    whole, place, changed = small.read_bytes(), elsewhere("sqlite"), tmp_path / "changed"
    some = random.sample(range(len(whole)), 100)
    for at in (0, 200, BLOCK - 1, *some, *range(len(whole) - BLOCK, len(whole), 7), len(whole) - 1):
        changed.write_bytes(whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :])
        assert refused(changed, place, keyring) in {"torn", "newer_format"}, at


def test_a_row_changed_by_somebody_who_knows_the_form_but_not_the_key_is_noticed(
    small: Path, elsewhere: Callable[[str], Place], keyring: Keyring, tmp_path: Path
) -> None:
    forged = tmp_path / "forged"
    body = small.read_bytes()[:-65].replace(b'"stored"', b'"failed"')
    forged.write_bytes(body + hashlib.sha256(body).hexdigest().encode() + b"\n")
    assert refused(forged, elsewhere("sqlite"), keyring) == "forged"


def test_a_later_form_of_file_is_named_as_such(
    small: Path, elsewhere: Callable[[str], Place], keyring: Keyring, tmp_path: Path
) -> None:
    later = tmp_path / "later"
    later.write_bytes(small.read_bytes().replace(b"tousu-backup 1 ", b"tousu-backup 2 "))
    assert refused(later, elsewhere("sqlite"), keyring) == "newer_format"


def test_a_key_that_is_missing_is_named_before_anything_is_written(
    small: Path, elsewhere: Callable[[str], Place], keyring: Keyring
) -> None:
    place, other = elsewhere("sqlite"), Keyring.from_secret(OTHER)
    with pytest.raises(NotRestorable) as error:
        restore(place.url, place.data_dir, other, small)
    assert error.value.reason == "key_missing"
    assert error.value.facts == {"wanted": keyring.current, "current": other.current}
    assert list(place.data_dir.iterdir()) == []


def test_every_master_key_that_is_still_in_use_is_asked_for(
    sqlite_url: str, data_dir: Path, elsewhere: Callable[[str], Place], keyring: Keyring, now: datetime, tmp_path: Path
) -> None:
    filed(first := Store.open(sqlite_url, data_dir, keyring), now)
    first.close()
    both = Keyring.from_secret(f"{OTHER},{SECRET}")
    filed(second := Store.open(sqlite_url, data_dir, both), now, "2026-0002")
    second.close()
    back_up(sqlite_url, data_dir, both, tmp_path / "backup", now)
    there = elsewhere("sqlite")
    with pytest.raises(NotRestorable) as error:
        restore(there.url, there.data_dir, Keyring.from_secret(OTHER), tmp_path / "backup")
    assert error.value.facts["wanted"] == keyring.current
    restore(there.url, there.data_dir, both, tmp_path / "backup")


def test_a_backup_is_not_made_with_a_key_that_does_not_open_it(
    here: Place, keyring: Keyring, now: datetime, tmp_path: Path
) -> None:
    here.open(keyring).close()
    with pytest.raises(StoreError, match="another secret key"):
        back_up(here.url, here.data_dir, Keyring.from_secret(OTHER), tmp_path / "backup", now)
    assert not (tmp_path / "backup").exists()


@pytest.fixture
def next_version(tmp_path: Path) -> Path:
    """The migrations of a later version: one column more."""
    folder = shutil.copytree(migrations.HERE, tmp_path / "migrations", ignore=shutil.ignore_patterns("__pycache__"))
    latest = migrations.revisions()[-1]
    (folder / "versions/9999_later.py").write_text(
        f'import sqlalchemy as sa\nfrom alembic import op\n\nrevision, down_revision = "9999_later", "{latest}"\n\n'
        'def upgrade() -> None:\n    op.add_column("counter", sa.Column("later", sa.Integer(), server_default="7"))\n'
    )
    return folder


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_a_backup_of_an_earlier_version_is_brought_up_to_date(
    kind: str,
    next_version: Path,
    small: Path,
    elsewhere: Callable[[str], Place],
    keyring: Keyring,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(migrations, "HERE", next_version)
    place = elsewhere(kind)
    restore(place.url, place.data_dir, keyring, small)
    store = place.open(keyring)
    assert photos(store) == [PHOTO]
    store.close()


def test_a_backup_of_a_later_version_is_refused(
    next_version: Path,
    sqlite_url: str,
    data_dir: Path,
    elsewhere: Callable[[str], Place],
    keyring: Keyring,
    now: datetime,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    with monkeypatch.context() as later:
        later.setattr(migrations, "HERE", next_version)
        migrations.upgrade(sqlite_url)
        Store.open(sqlite_url, data_dir, keyring).close()
        back_up(sqlite_url, data_dir, keyring, tmp_path / "backup", now)
    assert refused(tmp_path / "backup", elsewhere("sqlite"), keyring) == "newer_schema"
