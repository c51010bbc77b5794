"""``tousu ledger``, ``form``, ``letter``, ``proof`` and ``archive`` as they are typed, beside a running service."""

from __future__ import annotations

import hashlib
import json
import resource
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

import pytest
from docx import Document
from openpyxl import load_workbook

from app import documents
from app.resources import open_store
from app.settings import load_settings
from core.cases import registration
from core.cases.registration import Registration
from core.files.whole import Place, written_whole
from core.messages import Attachment
from core.store import cases, evidence, keys, office_timeline, timeline
from core.store.unit_of_work import Store, UnitOfWork
from tests.app.conftest import Tousu
from tests.app.desk import done, hire, refused
from tests.core.cases.desk import Desk

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
NUMBER = "DT2611-00018"
NAME, PHONE, FACTS = "=金丝雀", "13912345678", "三楼窗口态度很差，排队两小时"
PHOTO = b"\xff\xd8\xff a photo"
KINDS = ("ledger", "form", "letter", "proof", "archive")
on_sqlite = pytest.mark.parametrize("running", ["sqlite"], indirect=True)
of_each_kind = pytest.mark.parametrize("kind", KINDS)


def arguments(kind: str, out: str) -> list[str]:
    return [kind, "--year", "2026", "--out", out] if kind == "ledger" else [kind, NUMBER, "--out", out]


def register(uow: UnitOfWork, desk: Desk) -> None:
    """A complaint with a photo, by chat."""
    told = {"facts": FACTS, "name": NAME, "phone": PHONE}
    answers = {key: {"value": value, "shown": "", "unsure": False} for key, value in told.items()}
    key = keys.new_key(uow)
    evidence.add(uow, desk.person, "draft", None, key, Attachment("photo", "media", "../../x.jpg"), NOW)
    contents = {"facts": FACTS, "answers": answers}
    registration.open_case(
        uow, desk.office, Registration("draft", desk.person, "web", key, "other", contents, PHONE), NOW
    )


@pytest.fixture(params=["sqlite", "postgresql"])
def running(request: pytest.FixtureRequest, tousu: Tousu, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    """A service at work, with one case."""
    if request.param == "postgresql":
        monkeypatch.setenv("TOUSU_DATABASE_URL", request.getfixturevalue("postgresql_url"))
    opened = open_store(load_settings())
    desk = Desk(opened, NOW)
    opened.write(lambda uow: register(uow, desk))
    [claimed] = opened.write(lambda uow: evidence.claim(uow, NOW, 1, 60))
    file = opened.files.write(PHOTO, claimed.key)
    opened.write(lambda uow: evidence.settle_stored(uow, claimed.id, file.mime, file.size, file.sha256, file.path))
    yield opened
    opened.close()


def close(tousu: Tousu) -> None:
    """As staff do it, by their own command."""
    hire(tousu, "xu", "officer", name="徐小苗")
    for action, words in (("assign", "handler=xu"), ("conclude", "words=属实。"), ("close", "words=窗口人员已道歉。")):
        done(tousu("case", "act", NUMBER, action, "--as", "xu", "--field", words, "--field", "outcome=substantiated"))


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
    close(tousu)
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
    close(tousu)
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
    close(tousu)
    answer = tousu(*arguments(kind, "nowhere/out"))
    assert (answer.code, answer.err.count("\n")) == (1, 1)
    assert "nowhere" in answer.err


@contextmanager
def on_a_full_disk(target: Path) -> Iterator[Place]:
    """A place on a disk of its own, which takes a kilobyte."""
    with written_whole(target) as place:
        soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
        resource.setrlimit(resource.RLIMIT_FSIZE, (1000, hard))
        try:
            yield place
            place.file.flush()
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@on_sqlite
@of_each_kind
def test_a_full_disk_is_one_line_and_leaves_nothing(
    tousu: Tousu, running: Store, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    close(tousu)
    before = sorted(Path().iterdir())
    monkeypatch.setattr(documents, "written_whole", on_a_full_disk)
    assert "磁盘满了" in refused(tousu(*arguments(kind, "out")))
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
    close(tousu)
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
    close(tousu)
    assert tousu(*arguments(kind, "out")).code == 0
    assert Path("out").stat().st_mode & 0o777 == 0o600


# ── for whom ────────────────────────────────────────────────────────────────────────────────────────────────────────────


@on_sqlite
@of_each_kind
def test_who_must_not_know_of_a_case_gets_nothing_of_it(tousu: Tousu, running: Store, kind: str) -> None:
    close(tousu)
    hire(tousu, "li", "officer", name="三楼窗口")
    answer = tousu(*arguments(kind, "out"), "--as", "li")
    if kind == "ledger":
        assert "2026 年登记的 0 件" in done(answer)
        return
    assert refused(answer) == "没有这个编号的案件。\n"
    assert not Path("out").exists()
    [case] = running.read(lambda uow: cases.of_phone(uow, PHONE))
    last = running.read(lambda uow: timeline.of_case(uow, case))[-1]
    assert (last.kind, last.actor) == ("refused", "staff:li"), "that they tried is kept"


@on_sqlite
@of_each_kind
def test_that_it_left_the_house_is_written_down_with_for_whom(tousu: Tousu, running: Store, kind: str) -> None:
    close(tousu)
    done(tousu(*arguments(kind, "out"), "--as", "xu"))
    if kind == "ledger":
        [entry] = running.read(lambda uow: office_timeline.entries(uow, 1))
        assert (entry.kind, entry.actor) == ("exported", "staff:xu")
        return
    [case] = running.read(lambda uow: cases.of_phone(uow, PHONE))
    last = running.read(lambda uow: timeline.of_case(uow, case))[-1]
    assert (last.kind, last.actor, last.public) == ("exported", "staff:xu", False)


@on_sqlite
@of_each_kind
def test_nobody_of_that_account_gets_one_line(tousu: Tousu, running: Store, kind: str) -> None:
    assert "nobody" in refused(tousu(*arguments(kind, "out"), "--as", "nobody"))
    assert not Path("out").exists()
