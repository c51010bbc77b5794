"""Random sequences of actions by anybody, while time passes: no illegal state, no clock lost, every chain whole.

``TOUSU_SOAK=1`` takes a hundred times as many.
"""

from __future__ import annotations

import random
from datetime import datetime

import pytest

from core.store.unit_of_work import Store
from tests.core.cases.random_work import Days
from tests.core.cases.routes import all_packs
from tests.hammer.running import dose

PACKS = all_packs()
SOME = tuple(PACKS)
ON_SQLITE = range(dose(len(PACKS) // 2, 600))
ON_POSTGRESQL = range(dose(2, 40))
STEPS = dose(60, 250)


@pytest.mark.timeout(600)
@pytest.mark.parametrize("seed", ON_SQLITE)
def test_whatever_is_tried_what_must_hold_holds(sqlite_store: Store, now: datetime, seed: int) -> None:
    Days(sqlite_store, now, PACKS[SOME[seed % len(SOME)]], random.Random(seed)).live(STEPS)


@pytest.mark.timeout(600)
@pytest.mark.parametrize("seed", ON_POSTGRESQL)
def test_so_it_does_on_postgresql(postgresql_store: Store, now: datetime, seed: int) -> None:
    pack = ("internal-rules", *SOME)[seed % (len(SOME) + 1)]
    Days(postgresql_store, now, PACKS[pack], random.Random(f"postgresql {seed}")).live(STEPS)
