"""Staff are told of clocks by the ladder of the pack: before, at and after the end, each rung once, to whom it names."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest

from core.store.cases import StoredCase
from core.store.unit_of_work import Store
from tests.core.cases.desk import Desk


@pytest.fixture
def desk(store: Store, now: datetime) -> Desk:
    """One clock of fifteen working days; the handler a day before, the head at its end, the director a day after."""
    desk = Desk(store, now, "service-hall", crew=False)
    desk.hire("xu", "officer", name="徐小苗")
    desk.hire("head", "head")
    return desk


@pytest.fixture
def case(desk: Desk) -> StoredCase:
    case, _ = desk.open()
    desk.work(case.number, "assign", "xu", handler="xu")
    desk.alerts()
    return case


def due(desk: Desk, case: StoredCase) -> datetime:
    return desk.clock(case.number, "completion").due_at


def watched_at(desk: Desk, moment: datetime) -> list[str]:
    desk.now = moment
    desk.watch_clocks()
    return desk.alerts()


def label(desk: Desk, post: str) -> str:
    return desk.policy.post(post).label.zh


def test_each_rung_is_told_once_to_whom_it_names(desk: Desk, case: StoredCase) -> None:
    end = due(desk, case)
    assert watched_at(desk, end - timedelta(hours=24, minutes=1)) == []
    assert watched_at(desk, end - timedelta(hours=24)) == [], "a Sunday: it ends only after the office has opened"
    [before] = watched_at(desk, end - timedelta(hours=8))
    assert "徐小苗" in before
    assert label(desk, "head") not in before
    assert watched_at(desk, end - timedelta(minutes=1)) == []
    [at_the_end] = watched_at(desk, end)
    assert label(desk, "head") in at_the_end
    [after] = watched_at(desk, end + timedelta(hours=24))
    assert label(desk, "director") in after
    assert watched_at(desk, end + timedelta(days=30)) == []


def test_an_alert_names_the_case_the_clock_and_its_end_and_nothing_of_the_complainant(
    desk: Desk, case: StoredCase
) -> None:
    [words] = watched_at(desk, due(desk, case))
    assert case.number in words
    assert desk.policy.clock("completion").label.zh in words
    assert "12月14日 17:00" in words
    assert "lift" not in words


def test_after_an_absence_the_highest_rung_speaks_alone(desk: Desk, case: StoredCase) -> None:
    [words] = watched_at(desk, due(desk, case) + timedelta(days=3))
    assert label(desk, "director") in words
    assert watched_at(desk, desk.now + timedelta(days=3)) == []


def test_of_a_case_that_nobody_has_those_of_the_next_rung_hear_at_once(desk: Desk) -> None:
    case, _ = desk.open()
    [words] = watched_at(desk, due(desk, case) - timedelta(hours=8))
    assert label(desk, "head") in words


def test_what_ended_in_time_alerts_nobody(desk: Desk, case: StoredCase) -> None:
    end = due(desk, case)
    desk.closed(case.number, by="xu")
    desk.alerts()
    assert watched_at(desk, end + timedelta(days=3)) == []


def test_what_stands_still_alerts_nobody_and_then_by_its_new_end(desk: Desk, case: StoredCase) -> None:
    end = due(desk, case)
    desk.work(case.number, "request_supplement", "xu", words="which lift?")
    assert watched_at(desk, end + timedelta(days=3)) == []
    desk.do(case.number, "supplement", "the one at the back")
    assert due(desk, case) > desk.now + timedelta(days=2)
    assert watched_at(desk, desk.now + timedelta(hours=1)) == []
    assert len(watched_at(desk, due(desk, case))) == 1


def test_two_who_watch_at_once_tell_once(desk: Desk, case: StoredCase) -> None:
    desk.now = due(desk, case)
    with ThreadPoolExecutor(2) as threads:
        list(threads.map(lambda _: desk.watch_clocks(), range(2)))
    assert len(desk.alerts()) == 1


def test_more_than_fit_into_one_look_are_told_by_and_by(desk: Desk) -> None:
    from core.cases import watching

    first = [desk.open(f"draft {index}")[0] for index in range(5)]
    desk.now = due(desk, first[0])
    looked = [
        desk.store.write(lambda uow: watching.watch_clocks(uow, desk.office, desk.now, limit=2)) for _ in range(4)
    ]
    assert looked == [2, 2, 1, 0]
    assert len(desk.alerts()) == 5


def test_somebody_who_must_not_know_is_not_named_as_the_one_to_act(desk: Desk, case: StoredCase) -> None:
    """Whoever is kept away loses the case; the alert goes to those of the next rung."""
    desk.work(case.number, "recuse", "xu", words="my brother")
    [words] = watched_at(desk, due(desk, case) - timedelta(hours=8))
    assert "徐小苗" not in words
    assert label(desk, "head") in words


def test_a_clock_that_was_taken_up_again_is_alerted_anew(desk: Desk, case: StoredCase) -> None:
    assert len(watched_at(desk, due(desk, case))) == 1
    desk.closed(case.number, by="xu")
    desk.do(case.number, "reopen", "it is broken again")
    desk.alerts()
    assert len(watched_at(desk, due(desk, case))) == 1
