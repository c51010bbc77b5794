"""Extensions of the promised day, across holidays and on both databases."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest

from core.cases import service as cases
from core.cases.clocks import ZONE
from core.errors import Refused
from core.store.cases import StoredCase
from core.store.unit_of_work import Store
from tests.core.cases.test_service import Desk

MONDAY = datetime(2026, 9, 21, 10, 0, tzinfo=ZONE)
"""Before 中秋节 (25–27 September) and 国庆节 (1–7 October, made up for on 20 September and 10 October)."""


@pytest.fixture
def desk(store: Store) -> Desk:
    return Desk(store, MONDAY, "service-center")


@pytest.fixture
def accepted(desk: Desk) -> StoredCase:
    case, _ = desk.open()
    return desk.work(case.number, "accept")


def extend(desk: Desk, case: StoredCase, approved_by: str = "staff:head") -> StoredCase:
    def work(uow):  # type: ignore[no-untyped-def]
        return cases.act_as_staff(
            uow, desk.office, case.number, "extend", "staff:1", "要请厂家检测。", desk.now, approved_by=approved_by
        )

    extended: StoredCase = desk.store.write(work)
    return extended


def test_three_working_days_follow_the_promised_one(desk: Desk, accepted: StoredCase) -> None:
    """22, 23, 24, 28, 29, 30 September and 8 October; then 9, 10 (made up for) and 12 October."""
    assert accepted.promised_on == date(2026, 10, 8)
    assert extend(desk, accepted).promised_on == date(2026, 10, 12)


def test_an_extension_is_given_once(desk: Desk, accepted: StoredCase) -> None:
    extend(desk, accepted)
    with pytest.raises(Refused, match=r"act\.extended_enough"):
        extend(desk, accepted)


@pytest.mark.parametrize(("approved_by", "key"), [("", "needs_approval"), ("staff:1", "own_approval")])
def test_somebody_else_approves(desk: Desk, accepted: StoredCase, approved_by: str, key: str) -> None:
    with pytest.raises(Refused, match=rf"act\.{key}"):
        extend(desk, accepted, approved_by)


def test_a_stage_without_extension_is_not_extended(desk: Desk) -> None:
    case, _ = desk.open()
    with pytest.raises(Refused, match=r"act\.not_extendable"):
        extend(desk, case)


def test_a_day_that_is_over_is_not_extended_nor_one_that_was_broken(desk: Desk, accepted: StoredCase) -> None:
    assert accepted.wake_at is not None
    desk.now = accepted.wake_at + timedelta(minutes=1)
    with pytest.raises(Refused, match=r"act\.too_late_to_extend"):
        extend(desk, accepted)
    desk.store.write(lambda uow: cases.keep_promises(uow, desk.office, desk.now))
    with pytest.raises(Refused, match=r"act\.too_late_to_extend"):
        extend(desk, accepted)


def test_a_case_that_was_taken_up_again_may_be_extended_again(desk: Desk, accepted: StoredCase) -> None:
    extend(desk, accepted)
    desk.work(accepted.number, "close", "已修好。")
    taken_up = desk.do(accepted.number, "reopen", "还在漏。")
    assert extend(desk, taken_up).promised_on > taken_up.promised_on
