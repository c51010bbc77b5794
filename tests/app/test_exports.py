"""What leaves the house by ``tousu form``, ``letter``, ``archive`` and ``ledger``: for whom, and that it is written down."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from openpyxl import load_workbook

from tests.app.conftest import Tousu
from tests.app.desk import at_work, done, hire, refused
from tests.core.cases.desk import Desk

KINDS = ("form", "letter", "archive")
NAMED = "窗口的李建华态度很差"
of_each_kind = pytest.mark.parametrize("kind", KINDS)
on_sqlite = pytest.mark.parametrize("running", ["sqlite"], indirect=True)


@pytest.fixture(params=["sqlite", "postgresql"])
def running(request: pytest.FixtureRequest, tousu: Tousu, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    """A hall at work, with an officer, and with a head who will be complained of."""
    if request.param == "postgresql":
        monkeypatch.setenv("TOUSU_DATABASE_URL", request.getfixturevalue("postgresql_url"))
    with at_work("service-hall") as desk:
        hire(tousu, "wang", "officer", name="王小敏")
        hire(tousu, "li", "head", name="李建华")
        yield desk


def exports(desk: Desk, number: str) -> list[tuple[str, bool]]:
    return [(entry.actor, entry.public) for entry in desk.entries(number) if entry.kind == "exported"]


def numbers_in(ledger: str) -> list[str]:
    [sheet] = load_workbook(ledger).worksheets
    return [str(cell.value) for cell in sheet["A"] if str(cell.value).startswith("DT")]


def ledger(tousu: Tousu, running: Desk, *more: str) -> list[str]:
    done(tousu("ledger", "--year", str(running.now.year), "--out", "ledger.xlsx", "--force", *more))
    return numbers_in("ledger.xlsx")


def answered(running: Desk, facts: str = NAMED, draft: str = "draft") -> str:
    number = running.open(draft, facts)[0].number
    running.closed(number, by="wang")
    return number


@on_sqlite
@of_each_kind
def test_what_was_not_written_did_not_leave_the_house(tousu: Tousu, running: Desk, kind: str) -> None:
    number = answered(running)
    Path("there").write_text("before")
    refused(tousu(kind, number, "--out", "there", "--as", "wang"))
    refused(tousu(kind, number, "--out", "nowhere/out", "--as", "wang"))
    assert exports(running, number) == []


@on_sqlite
def test_a_letter_that_waits_for_the_answer_did_not_leave_the_house(tousu: Tousu, running: Desk) -> None:
    number = running.open()[0].number
    assert "还没有办结" in refused(tousu("letter", number, "--out", "letter.docx", "--as", "wang"))
    assert exports(running, number) == []


def test_a_ledger_leaves_out_what_its_reader_must_not_know_of(tousu: Tousu, running: Desk) -> None:
    first, second = answered(running), answered(running, "电梯坏了", "second")
    assert ledger(tousu, running) == [first, second]
    assert ledger(tousu, running, "--as", "wang") == [first, second]
    assert ledger(tousu, running, "--as", "li", "--with-names") == [second]
    year = running.now.year
    lines = [(actor, note) for kind, actor, note in running.office_lines() if kind == "exported"]
    assert lines == [
        ("staff:li", f"ledger {year} names 1"),
        ("staff:wang", f"ledger {year} masked 2"),
        ("operator", f"ledger {year} masked 2"),
    ]


def test_the_catalogue_of_a_volume_has_what_was_archived_into_it(tousu: Tousu, running: Desk) -> None:
    """Whatever the year in which it was registered."""
    running.later(days=-400)
    kept, year = answered(running, "电梯坏了"), running.now.year
    running.later(days=400)
    answered(running, "电梯又坏了", "second")
    done(tousu("case", "act", kept, "archive", "--as", "wang"))
    said = done(tousu("ledger", "--year", str(year), "--volume", "--out", "volume.xlsx"))
    assert f"{year} 年案卷目录，1 件" in said
    assert numbers_in("volume.xlsx") == [kept]
    done(tousu("ledger", "--year", str(year + 1), "--volume", "--out", "next.xlsx"))
    assert numbers_in("next.xlsx") == []


def test_whoever_only_audits_takes_no_ledger_along(tousu: Tousu, monkeypatch: pytest.MonkeyPatch) -> None:
    """Their post needs the record, and nothing of what was told."""
    monkeypatch.setenv("TOUSU_POLICY", "report-center")
    with at_work("report-center") as desk:
        [post] = [post.key for post in desk.policy.posts if post.duties == ("audit",)]
        hire(tousu, "auditor", post)
        assert "岗位" in refused(tousu("ledger", "--year", "2026", "--out", "out.xlsx", "--as", "auditor"))
        assert [kind for kind, _, _ in desk.office_lines()] == ["staff_added"]
    assert not Path("out.xlsx").exists()
