"""The ledger is read back as another program reads it: every cell is what it was, and nothing in it is a formula."""

from __future__ import annotations

import re
import tracemalloc
import zipfile
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook
from openpyxl.cell.cell import Cell

from core.files.ledger import HEAD, Ledger, write_ledger
from core.files.legible import legible
from core.files.people import People
from core.files.whole import written_whole
from core.policies.load import load
from core.policies.policy import Policy
from core.store.queries import LedgerLine
from tests.core.files.samples import CLOSED, FACTS, HOSTILE, NAME, PHONE, STAFF, answers, ledger_line


@cache
def pack_of(policy_id: str, version: str) -> Policy | None:
    return load(policy_id) if policy_id == "law-firm" else None


@pytest.fixture
def target(tmp_path: Path) -> Path:
    return tmp_path / "ledger.xlsx"


def write(target: Path, now: datetime, lines: Iterable[LedgerLine], *, with_names: bool = False, **more: Any) -> int:
    with written_whole(target) as place:
        return write_ledger(place, Ledger("青禾律师事务所", 2026, now, with_names, **more), lines, pack_of)


def cells(target: Path) -> list[list[Cell]]:
    [sheet] = load_workbook(target).worksheets
    return [list(row) for row in sheet.iter_rows()]


def rows(target: Path) -> list[dict[str, Any]]:
    """The rows by the words above their columns."""
    everything = cells(target)
    heading = [cell.value for cell in everything[HEAD]]
    return [dict(zip(heading, (cell.value for cell in row), strict=True)) for row in everything[HEAD + 1 : -1]]


def test_a_row_says_what_is_known_of_a_case(target: Path, now: datetime) -> None:
    closed = ledger_line(2, status="closed", closed_at=CLOSED, rating=4, urged_count=2, level="major")
    doubtful = ledger_line(3, promise_provisional=True, category="gone", channel="pigeon", policy_id="gone")
    assert write(target, now, [ledger_line(), closed, doubtful]) == 3
    first, second, third = rows(target)
    assert first == {
        "投诉编号": "LS2026-0001",
        "登记时间": datetime(2026, 11, 23, 9, 30, 5),
        "投诉人": "金**",
        "渠道": "微信",
        "类别": "收费",
        "级别": "一般",
        "状态": "已登记",
        "承诺日期": datetime(2026, 12, 14),
        "暂定": None,
        "逾期": None,
        "承办部门": "财务部",
        "承办人": None,
        "处理结果": None,
        "处理措施": None,
        "催办次数": 0,
        "满意度": None,
        "办结时间": None,
        "案卷年度": None,
        "策略包": "law-firm",
        "版本": "2026.1",
    }
    assert (second["办结时间"], second["满意度"], second["催办次数"]) == (datetime(2026, 12, 1, 16), 4, 2)
    assert (second["状态"], second["级别"]) == ("已办结", "重大")
    assert (third["暂定"], third["类别"], third["承办部门"], third["渠道"]) == ("暂定", "gone", None, "pigeon")


def test_a_row_says_who_worked_on_it_what_came_out_and_whether_in_time(target: Path, now: datetime) -> None:
    done = {"unit": "业务部", "handler_id": 2, "outcome": "partly", "measures": ("refund", "gone"), "volume": 2026}
    lines = [
        ledger_line(1, **done),
        ledger_line(2, late=1),
        ledger_line(3, next_due=now - timedelta(seconds=1)),
        ledger_line(4, next_due=now - timedelta(days=1), paused="hearing"),
        ledger_line(5, next_due=now + timedelta(seconds=1), handler_id=9),
    ]
    write(target, now, lines, people=People.of(STAFF))
    first, *others = rows(target)
    assert (first["承办部门"], first["承办人"], first["案卷年度"]) == ("业务部", "李合伙", 2026)
    assert (first["处理结果"], first["处理措施"]) == ("部分属实", "退还费用、gone")
    assert [row["逾期"] for row in (first, *others)] == [None, "逾期", "逾期", None, None]
    assert others[-1]["承办人"] == "#9", "whoever is not known is no blank"


def test_a_volume_lists_what_was_archived_into_it_whenever_it_was_registered(target: Path, now: datetime) -> None:
    lines = [ledger_line(1, volume=2026), ledger_line(2, volume=2027), ledger_line(3)]
    assert write(target, now, lines, volume=True) == 1
    assert cells(target)[0][0].value == "青禾律师事务所 2026年度投诉案卷目录"
    assert [row["投诉编号"] for row in rows(target)] == ["LS2026-0001"]


def test_the_sheet_says_whose_it_is_what_is_left_out_and_how_many_there_are(target: Path, now: datetime) -> None:
    write(target, now, map(ledger_line, range(1, 13)))
    everything = cells(target)
    assert everything[0][0].value == "青禾律师事务所 2026年投诉台账"
    assert "不含投诉内容和联系方式" in everything[1][0].value
    assert "2026-11-23 09:30" in everything[1][0].value
    assert everything[-1][0].value == "共 12 件"
    assert [row["投诉编号"] for row in rows(target)] == [f"LS2026-{number:04d}" for number in range(1, 13)]


def test_a_year_without_a_case_is_an_empty_ledger(target: Path, now: datetime) -> None:
    assert write(target, now, []) == 0
    assert cells(target)[-1][0].value == "共 0 件"


def parts(target: Path) -> Iterator[str]:
    with zipfile.ZipFile(target) as packed:
        yield from (packed.read(name).decode() for name in packed.namelist())


def test_without_being_asked_it_holds_no_name_phone_or_narrative(target: Path, now: datetime) -> None:
    write(target, now, [ledger_line(number) for number in range(1, 50)])
    everything = "".join(parts(target))
    assert "LS2026-0001" in everything, "what may be read is found, so the search works"
    assert [word for word in (NAME, PHONE, PHONE[-4:], FACTS, FACTS[:6]) if word in everything] == []


def test_with_names_it_says_so_and_still_holds_no_narrative(target: Path, now: datetime) -> None:
    write(
        target,
        now,
        [ledger_line(), ledger_line(2, anonymous=True, contents=answers(name="", phone=""))],
        with_names=True,
    )
    first, second = rows(target)
    assert (first["投诉人"], first["联系方式"]) == (NAME, PHONE)
    assert (second["投诉人"], second["联系方式"]) == ("匿名", None)
    assert "个人信息" in cells(target)[1][0].value
    assert FACTS not in "".join(parts(target))


def test_nobody_learns_the_length_of_a_name_and_an_erased_one_is_gone(target: Path, now: datetime) -> None:
    names = ("王", "欧阳娜娜", " ", "😀😀")
    told = [ledger_line(number, contents=answers(name=name)) for number, name in enumerate(names)]
    write(target, now, [*told, ledger_line(9, contents={})])
    assert [row["投诉人"] for row in rows(target)] == ["王**", "欧**", None, "😀**", "（已删除）"]


@pytest.mark.parametrize("with_names", [False, True])
def test_what_looks_like_a_formula_or_like_mark_up_is_text(target: Path, now: datetime, with_names: bool) -> None:
    told = [
        ledger_line(
            number,
            number=hostile,
            category=hostile,
            policy_version=hostile,
            unit=hostile,
            outcome=hostile,
            measures=(hostile,),
            handler_id=number,
            contents=answers(name=hostile, phone=hostile),
        )
        for number, hostile in enumerate(HOSTILE)
    ]
    people = People(dict(zip(HOSTILE, HOSTILE, strict=True)), dict(enumerate(HOSTILE)))
    write(target, now, told, with_names=with_names, people=people)
    body = cells(target)[HEAD + 1 : -1]
    assert len(body) == len(HOSTILE)
    wrong = [cell for row in body for cell in row if cell.value is not None and cell.data_type not in ("s", "n", "d")]
    assert wrong == [], "no formula, no error, no link"
    for row, hostile in zip(body, HOSTILE, strict=True):
        assert row[0].data_type == "s"
        assert _read(row[0].value) == _meant(hostile)
    assert not re.search(r"<f[ >]", "".join(parts(target)))


def test_a_cell_that_looks_like_a_formula_stays_text_when_it_is_edited(target: Path, now: datetime) -> None:
    """A spreadsheet takes what is typed anew for a formula, unless the cell is marked as quoted."""
    write(target, now, [ledger_line(1, number="=1+1"), ledger_line(2)])
    dangerous, plain = (row[0] for row in cells(target)[HEAD + 1 : -1])
    assert (dangerous.quotePrefix, dangerous.number_format) == (True, "@")
    assert not plain.quotePrefix


def _read(value: object) -> str:
    """As the reading library gives it back: it does not undo the escapes of the format."""
    return re.sub(r"_x005F(_x[0-9A-Fa-f]{4}_)", r"\1", str(value)).rstrip()


def _meant(hostile: str) -> str:
    return legible(hostile).rstrip()


def test_the_rows_lie_nowhere_else_while_they_are_written(target: Path, now: datetime, tmp_path: Path) -> None:
    seen: list[set[Path]] = []

    def lines() -> Iterator[LedgerLine]:
        for number in range(2000):
            yield ledger_line(number)
        seen.append({path.relative_to(tmp_path).parts[0] for path in tmp_path.rglob("*")})

    write(target, now, lines())
    [folders] = seen
    assert all(str(folder).startswith(".tousu-") for folder in folders)
    assert [path.name for path in tmp_path.iterdir()] == ["ledger.xlsx"]


def test_three_times_as_many_cases_take_no_more_memory(target: Path, now: datetime) -> None:
    def most(count: int) -> int:
        tracemalloc.start()
        write(target, now, map(ledger_line, range(count)))
        found = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return found

    most(2000)  # The first one fills the buffers and tables of the libraries.
    assert most(6000) < 1.2 * most(2000)
