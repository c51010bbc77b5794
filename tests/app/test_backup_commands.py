"""``tousu backup`` and ``tousu restore`` as they are typed: one file, plain words, and no key in either."""

from __future__ import annotations

import json
import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest

from app.resources import keyring, open_store
from app.settings import load_settings
from core.messages import Address, Attachment
from core.store import evidence, keys, sessions
from core.store.unit_of_work import Store, UnitOfWork
from tests.app.conftest import Tousu

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
KEY = Path("var/secret.key")


@pytest.fixture
def store(tousu: Tousu) -> Store:
    """The service, running."""
    opened = open_store(load_settings())
    opened.write(lambda uow: sessions.load(uow, Address("chat", "anna"), NOW))
    return opened


@pytest.fixture
def saved(tousu: Tousu, store: Store) -> Path:
    """A backup; what it was made of is gone, the key file too."""
    assert tousu("backup", "saved").code == 0
    store.close()
    KEY.rename("elsewhere.key")
    shutil.rmtree("var")
    return Path("saved")


def give_back_the_key() -> str:
    KEY.parent.mkdir(exist_ok=True)
    shutil.copy2("elsewhere.key", KEY)
    return keyring(load_settings()).current


def test_a_backup_says_what_is_in_it_and_where_the_key_is_which_is_not(tousu: Tousu, store: Store) -> None:
    answer = tousu("backup", "saved")
    store.close()
    assert (answer.code, answer.err) == (0, "")
    assert "saved（" in answer.out
    assert "主密钥不在备份里" in answer.out
    assert str(KEY) in answer.out
    assert keyring(load_settings()).current in answer.out
    secret = KEY.read_text()
    assert secret not in answer.out
    assert secret.encode() not in Path("saved").read_bytes()


def test_a_program_can_read_what_was_done(tousu: Tousu, store: Store) -> None:
    record = json.loads(tousu("backup", "saved", "--json").out)
    store.close()
    assert record["rows"]["session"] == 1
    assert record["files"] == {"evidence": 0, "spool": 0, "uploads": 0}
    assert record["masters"] == [keyring(load_settings()).current]
    assert (record["pending"], record["missing"], record["key_at"]) == (0, [], str(KEY))


def test_a_file_that_the_disk_lost_is_spoken_of(tousu: Tousu, store: Store) -> None:
    def work(uow: UnitOfWork) -> None:
        evidence.add(uow, 1, "draft", None, keys.new_key(uow), Attachment("photo", "media"), NOW)
        [claimed] = evidence.claim(uow, NOW, 1, 60)
        evidence.settle_stored(uow, claimed.id, "image/png", 9, b"sum", f"evidence/00/{'0' * 32}.bin")

    store.write(work)
    store.close()
    assert "! 有 1 个证据文件不在磁盘上" in tousu("backup", "saved").out


def test_a_backup_never_replaces_another_one(tousu: Tousu, saved: Path) -> None:
    before = saved.read_bytes()
    answer = tousu("backup", str(saved))
    assert answer.code == 1
    assert "不会覆盖" in answer.err
    assert saved.read_bytes() == before


def test_a_backup_goes_into_a_folder_that_is_there(tousu: Tousu, store: Store) -> None:
    answer = tousu("backup", "nowhere/saved")
    store.close()
    assert answer.code == 1
    assert "nowhere" in answer.err


def test_there_is_nothing_to_back_up_before_the_first_start(tousu: Tousu) -> None:
    answer = tousu("backup", "saved")
    assert answer.code == 1
    assert "没有主密钥" in answer.err
    assert not Path("var").exists(), "no key was made that opens nothing"


def test_a_restore_without_a_key_makes_none(tousu: Tousu, saved: Path) -> None:
    answer = tousu("restore", str(saved))
    assert answer.code == 1
    assert "没有主密钥" in answer.err
    assert not Path("var").exists()


def test_a_restore_with_another_key_names_the_one_that_is_missing(
    tousu: Tousu, saved: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    wanted = give_back_the_key()
    shutil.rmtree("var")
    monkeypatch.setenv("TOUSU_SECRET_KEY", "another" * 9)
    answer = tousu("restore", str(saved))
    assert (answer.code, answer.out) == (1, "")
    assert wanted in answer.err
    assert "TOUSU_SECRET_KEY" in answer.err
    assert "another" not in answer.err
    assert not Path("var").exists()


def test_a_restore_brings_everything_back(tousu: Tousu, saved: Path) -> None:
    give_back_the_key()
    answer = tousu("restore", str(saved))
    assert (answer.code, answer.err) == (0, "")
    assert "已从" in answer.out
    with_all = open_store(load_settings())
    assert with_all.read(lambda uow: sessions.find(uow, Address("chat", "anna")))
    with_all.close()


def test_a_restore_over_something_is_refused(tousu: Tousu, saved: Path) -> None:
    give_back_the_key()
    open_store(load_settings()).close()
    answer = tousu("restore", str(saved))
    assert answer.code == 1
    assert "已经有内容" in answer.err


@pytest.mark.parametrize("content", [b"", b"not a backup\n", bytes(100_000)])
def test_what_is_no_backup_is_called_so(tousu: Tousu, saved: Path, content: bytes) -> None:
    give_back_the_key()
    saved.write_bytes(content)
    answer = tousu("restore", str(saved))
    assert (answer.code, answer.err.count("\n")) == (1, 1)
    assert "不是一份完整的备份" in answer.err
    assert sorted(path.name for path in Path("var").iterdir()) == ["secret.key"]


def test_a_file_that_is_not_there_is_one(tousu: Tousu) -> None:
    answer = tousu("restore", "nothing")
    assert answer.code == 1
    assert "nothing" in answer.err


def test_what_the_disk_refuses_is_one_line(tousu: Tousu, saved: Path) -> None:
    give_back_the_key()
    Path("var/tousu.db").mkdir()
    answer = tousu("restore", str(saved))
    assert (answer.code, answer.err.count("\n")) == (1, 1)
