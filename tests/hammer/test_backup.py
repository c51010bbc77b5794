"""A backup of a service under load, by the command itself; restored by a process that is killed on its way."""

from __future__ import annotations

import hashlib
import itertools
import json
import os
import random
import signal
import subprocess
import sys
import tarfile
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from core.cases import registration
from core.cases.calendar import calendar
from core.cases.office import Office
from core.cases.registration import Registration
from core.delivery import Delivery
from core.errors import KeyDestroyed
from core.messages import Address, Attachment, OutboundMessage
from core.policies.load import load
from core.store import cases, evidence, keys, outbox, queries, sessions
from core.store.cases import StoredCase
from core.store.keyring import Keyring
from core.store.unit_of_work import Store, UnitOfWork
from core.texts import load_texts
from tests import postgres
from tests.core.test_delivery import Chat
from tests.hammer.running import ROOT, SECRET, SERVE, dose, moment

CLERKS = 3
BEFORE = dose(30, 1000)
"""Cases that each clerk files before the backup begins; then they go on."""

KILLS = dose(1, 20)
PHOTO = b"\x89PNG\r\n\x1a\n" + bytes(20_000)

pytestmark = pytest.mark.timeout(dose(120, 900))


class Work:
    """People who file, erase and fetch all at once, as a running service does."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.office = Office(load("service-hall"), calendar(), load_texts())
        self.stop = threading.Event()
        self.filed: list[str] = []

    def file(self, name: str) -> None:
        """Complaints one after the other, each with a photo and a message to send; every fourth is erased."""
        person = self.store.write(lambda uow: sessions.load(uow, Address("chat", name), moment()))
        for index in itertools.count():
            if self.stop.wait(0 if index < BEFORE else 0.02):
                return
            case = self.store.write(partial(self._file, person=person, draft=f"{name}:{index}"))
            self.filed.append(case.number)
            if index % 4 == 3:
                self.store.write(partial(cases.erase, case_id=case.id))

    def fetch(self) -> None:
        """Photos of cases, some of which are erased before their photo is there."""
        while not self.stop.is_set():
            for claimed in self.store.write(lambda uow: evidence.claim(uow, moment(), 4, 600)):
                file = self.store.files.write(PHOTO + claimed.attachment.reference.encode(), claimed.key)
                self.store.write(
                    lambda uow, claimed=claimed, file=file: evidence.settle_stored(  # type: ignore[misc]
                        uow, claimed.id, file.mime, file.size, file.sha256, file.path
                    )
                )

    def _file(self, uow: UnitOfWork, person: sessions.StoredSession, draft: str) -> StoredCase:
        key_id = keys.new_key(uow)
        evidence.add(uow, person.id, draft, None, key_id, Attachment("photo", draft), moment())
        told = Registration(draft, person.id, "chat", key_id, "other", {"facts": draft})
        case, _ = registration.open_case(uow, self.office, told, moment())
        outbox.add(uow, person, OutboundMessage(draft), f"told:{draft}", moment(), now=moment())
        return case


@contextmanager
def under_load(store: Store) -> Iterator[Work]:
    """Work goes on while the block runs, which begins when a good deal was done."""
    work = Work(store)
    with ThreadPoolExecutor(CLERKS + 1) as threads:
        hands = [threads.submit(work.file, f"clerk{index}") for index in range(CLERKS)]
        hands.append(threads.submit(work.fetch))
        try:
            while len(work.filed) < CLERKS * BEFORE and not any(hand.done() for hand in hands):
                time.sleep(0.01)
            yield work
        finally:
            work.stop.set()
        for hand in hands:
            hand.result()


@dataclass(frozen=True)
class Machine:
    """A database and a data directory, and the commands that are typed there."""

    url: str
    data_dir: Path

    @contextmanager
    def store(self) -> Iterator[Store]:
        opened = Store.open(self.url, self.data_dir, Keyring.from_secret(SECRET))
        try:
            yield opened
        finally:
            opened.close()

    def begin(self, *arguments: str) -> subprocess.Popen[str]:
        ours = {"DATA_DIR": str(self.data_dir), "DATABASE_URL": self.url, "SECRET_KEY": SECRET}
        kept = {name: value for name, value in os.environ.items() if not name.startswith("TOUSU_")}
        return subprocess.Popen(
            [sys.executable, "-c", SERVE, *arguments],
            cwd=self.data_dir,
            env=kept | {"PYTHONPATH": str(ROOT), "PYTHONUTF8": "1"} | {f"TOUSU_{k}": v for k, v in ours.items()},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def tousu(self, *arguments: str) -> Any:
        """Run a command to its end; what it says as JSON."""
        process = self.begin(*arguments, "--json")
        said, complaint = process.communicate()
        assert process.returncode == 0, complaint
        return json.loads(said)


@pytest.fixture(params=[("sqlite", "postgresql"), ("postgresql", "sqlite")], ids="-to-".join)
def machines(
    request: pytest.FixtureRequest, databases: postgres.Databases, tmp_path: Path
) -> Iterator[tuple[Machine, Machine]]:
    """The machine that is backed up, and an empty one with the other kind of database."""
    made = databases.create(template=None)
    found = []
    for kind in request.param:
        folder = tmp_path / kind
        folder.mkdir()
        found.append(Machine(made if kind == "postgresql" else f"sqlite:///{folder}/tousu.db", folder))
    yield found[0], found[1]
    databases.drop(made)


async def test_a_backup_taken_under_load_is_restored_whole_by_a_process_that_was_killed(
    machines: tuple[Machine, Machine], tmp_path: Path
) -> None:
    here, there = machines
    file = tmp_path / "backup"
    with here.store() as store, under_load(store) as work:
        already = list(work.filed)
        said = here.tousu("backup", str(file))
        later = len(work.filed)
    assert len(already) < said["rows"]["case_file"] <= later, "others were filed while the backup was made"
    assert said["missing"] == []
    _kill_restores(there, file)
    assert said == there.tousu("restore", str(file)) | {"key_at": "TOUSU_SECRET_KEY"}
    with here.store() as before, there.store() as store:
        _is_whole(store, said, before)
        await _is_sent_once(store, said["pending"])


def _kill_restores(there: Machine, file: Path) -> None:
    """Half-way through the files, when all rows are written and nothing is committed.

    A pipe that nobody reads from stands where a file is to be written: there a restore waits until it is killed.
    """
    with tarfile.open(file) as tar:
        photos = [there.data_dir / name for name in tar.getnames() if name.startswith("evidence/")]
    for _ in range(KILLS):
        last = random.randrange(1, len(photos))
        barrier = photos[last].with_name(f"{photos[last].name}.part")
        barrier.parent.mkdir(parents=True, exist_ok=True)
        os.mkfifo(barrier)
        photos[last - 1].unlink(missing_ok=True)
        process = there.begin("restore", str(file))
        while process.poll() is None and not photos[last - 1].exists():
            time.sleep(0.005)
        process.kill()
        process.communicate()
        assert process.returncode == -signal.SIGKILL
        barrier.unlink()


def _is_whole(store: Store, said: dict[str, Any], before: Store) -> None:
    """Every case has its number, its key and its photo, and the next number is the next one.

    A photo is missing only where the whole case was erased, if need be between the moment and the reading of its file.
    """
    known = store.read(lambda uow: queries.case_list(uow, 100_000))
    running = sorted(_running(case.number) for case in known)
    assert running == list(range(1, said["rows"]["case_file"] + 1))
    states = {case.number: _state_of(store, case.number) for case in known}
    assert list(states.values()).count("whole") == said["files"]["evidence"] > 0
    assert {_state_of(before, number) for number, state in states.items() if state == "gone"} <= {"erased"}
    office, draft = Office(load("service-hall"), calendar(), load_texts()), "the next one"

    def file_one(uow: UnitOfWork) -> StoredCase:
        person = sessions.load(uow, Address("chat", "next"), moment())
        told = Registration(draft, person.id, "chat", keys.new_key(uow), "other", {"facts": draft})
        return registration.open_case(uow, office, told, moment())[0]

    assert _running(store.write(file_one).number) == len(running) + 1


def _state_of(store: Store, number: str) -> str:
    case = store.read(lambda uow: cases.by_number(uow, number))
    assert case
    try:
        facts = store.read(lambda uow: cases.contents(uow, case))["facts"]
    except KeyDestroyed:
        assert store.read(lambda uow: evidence.list_for_case(uow, case.id)) == []
        return "erased"
    photo = next(iter(store.read(lambda uow: evidence.list_for_case(uow, case.id))), None)
    if photo is None or photo.state != "stored":
        return "waiting" if photo else "gone"
    content = store.files.read(photo.path, store.read(lambda uow: keys.open_key(uow, case.key_id)))
    assert content == PHOTO + facts.encode()
    assert hashlib.sha256(content).digest() == photo.sha256
    return "whole"


async def _is_sent_once(store: Store, pending: int) -> None:
    chat = Chat()
    for hours in range(3):
        later = moment() + timedelta(hours=hours)
        while await Delivery(store, {"chat": chat}, lambda: later).deliver_due():  # noqa: B023
            pass
    texts = [text for _, text in chat.sent]
    assert len(set(texts)) == len(texts) == pending


def _running(number: str) -> int:
    """The running number in a complaint number; behind it stands a check digit."""
    return int(number.rpartition("-")[2][:-1])
