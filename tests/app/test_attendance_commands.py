"""``tousu attendance`` as it is typed: a file is looked through, then imported; days, months, requests, the ledger."""

from __future__ import annotations

import csv
import hashlib
import io
import json
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from core.cases.calendar import calendar
from tests.app.conftest import Tousu
from tests.app.desk import at_work, done, hire, refused
from tests.core.cases.desk import Desk
from tests.core.people.attendance.clockwork import csv_file, xlsx_file


@pytest.fixture(params=["sqlite", "postgresql"])
def running(request: pytest.FixtureRequest, tousu: Tousu, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    if request.param == "postgresql":
        monkeypatch.setenv("TOUSU_DATABASE_URL", request.getfixturevalue("postgresql_url"))
    monkeypatch.setenv("TOUSU_ATTENDANCE", "attendance-fingerprint")
    with at_work("service-hall") as desk:
        yield desk


on_sqlite = pytest.mark.parametrize("running", ["sqlite"], indirect=True)


def last_working_day() -> date:
    """The last that is over, by the calendar of the product."""
    days = (date.today() - timedelta(days=passed) for passed in range(1, 30))
    return next(on for on in days if calendar().day(on).worked)


def office(tousu: Tousu) -> date:
    """Wang and a head work here, known to the device by 1001 and by nothing; attendance counts since sixty days."""
    hire(tousu, "wang", "officer", name="王敏")
    hire(tousu, "zhao", "head", name="赵云")
    done(tousu("attendance", "start", f"{date.today() - timedelta(days=60)}"))
    done(tousu("attendance", "person", "wang", "--device", "1001"))
    return last_working_day()


def record(tousu: Tousu, *words: str) -> Any:
    return json.loads(done(tousu("attendance", *words, "--json")))


def test_a_file_is_looked_through_and_imported_by_its_digest(tousu: Tousu, running: Desk, tmp_path: Path) -> None:
    on, file = office(tousu), tmp_path / "May.csv"
    file.write_bytes(csv_file([("", "王敏", "1001", f"{on} 08:40", "", ""), ("", "", "zhao", f"{on} 08:20", "", "")]))
    said = done(tousu("attendance", "import", str(file)))
    assert "共 2 行，2 人" in said
    digest = said.rpartition("--commit ")[2].strip()
    assert record(tousu, "day", str(on))[0]["came"] == "", "nothing is written yet"
    assert "已导入 2 行，新的 2 条" in done(tousu("attendance", "import", str(file), "--commit", digest))
    assert "已导入 2 行，新的 2 条" in done(tousu("attendance", "import", str(file), "--commit", digest)), "again"
    assert "已经导入过" in done(tousu("attendance", "import", str(file), "--preview"))
    [wang, zhao] = record(tousu, "day", str(on))
    assert (wang["account"], wang["came"], wang["late"]) == ("wang", "08:40", 10)
    assert "王敏  08:40–  迟到 10 分钟、旷工 0.5 天" in done(tousu("attendance", "day", str(on)))
    assert zhao["came"] == "08:20"


def test_bad_rows_are_named_and_nothing_is_imported(tousu: Tousu, running: Desk, tmp_path: Path) -> None:
    on, file = office(tousu), tmp_path / "May.xlsx"
    file.write_bytes(xlsx_file([("", "王敏", "1001", f"{on} 08:40", "", ""), ("", "", "9999", f"{on} 25:00", "", "")]))
    answer = tousu("attendance", "import", str(file))
    assert answer.code == 1
    assert "第 3 行：没有这个钟点（" in answer.out
    assert "有 1 行不对" in answer.out
    seen = json.loads(tousu("attendance", "import", str(file), "--json").out)
    assert [(fault["row"], fault["why"]) for fault in seen["faults"]] == [(3, "no_such_time")]
    assert "一行也没有导入" in refused(tousu("attendance", "import", str(file), "--commit", seen["digest"]))
    assert "不是预览过的" in refused(tousu("attendance", "import", str(file), "--commit", "0" * 12))
    assert record(tousu, "day", str(on))[0]["came"] == ""
    assert "没有这个文件" in refused(tousu("attendance", "import", str(tmp_path / "none.csv")))


def test_a_request_is_asked_for_and_decided_by_whose_post_it_is(tousu: Tousu, running: Desk, tmp_path: Path) -> None:
    office(tousu)
    day, letter = date.today() + timedelta(days=3), tmp_path / "letter.pdf"
    letter.write_bytes(b"a letter" * 3_000_000)
    asked = record(
        tousu,
        "ask",
        "wang",
        "leave",
        f"{day}T08:30",
        "--to",
        f"{day}T17:30",
        "--words",
        "看病",
        "--proof-file",
        str(letter),
    )
    assert asked["state"] == "asked"
    assert f"letter.pdf SHA-256 {hashlib.sha256(letter.read_bytes()).hexdigest()}" in asked["words"]
    number = str(asked["number"])
    assert "看病" in done(tousu("attendance", "requests"))
    assert "不批考勤" in refused(tousu("attendance", "approve", number, "--as", "wang"))
    assert "请写原因" in refused(tousu("attendance", "refuse", number, "--as", "zhao"))
    assert record(tousu, "approve", number, "--as", "zhao")["state"] == "approved"
    assert "没有等人批的" in done(tousu("attendance", "requests"))
    assert "临时" in done(tousu("attendance", "refuse", number, "--as", "zhao", "--note", "临时有检查"))


@on_sqlite
def test_a_moment_without_a_zone_is_the_institutions(tousu: Tousu, running: Desk) -> None:
    office(tousu)
    day = date.today() + timedelta(days=3)
    for begins, ends in ((f"{day}T08:30", f"{day}T17:30"), (f"{day}T00:30Z", f"{day}T11:30+02:00")):
        asked = record(tousu, "ask", "wang", "leave", begins, "--to", ends, "--words", "看病")
        assert (asked["begins_at"], asked["ends_at"]) == (f"{day}T08:30+08:00", f"{day}T17:30+08:00")
        assert asked["number"] == 1, "it is the same once more"


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
@on_sqlite
def test_the_ledger_of_a_month_is_a_file(tousu: Tousu, running: Desk, tmp_path: Path, kind: str) -> None:
    on = office(tousu)
    done(tousu("staff", "rename", "wang", "--name", "=王敏"))
    month, out = f"{on:%Y-%m}", tmp_path / f"ledger.{kind}"
    assert "2 人" in done(tousu("attendance", "ledger", month, "--out", str(out)))
    assert "--force" in refused(tousu("attendance", "ledger", month, "--out", str(out)))
    done(tousu("attendance", "ledger", month, "--out", str(out), "--force"))
    if kind == "csv":
        heads, wang, zhao = csv.reader(io.StringIO(out.read_text("utf-8-sig")))
    else:
        rows = list(load_workbook(out).active.iter_rows(values_only=True))  # type: ignore[union-attr]
        heads, wang, zhao = rows[1:]  # type: ignore[assignment]
    assert heads[:3] == type(heads)(["账号", "姓名", "应出勤（天）"])
    assert wang[:2] == type(wang)(["wang", "'=王敏" if kind == "csv" else "=王敏"])
    assert zhao[0] == "zhao"
    shown = record(tousu, "month", month, "--of", "wang")
    assert [str(shown[0]["due_days"]), shown[0]["confirmed_at"]] == [str(wang[2]), ""]
    assert "未确认" in done(tousu("attendance", "month", month))
    assert ".xlsx 或 .csv" in refused(tousu("attendance", "ledger", month, "--out", str(tmp_path / "ledger.pdf")))


@on_sqlite
def test_whose_hours_they_are_is_registered(tousu: Tousu, running: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TOUSU_ATTENDANCE", "attendance-standard")
    hire(tousu, "wang", "officer")
    hire(tousu, "li", "officer")
    done(tousu("attendance", "start", f"{date.today():%Y-%m-%d}"))
    done(tousu("attendance", "person", "wang", "--hours", "flexible", "--from", f"{date.today()}"))
    assert "standard 标准工作制、flexible 弹性工作制" in refused(
        tousu("attendance", "person", "li", "--hours", "lunar")
    )
    done(tousu("attendance", "person", "wang", "--device", "1001"))
    assert "已经是 wang 的" in refused(tousu("attendance", "person", "li", "--device", "1001"))
    assert "不能早于" in refused(tousu("attendance", "start", "2001-01-01"))


@on_sqlite
def test_what_is_typed_wrong_is_said(tousu: Tousu, running: Desk) -> None:
    for words in (
        ("day", "yesterday"), ("month", "2026-13"), ("month", "2026-00"), ("month", "9999-12"), ("day", "9999-12-31"), ("start", "May"), ("person", "wang"),
        ("ask", "wang", "nap", "2026-06-08T09:00", "--words", "…"), ("ask", "wang", "forgot", "2026-06-08T09:00", "--words", "…"),
        ("ask", "wang", "leave", "morning", "--words", "…"),
        ("ask", "wang", "correction", "2026-06-08T09:00", "--becomes", "overtime", "--words", "…"),
        ("approve", "0", "--as", "zhao"), ("refuse", "9" * 20, "--as", "zhao"),
    ):  # fmt: skip
        assert tousu("attendance", *words).code == 2, words
    assert "还没有开始" in refused(tousu("attendance", "day"))


@on_sqlite
def test_where_none_is_kept_that_is_said_and_a_wrong_pack_stops_at_once(
    tousu: Tousu, running: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TOUSU_ATTENDANCE", "")
    assert "没有启用考勤" in refused(tousu("attendance", "day"))
    monkeypatch.setenv("TOUSU_ATTENDANCE", "attendance-lunar")
    assert "attendance-fingerprint, attendance-standard" in refused(tousu("attendance", "day"))
