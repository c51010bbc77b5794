"""A case by the command line alone, from the call to the letter; and what ``tousu case`` says of one that is over."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from docx import Document

from tests.app.conftest import Tousu
from tests.app.desk import at_work, done, hire, refused
from tests.core.cases.desk import Desk, at

TOLD = ("facts=三楼窗口排队两小时，轮到时说停办", "name=刘芳", "phone=13900001234")
SHOWN = {"number", "status", "level", "category", "clocks", "timeline", "notices", "seen"}
on_sqlite = pytest.mark.parametrize("running", ["sqlite"], indirect=True)


@pytest.fixture(params=["sqlite", "postgresql"])
def running(request: pytest.FixtureRequest, tousu: Tousu, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    """A hall at work, with an officer and a head."""
    if request.param == "postgresql":
        monkeypatch.setenv("TOUSU_DATABASE_URL", request.getfixturevalue("postgresql_url"))
    with at_work("service-hall") as desk:
        hire(tousu, "wang", "officer", name="王小敏")
        hire(tousu, "li", "head", name="李建华")
        yield desk


def with_fields(*given: str) -> list[str]:
    return [word for each in given for word in ("--field", each)]


def act(tousu: Tousu, number: str, action: str, *given: str) -> None:
    done(tousu("case", "act", number, action, "--as", "wang", *with_fields(*given)))


def record(tousu: Tousu, *words: str) -> Any:
    return json.loads(done(tousu("case", *words, "--json")))


def registered(tousu: Tousu) -> str:
    number: str = record(tousu, "register", "--channel", "phone", "--as", "wang", *with_fields(*TOLD))["number"]
    return number


def test_a_call_is_put_down_worked_on_and_answered_in_a_letter(tousu: Tousu, running: Desk) -> None:
    number = registered(tousu)
    act(tousu, number, "assign", "handler=wang")
    act(tousu, number, "conclude", "words=属实。")
    act(tousu, number, "close", "words=已增开窗口。", "outcome=substantiated")
    assert [row["number"] for row in record(tousu, "list", "--as", "li", "--status", "closed")] == [number]
    case = record(tousu, "show", number, "--as", "li")
    assert set(case) >= SHOWN
    assert (case["status"], case["handler"], case["outcome"]) == ("closed", "wang", "substantiated")
    assert [clock["state"] for clock in case["clocks"]] == ["ended"]
    assert [row["kind"] for row in case["notices"]] == ["registered", "assigned", "closed"]
    assert "第1天" in done(tousu("case", "clocks", number, "--as", "li"))
    done(tousu("letter", number, "--out", "letter.docx", "--as", "li"))
    assert "已增开窗口。" in [paragraph.text for paragraph in Document("letter.docx").paragraphs]
    assert "没有问题" in done(tousu("audit", "verify"))


@on_sqlite
def test_a_status_that_there_is_not_is_said_to_be_none(tousu: Tousu, running: Desk) -> None:
    assert "还没有案件" in done(tousu("case", "list", "--status", "archived"))
    assert "archived" in refused(tousu("case", "list", "--status", "archive"))


@on_sqlite
def test_the_days_on_which_a_clock_stood_still_are_named(tousu: Tousu, running: Desk) -> None:
    """Of Monday; stopped on Tuesday, and on again on Thursday."""
    running.now = at("2026-11-23 10:00")
    number = running.open(facts="电梯坏了")[0].number
    running.now = at("2026-11-24 10:00")
    running.work(number, "request_supplement", "wang", words="请发照片。")
    assert "停着" in done(tousu("case", "clocks", number))
    running.now = at("2026-11-26 10:00")
    running.do(number, "supplement", "照片来了")
    [clock] = record(tousu, "clocks", number)["clocks"]
    assert [day["on"] for day in clock["days"] if day["stopped"]] == ["2026-11-25", "2026-11-26"]
    assert max(day["nth"] or 0 for day in clock["days"]) == 15
    said = done(tousu("case", "clocks", number))
    for words in ("11-24 第1天", "11-25 不算（等投诉人补正）", "11-27 第2天", "11-28 不算（周末）"):
        assert words in said


def test_nothing_is_to_come_of_a_case_that_is_over(tousu: Tousu, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TOUSU_POLICY", "service-center")
    with at_work("service-center") as centre:
        hire(tousu, "wang", "officer")
        number = centre.open(facts="灭火器过期")[0].number
        assert [clock["clock"] for clock in record(tousu, "clocks", number)["later"]] == ["result"]
        act(tousu, number, "decline", "words=由消防部门负责。")
        over = record(tousu, "clocks", number)
    assert over["later"] == []
    assert [clock["clock"] for clock in over["clocks"]] == ["acceptance"]


# ── what is said of what cannot be done ─────────────────────────────────────────────────────────────────────────────────


def refusal(tousu: Tousu, number: str, action: str, *given: str) -> str:
    return refused(tousu("case", "act", number, action, "--as", "wang", *with_fields(*given)))


@on_sqlite
def test_a_step_that_the_rules_do_not_have_is_said_to_be_none_with_what_is_possible(
    tousu: Tousu, running: Desk
) -> None:
    said = refusal(tousu, registered(tousu), "accept")
    assert said.startswith("这个机构的办法里没有 accept 这一步。现在可以：decline、refer、")
    assert "assign" in said
    assert "approve" not in said


@on_sqlite
def test_words_are_asked_for_by_what_becomes_of_them(tousu: Tousu, running: Desk) -> None:
    number = registered(tousu)
    assert "要告诉投诉人的话" in refusal(tousu, number, "refer")
    assert "是怎样告知的" in refusal(tousu, number, "tell", "notice=1")
    assert "不发给投诉人" in refusal(tousu, number, "note")


@on_sqlite
def test_an_outcome_that_nobody_had_to_approve_is_not_said_to_be_approved(tousu: Tousu, running: Desk) -> None:
    number = registered(tousu)
    act(tousu, number, "assign", "handler=wang")
    act(tousu, number, "conclude", "words=属实。")
    act(tousu, number, "propose", "outcome=substantiated", "words=属实。")
    assert "已经定了" in refusal(tousu, number, "close", "words=已增开窗口。", "outcome=partly")
    assert refusal(tousu, number, "fulfil", "measure=refund") == "这件没有要落实的措施。\n"
