"""Dialogues nobody wrote down. ``TOUSU_SOAK=1`` takes ten thousand of them."""

from __future__ import annotations

import os
import random
from collections.abc import Callable
from pathlib import Path

import pytest

from core.ladder import Limits
from tests.conversations import play
from tests.conversations.direct import WECHAT_LIKE
from tests.core.dialog.walks import PACKS, WITH_BUTTONS, Walker, anything

SOAK = bool(os.environ.get("TOUSU_SOAK"))
WALKS = range(10_000 if SOAK else 25)
RESTARTS = range(500 if SOAK else 6)
LENGTH = 25
MOST_MESSAGES = 40

Start = Callable[..., Walker]


@pytest.fixture
def start(tmp_path: Path) -> Start:
    """A person with a service of their own."""

    def begin(name: str, pack: str, limits: Limits = WECHAT_LIKE) -> Walker:
        folder = tmp_path / name
        folder.mkdir()
        return Walker.of(folder / "tousu.db", folder, pack, limits)

    return begin


@pytest.mark.parametrize("seed", WALKS)
def test_no_walk_ends_where_a_sensible_person_cannot_get_on(start: Start, seed: int) -> None:
    chance = random.Random(seed)
    walker = start("walk", PACKS[seed % len(PACKS)], WITH_BUTTONS if seed % 3 == 2 else WECHAT_LIKE)
    steps = anything(chance, chance.randint(3, LENGTH))
    for step in steps:
        walker.take(step)
    assert walker.reaches_a_number(MOST_MESSAGES), ([step.words for step in steps], walker.heard[-3:])
    walker.player.close()


@pytest.mark.parametrize("seed", RESTARTS)
def test_a_restart_between_any_two_messages_changes_nothing(start: Start, seed: int) -> None:
    steps = anything(random.Random(f"restart {seed}"), LENGTH)
    pack = PACKS[seed % len(PACKS)]
    lasting, restarted = start("lasting", pack), start("restarted", pack)
    for step in steps:
        lasting.take(step)
        restarted.take(step)
        restarted.take(play.Step("restarted", ""))
    assert lasting.heard == restarted.heard[::2]
    lasting.player.close()
    restarted.player.close()
