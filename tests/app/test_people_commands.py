"""``tousu people`` as it is typed: records kept by whoever may, read by each of their own, and exported."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from docx import Document
from openpyxl import load_workbook

from core.cases.clocks import ZONE
from core.cases.periods import last_ended
from core.store.tables import staff as staff_table
from tests.app.conftest import Tousu
from tests.app.desk import at_work, done, hire, refused
from tests.core.cases.desk import Desk

TODAY = datetime.now(UTC).astimezone(ZONE).date()


@pytest.fixture
def running(tousu: Tousu) -> Iterator[Desk]:
    with at_work("service-hall") as desk:
        hire(tousu, "wang", "officer", name="王敏", unit="投诉科")
        hire(tousu, "head", "head", name="陈立")
        # They were here in the period that ended, too.
        desk.store.write(
            lambda uow: uow.connection.execute(staff_table.update().values(added_at=desk.now - timedelta(400)))
        )
        yield desk


def record(tousu: Tousu, *words: str) -> Any:
    return json.loads(done(tousu("people", *words, "--json")))


def test_a_training_is_written_down_and_the_next_one_is_said(tousu: Tousu, running: Desk) -> None:
    said = done(tousu("people", "train", "wang", "定期培训", "--as", "head", "--mark", "82", "--words", "法规"))
    assert said.startswith(f"已记下：wang {TODAY} 定期培训，合格。\n下一次：")
    failed = record(tousu, "train", "wang", "induction", "--as", "head", "--mark", "12")
    assert (failed["passed"], failed["next_on"] > str(TODAY)) == (False, True)
    shown = record(tousu, "show", "--as", "wang")
    assert [row["label"] for row in shown["trainings"]].count("岗前培训") == 2
    assert "记过" in refused(tousu("people", "train", "wang", "induction", "--as", "head", "--mark", "90"))


def test_an_assessment_is_looked_at_first_then_completed_and_read_by_whose_it_is(tousu: Tousu, running: Desk) -> None:
    looked = done(tousu("people", "figures", "wang", "--as", "head"))
    assert "到期或完成的环节 0" in looked
    assert looked.rstrip().endswith("attitude、ability")
    marks = ("--mark", "attitude=30", "--mark", "ability=20", "--note", "attitude=不耐烦")
    said = done(tousu("people", "assess", "wang", "--as", "head", *marks))
    span = last_ended(TODAY, 3)
    assert said.startswith(f"已记下：wang {span.first} 至 {span.last} 考核 25 分，不合格。")
    assert "“不合格培训”" in said
    own = done(tousu("people", "show", "--as", "wang"))
    assert "25 分，不合格" in own
    assert "不耐烦" in own
    assert "先通过" in refused(tousu("people", "assess", "wang", "--as", "head", "--again", *marks[:4]))
    done(tousu("people", "train", "wang", "coaching", "--as", "head", "--mark", "80"))
    again = record(tousu, "assess", "wang", "--as", "head", "--again", "--mark", "attitude=80", "--mark", "ability=70")
    assert (again["again"], again["passed"], again["total"]) == (True, True, 75)


def test_praise_discipline_and_what_was_signed(tousu: Tousu, running: Desk) -> None:
    assert "表彰" in done(tousu("people", "praise", "wang", "表彰", "--as", "head", "--words", "锦旗"))
    assert "提醒谈话" in done(
        tousu("people", "discipline", "wang", "talk", "--as", "head", "--words", "离岗", "--on", "2026-01-05")
    )
    assert "保密" in done(tousu("people", "acknowledge", "--as", "wang"))
    shown = record(tousu, "show", "wang", "--as", "head")
    assert [row["words"] for row in shown["conduct"]] == ["离岗", "锦旗"]
    assert (shown["pledges"][0]["how"], shown["pledge_holds"]) == ("desk", True)
    assert running.office_lines(1)[0] == ("people_read", "staff:head", "wang")


def test_who_has_what_to_do_is_listed_for_whoever_may_see_it(tousu: Tousu, running: Desk) -> None:
    listed = {row["account"]: row for row in record(tousu, "due", "--as", "head")}
    assert listed["wang"]["assessment_due"]
    assert listed["head"]["assessment_due"] is None
    assert [row["training"] for row in listed["wang"]["trainings"]] == ["induction", "refresher", "exchange"]
    assert "岗前培训" in done(tousu("people", "due", "--as", "head"))
    assert "岗位" in refused(tousu("people", "due", "--as", "wang"))


def test_what_is_refused_is_said_in_words_and_written_down(tousu: Tousu, running: Desk) -> None:
    assert "自己的要由别人来记" in refused(
        tousu("people", "train", "head", "induction", "--as", "head", "--mark", "90")
    )
    assert running.office_lines(1)[0][:2] == ("refused", "staff:head")
    assert "交办督办" in refused(tousu("people", "praise", "head", "表彰", "--as", "wang", "--words", "…"))
    assert "不是分数" in refused(tousu("people", "assess", "wang", "--as", "head", "--mark", "attitude=much"))
    assert "不是日子" in refused(tousu("people", "train", "wang", "induction", "--as", "head", "--on", "gestern"))
    assert "不是日子" in refused(tousu("people", "assess", "wang", "--as", "head", "--period", "2026-13"))
    assert "不是日子" in refused(tousu("people", "assess", "wang", "--as", "head", "--period", "9999-12"))
    assert "nobody" in refused(tousu("people", "show", "--as", "nobody"))


def test_everybody_is_exported_as_a_workbook_and_one_as_a_document(tousu: Tousu, running: Desk, tmp_path: Path) -> None:
    done(tousu("people", "praise", "wang", "表彰", "--as", "head", "--words", "锦旗"))
    xlsx, docx = tmp_path / "all.xlsx", tmp_path / "wang.docx"
    said = done(tousu("people", "export", "wang", "--as", "head", "--xlsx", str(xlsx), "--docx", str(docx)))
    assert str(xlsx) in said
    rows = list(load_workbook(xlsx)["奖惩"].iter_rows(values_only=True))
    assert rows[-1][0] == "wang"
    assert "锦旗" in rows[-1]
    texts = [cell.text for table in Document(str(docx)).tables for row in table.rows for cell in row.cells]
    assert any("锦旗" in text for text in texts)
    assert [line[0] for line in running.office_lines(2)] == ["people_exported", "people_exported"]
    assert "--force" in refused(tousu("people", "export", "--as", "head", "--xlsx", str(xlsx)))


def test_each_exports_their_own_and_nothing_else(tousu: Tousu, running: Desk, tmp_path: Path) -> None:
    own, other, whole = (str(tmp_path / name) for name in ("own.docx", "other.docx", "all.xlsx"))
    done(tousu("people", "export", "--as", "wang", "--docx", own))
    assert "岗位" in refused(tousu("people", "export", "head", "--as", "wang", "--docx", other))
    assert "岗位" in refused(tousu("people", "export", "--as", "wang", "--xlsx", whole))
    assert not Path(other).exists()
    assert not Path(whole).exists()
    assert "--xlsx" in refused(tousu("people", "export", "--as", "wang"))


def test_an_institutions_own_rules_hold_and_a_mistake_in_them_is_named(
    tousu: Tousu, running: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = tmp_path / "own.toml"
    default = Path("core/people/personnel.toml")
    text = (Path(__file__).parents[2] / default).read_text(encoding="utf-8").replace("岗前培训", "入职培训")
    own.write_text(text, encoding="utf-8")
    monkeypatch.setenv("TOUSU_PERSONNEL", str(own))
    assert "入职培训" in done(tousu("people", "train", "wang", "入职培训", "--as", "head", "--mark", "90"))
    own.write_text(text.replace("weight = 20", "weight = 30", 1), encoding="utf-8")
    assert "加起来应是 100" in refused(tousu("people", "due", "--as", "head"))
