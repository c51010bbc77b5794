"""A case as it comes from the store, and what hostile people type."""

from __future__ import annotations

import hashlib
from datetime import UTC, date, datetime
from typing import Any

from core.files.account import Account, account_of
from core.messages import Attachment
from core.policies.load import load
from core.store.cases import StoredCase
from core.store.evidence import StoredEvidence
from core.store.queries import CaseDetail, LedgerLine
from core.store.timeline import Entry

FILED = datetime(2026, 11, 23, 1, 30, 5, tzinfo=UTC)
CLOSED = datetime(2026, 12, 1, 8, 0, tzinfo=UTC)
NAME, PHONE, FACTS = "金丝雀", "13912345678", "案子交了三个月，没人告诉我进展"

INJECTED = '<r></r></is></c><c r="A9"><f>HYPERLINK("http://evil.example")</f></c><c r="B9" t="inlineStr"><is><r></r>'
"""Looks to the writing library like its own mark-up of rich text, which it would not escape."""

HOSTILE = (
    "=1+1",
    '=HYPERLINK("http://evil.example","点我")',
    "+1-1",
    "-2+3",
    "@SUM(1+9)*cmd|' /C calc'!A0",
    "\t=1+1",
    "\r=1+1",
    "\n=1+1",
    "＝1+1",
    "＋1",
    "－1",
    "＠A1",
    "<r><t>x</t></r>",
    INJECTED,
    "]]></is><f>1+1</f>",
    "_x003D_1+1",
    "nul \x00 bell \x07 escape \x1b",
    "half a pair \ud800 and \udfff",
    "no character \ufffe \uffff",
    "txt.\u202efdp",
    "{name} {} %s {0.__class__}",
    "../../etc/passwd",
    "😀" * 40,
)


def answers(**said: str) -> dict[str, Any]:
    """What is sealed with a case."""
    told = {"facts": FACTS, "name": NAME, "phone": PHONE} | said
    rows = {key: {"value": value, "shown": "", "unsure": False} for key, value in told.items()}
    return {"facts": told["facts"], "answers": rows, "relation": "", "consent": "2026-01"}


def ledger_line(nth: int = 1, /, **more: Any) -> LedgerLine:
    row: dict[str, Any] = {
        "id": nth,
        "number": f"LS2026-{nth:04d}",
        "policy_id": "law-firm",
        "policy_version": "2026.1",
        "channel": "wechat",
        "status": "registered",
        "category": "fees",
        "level": "general",
        "anonymous": False,
        "registered_at": FILED,
        "promised_on": date(2026, 12, 14),
        "promise_provisional": False,
        "urged_count": 0,
        "rating": None,
        "closed_at": None,
        "contents": answers(),
    }
    return LedgerLine(**(row | more))


def stored(**more: Any) -> StoredCase:
    row: dict[str, Any] = {
        "id": 1,
        "number": "LS2026-00018",
        "policy_id": "law-firm",
        "policy_version": "2026.1",
        "channel": "wechat",
        "session_id": 1,
        "draft": "draft",
        "key_id": 1,
        "status": "closed",
        "category": "fees",
        "level": "general",
        "anonymous": False,
        "code_hash": b"hash",
        "registered_at": FILED,
        "promised_on": date(2027, 1, 4),
        "promise_provisional": True,
        "version": 3,
        "human_wanted": False,
        "flags": (),
        "urged_count": 1,
        "urged_at": FILED,
        "rating": 4,
        "closed_at": CLOSED,
        "wake_at": None,
    }
    return StoredCase(**(row | more))


def file(position: int = 1, name: str = "合同.jpg", content: bytes = b"photo", **more: Any) -> StoredEvidence:
    row: dict[str, Any] = {
        "id": position,
        "session_id": 1,
        "draft": "draft",
        "case_id": 1,
        "key_id": 1,
        "position": position,
        "kind": "photo",
        "attachment": Attachment("photo", "media", name),
        "mime": "image/jpeg",
        "size": len(content),
        "sha256": hashlib.sha256(content).digest(),
        "path": f"evidence/00/{position}.bin",
        "state": "stored",
        "reason": "",
        "made_at": FILED,
        "told": False,
    }
    return StoredEvidence(**(row | more))


def entries(closing: str) -> list[Entry]:
    return [
        Entry(FILED, "registered", "complainant", "", True),
        Entry(FILED, "accepted", "staff:1", "", True),
        Entry(FILED, "urged", "complainant", "", True),
        Entry(CLOSED, "closed", "staff:1", closing, True),
        Entry(CLOSED, "rated", "complainant", "4 还行", False),
    ]


def account(
    contents: dict[str, Any] | None = None,
    closing: str = "您反映的收费已核实，多收的部分退还给您。",
    files: tuple[StoredEvidence, ...] = (),
    pack: str | None = "law-firm",
    **more: Any,
) -> Account:
    """A closed case of the law firm."""
    detail = CaseDetail(stored(**more), contents or answers(), "还行", entries(closing), list(files))
    return account_of(detail, load(pack) if pack else None, load("law-firm"))
