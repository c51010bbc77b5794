"""``tousu ledger``, ``form``, ``letter`` and ``archive`` as they are typed, beside a running service."""

from __future__ import annotations

import hashlib
import json
import resource
import zipfile
from collections.abc import Iterator
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

import pytest
from core.cases.service import Office, Registration
from docx import Document
from openpyxl import load_workbook

from app.resources import open_store
from app.settings import load_settings
from core.cases import service
from core.cases.calendar import calendar
from core.messages import Address, Attachment
from core.policies.load import load
from core.store import cases, evidence, keys, sessions
from core.store.unit_of_work import Store, UnitOfWork
from core.texts import load_texts
from tests.app.conftest import Tousu

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
NUMBER = "DT2611-00018"
NAME, PHONE, FACTS = "=金丝雀", "13912345678", "三楼窗口态度很差，排队两小时"
PHOTO = b"\xff\xd8\xff a photo"
KINDS = ("ledger", "form", "letter", "archive")
on_sqlite = pytest.mark.parametrize("running", ["sqlite"], indirect=True)
of_each_kind = pytest.mark.parametrize("kind", KINDS)

OFFICE = Office(load("service-hall"), calendar(), load_texts())


def arguments(kind: str, out: str) -> list[str]:
    return [kind, "--year", "2026", "--out", out] if kind == "ledger" else [kind, NUMBER, "--out", out]


def register(uow: UnitOfWork) -> None:
    """A complaint with a photo, by chat."""
    person = sessions.load(uow, Address("web", "anna"), NOW)
    told = {"facts": FACTS, "name": NAME, "phone": PHONE}
    answers = {key: {"value": value, "shown": "", "unsure": False} for key, value in told.items()}
    key = keys.new_key(uow)
    evidence.add(uow, person.id, "draft", None, key, Attachment("photo", "media", "../../x.jpg"), NOW)
    contents = {"facts": FACTS, "answers": answers}
    service.open_case(uow, OFFICE, Registration("draft", person.id, "web", key, "other", contents, PHONE), NOW)


@pytest.fixture(params=["sqlite", "postgresql"])
def running(request: pytest.FixtureRequest, tousu: Tousu, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    """A service at work, with one case."""
    if request.param == "postgresql":
        monkeypatch.setenv("TOUSU_DATABASE_URL", request.getfixturevalue("postgresql_url"))
    opened = open_store(load_settings())
    opened.write(register)
    [claimed] = opened.write(lambda uow: evidence.claim(uow, NOW, 1, 60))
    file = opened.files.write(PHOTO, claimed.key)
    opened.write(lambda uow: evidence.settle_stored(uow, claimed.id, file.mime, file.size, file.sha256, file.path))
    yield opened
    opened.close()


def close(store: Store) -> None:
    store.write(lambda uow: service.act_as_staff(uow, OFFICE, NUMBER, "close", "staff:1", "窗口人员已道歉。", NOW))


def parts(file: Path) -> Iterator[str]:
    with zipfile.ZipFile(file) as packed:
        yield from (packed.read(name).decode("utf-8", "replace") for name in packed.namelist())


def test_the_ledger_has_the_years_cases_and_says_what_it_leaves_out(tousu: Tousu, running: Store) -> None:
    answer = tousu("ledger", "--year", "2026", "--out", "2026.xlsx")
    assert (answer.code, answer.err) == (0, "")
    assert "2026 年登记的 1 件" in answer.out
    assert "--with-names" in answer.out
    [sheet] = load_workbook("2026.xlsx").worksheets
    assert sheet.cell(4, 1).value == NUMBER
    assert [word for word in (NAME, "金丝雀", PHONE, FACTS) if word in "".join(parts(Path("2026.xlsx")))] == []
    assert tousu("ledger", "--year", "2025", "--out", "2025.xlsx").out.startswith("已写入")


def test_with_names_the_ledger_names_them_and_a_name_is_never_a_formula(tousu: Tousu, running: Store) -> None:
    answer = tousu("ledger", "--year", "2026", "--out", "2026.xlsx", "--with-names")
    assert "用完销毁" in answer.out
    [sheet] = load_workbook("2026.xlsx").worksheets
    named = sheet.cell(4, 3)
    assert (named.value, named.data_type) == (NAME, "s")
    assert PHONE in str(sheet.cell(4, 4).value)


def test_the_form_is_written_whatever_the_state_of_the_case(tousu: Tousu, running: Store) -> None:
    assert tousu("form", NUMBER, "--out", "form.docx").code == 0
    text = "".join(cell.text for row in Document("form.docx").tables[0].rows for cell in row.cells)
    assert NAME in text
    assert FACTS in text


def test_a_letter_waits_for_the_end(tousu: Tousu, running: Store) -> None:
    answer = tousu("letter", NUMBER, "--out", "letter.docx")
    assert (answer.code, answer.out, answer.err.count("\n")) == (1, "", 1)
    assert "还没有办结" in answer.err
    assert not Path("letter.docx").exists()
    close(running)
    assert tousu("letter", NUMBER, "--out", "letter.docx").code == 0
    assert "窗口人员已道歉。" in [paragraph.text for paragraph in Document("letter.docx").paragraphs]


def test_the_archive_holds_the_evidence_as_it_came(tousu: Tousu, running: Store) -> None:
    answer = tousu("archive", NUMBER, "--out", "case.zip", "--json")
    record = json.loads(answer.out)
    assert (record["number"], record["evidence"], record["missing"], record["altered"]) == (NUMBER, 1, [], [])
    with zipfile.ZipFile("case.zip") as packed:
        sums = packed.read(f"{NUMBER}/SHA256SUMS")
        assert packed.read(f"{NUMBER}/evidence/001.jpg") == PHOTO
    assert hashlib.sha256(sums).hexdigest() == record["manifest_sha256"]
    assert f"{hashlib.sha256(PHOTO).hexdigest()}  evidence/001.jpg" in sums.decode()


def test_evidence_that_the_disk_lost_is_spoken_of(tousu: Tousu, running: Store) -> None:
    [kept] = running.read(lambda uow: evidence.list_for_draft(uow, "draft"))
    running.files.remove(kept.path)
    answer = tousu("archive", NUMBER, "--out", "case.zip")
    assert answer.code == 0
    assert "! 第 1 个证据不在案卷里" in answer.out


def test_a_number_may_be_typed_as_one_hears_it(tousu: Tousu, running: Store) -> None:
    assert NUMBER in tousu("form", "dt2611 ooo18", "--out", "form.docx").out


@on_sqlite
@of_each_kind
def test_a_file_that_is_there_is_replaced_only_when_asked(tousu: Tousu, running: Store, kind: str) -> None:
    close(running)
    Path("out").write_text("before")
    answer = tousu(*arguments(kind, "out"))
    assert (answer.code, answer.out, answer.err.count("\n")) == (1, "", 1)
    assert "已经有了" in answer.err
    assert Path("out").read_text() == "before"
    assert tousu(*arguments(kind, "out"), "--force").code == 0
    assert Path("out").read_bytes().startswith(b"PK")


@on_sqlite
@of_each_kind
def test_a_folder_that_is_not_there_is_named(tousu: Tousu, running: Store, kind: str) -> None:
    close(running)
    answer = tousu(*arguments(kind, "nowhere/out"))
    assert (answer.code, answer.err.count("\n")) == (1, 1)
    assert "nowhere" in answer.err


@on_sqlite
@of_each_kind
def test_a_full_disk_is_one_line_and_leaves_nothing(tousu: Tousu, running: Store, kind: str) -> None:
    close(running)
    before = sorted(Path().iterdir())
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1000, hard))
    try:
        answer = tousu(*arguments(kind, "out"))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert (answer.code, answer.out, answer.err.count("\n")) == (1, "", 1)
    assert "磁盘满了" in answer.err
    assert sorted(Path().iterdir()) == before


@on_sqlite
@of_each_kind
def test_a_case_that_is_not_there_is_one_line(tousu: Tousu, running: Store, kind: str) -> None:
    if kind == "ledger":
        assert tousu("ledger", "--year", "year", "--out", "out").code == 2
        return
    answer = tousu(kind, "DT2611-99999", "--out", "out")
    assert (answer.code, answer.err) == (1, "没有这个编号的案件。\n")
    assert not Path("out").exists()


@on_sqlite
@of_each_kind
def test_of_an_erased_case_there_is_nothing_to_write(tousu: Tousu, running: Store, kind: str) -> None:
    close(running)
    [case] = running.read(lambda uow: cases.of_phone(uow, PHONE))
    running.write(lambda uow: cases.erase(uow, case.id))
    answer = tousu(*arguments(kind, "out"))
    if kind == "ledger":
        [sheet] = load_workbook(BytesIO(Path("out").read_bytes())).worksheets
        assert sheet.cell(4, 3).value == "（已删除）"
        return
    assert (answer.code, answer.err.count("\n")) == (1, 1)
    assert "已按要求删除" in answer.err


@on_sqlite
@of_each_kind
def test_it_is_for_its_owner_only(tousu: Tousu, running: Store, kind: str) -> None:
    close(running)
    assert tousu(*arguments(kind, "out")).code == 0
    assert Path("out").stat().st_mode & 0o777 == 0o600
