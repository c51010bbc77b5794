"""``tousu case act`` beside a running service: what staff do reaches the case, its timeline and the complainant's chat."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from tests.app.conftest import Tousu
from tests.app.desk import at_work, done, hire, refused
from tests.core.cases.desk import Desk

FACTS = "修了三次还漏水"


@pytest.fixture(params=["sqlite", "postgresql"])
def running(request: pytest.FixtureRequest, tousu: Tousu, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    """A service at work, with an officer, a head, and one case."""
    monkeypatch.setenv("TOUSU_POLICY", "service-center")
    if request.param == "postgresql":
        monkeypatch.setenv("TOUSU_DATABASE_URL", request.getfixturevalue("postgresql_url"))
    with at_work("service-center") as desk:
        hire(tousu, "王敏", "officer", name="王敏")
        hire(tousu, "head", "head", name="张主任")
        yield desk


@pytest.fixture
def number(running: Desk) -> str:
    return running.open(facts=FACTS)[0].number


def acts(desk: Desk, number: str) -> list[tuple[str, str]]:
    return [(entry.kind, entry.actor) for entry in desk.entries(number)]


def test_a_case_goes_from_acceptance_to_the_answer_and_its_complainant_reads_of_it(
    tousu: Tousu, running: Desk, number: str
) -> None:
    accepted = json.loads(done(tousu("case", "act", number, "accept", "--as", "王敏", "--json")))
    assert (accepted["status"], accepted["number"]) == ("accepted", number)
    done(tousu("case", "act", number.lower(), "assign", "--as", "王敏", "--field", "handler=王敏"))
    done(tousu("case", "act", number, "conclude", "--as", "王敏", "--field", "words=阀门坏了。"))
    words = ("--field", "words=已换新阀门。", "--field", "outcome=substantiated")
    assert "已答复" in done(tousu("case", "act", number, "close", "--as", "王敏", *words))
    running.later(minutes=1)
    texts = running.told()
    assert number in texts[0]
    assert "已换新阀门。" in texts[-1]
    assert "阀门坏了" not in "".join(texts)
    assert acts(running, number)[1:] == [
        (kind, "staff:王敏") for kind in ("accepted", "assigned", "investigated", "closed")
    ]


def test_declining_tells_the_packs_reason_and_where_to_go(tousu: Tousu, running: Desk, number: str) -> None:
    row = running.policy.exclusions[0]
    assert "不予受理" in done(tousu("case", "act", number, "decline", "--as", "王敏", "--field", f"ground={row.key}"))
    running.later(minutes=1)
    [text] = running.told()
    assert row.reason.zh in text
    assert row.go_to.zh in text


def test_passing_on_says_to_whom_and_ends_the_case_here(tousu: Tousu, running: Desk, number: str) -> None:
    done(tousu("case", "act", number, "refer", "--as", "王敏", "--field", "words=已转市场监管局。"))
    again = refused(tousu("case", "act", number, "accept", "--as", "王敏"))
    assert number in again
    assert "王敏" in again, "by whom it was passed on"
    running.later(minutes=1)
    assert "已转市场监管局。" in running.told()[0]


def test_an_extension_is_asked_for_approved_by_another_post_told_and_given_once(
    tousu: Tousu, running: Desk, number: str
) -> None:
    ask = ("case", "act", number, "ask_extension", "--as", "王敏", "--field", "words=要请厂家检测。")
    done(tousu("case", "act", number, "accept", "--as", "王敏"))
    before = running.case(number).promised_on
    done(tousu(*ask))
    assert "岗位" in refused(tousu("case", "act", number, "extend", "--as", "王敏"))
    extended = json.loads(done(tousu("case", "act", number, "extend", "--as", "head", "--json")))
    assert extended["promised_on"] > before.isoformat()
    shown = json.loads(done(tousu("case", "show", number, "--json")))
    assert shown["promised_on"] == extended["promised_on"]
    running.later(minutes=1)
    assert "要请厂家检测。" in running.told()[-1]
    assert "已经延长过" in refused(tousu(*ask))


def test_whoever_saw_the_case_before_it_changed_is_told_what_changed(tousu: Tousu, running: Desk, number: str) -> None:
    seen = str(json.loads(done(tousu("case", "show", number, "--as", "王敏", "--json")))["seen"])
    done(tousu("case", "act", number, "accept", "--as", "王敏", "--seen", seen))
    line = refused(tousu("case", "act", number, "supervise", "--as", "head", "--field", "words=…", "--seen", seen))
    assert "王敏" in line
    assert "supervised" not in [kind for kind, _ in acts(running, number)]


WRONG = [
    (["accept", "--as", " "], "tousu staff add"),
    (["accept", "--as", "nobody"], "nobody"),
    (["refuse", "--as", "王敏"], "decline"),
    (["decline", "--as", "王敏"], "words"),
    (["decline", "--as", "王敏", "--field", "ground=weather"], "third_party"),
    (["accept", "--as", "head2"], "head2"),
    (["ask_extension", "--as", "王敏", "--field", "words=复杂"], "不能延长"),
    (["extend", "--as", "head"], "申请延期"),
    (["supervise", "--as", "王敏", "--field", "words=复杂"], "岗位"),
    (["close", "--as", "王敏", "--field", "words=好了", "--field", "outcome=answered"], "已登记"),
    (["close", "--as", "王敏", "--field", "已处理"], "words"),
    (["close", "--as", "王敏", "--field", "word=已处理"], "words"),
]


@pytest.mark.parametrize("running", ["sqlite"], indirect=True)
@pytest.mark.parametrize(("arguments", "hint"), WRONG)
def test_what_cannot_be_done_is_said_in_one_line_and_changes_nothing(
    tousu: Tousu, running: Desk, number: str, arguments: list[str], hint: str
) -> None:
    before = running.all_of(number)
    assert hint in refused(tousu("case", "act", number, *arguments))
    assert running.all_of(number) == before
    assert running.told() == []


@pytest.mark.parametrize("running", ["sqlite"], indirect=True)
def test_an_attempt_that_was_refused_is_part_of_the_record(tousu: Tousu, running: Desk, number: str) -> None:
    refused(tousu("case", "act", number, "extend", "--as", "head"))
    assert acts(running, number)[-1] == ("refused", "staff:head")


@pytest.mark.parametrize("running", ["sqlite"], indirect=True)
def test_an_unknown_number_is_said_to_be_unknown(tousu: Tousu, running: Desk) -> None:
    assert "核对编号" in refused(tousu("case", "act", "XX0000-00000", "accept", "--as", "王敏"))


@pytest.mark.parametrize("running", ["sqlite"], indirect=True)
def test_without_an_account_nothing_is_done(tousu: Tousu, running: Desk, number: str) -> None:
    assert tousu("case", "act", number, "accept").code == 2
    assert acts(running, number) == [("registered", "complainant")]
