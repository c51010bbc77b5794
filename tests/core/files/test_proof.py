"""送达记录: what was said can be counted again by anybody, and every try stands in it as it was."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from docx import Document

from core.files.archive import write_archive
from core.files.people import People
from core.files.proof import Proof, proof_document, proof_text, proofs_of
from core.ladder import Facts
from core.store.notifications import Notification, Try
from core.store.timeline import Entry
from tests.core.files.samples import CLOSED, FILED, HOSTILE, STAFF, account
from tests.core.files.test_archive import checked, read, unpacked

WORDS = "【青禾律师事务所】LS2026-00018 已受理。"
HOUR = timedelta(hours=1)


def notice(words: str = WORDS, **more: Any) -> Notification:
    row: dict[str, Any] = {
        "id": 12,
        "case_id": 1,
        "outbox_id": 7,
        "notice": "accepted",
        "digest": hashlib.sha256(words.encode("utf-8", "surrogatepass")).digest(),
        "words": words,
        "facts": Facts("LS2026-00018", "已受理", "收费", "12月14日", "青禾律师事务所", FILED),
        "made_at": FILED,
        "legal_by": CLOSED,
        "asked_at": None,
        "delivered_at": None,
        "read_at": None,
        "told_at": None,
        "told_by": "",
        "state": "held",
        "rung": "window",
        "sent_at": None,
        "tries": (Try(FILED, "window", "45015", ""), Try(FILED + HOUR, "template", "", "msgid 99")),
    }
    return Notification(**(row | more))


def proofs(*notices: Notification, entries: Sequence[Entry] = ()) -> tuple[Proof, ...]:
    return proofs_of(notices, People.of(STAFF), entries)


def line(kind: str, note: str) -> Entry:
    return Entry(FILED + HOUR, kind, "staff:wang", note, public=False)


def cells(content: bytes) -> str:
    document = Document(io.BytesIO(content))
    return "\n".join(cell.text for table in document.tables for row in table.rows for cell in row.cells)


def test_every_try_and_when_it_was_known_stand_in_it() -> None:
    told = notice(delivered_at=FILED + 2 * HOUR, read_at=FILED + 3 * HOUR)
    text = proof_text("LS2026-00018", proofs(told))
    for words in (
        "#12 已受理 2026-11-23 09:30:05",
        f"    {WORDS}",
        told.digest.hex(),
        "[2026-11-23 09:30:05] 客服消息：没送成（45015）",
        "[2026-11-23 10:30:05] 模板消息：平台收下 msgid 99",
        "  送到\n    2026-11-23 11:30:05",
        "  凭编号和查询码看过\n    2026-11-23 12:30:05",
        "  投诉人知道的时间\n    2026-11-23 11:30:05",
        "与通知时一致",
    ):
        assert words in text


def test_what_staff_told_says_who_by_name() -> None:
    told = notice(asked_at=FILED, told_at=CLOSED, told_by="wang", outbox_id=None, tries=())
    text = proof_text("LS2026-00018", proofs(told))
    assert "王敏" in text
    assert "没有聊天渠道" in text


def test_how_staff_told_it_stands_beside_who_and_when(now: datetime) -> None:
    told = notice(told_at=CLOSED, told_by="wang")
    said = (line("notified", "#1 别的一条"), line("notified", "#12 11月29日10:30\n电话告知本人"))
    found = proofs(told, entries=said)
    for text in (proof_text("x", found), cells(proof_document(account(), found, now))):
        assert "王敏：11月29日10:30 电话告知本人" in text
        assert "别的一条" not in text


def test_a_link_that_was_opened_is_shown_and_is_nothing_that_somebody_knows() -> None:
    text = proof_text("x", proofs(notice(), entries=(line("link_opened", "#12"), line("link_opened", "#12"))))
    assert text.count("  链接被打开过（不知道是谁）\n    2026-11-23 10:30:05") == 1
    assert "  投诉人知道的时间\n    还不知道" in text
    assert "链接被打开过" not in proof_text("x", proofs(notice(), entries=(line("link_opened", "#120"),)))


def test_nobody_knows_before_it_is_known_and_a_case_without_notices_has_none() -> None:
    assert "  投诉人知道的时间\n    还不知道" in proof_text("x", proofs(notice()))
    assert "还没有给投诉人的通知" in proof_text("x", ())


def test_words_that_are_not_those_of_the_digest_are_called_out() -> None:
    [changed] = proofs(notice(digest=bytes(32)))
    assert not changed.is_whole
    assert "与通知时不一致" in proof_text("x", (changed,))


def test_of_an_erased_case_the_digest_and_the_tries_remain() -> None:
    [erased] = proofs(notice(words="", facts=None, digest=b"\1" * 32))
    text = proof_text("x", (erased,))
    assert erased.place == ""
    assert "（已删除）" in text
    assert "45015" in text
    assert "一致" not in text


def test_the_document_says_the_same_and_has_room_for_a_signature(now: datetime) -> None:
    told = proofs(notice(told_at=CLOSED, told_by="wang"))
    said = cells(proof_document(account(), told, now))
    for words in (WORDS, told[0].digest.hex(), "没送成（45015）", "王敏", "经办人"):
        assert words in said


@pytest.mark.parametrize("hostile", [WORDS, *HOSTILE], ids=ascii)
def test_a_common_tool_counts_the_digest_of_each_notice_in_an_archive(
    hostile: str, tmp_path: Path, now: datetime
) -> None:
    target, told = tmp_path / "case.zip", notice(f"您好\r\n{hostile}\r")
    with target.open("wb") as file:
        write_archive(file, account(), (), lambda _: b"", now, proofs=proofs(told, notice()))
    folder = unpacked(target)
    listed = dict(reversed(line.split("  ", 1)) for line in read(folder, "SHA256SUMS").splitlines())
    assert listed["notices/001.txt"] == told.digest.hex()
    assert told.digest.hex() in read(folder, "07-notices.txt")
    assert "sha256sum notices/001.txt" in read(folder, "VERIFY.txt")
    assert checked(folder).returncode == 0


def test_what_a_notice_says_is_never_taken_for_a_line_of_ours() -> None:
    forged = "好\n  送到\n    2026-01-01 00:00:00"
    text = proof_text("x", proofs(notice(forged)))
    assert "\n  送到\n" not in text
