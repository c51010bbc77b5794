"""``tousu case register``: what comes by visit, phone or letter has number and code at once, and a slip to take home."""

from __future__ import annotations

import errno
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from docx import Document

from app import documents
from core.cases import access
from core.store import queries
from tests.app.conftest import Answer, Tousu
from tests.app.desk import at_work, done, hire, refused
from tests.core.cases.desk import Desk

TOLD = ("facts=三楼的电梯坏了三天没有人来修", "respondent=物业", "name=王小苗", "phone=13900000007")


@pytest.fixture(params=["sqlite", "postgresql"])
def running(request: pytest.FixtureRequest, tousu: Tousu, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    if request.param == "postgresql":
        monkeypatch.setenv("TOUSU_DATABASE_URL", request.getfixturevalue("postgresql_url"))
    with at_work("service-hall") as desk:
        hire(tousu, "xu", "officer", name="徐小苗")
        hire(tousu, "boss", "director", name="陈立")
        yield desk


on_sqlite = pytest.mark.parametrize("running", ["sqlite"], indirect=True)


def register(tousu: Tousu, *words: str, channel: str = "visit", by: str = "xu", told: tuple[str, ...] = TOLD) -> Answer:
    fields = [word for field in told for word in ("--field", field)]
    return tousu("case", "register", "--channel", channel, "--as", by, *fields, *words)


def test_it_has_its_number_its_code_and_its_day_at_once(tousu: Tousu, running: Desk) -> None:
    told = json.loads(done(register(tousu, "--json")))
    case = running.case(told["number"])
    assert (case.channel, case.promised_on.isoformat()) == ("visit", told["promised_on"])
    assert [(entry.kind, entry.actor) for entry in running.entries(case.number)] == [("registered", "staff:xu")]
    code = told["query_code"]
    found = running.store.write(
        lambda uow: access.by_code(uow, running.policy, case.number, code, "ip:192.0.2.1", running.now)
    )
    assert found == case


def test_in_words_it_says_what_to_tell_the_complainant(tousu: Tousu, running: Desk) -> None:
    words = done(register(tousu, channel="phone"))
    number = running.store.read(lambda uow: queries.case_list(uow, 1))[0].number
    assert number in words
    assert running.case(number).promised_on.isoformat() in words


def test_the_slip_has_number_code_and_where_to_ask(tousu: Tousu, running: Desk) -> None:
    told = json.loads(done(register(tousu, "--slip", "slip.docx", "--json")))
    document = Document("slip.docx")
    cells = [cell.text for table in document.tables for cell in table._cells]
    text = "\n".join([*cells, *(each.text for each in document.paragraphs)])
    assert told["number"] in text
    assert told["query_code"] in text
    assert document.inline_shapes or [part for part in document.part.package.iter_parts() if "image" in part.partname]
    assert Path("slip.docx").stat().st_mode & 0o777 == 0o600
    assert "slip.docx" in told["slip"]


def test_category_relation_and_no_name(tousu: Tousu, running: Desk) -> None:
    category = running.policy.categories[1].key
    told = json.loads(
        done(register(tousu, "--category", category, "--relation", "市信访局", "--json", channel="referral"))
    )
    case = running.case(told["number"])
    detail = running.store.read(lambda uow: queries.case_detail(uow, case.number))
    assert detail
    assert (case.category, detail.contents["relation"]) == (category, "市信访局")


WRONG = [
    ({"told": TOLD[1:]}, (), "还缺"),
    ({"channel": "pigeon"}, (), "visit"),
    ({"by": "nobody"}, (), "nobody"),
    ({"told": (*TOLD, "shoe=43")}, (), "shoe"),
    ({"told": (*TOLD, "facts")}, (), "facts"),
    ({}, ("--category", "weather"), "类别"),
    ({}, ("--anonymous",), "匿名"),
    ({}, ("--slip", "nowhere/slip.docx"), "nowhere"),
]


@on_sqlite
@pytest.mark.parametrize(("how", "words", "hint"), WRONG)
def test_what_cannot_be_registered_is_one_line_and_leaves_nothing(
    tousu: Tousu, running: Desk, how: dict[str, object], words: tuple[str, ...], hint: str
) -> None:
    line = refused(register(tousu, *words, **how))  # type: ignore[arg-type]
    assert hint in line
    assert running.store.read(queries.overview).cases == {}


@on_sqlite
def test_a_slip_that_is_there_is_not_replaced_and_nothing_is_registered(tousu: Tousu, running: Desk) -> None:
    Path("slip.docx").write_text("before")
    assert "已经有了" in refused(register(tousu, "--slip", "slip.docx"))
    assert Path("slip.docx").read_text() == "before"
    assert running.store.read(queries.overview).cases == {}


@on_sqlite
def test_a_slip_that_the_disk_does_not_take_costs_nobody_their_code(
    tousu: Tousu, running: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(target: Path) -> None:
        raise OSError(errno.ENOSPC, "full")

    monkeypatch.setattr(documents, "written_whole", full)
    told = json.loads(done(register(tousu, "--slip", "slip.docx", "--json")))
    assert told["query_code"]
    assert "磁盘满了" in told["no_slip"]
    assert "磁盘满了" in done(register(tousu, "--slip", "slip.docx"))
