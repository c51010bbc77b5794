"""Files of announced years: both forms are read, and a wrong one is refused with what is wrong."""

from __future__ import annotations

import json
from datetime import date
from importlib import resources

import pytest

from core.cases.calendar import calendar, mark
from core.cases.calendar_files import read
from core.errors import CalendarError
from tests.core.cases.announced import PAPER, file_of

TOML = """
[2027]
title = "放假通知"
notices = ["https://example.org/2027"]
rest = ["2027-01-01..2027-01-03 元旦", "2027-05-01 劳动节", "2027-10-01 国庆节"]
work = ["2026-12-27 元旦"]
"""


def refused(content: bytes) -> CalendarError:
    with pytest.raises(CalendarError) as caught:
        read(content, "2027.json")
    return caught.value


def test_a_year_is_read_from_holiday_cn() -> None:
    [change] = read(file_of(2027, rest=["2027-02-08"], work=["2026-12-27"]), "2027.json")
    assert (change.year, change.title, change.notices) == (2027, "2027.json", (PAPER,))
    assert change.marks[date(2027, 2, 8)] == mark(date(2027, 2, 8), False, "春节")
    assert change.marks[date(2026, 12, 27)].kind == "make_up_day"  # type: ignore[union-attr]
    assert len(change.sha256) == 64


def test_a_year_is_read_from_our_own_form() -> None:
    [change] = read(TOML.encode(), "mine.toml")
    assert (change.year, change.title) == (2027, "放假通知")
    assert len(change.marks) == 6


def test_the_packaged_file_can_be_imported_and_says_nothing_new() -> None:
    content = resources.files("core.cases").joinpath("calendar_cn.toml").read_bytes()
    changes = read(content, "calendar_cn.toml")
    assert [change.year for change in changes] == list(range(2004, 2027))
    assert not any(calendar().changes(change) for change in changes)


def test_a_weekday_that_is_said_to_be_worked_is_an_ordinary_one() -> None:
    [change] = read(file_of(2027, work=["2027-02-03"]), "2027.json")
    assert change.marks[date(2027, 2, 3)].kind == "working_day"  # type: ignore[union-attr]


def test_a_year_without_papers_is_not_announced_yet() -> None:
    error = refused(json.dumps({"year": 2027, "papers": [], "days": []}).encode())
    assert (error.reason, error.facts) == ("not_announced", {"year": 2027})
    assert refused(TOML.replace('"https://example.org/2027"', "").encode()).reason == "not_announced"


@pytest.mark.parametrize("content", [b"", b"{", b"\xff\xfe", b"no calendar", bytes(100), b"[2027"])
def test_what_is_no_such_file_is_called_so(content: bytes) -> None:
    assert refused(content).reason in ("not_read", "shape")


@pytest.mark.parametrize(
    ("old", "new", "reason", "place"),
    [
        ('"year": 2027', '"year": "2027"', "shape", "year"),
        ('"year": 2027', '"year": 1027', "shape", "year"),
        ('"papers"', '"pages"', "shape", "papers"),
        ('"isOffDay": true', '"isOffDay": 1', "shape", "days.0.isOffDay"),
        ("2027-05-01", "2027-05-32", "shape", "days.1.date"),
        ("2027-05-01", "1 May", "shape", "days.1.date"),
        ("2027-05-01", "2028-05-01", "out_of_year", ""),
        ("2027-05-01", "2026-05-01", "out_of_year", ""),
        ("2027-05-01", "2027-01-01", "twice", ""),
        ("2027-05-01", "2027-05-02", "not_whole", ""),
        ("春节", "春\\u001b[31m节", "shape", "2027: "),
        ("春节", "", "shape", "2027: "),
    ],
)
def test_a_file_with_one_mistake_is_refused_with_its_place(old: str, new: str, reason: str, place: str) -> None:
    error = refused(file_of(2027).decode().replace(old, new, 1).encode())
    assert error.reason == reason
    assert str(error.facts.get("place", "")).startswith(place)


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ("2027-01-01..2027-01-03 元旦", "2027-01-01", "shape"),
        ("2027-01-01..2027-01-03", "2027-01-01..9999-01-03", "shape"),
        ("[2027]", "[year]", "shape"),
        ("work", "walk", "shape"),
        ("2026-12-27", "2027-01-02", "twice"),
    ],
)
def test_our_own_form_with_one_mistake_is_refused(old: str, new: str, reason: str) -> None:
    assert refused(TOML.replace(old, new, 1).encode()).reason == reason
