"""``tousu calendar`` as it is typed: shown first, done with --yes, beside a running service, wrong files in one line."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path

import pytest

from app.doctor import calendar_reaches
from app.resources import open_store
from app.settings import load_settings
from core.cases.clocks import ZONE
from core.store import cases as case_rows
from core.store.cases import StoredCase
from core.store.unit_of_work import Store
from tests.app.conftest import Answer, Tousu
from tests.core.cases.announced import PAPER, file_of
from tests.core.cases.desk import Desk

WINTER = datetime(2026, 12, 21, 10, 0, tzinfo=ZONE)


@pytest.fixture
def service(tousu: Tousu) -> Iterator[Store]:
    """A service that runs all the while, on the database of the settings."""
    store = open_store(load_settings())
    Path("2027.json").write_bytes(file_of(2027, rest=["2027-01-04"]))
    yield store
    store.close()


@pytest.fixture
def case(service: Store) -> StoredCase:
    return Desk(service, WINTER).open()[0]


def promised(service: Store, case: StoredCase) -> date:
    return service.read(lambda uow: case_rows.by_id(uow, case.id)).promised_on


def done(answer: Answer) -> str:
    assert (answer.code, answer.err) == (0, "")
    return answer.out


def record(answer: Answer) -> dict[str, object]:
    return dict(json.loads(done(answer)))


@pytest.mark.usefixtures("service")
def test_the_standing_of_a_new_office(tousu: Tousu) -> None:
    words = done(tousu("calendar", "status"))
    assert "2004–2026 年" in words
    assert "2027 年起：暂定" in words
    standing = record(tousu("calendar", "status", "--json"))
    assert (standing["provisional_from"], standing["imported"], standing["own"]) == (2027, [], [])
    assert (standing["version"], standing["open_provisional"]) == (0, 0)


def test_an_import_is_shown_first_and_changes_nothing(tousu: Tousu, service: Store, case: StoredCase) -> None:
    words = done(tousu("calendar", "import", "2027.json"))
    assert "2027-01-04 上班 → 休息" in words
    assert "要重算 1 件，其中 1 件" in words
    assert "--yes" in words
    assert promised(service, case) == case.promised_on
    assert "2027 年起：暂定" in done(tousu("calendar", "status"))


def test_an_import_is_done_beside_the_running_service(tousu: Tousu, service: Store, case: StoredCase) -> None:
    words = done(tousu("calendar", "import", "2027.json", "--yes", "--by", "anna"))
    assert "重算了 1 件，其中 1 件" in words
    assert promised(service, case) == date(2027, 1, 13)
    words = done(tousu("calendar", "status"))
    assert "2027 年：已导入 2027.json（通知 1 份）" in words
    assert "由 anna" in words
    assert "2028 年起：暂定" in words


def test_the_same_file_twice_says_nothing_new(tousu: Tousu, service: Store, case: StoredCase) -> None:
    first = record(tousu("calendar", "import", "2027.json", "--yes", "--json"))
    again = record(tousu("calendar", "import", "2027.json", "--yes", "--json"))
    assert first["cases"] == {"provisional": 1, "recounted": 1, "moved": 1}
    assert (again["changes"], again["days"]) == ([], [])
    assert record(tousu("calendar", "status", "--json"))["version"] == 1
    assert "没有要改的" in done(tousu("calendar", "import", "2027.json"))


@pytest.mark.usefixtures("service")
def test_a_program_reads_where_a_year_came_from(tousu: Tousu) -> None:
    said = record(tousu("calendar", "import", "2027.json", "--yes", "--by", "anna", "--json"))
    [imported] = record(tousu("calendar", "status", "--json"))["imported"]  # type: ignore[misc]
    assert said["done"] is True
    assert (imported["year"], imported["by"], imported["notices"]) == (2027, "anna", [PAPER])
    assert len(imported["sha256"]) == 64


@pytest.mark.usefixtures("service")
def test_the_offices_own_days_are_set_and_taken_back(tousu: Tousu) -> None:
    assert "加上 --yes" in done(tousu("calendar", "rest", "2027-01-18..2027-01-22", "停工检修"))
    done(tousu("calendar", "rest", "2027-01-18..2027-01-22", "停工检修", "--yes"))
    done(tousu("calendar", "work", "2027-01-23", "补班", "--yes"))
    done(tousu("calendar", "usual", "2027-01-20", "--yes"))
    assert record(tousu("calendar", "status", "--json"))["own"] == [
        {"first": "2027-01-18", "last": "2027-01-19", "worked": False, "reason": "停工检修"},
        {"first": "2027-01-21", "last": "2027-01-22", "worked": False, "reason": "停工检修"},
        {"first": "2027-01-23", "last": "2027-01-23", "worked": True, "reason": "补班"},
    ]
    words = done(tousu("calendar", "status"))
    assert "  2027-01-18..2027-01-19 休息：停工检修\n" in words
    assert "  2027-01-23 上班：补班\n" in words


def test_an_own_day_moves_a_provisional_day(tousu: Tousu, service: Store, case: StoredCase) -> None:
    done(tousu("calendar", "rest", "2027-01-05", "停工检修", "--yes"))
    assert promised(service, case) == date(2027, 1, 13)
    clock = json.loads(done(tousu("case", "show", case.number, "--json")))["clocks"][0]
    assert clock["due_at"].startswith("2027-01-13")


@pytest.mark.usefixtures("service")
@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"{}", "year"),
        (b"hello", "holiday-cn"),
        (file_of(2027, papers=[]), "还没有公布"),
        (b'{"year": 2027, "papers": [], "days": []}', "还没有公布"),
        (file_of(2027, rest=["2028-03-01"]), "2028-03-01"),
        (file_of(2027).replace(b"2027-10-01", b"2027-10-02"), "2027-10-01"),
        (file_of(2027, rest=["2027-01-01", "2027-03-01"], work=["2027-03-01"]), "写了两次"),
        (bytes(1_000_001), "holiday-cn"),
    ],
)
def test_a_wrong_file_is_one_line_and_one(tousu: Tousu, content: bytes, said: str) -> None:
    Path("wrong.json").write_bytes(content)
    answer = tousu("calendar", "import", "wrong.json", "--yes")
    assert (answer.code, answer.out, answer.err.count("\n")) == (1, "", 1)
    assert said in answer.err
    assert "wrong.json" in answer.err
    assert record(tousu("calendar", "status", "--json"))["version"] == 0


@pytest.mark.usefixtures("service")
def test_a_file_that_is_not_there_is_one_line_and_one(tousu: Tousu) -> None:
    answer = tousu("calendar", "import", "nowhere.json")
    assert (answer.code, answer.err.count("\n")) == (1, 1)
    assert "nowhere.json" in answer.err


@pytest.mark.usefixtures("service")
@pytest.mark.parametrize(
    "words",
    [("rest", "tomorrow", "why"), ("rest", "2027-01-05", ""), ("work", "2027-01-05", "a\nb"), ("usual", "2027")],
)
def test_a_wrong_day_or_reason_is_two(tousu: Tousu, words: tuple[str, ...]) -> None:
    assert tousu("calendar", *words).code == 2


@pytest.mark.parametrize("words", [("status",), ("rest", "2027-01-05", "why"), ("rest", "2027-01-05", "why", "--yes")])
def test_without_a_database_there_is_one_line(tousu: Tousu, words: tuple[str, ...]) -> None:
    answer = tousu("calendar", *words)
    assert (answer.code, answer.err.count("\n")) == (1, 1)
    assert "tousu serve" in answer.err


@pytest.mark.usefixtures("service")
def test_the_doctor_knows_an_imported_year(tousu: Tousu) -> None:
    ask = calendar_reaches(lambda: date(2026, 12, 21))
    assert ask(load_settings()).verdict == "warn"
    done(tousu("calendar", "import", "2027.json", "--yes"))
    finding = ask(load_settings())
    assert (finding.verdict, finding.words) == ("good", "2004–2027 年")
