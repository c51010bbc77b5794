"""What stays owed, and what stays written: measures that were promised, and readings that were refused."""

from __future__ import annotations

from datetime import datetime

import pytest

from core.cases import access
from core.store import timeline
from core.store.unit_of_work import Store
from tests.core.cases.desk import Desk
from tests.core.cases.routes import lead

WORDS = "as it was found"


@pytest.fixture
def strict(sqlite_store: Store, now: datetime) -> Desk:
    """A pack with every stage, and a member of staff for each post."""
    desk = Desk(sqlite_store, now, "internal-rules", crew=False)
    desk.hire_for_each_post("", "2")
    return desk


def test_a_refund_that_was_promised_stays_owed_when_the_case_is_taken_up_again(strict: Desk) -> None:
    number = strict.open()[0].number
    lead(strict, number, "closed", measures="refund")
    assert strict.work_of(number).remedies == ("refund",)
    strict.do(number, "reopen", "not all of it")
    done = strict.work_of(number)
    assert (done.outcome, done.measures, done.remedies) == ("", (), ("refund",))


def test_what_was_only_proposed_is_not_owed(strict: Desk) -> None:
    number = strict.open()[0].number
    lead(strict, number, "proposed", measures="refund")
    assert strict.work_of(number).remedies == ()
    strict.work(number, "send_back", "head", words=WORDS)
    assert (strict.work_of(number).measures, strict.work_of(number).remedies) == ((), ())


def test_a_reading_that_was_refused_is_written_down_and_looks_like_no_case(strict: Desk) -> None:
    case, _ = strict.open(facts="章三丰在窗口骂人")
    named = strict.hire("zhang", "investigator", name="章三丰")
    seen = strict.store.write(lambda uow: access.look(uow, strict.office, named, case.number, strict.now))
    assert seen is None
    last = strict.store.read(lambda uow: timeline.of_case(uow, case))[-1]
    assert (last.kind, last.actor, last.public) == ("refused", "staff:zhang", False)
