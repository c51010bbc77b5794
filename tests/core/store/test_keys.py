"""What is sealed is read with the right key and the right words only, and never again once the key is gone."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest

from core.errors import KeyDestroyed, SettingsError, StoreError
from core.store import keys, sessions
from core.store.keyring import Keyring
from core.store.unit_of_work import Store
from tests.conftest import SECRET
from tests.core.store.samples import WANG, contact

NEW_SECRET = "another secret that only tests know"


def test_what_was_sealed_comes_back(store: Store) -> None:
    key = store.write(keys.new_key)
    blob = store.write(lambda uow: keys.seal(uow, key, "三食堂有虫", "inbox:1"))
    assert store.read(lambda uow: keys.unseal(uow, key, blob, "inbox:1")).decode() == "三食堂有虫"


def test_sealing_twice_looks_different(store: Store) -> None:
    key = store.write(keys.new_key)
    assert store.write(lambda uow: keys.seal(uow, key, "a", "x")) != store.write(
        lambda uow: keys.seal(uow, key, "a", "x")
    )


@pytest.mark.parametrize("change", ["about", "key", "byte", "cut"])
def test_anything_that_does_not_fit_is_refused_without_a_word_of_it(store: Store, change: str) -> None:
    key, other = store.write(keys.new_key), store.write(keys.new_key)
    blob = store.write(lambda uow: keys.seal(uow, key, "canary", "inbox:1"))
    changed = {"byte": blob[:-1] + bytes([blob[-1] ^ 1]), "cut": blob[:5]}.get(change, blob)
    about = "inbox:2" if change == "about" else "inbox:1"
    with pytest.raises(StoreError) as refused:
        store.read(lambda uow: keys.unseal(uow, other if change == "key" else key, changed, about))
    assert "canary" not in str(refused.value)


def test_a_destroyed_key_opens_nothing_ever_again(store: Store, store_url: str, data_dir: Path) -> None:
    key = store.write(keys.new_key)
    blob = store.write(lambda uow: keys.seal(uow, key, "a", "x"))
    store.write(lambda uow: keys.destroy(uow, key))
    for opened in (store, Store.open(store_url, data_dir, Keyring.from_secret(SECRET), read_only=True)):
        with pytest.raises(KeyDestroyed):
            opened.read(lambda uow: keys.unseal(uow, key, blob, "x"))
        opened.close()


def test_a_destroyed_key_is_not_in_the_files_any_more(sqlite_url: str, data_dir: Path, keyring: Keyring) -> None:
    store = Store.open(sqlite_url, data_dir, keyring)
    key = store.write(keys.new_key)
    wrapped = store.read(lambda uow: uow.connection.exec_driver_sql("SELECT wrapped FROM data_key WHERE id=2").scalar())
    assert any(wrapped in path.read_bytes() for path in data_dir.iterdir())
    store.write(lambda uow: keys.destroy(uow, key))
    assert not any(wrapped in path.read_bytes() for path in data_dir.iterdir())
    store.close()


def test_rotation_keeps_texts_and_look_ups(store: Store, store_url: str, data_dir: Path, now: datetime) -> None:
    before = contact(store, now)
    store.write(lambda uow: sessions.save(uow, before, {"facts": "有虫"}, now))
    store.close()

    both = Store.open(store_url, data_dir, Keyring.from_secret(f"{NEW_SECRET},{SECRET}"))
    assert both.write(keys.rewrap_all) == 2, "the session's key and the one of the blind indexes"
    assert both.write(keys.rewrap_all) == 0
    both.close()

    new = Store.open(store_url, data_dir, Keyring.from_secret(NEW_SECRET))
    found = new.read(lambda uow: sessions.find(uow, WANG))
    assert found is not None
    assert (found.id, found.address, found.state) == (before.id, WANG, {"facts": "有虫"})
    new.close()

    with pytest.raises(StoreError, match="NEW,OLD"):
        Store.open(store_url, data_dir, Keyring.from_secret(SECRET))


def test_blind_indexes_tell_purposes_and_databases_apart(store: Store, data_dir: Path, keyring: Keyring) -> None:
    phone, same, other = (
        store.read(lambda uow, purpose=purpose: keys.blind(uow, purpose, "13900000000"))
        for purpose in ("phone", "phone", "peer")
    )
    assert phone == same != other
    elsewhere = Store.open(f"sqlite:///{data_dir}/elsewhere.db", data_dir, keyring)
    assert elsewhere.read(lambda uow: keys.blind(uow, "phone", "13900000000")) != phone
    elsewhere.close()


def test_a_key_file_is_made_once_and_for_its_owner_only(tmp_path: Path) -> None:
    path = tmp_path / "var" / "secret.key"
    assert Keyring.from_file(path).current == Keyring.from_file(path).current
    assert path.stat().st_mode & 0o777 == 0o600
    assert [each.name for each in path.parent.iterdir()] == ["secret.key"]
    assert Keyring.from_file(tmp_path / "other.key").current != Keyring.from_file(path).current


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o777])
def test_a_key_file_that_others_can_read_is_refused(tmp_path: Path, mode: int) -> None:
    path = tmp_path / "secret.key"
    Keyring.from_file(path)
    path.chmod(mode)
    with pytest.raises(SettingsError, match="chmod 600"):
        Keyring.from_file(path)


@pytest.mark.parametrize("secret", ["", " , ", "short", f"{SECRET},short"])
def test_a_secret_that_can_be_guessed_is_refused(secret: str) -> None:
    with pytest.raises(SettingsError) as refused:
        Keyring.from_secret(secret)
    assert "short" not in str(refused.value)
