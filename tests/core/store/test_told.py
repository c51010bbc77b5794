"""Who must look through everything that was told gets it page by page, each case once, erased ones never."""

from __future__ import annotations

from datetime import datetime
from functools import partial

import pytest

from core.store import cases, told
from core.store.told import Told
from core.store.unit_of_work import Store
from tests.core.store.samples import filed


@pytest.mark.parametrize("size", [1, 2, 3, 99])
def test_every_case_that_was_not_erased_comes_once(store: Store, now: datetime, size: int) -> None:
    filings = [filed(store, now, f"n{n}", contents={"facts": f"{n}"}) for n in range(5)]
    store.write(lambda uow: cases.erase(uow, filings[2].id))
    found: list[Told] = []
    while page := store.read(partial(told.contents_after, after=found[-1].case_id if found else 0, limit=size)):
        found += page
    assert [(each.case_id, each.contents["facts"]) for each in found] == [
        (case.id, f"{n}") for n, case in enumerate(filings) if n != 2
    ]
    assert {(each.policy_id, each.policy_version) for each in found} == {("a-pack", "1")}
