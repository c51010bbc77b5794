"""``tousu case list``, ``show``, ``clocks`` and ``redacted`` as they are typed, for whoever runs the machine and for staff."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from docx import Document

from tests.app.conftest import Tousu
from tests.app.desk import at_work, done, hire, refused
from tests.core.cases.desk import Desk

MISSING = "没有这个编号的案件。\n"


@pytest.fixture(params=["sqlite", "postgresql"])
def running(request: pytest.FixtureRequest, tousu: Tousu, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    """A service at work: an officer, a head, and Li, of whom one of two cases complains."""
    monkeypatch.setenv("TOUSU_POLICY", "service-center")
    if request.param == "postgresql":
        monkeypatch.setenv("TOUSU_DATABASE_URL", request.getfixturevalue("postgresql_url"))
    with at_work("service-center") as desk:
        hire(tousu, "xu", "officer", name="徐小苗", unit="窗口")
        hire(tousu, "head", "head", name="张立")
        hire(tousu, "li", "officer", name="李大明", unit="后勤")
        yield desk


on_sqlite = pytest.mark.parametrize("running", ["sqlite"], indirect=True)


@pytest.fixture
def numbers(running: Desk) -> tuple[str, str]:
    """Of a case about the lift, and of one about Li."""
    name = running.policy.first_of["name"].key
    lift = running.open("lift", "三楼的电梯坏了", answers={name: "王投诉人"})[0].number
    about = running.open("about", "李大明骂人", answers={name: "赵投诉人"})[0].number
    return lift, about


def record(tousu: Tousu, *words: str) -> Any:
    return json.loads(done(tousu("case", *words, "--json")))


# ── list ────────────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_newest_come_first_and_can_be_sought_by_status_and_number(
    tousu: Tousu, running: Desk, numbers: tuple[str, str]
) -> None:
    assert [row["number"] for row in record(tousu, "list")] == [numbers[1], numbers[0]]
    assert [row["number"] for row in record(tousu, "list", "--limit", "1")] == [numbers[1]]
    running.work(numbers[0], "accept", "xu")
    assert [row["number"] for row in record(tousu, "list", "--status", "accepted")] == [numbers[0]]
    assert [row["number"] for row in record(tousu, "list", "--search", numbers[1][-5:])] == [numbers[1]]
    lines = done(tousu("case", "list"))
    assert len(lines.splitlines()) == 2
    assert running.office.texts.render("zh", "status.is.accepted") in lines


def test_the_list_says_nothing_of_what_was_told(tousu: Tousu, running: Desk, numbers: tuple[str, str]) -> None:
    for words in ("电梯", "王投诉人", "李大明"):
        assert words not in done(tousu("case", "list"))
        assert words not in done(tousu("case", "list", "--json"))


def test_whom_a_case_concerns_finds_it_in_no_list(tousu: Tousu, running: Desk, numbers: tuple[str, str]) -> None:
    assert [row["number"] for row in record(tousu, "list", "--as", "li")] == [numbers[0]]
    assert record(tousu, "list", "--as", "li", "--search", numbers[1]) == []
    assert len(record(tousu, "list", "--as", "xu")) == 2
    assert "nobody" in refused(tousu("case", "list", "--as", "nobody"))


# ── show ────────────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_case_is_shown_with_its_work_its_clocks_and_where_its_timeline_ends(
    tousu: Tousu, running: Desk, numbers: tuple[str, str]
) -> None:
    running.work(numbers[0], "accept", "xu")
    running.work(numbers[0], "assign", "xu", handler="xu")
    shown = record(tousu, "show", numbers[0], "--as", "xu")
    assert (shown["status"], shown["handler"], shown["unit"]) == ("investigating", "xu", "窗口")
    assert shown["contents"]["facts"] == "三楼的电梯坏了"
    assert [(row["clock"], row["state"]) for row in shown["clocks"]] == [("acceptance", "ended"), ("result", "running")]
    assert shown["seen"] == 3
    assert [step["kind"] for step in shown["timeline"]] == ["registered", "accepted", "assigned"]


def test_what_lies_ahead_is_shown_as_it_is_expected(tousu: Tousu, running: Desk, numbers: tuple[str, str]) -> None:
    clocks = {row["clock"]: row for row in record(tousu, "show", numbers[0])["clocks"]}
    assert (clocks["acceptance"]["state"], clocks["result"]["state"]) == ("running", "ahead")
    assert clocks["result"]["due_at"] > clocks["acceptance"]["due_at"]


def test_in_words_every_line_says_what_who_and_when(tousu: Tousu, running: Desk, numbers: tuple[str, str]) -> None:
    running.work(numbers[0], "accept", "xu")
    running.work(numbers[0], "request_supplement", "xu", words="哪一部电梯？")
    words = done(tousu("case", "show", numbers[0]))
    status = running.office.texts.render("zh", "status.is.accepted")
    for said in (
        numbers[0],
        status,
        "姓名：王投诉人",
        "xu",
        "哪一部电梯？",
        "停着",
        "停止计时：等投诉人补正",
        "（一般）",
    ):
        assert said in words
    assert "结果" not in words, "there is none yet"


def test_every_look_is_written_down_and_outdates_nothing(tousu: Tousu, running: Desk, numbers: tuple[str, str]) -> None:
    first = record(tousu, "show", numbers[0], "--as", "xu")
    again = record(tousu, "show", numbers[0])
    assert (first["seen"], again["seen"]) == (1, 1)
    assert [(entry.kind, entry.actor) for entry in running.entries(numbers[0])] == [
        ("registered", "complainant"),
        ("read", "staff:xu"),
        ("read", "operator"),
    ]


@on_sqlite
@pytest.mark.parametrize("command", ["show", "clocks", "redacted"])
def test_a_case_that_must_not_be_known_looks_like_none(
    tousu: Tousu, running: Desk, numbers: tuple[str, str], command: str
) -> None:
    assert refused(tousu("case", command, numbers[1], "--as", "li")) == MISSING
    assert refused(tousu("case", command, "XX0000-0", "--as", "li")) == MISSING
    assert running.kinds(numbers[1]) == ["registered", "refused"]


@on_sqlite
def test_who_only_audits_reads_no_case(tousu: Tousu, running: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TOUSU_POLICY", "report-center")
    with_auditors = Desk(running.store, running.now, "report-center", crew=False)
    number = with_auditors.open("audited")[0].number
    hire(tousu, "auditor", "inspector")
    hire(tousu, "reader", "intake")
    assert refused(tousu("case", "show", number, "--as", "auditor")) == MISSING
    assert done(tousu("case", "show", number, "--as", "reader"))


# ── clocks ──────────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_why_this_date_is_explained_day_by_day(tousu: Tousu, running: Desk, numbers: tuple[str, str]) -> None:
    running.work(numbers[0], "accept", "xu")
    shown = record(tousu, "clocks", numbers[0], "--as", "xu")
    result = next(row for row in shown["clocks"] if row["clock"] == "result")
    counted = [day for day in result["days"] if day["nth"]]
    assert [day["nth"] for day in counted] == list(range(1, 8))
    assert counted[-1]["on"] == result["due_at"][:10] == shown["promised_on"]
    words = done(tousu("case", "clocks", numbers[0]))
    assert "第7天" in words
    assert "周末" in words


def test_stops_and_extensions_are_told_with_their_reasons(
    tousu: Tousu, running: Desk, numbers: tuple[str, str]
) -> None:
    running.work(numbers[0], "accept", "xu")
    running.work(numbers[0], "ask_extension", "xu", words="要请厂家检测")
    running.work(numbers[0], "extend", "head")
    running.work(numbers[0], "request_supplement", "xu", words="哪一部？")
    words = done(tousu("case", "clocks", numbers[0]))
    assert "等投诉人补正" in words
    assert "延长 3" in words
    assert "head" in words
    running.later(days=5)
    running.do(numbers[0], "supplement", "后面那部")
    result = next(row for row in record(tousu, "clocks", numbers[0])["clocks"] if row["clock"] == "result")
    assert result["stops"][0]["why"] == "supplement"
    assert any(day["stopped"] == "supplement" for day in result["days"])
    assert result["extensions"] == [{"further": 3, "at": result["extensions"][0]["at"], "by": "staff:head"}]


def test_what_has_not_begun_is_told_as_expected(tousu: Tousu, running: Desk, numbers: tuple[str, str]) -> None:
    [later] = record(tousu, "clocks", numbers[0])["later"]
    assert later["clock"] == "result"
    assert "预计" in done(tousu("case", "clocks", numbers[0]))


# ── redacted ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_respondents_side_reads_what_happened_and_not_who_complained(
    tousu: Tousu, running: Desk, numbers: tuple[str, str]
) -> None:
    words = done(tousu("case", "redacted", numbers[1], "--as", "xu"))
    assert running.policy.institution.name.zh in words
    for secret in (numbers[1], "赵投诉人"):
        assert secret not in words
    assert running.entries(numbers[1])[-1].kind == "redacted"
    done(tousu("case", "redacted", numbers[1], "--as", "xu", "--out", "view.docx"))
    document = Document("view.docx")
    text = "\n".join(
        [
            *(each.text for each in document.paragraphs),
            *(cell.text for table in document.tables for cell in table._cells),
        ]
    )
    assert running.policy.institution.name.zh in text
    for secret in (numbers[1], "赵投诉人"):
        assert secret not in text


@on_sqlite
def test_a_file_that_is_there_is_not_replaced(tousu: Tousu, running: Desk, numbers: tuple[str, str]) -> None:
    Path("view.docx").write_text("before")
    assert "已经有了" in refused(tousu("case", "redacted", numbers[0], "--as", "xu", "--out", "view.docx"))
    assert Path("view.docx").read_text() == "before"
