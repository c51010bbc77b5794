"""``tousu roster`` as it is typed: shifts are set, listed, swapped and imported, and a leader's confirmation is put down."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from tests.app.conftest import Tousu
from tests.app.desk import at_work, done, hire, refused
from tests.core.cases.desk import Desk
from tests.core.cases.leaders import HURT


@pytest.fixture(params=["sqlite", "postgresql"])
def running(request: pytest.FixtureRequest, tousu: Tousu, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    if request.param == "postgresql":
        monkeypatch.setenv("TOUSU_DATABASE_URL", request.getfixturevalue("postgresql_url"))
    with at_work("service-hall") as desk:
        hire(tousu, "tou", "head", name="陶大头")
        hire(tousu, "ling", "director", name="凌远")
        yield desk


on_sqlite = pytest.mark.parametrize("running", ["sqlite"], indirect=True)


def record(tousu: Tousu, *words: str) -> Any:
    return json.loads(done(tousu("roster", *words, "--json")))


def names(tousu: Tousu, moment: str) -> list[str]:
    return [each["account"] for each in record(tousu, "who", "--at", moment)["on_duty"]]


def test_at_first_there_is_none_and_how_to_begin_is_said(tousu: Tousu, running: Desk) -> None:
    assert "tousu roster put" in done(tousu("roster", "list"))
    assert record(tousu, "list") == []
    assert "没有人值班" in done(tousu("roster", "who"))


def test_a_shift_is_set_listed_swapped_and_ended(tousu: Tousu, running: Desk) -> None:
    put = record(tousu, "put", "tou", "工作日", "20:00-08:00", "--from", "2026-09-01")
    assert put == {
        "id": 1, "account": "tou", "days": "工作日", "begins": "20:00", "ends": "08:00", "first_on": "2026-09-01",
        "last_on": None, "name": "陶大头",
    }  # fmt: skip
    done(tousu("roster", "put", "ling", "周六、周日", "20:00-08:00", "--from", "2026-09-01", "--until", "2030-12-31"))
    assert "2  ling  凌远  周六、周日  20:00-08:00  2026-09-01 起，到 2030-12-31" in done(tousu("roster", "list"))
    # 2026-10-01 is a holiday, and a Thursday: the night of the day before is tou's, that of the day nobody's.
    assert names(tousu, "2026-10-01T03:00") == ["tou"]
    assert names(tousu, "2026-10-01T21:00") == []
    assert "班交给了 ling" in done(tousu("roster", "swap", "1", "2029-10-08", "ling"))
    assert names(tousu, "2029-10-09T02:00") == ["ling"]
    done(tousu("roster", "end", "1", "--from", "2029-01-01"))
    assert names(tousu, "2029-01-03T03:00") == []
    kinds = [line[0] for line in running.office_lines(4)]
    assert kinds == ["roster_ended", "roster_swapped", "roster_put", "roster_put"]


def test_a_table_is_looked_through_first_and_taken_with_yes(tousu: Tousu, running: Desk, tmp_path: Path) -> None:
    file = tmp_path / "班.csv"
    file.write_text("账号,哪天,时间\ntou,每天,20:00-08:00\nling,每天,08:00-20:00\n", encoding="utf-8")
    assert "会排 2 个班" in done(tousu("roster", "import", str(file)))
    assert record(tousu, "list") == []
    assert "排了 2 个班" in done(tousu("roster", "import", str(file), "--yes"))
    assert len(record(tousu, "list")) == 2
    file.write_text("账号,哪天,时间\ntou,周三,20:00-08:00\ncat,每天,night\n,每天,8-9\n", encoding="utf-8")
    answer = tousu("roster", "import", str(file), "--yes")
    assert answer.code == 1
    assert [line.split("：")[0] for line in answer.out.splitlines()[1:]] == ["  第 3 行", "  第 4 行"]
    assert len(record(tousu, "list")) == 2


@on_sqlite
def test_what_a_leader_has_by_telephone_is_put_down(tousu: Tousu, running: Desk) -> None:
    running.changed(major=(HURT,))
    running.now = datetime.now(UTC)
    number = running.open(facts="somebody is injured")[0].number
    [waiting] = record(tousu, "calls")
    assert (waiting["ref"], waiting["told"]) == (number, "tou")
    assert number in done(tousu("roster", "calls"))
    assert number in done(tousu("roster", "confirm", number, "--as", "tou"))
    assert "没有等着确认的" in done(tousu("roster", "calls"))
    assert "已经确认过了：tou" in refused(tousu("roster", "confirm", number, "--as", "ling"))


WRONG = [
    (["put", "nobody", "每天", "8-20"], "nobody"),
    (["put", "tou", "星期八", "8-20"], "星期八"),
    (["put", "tou", "每天", "night"], "night"),
    (["put", "tou", "每天", "8-20", "--from", "2026-12-02", "--until", "2026-12-01"], "之前"),
    (["swap", "9", "2026-12-01", "ling"], "9"),
    (["end", "9"], "9"),
    (["import", "/no/such/file.csv"], "/no/such/file.csv"),
    (["confirm", "DT2611-00001", "--as", "tou"], "没有叫您的事"),
    (["confirm", "#7", "--as", "tou"], "没有叫您的事"),
    (["confirm", "#x", "--as", "tou"], "没有叫您的事"),
    (["confirm", f"#{10**20}", "--as", "tou"], "没有叫您的事"),
    (["put", "tou", "每天", "8-20", "--from", "9999-12-31"], "五年"),
    (["confirm", "#7", "--as", "nobody"], "nobody"),
]


@on_sqlite
@pytest.mark.parametrize(("words", "hint"), WRONG)
def test_what_cannot_be_is_one_line_and_changes_nothing(
    tousu: Tousu, running: Desk, words: list[str], hint: str
) -> None:
    before = running.office_lines()
    assert hint in refused(tousu("roster", *words))
    assert (record(tousu, "list"), running.office_lines()) == ([], before)


@on_sqlite
@pytest.mark.parametrize(
    "words",
    [
        ["put", "tou"],
        ["put", "tou", "每天", "8-20", "--from", "soon"],
        ["swap", "1", "", "ling"],
        ["who", "--at", "x"],
        ["who", "--at", "9999-12-31"],
        ["end", str(10**20)],
    ],
)
def test_a_wrong_command_line_is_two(tousu: Tousu, running: Desk, words: list[str]) -> None:
    assert tousu("roster", *words).code == 2
