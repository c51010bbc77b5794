"""The records of people as workbook and document, opened again as another program reads them."""

from __future__ import annotations

from datetime import date, datetime
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from docx import Document
from openpyxl import load_workbook

from core.files.dossier import Roll, dossier_document, write_dossiers
from core.files.people import People
from core.files.sheets import HEAD
from core.files.whole import written_whole
from core.policies.load import load
from core.policies.personnel import default_personnel
from core.store.assessments import Assessment
from core.store.conduct import Conduct, Pledge
from core.store.dossiers import Dossier
from core.store.figures import Figures
from core.store.staff import StaffMember
from core.store.trainings import Training
from tests.core.files.samples import HOSTILE

JOINED = datetime.fromisoformat("2026-07-01T09:30:00+08:00")
DAY = date(2026, 10, 8)


def member(account: str = "wang", name: str = "王敏", **more: Any) -> StaffMember:
    known: dict[str, Any] = {
        "unit": "投诉科",
        "posts": ("officer",),
        "absent": False,
        "added_at": JOINED,
        "left_at": None,
    }
    return StaffMember(id=1, account=account, names=(name,), **(known | more))


def whole(words: str = "热心耐心", **more: Any) -> Dossier:
    marks = {"timeliness": 100, "quality": 90, "satisfaction": None, "attitude": 95, "ability": 85}
    figures = Figures(stages=4, in_time=4, proposals=2, returned=1, answers=8)
    return Dossier(
        member(**more),
        (
            Training(1, 1, "induction", "joining", date(2026, 7, 31), None, date(2026, 7, 20), 82, True, 2, words),
            Training(2, 1, "refresher", "periodic", date(2027, 1, 20), None, None, None, None, None, ""),
        ),
        (
            Assessment(
                1, date(2026, 7, 1), date(2026, 9, 30), 0, JOINED, 2, figures, marks, 93, True, {"attitude": words}, 5
            ),
        ),
        (Conduct(1, 1, "praise", "commended", DAY, 2, words),),
        (Pledge(1, "2026.1", date(2026, 7, 1), "chat", 1),),
    )


@pytest.fixture
def roll(now: datetime) -> Roll:
    names = People({"head": "陈立", "wang": "王敏"}, {1: "wang", 2: "head"})
    return Roll(load("service-hall"), default_personnel(), names, now)


def sheets(target: Path, roll: Roll, *dossiers: Dossier) -> dict[str, list[dict[str, Any]]]:
    """The rows of each sheet by the words above their columns."""
    with written_whole(target) as place:
        write_dossiers(place, roll, dossiers)
    found = {}
    for sheet in load_workbook(target).worksheets:
        heading, *rows = list(sheet.iter_rows(min_row=HEAD + 1, values_only=True))
        found[sheet.title] = [dict(zip(map(str, heading), row, strict=True)) for row in rows]
    return found


def pairs(content: bytes) -> list[tuple[str, str]]:
    """Label and words of every pair of cells of every table."""
    found = []
    for table in Document(BytesIO(content)).tables:
        for row in table.rows:
            texts = [cell.text for cell in {cell._tc: cell for cell in row.cells}.values()]
            found += list(zip(texts[::2], texts[1::2], strict=True))
    return found


def test_the_workbook_has_a_sheet_for_each_kind_of_record(tmp_path: Path, roll: Roll) -> None:
    found = sheets(tmp_path / "people.xlsx", roll, whole())
    assert list(found) == ["人员", "培训", "考核", "奖惩", "保密承诺"]
    [person] = found["人员"]
    assert (person["账号"], person["姓名"], person["岗位"], person["总分"]) == (
        "wang",
        "王敏",
        "投诉处理机构工作人员",
        93,
    )
    assert person["登记日期"] == datetime(2026, 7, 1)
    done, waiting = found["培训"]
    assert (done["培训"], done["分数"], done["结果"], done["登记人"], done["说明"]) == (
        "岗前培训",
        82,
        "合格",
        "陈立",
        "热心耐心",
    )
    assert (waiting["期限"], waiting["参加日期"], waiting["结果"]) == (datetime(2027, 1, 20), None, None)
    [assessed] = found["考核"]
    assert (assessed["及时"], assessed["满意度"], assessed["工作态度"], assessed["总分"]) == (100, None, 95, 93)
    assert (assessed["到期或完成的环节"], assessed["被退回的意见"], assessed["答复"]) == (4, 1, 8)
    assert assessed["说明"] == "工作态度：热心耐心"
    assert found["奖惩"] == [
        {
            "账号": "wang",
            "姓名": "王敏",
            "奖惩": "表扬",
            "种类": "表彰",
            "日期": datetime(2026, 10, 8),
            "说明": "热心耐心",
            "登记人": "陈立",
        }
    ]
    assert found["保密承诺"][0]["方式"] == "在聊天里确认"


def test_the_document_of_one_says_it_all_and_has_room_to_sign(roll: Roll) -> None:
    content = dossier_document(roll, whole())
    said = dict(pairs(content))
    assert (said["姓名"], said["账号"], said["部门"]) == ("王敏", "wang", "投诉科")
    assert said["2026-07-01 至 2026-09-30"] == "总分 93，合格（考核人 陈立）"
    assert "到期或完成的环节 4" in said["按案件统计"]
    assert (said["满意度"], said["工作态度"]) == ("没有可算的", "95 分\n热心耐心")
    assert said["岗前培训"] == "2026-07-20 合格（登记人 陈立）\n82 分\n热心耐心"
    assert said["定期培训"] == "应在 2027-01-20 前通过"
    assert said["表扬"] == "2026-10-08 表彰（登记人 陈立）\n热心耐心"
    assert said["2026-07-01"].startswith("确认保密义务（2026.1），在聊天里确认")
    assert said["本人签字"] == ""


def test_who_has_no_records_has_a_file_that_says_so(tmp_path: Path, roll: Roll) -> None:
    lines = [paragraph.text for paragraph in Document(BytesIO(dossier_document(roll, Dossier(member())))).paragraphs]
    assert lines.count("没有记录。") == 4
    found = sheets(tmp_path / "people.xlsx", roll)
    assert all(rows == [] for rows in found.values())


@pytest.mark.parametrize("hostile", [*HOSTILE, "=1+1", "@SUM(A1)", "<r>x</r>"])
def test_what_somebody_typed_is_text_and_nothing_else(tmp_path: Path, roll: Roll, hostile: str) -> None:
    dossier = whole(hostile, name=hostile, unit=hostile)
    with written_whole(tmp_path / "people.xlsx") as place:
        write_dossiers(place, roll, [dossier])
    for sheet in load_workbook(tmp_path / "people.xlsx").worksheets:
        assert {cell.data_type for row in sheet.iter_rows() for cell in row} <= {"s", "n", "d"}
    assert pairs(dossier_document(roll, dossier))


def test_a_key_that_the_rules_have_no_more_stands_for_itself(tmp_path: Path, roll: Roll) -> None:
    gone = Training(3, 1, "flying", "unplanned", DAY, None, DAY, None, True, None, "")
    found = sheets(tmp_path / "people.xlsx", roll, Dossier(member(), (gone,)))
    assert found["培训"][0]["培训"] == "flying"
