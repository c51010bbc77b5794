"""The life of a case: what may be done when and by whom, as one table."""

from __future__ import annotations

from itertools import product
from typing import get_args

import pytest

from core.cases.lifecycle import TABLE, Transition, decide
from core.cases.vocabulary import FINAL, OPEN, Action, Side, Status
from core.errors import Refused
from core.texts import load_texts

SENTENCES = load_texts().sentences["zh"]
POSSIBLE = {(row.source, row.action, row.side) for row in TABLE}
EVERYTHING = tuple(product(get_args(Status), get_args(Action), get_args(Side)))


@pytest.mark.parametrize("row", TABLE, ids=lambda row: f"{row.side} {row.action} {row.source}")
def test_what_the_table_allows_is_decided_so(row: Transition) -> None:
    assert decide(row.source, row.action, row.side, "已处理") is row


@pytest.mark.parametrize(("status", "action", "side"), [tried for tried in EVERYTHING if tried not in POSSIBLE])
def test_anything_else_is_refused_with_a_sentence(status: Status, action: Action, side: Side) -> None:
    with pytest.raises(Refused) as refused:
        decide(status, action, side, "已处理")
    assert str(refused.value) in SENTENCES


def test_no_row_is_there_twice() -> None:
    assert len(POSSIBLE) == len(TABLE)


@pytest.mark.parametrize("action", ["report_progress", "extend", "close", "refer"])
def test_staff_say_what_they_did(action: Action) -> None:
    with pytest.raises(Refused, match=r"act\.needs_words"):
        decide("accepted", action, "staff", "  ")


def test_every_status_is_reached_and_every_one_that_is_not_final_is_left() -> None:
    reached = {"registered"}
    while more := {row.target for row in TABLE if row.source in reached} - reached:
        reached |= more
    assert reached == set(get_args(Status))
    assert {row.source for row in TABLE if row.target != row.source} == reached - FINAL


def test_nothing_more_is_done_to_a_final_case() -> None:
    assert not {row for row in TABLE if row.source in FINAL}


def test_every_open_case_can_be_answered_and_withdrawn() -> None:
    for status in OPEN:
        assert decide(status, "close", "staff", "已更换").target == "closed"
        assert decide(status, "withdraw", "complainant").target == "withdrawn"


def test_a_complainant_never_closes_and_staff_never_rate() -> None:
    assert {row.action for row in TABLE if row.side == "staff"} == {
        "accept",
        "decline",
        "refer",
        "report_progress",
        "extend",
        "close",
    }
    assert {row.action for row in TABLE if row.side == "complainant"} == {
        "withdraw",
        "supplement",
        "urge",
        "reopen",
        "rate",
    }


def test_what_staff_do_is_told_to_the_complainant() -> None:
    for row in TABLE:
        assert bool(row.notice) == (row.side == "staff")
        assert f"timeline.{row.entry}" in SENTENCES
        assert not row.notice or f"notice.{row.notice}" in SENTENCES


def test_a_case_that_is_open_is_told_to_be_open() -> None:
    with pytest.raises(Refused, match=r"act\.not_closed"):
        decide("accepted", "rate", "complainant")
    with pytest.raises(Refused, match=r"act\.not_open"):
        decide("closed", "urge", "complainant")
