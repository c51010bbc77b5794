"""When something is done by itself about a conversation with staff: worked out by hand, by the hours of the office."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from core.cases.calendar import calendar
from core.cases.relay.rules import COLLEAGUES, LEADERS, NOBODY_ASKED, WHO_HAS_IT, next_look
from core.policies.load import load
from tests.core.cases.desk import at

HALL = load("service-hall")
"""Open from 09:00 to 12:00 and from 13:00 to 17:00; somebody answers within 30 minutes."""


def look(state: str, last_by: str, rung: int, since: datetime) -> datetime:
    return next_look(HALL, calendar(), state, last_by, rung, since)


@pytest.mark.parametrize(
    ("asked", "look_at"),
    [
        ("2026-11-23 10:00", "2026-11-23 10:30"),
        ("2026-11-23 20:00", "2026-11-24 09:30"),
        ("2026-11-27 16:50", "2026-11-30 09:00"),
        ("2026-11-28 11:00", "2026-11-30 09:30"),
    ],
    ids=["while open", "in the evening", "on a Friday just before closing", "on a Saturday"],
)
def test_somebody_is_there_within_the_promised_wait_of_the_offices_hours(asked: str, look_at: str) -> None:
    for rung in (NOBODY_ASKED, WHO_HAS_IT, COLLEAGUES):
        assert look("asked", "", rung, at(asked)) == at(look_at)
        assert look("open", "complainant", rung, at(asked)) == at(look_at), "an answer is owed as well"


def test_once_everybody_was_asked_it_is_given_up_after_half_a_day() -> None:
    assert look("asked", "complainant", LEADERS, at("2026-11-23 10:00")) == at("2026-11-23 22:00")


def test_silence_ends_it_and_a_question_waits_for_days() -> None:
    since = at("2026-11-23 10:00")
    assert look("open", "staff", WHO_HAS_IT, since) == since + timedelta(minutes=30)
    assert look("open", "", WHO_HAS_IT, since) == since + timedelta(minutes=30)
    assert look("question", "staff", WHO_HAS_IT, since) == since + timedelta(days=3)
