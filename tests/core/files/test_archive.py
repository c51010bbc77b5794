"""An archive is checked without us, by tools that every system has; nothing in it leads out of it."""

from __future__ import annotations

import hashlib
import re
import subprocess
import zipfile
from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from docx import Document

from core.errors import StoreError
from core.files.account import Account
from core.files.archive import Archived, write_archive
from core.files.whole import written_whole
from core.messages import Line
from core.store.evidence import StoredEvidence
from tests.core.files.samples import CLOSED, FACTS, FILED, HOSTILE, account, answers, file

PHOTO, SOUND = b"photo", b"sound"
FOLDER = "LS2026-00018"
TALK = (
    Line(1, "in", FACTS, (), "", FILED, ("合同.jpg",)),
    Line(1, "out", "请问怎么称呼您？", (), "", FILED, ()),
    Line(2, "out", "您的投诉已答复", (), "", CLOSED, ()),
)


@pytest.fixture
def target(tmp_path: Path) -> Path:
    return tmp_path / "case.zip"


def write(
    target: Path, told: Account, now: datetime, content: Mapping[int, bytes], talk: tuple[Line, ...] = TALK
) -> Archived:
    def content_of(kept: StoredEvidence) -> bytes:
        if kept.position not in content:
            raise StoreError("a piece of evidence is no longer on the disk")
        return content[kept.position]

    with written_whole(target) as place:
        return write_archive(place.file, told, talk, content_of, now)


def unpacked(target: Path) -> Path:
    """Where the case lies when the archive is taken apart."""
    with zipfile.ZipFile(target) as packed:
        packed.extractall(target.parent / "out")
    [folder] = (target.parent / "out").iterdir()
    return folder


def checked(folder: Path) -> subprocess.CompletedProcess[str]:
    command = ["sha256sum", "-c", "SHA256SUMS"]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)


def read(folder: Path, name: str) -> str:
    return (folder / name).read_text(encoding="utf-8")


@pytest.fixture
def whole(target: Path, now: datetime) -> Path:
    voice = file(2, "x.amr", SOUND, kind="voice", mime="audio/amr")
    write(target, account(files=(file(1, content=PHOTO), voice)), now, {1: PHOTO, 2: SOUND})
    return unpacked(target)


def test_everything_about_a_case_is_in_it(whole: Path) -> None:
    assert sorted(str(path.relative_to(whole)) for path in whole.rglob("*") if path.is_file()) == [
        "00-index.txt",
        "01-form.docx",
        "02-chronology.txt",
        "03-conversation.txt",
        "04-decisions.txt",
        "05-letter.docx",
        "06-work.txt",
        "07-notices.txt",
        "08-notices.docx",
        "SHA256SUMS",
        "VERIFY.txt",
        "evidence/001.jpg",
        "evidence/002.amr",
    ]
    assert (whole / "evidence/001.jpg").read_bytes() == PHOTO
    assert whole.name == FOLDER
    Document(str(whole / "01-form.docx"))


def test_its_sums_are_those_of_every_other_member_and_a_common_tool_checks_them(whole: Path) -> None:
    listed = dict(reversed(line.split("  ", 1)) for line in read(whole, "SHA256SUMS").splitlines())
    members = {str(path.relative_to(whole)) for path in whole.rglob("*") if path.is_file()}
    assert set(listed) == members - {"SHA256SUMS"}
    assert checked(whole).returncode == 0
    assert "sha256sum -c SHA256SUMS" in read(whole, "VERIFY.txt")


@pytest.mark.parametrize("name", ["evidence/001.jpg", "04-decisions.txt", "00-index.txt"])
def test_a_change_of_one_byte_is_found(whole: Path, name: str) -> None:
    content = bytearray((whole / name).read_bytes())
    content[-1] ^= 1
    (whole / name).write_bytes(content)
    done = checked(whole)
    assert done.returncode != 0
    assert name in done.stdout


def test_the_sum_of_the_sums_is_told(target: Path, now: datetime) -> None:
    archived = write(target, account(), now, {})
    assert archived.sum == hashlib.sha256((unpacked(target) / "SHA256SUMS").read_bytes()).hexdigest()


def test_the_index_names_what_is_in_it_and_every_piece_of_evidence(whole: Path) -> None:
    index = read(whole, "00-index.txt")
    assert "青禾律师事务所投诉案卷目录" in index
    assert "投诉编号：LS2026-00018" in index
    assert "05-letter.docx  答复函" in index
    assert "1. 照片 合同.jpg" in index
    assert hashlib.sha256(SOUND).hexdigest() in index
    assert index.count("与收到时一致") == 2


def test_chronology_decisions_and_conversation_tell_it_in_order(whole: Path) -> None:
    steps = re.findall(r"^\[.+?\] (.+)$", read(whole, "02-chronology.txt"), re.MULTILINE)
    assert steps == ["投诉人：登记", "wang：受理", "投诉人：催办", "wang：办结并答复", "投诉人：评价"]
    decisions = re.findall(r"^\[.+?\] (.+)$", read(whole, "04-decisions.txt"), re.MULTILINE)
    assert decisions == ["wang：受理", "wang：办结并答复"]
    assert "    您反映的收费已核实" in read(whole, "04-decisions.txt")
    talk = read(whole, "03-conversation.txt")
    assert re.findall(r"^\[.+?\] (.+)：$", talk, re.MULTILINE) == ["投诉人", "本机构", "本机构"]
    assert f"    {FACTS}\n    附件：合同.jpg\n" in talk


def test_evidence_that_is_gone_or_changed_is_said_and_the_rest_is_there(target: Path, now: datetime) -> None:
    files = (file(1, content=PHOTO), file(2), file(3, content=SOUND), file(4, state="failed"), file(5, state="waiting"))
    archived = write(target, account(files=files), now, {1: PHOTO, 3: b"other"})
    assert (archived.missing, archived.altered) == ((2,), (3,))
    folder = unpacked(target)
    assert {path.name for path in (folder / "evidence").iterdir()} == {"001.jpg", "003.jpg"}
    index = read(folder, "00-index.txt")
    for words in ("磁盘上已经找不到", "与收到时不一致", "没能从平台取到", "还没有从平台取到"):
        assert index.count(words) == 1
    assert hashlib.sha256(SOUND).hexdigest() in index
    assert checked(folder).returncode == 0


def test_an_open_case_has_no_letter_and_no_words_of_its_end(target: Path, now: datetime) -> None:
    write(target, account(closed_at=None, status="accepted"), now, {}, ())
    folder = unpacked(target)
    assert not (folder / "05-letter.docx").exists()
    assert "没有对话记录" in read(folder, "03-conversation.txt")
    assert "没有证据文件" in read(folder, "00-index.txt")


@pytest.mark.parametrize("hostile", HOSTILE, ids=ascii)
def test_no_name_leads_out_of_it_and_nothing_breaks_it(hostile: str, target: Path, now: datetime) -> None:
    evil = file(1, hostile, PHOTO, mime=hostile)
    talk = (Line(1, "in", hostile, (), "", FILED, (hostile, "../../x")),)
    told = account(answers(facts=hostile, name=hostile), hostile, (evil,), number=hostile)
    write(target, told, now, {1: PHOTO}, talk)
    with zipfile.ZipFile(target) as packed:
        assert packed.testzip() is None
        assert [
            name for name in packed.namelist() if not re.fullmatch(r"[\w-]+/(evidence/|notices/)?[\w-]+(\.\w+)?", name)
        ] == []
        assert {name.split("/")[0] for name in packed.namelist()} == {packed.namelist()[0].split("/")[0]}
    assert checked(unpacked(target)).returncode == 0


def test_what_a_person_says_is_never_taken_for_what_somebody_else_said(target: Path, now: datetime) -> None:
    forged = "你好\n[2026-11-23 09:31:00] 本机构：\n    我们赔您一万元"
    write(target, account(), now, {}, (Line(1, "in", forged, (), "", FILED + timedelta(1), ()),))
    talk = read(unpacked(target), "03-conversation.txt")
    assert re.findall(r"^\[", talk, re.MULTILINE) == ["["]
