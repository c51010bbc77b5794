"""The power fails at any moment of a busy service on SQLite: what somebody was told is there when it is back."""

from __future__ import annotations

import asyncio
import random
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import pytest

from app.settings import Settings
from app.wiring import Service, build
from core.messages import Address, InboundMessage
from core.store import cases, sqlite
from core.store.keyring import Keyring
from core.store.unit_of_work import Store
from tests.hammer.citizens import DIALOGUE, NUMBER, answered, history, said
from tests.hammer.power import Notes, noted
from tests.hammer.running import SECRET, dose, moment, report

CUTS = dose(8, 40)
PEOPLE = dose(16, 48)
FULL = (*sqlite.WRITER_PRAGMAS, "wal_autocheckpoint=200")
"""As in the product, but for checkpoints: they are so frequent that many cuts fall into one."""
NORMAL = tuple(pragma.replace("=full", "=normal") for pragma in FULL)

pytestmark = pytest.mark.timeout(dose(120, 600))


@dataclass(frozen=True)
class Answer:
    """What one person was told, by the message they sent."""

    person: str
    words: str
    reply: str


async def test_a_power_cut_takes_away_nothing_that_somebody_was_told(
    data_dir: Path, sqlite_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sqlite, "WRITER_PRAGMAS", FULL)
    notes = await _busy(data_dir)
    assert notes.syncs(".db"), "no cut could fall into a checkpoint"
    assert _losses(notes, data_dir.parent) == [[]] * CUTS


async def test_the_cuts_bite_a_store_that_does_not_wait_for_the_disk(
    data_dir: Path, sqlite_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sqlite, "WRITER_PRAGMAS", NORMAL)
    losses = _losses(await _busy(data_dir), data_dir.parent)
    report(f"with synchronous=NORMAL {sum(map(bool, losses))} of {CUTS} cuts lost something")
    assert any(losses)


async def _busy(data_dir: Path) -> Notes:
    """Many people at once go through whole dialogues; the notes have each answer at the moment it was given."""
    with noted(data_dir) as notes:
        service = build(Settings(_env_file=None, data_dir=data_dir, database_url=_url(data_dir), secret_key=SECRET))  # type: ignore[call-arg]
        await asyncio.gather(*(_talk(service, f"o-{index}", notes) for index in range(PEOPLE)))
        # The last to close a database tidies it up; the power fails before.
        moment_of_the_last = len(notes.lines)
        service.store.close()
    del notes.lines[moment_of_the_last:]
    return notes


async def _talk(service: Service, person: str, notes: Notes) -> None:
    for index, words in enumerate(DIALOGUE):
        message = InboundMessage(Address("wechat", person), f"{person}-{index}", moment(), text=words)
        await asyncio.sleep(random.uniform(0, 0.02))
        reply = await service.receive(message)
        notes.tell(Answer(person, words, "\n".join(each.text for each in reply)))


def _losses(notes: Notes, folder: Path) -> list[list[str]]:
    """Of each cut what is missing or wrong after it."""
    dice, found = random.Random(), []
    for index in range(CUTS):
        after = folder / f"after-{index}"
        after.mkdir()
        at = dice.randrange(len(notes.lines) // 10, len(notes.lines))
        notes.cut(at, after, dice)
        found.append([*_damage(after), *_missing(notes.told_before(at), after)])
    return found


def _damage(after: Path) -> list[str]:
    database = sqlite3.connect(after / "tousu.db")
    try:
        checks = ("PRAGMA integrity_check", "PRAGMA foreign_key_check")
        return [str(row) for check in checks for row in database.execute(check) if row != ("ok",)]
    finally:
        database.close()


def _missing(told: Sequence[Answer], after: Path) -> list[str]:
    store = Store.open(_url(after), after, Keyring.from_secret(SECRET))
    try:
        people = dict.fromkeys(answer.person for answer in told)
        return [loss for person in people for loss in _missing_of(store, person, told)]
    finally:
        store.close()


def _missing_of(store: Store, person: str, told: Sequence[Answer]) -> list[str]:
    """A message that was under way may be there or not; before it all are, each with its answer and its case."""
    lines, mine = history(store, person), [answer for answer in told if answer.person == person]
    losses = [] if said(lines)[: len(mine)] == [answer.words for answer in mine] else ["a message"]
    losses += [] if "".join(answered(lines)).startswith("".join(answer.reply for answer in mine)) else ["an answer"]
    losses += [] if len(said(lines)) <= len(mine) + 1 else ["a message that nobody sent"]
    numbers = {number for answer in mine for number in NUMBER.findall(answer.reply)}
    return losses + [number for number in numbers if not store.read(partial(cases.by_number, number=number))]


def _url(folder: Path) -> str:
    return f"sqlite:///{folder}/tousu.db"
