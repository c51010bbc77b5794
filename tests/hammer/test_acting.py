"""Staff act, and the process is killed at any moment: each step is there as a whole or not at all, and none that was told is lost."""

from __future__ import annotations

import os
import random
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import pytest

from core.store import audit, queries
from core.store.keyring import Keyring
from core.store.unit_of_work import Store
from tests.core.cases.desk import Desk
from tests.core.cases.invariants import all_faults
from tests.hammer.acting import READY
from tests.hammer.running import ROOT, SECRET, SERVE, dose, report

CASES = dose(8, 40)
KILLS = dose(2, 150)
"""Of somebody who does one thing after the other."""

COMMANDS = dose(2, 100)
"""Of ``tousu case act``, a process for each step."""

PACK = "internal-rules"
LOOP = "from tests.hammer.acting import main; main()"

pytestmark = pytest.mark.timeout(dose(240, 2400))


@dataclass
class Bureau:
    """An institution on its own database, whose staff work in processes of their own."""

    url: str
    data_dir: Path
    numbers: list[str] = field(default_factory=list)
    told: Counter[tuple[str, str]] = field(default_factory=Counter)

    def store(self) -> Store:
        return Store.open(self.url, self.data_dir, Keyring.from_secret(SECRET))

    def founded(self, now: datetime) -> None:
        store = self.store()
        desk = Desk(store, now, PACK, crew=False)
        desk.hire_for_each_post("", "2")
        self.numbers = [desk.open(f"draft {index}")[0].number for index in range(CASES)]
        store.close()

    def start(self, program: str, *arguments: str) -> subprocess.Popen[str]:
        kept = {name: value for name, value in os.environ.items() if not name.startswith("TOUSU_")}
        settings = {"DATA_DIR": str(self.data_dir), "DATABASE_URL": self.url, "SECRET_KEY": SECRET, "POLICY": PACK}
        environment = kept | {"PYTHONPATH": str(ROOT)} | {f"TOUSU_{name}": value for name, value in settings.items()}
        command = [sys.executable, "-c", program, *arguments]
        return subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)

    def kill(self, process: subprocess.Popen[str]) -> Sequence[str]:
        """What it had said by then."""
        process.kill()
        said, complaint = process.communicate()
        assert "Traceback" not in complaint, complaint
        return said.splitlines()

    def look(self, now: datetime) -> Counter[tuple[str, str]]:
        """Everything agrees; the steps that are there."""
        store = self.store()
        try:
            desk = Desk(store, now, PACK, crew=False)
            ids = [desk.case(number).id for number in self.numbers]
            assert store.read(lambda uow: all_faults(uow, desk.office, ids)) == []
            assert not store.read(audit.verify).findings
            assert len(store.read(lambda uow: queries.case_list(uow, 1000))) == CASES
            return Counter((number, kind) for number in self.numbers for kind in desk.kinds(number))
        finally:
            store.close()


@pytest.fixture
def bureau(store_url: str, data_dir: Path, now: datetime) -> Bureau:
    made = Bureau(store_url, data_dir)
    made.founded(now)
    return made


def test_kills_while_staff_act_leave_no_half_step(bureau: Bureau, now: datetime) -> None:
    for seed in range(KILLS):
        process = bureau.start(LOOP, str(random.randrange(10**9)))
        assert process.stdout
        assert process.stdout.readline().strip() == READY
        time.sleep(random.uniform(0.05, 1.5))
        for line in bureau.kill(process):
            number, _, kind = line.partition(" ")
            bureau.told[number, kind] += 1
        there = bureau.look(now)
        assert bureau.told - there == Counter(), f"told and gone, kill {seed}"
    report(f"{KILLS} kills: {bureau.told.total()} steps told, {there.total()} lines there")
    assert bureau.told.total() > KILLS


def test_a_command_that_is_killed_did_all_of_it_or_nothing(bureau: Bureau, now: datetime) -> None:
    """``tousu case act`` itself, at any moment between its start and its end."""
    began = time.monotonic()
    undisturbed = bureau.start(SERVE, *_first_step(bureau.numbers[0]))
    _, complaint = undisturbed.communicate()
    assert undisturbed.returncode == 0, complaint
    takes = time.monotonic() - began
    for index in range(COMMANDS):
        number = bureau.numbers[1 + index % (CASES - 1)]
        process = bureau.start(SERVE, *_first_step(number))
        # Towards its end it does what it is for; before, it only starts up.
        time.sleep(random.uniform(0.5, 1.1) * takes)
        said = bureau.kill(process)
        there = bureau.look(now)
        assert not said or there[number, "accepted"] == 1
    report(f"{COMMANDS} commands: {sum(there[number, 'accepted'] for number in bureau.numbers)} done")


def _first_step(number: str) -> Sequence[str]:
    return ("case", "act", number, "accept", "--as", "reception")
