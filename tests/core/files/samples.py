"""A case as it comes from the store, and what hostile people type."""

from __future__ import annotations

import hashlib
from datetime import UTC, date, datetime, timedelta
from typing import Any

from core.files.account import Account, account_of
from core.messages import Attachment
from core.policies.load import load
from core.store.case_clocks import Extended, Stop, StoredClock
from core.store.cases import StoredCase
from core.store.evidence import StoredEvidence
from core.store.parts import Part
from core.store.queries import CaseDetail, LedgerLine
from core.store.staff import StaffMember
from core.store.timeline import Entry
from core.store.work import CaseWork

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
        Entry(FILED, "accepted", "staff:wang", "", True),
        Entry(FILED, "urged", "complainant", "", True),
        Entry(CLOSED, "closed", "staff:wang", closing, True),
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


def staff_member(staff_id: int, account: str, name: str, *posts: str) -> StaffMember:
    return StaffMember(staff_id, account, (name,), "业务部", posts, absent=False, added_at=FILED, left_at=None)


STAFF = (
    staff_member(1, "wang", "王敏", "officer"),
    staff_member(2, "li", "李合伙", "managing_partner"),
    staff_member(3, "zhao", "赵主任", "director"),
)


def hour(nth: int) -> datetime:
    return FILED + timedelta(hours=nth)


def worked_entries() -> list[Entry]:
    """A major case of the law firm, from the chat to the review that changed its outcome."""
    happened = (
        ("registered", "complainant", ""),
        ("level_set", "staff:wang", "major 金额较大"),
        ("accepted", "staff:wang", ""),
        ("supplement_asked", "staff:wang", "请补交收据"),
        ("supplemented", "complainant", ""),
        ("resumed", "staff:wang", ""),
        ("assigned", "staff:wang", "财务部 li"),
        ("task_added", "staff:li", "wang: 调取收费底单"),
        ("task_done", "staff:wang", "#8 已附卷"),
        ("recorded", "staff:li", "interview: 与经办律师谈话"),
        ("read", "staff:zhao", ""),
        ("investigated", "staff:li", "多收 200 元"),
        ("opinion", "staff:wang", "建议退还"),
        ("proposed", "staff:li", "退还并道歉"),
        ("met", "staff:zhao", "合伙人会议同意"),
        ("authority_not_told", "staff:zhao", ""),
        ("decided", "staff:zhao", ""),
        ("closed", "staff:li", "多收的 200 元退还给您。"),
        ("review_asked", "complainant", "还少算了一笔"),
        ("review_assigned", "staff:zhao", "zhao"),
        ("review_changed", "staff:zhao", "两笔共 500 元退还给您。"),
    )
    return [
        Entry(hour(nth), kind, actor, note, kind != "read", nth)
        for nth, (kind, actor, note) in enumerate(happened, start=1)
    ]


def clock(nth: int, key: str, **more: Any) -> StoredClock:
    row: dict[str, Any] = {
        "id": nth,
        "case_id": 1,
        "clock": key,
        "round": 0,
        "started_at": FILED,
        "due_at": hour(48),
        "provisional": False,
        "stops": (),
        "extensions": (),
        "ended_at": None,
        "ended_by": "",
        "rung": 0,
        "alert_at": None,
    }
    return StoredClock(**(row | more))


def worked_detail(**more: Any) -> CaseDetail:
    stops = (Stop(hour(4), hour(6), "supplement"),)
    return CaseDetail(
        stored(level="major", **more),
        answers(),
        "还行",
        worked_entries(),
        [],
        CaseWork(1, "财务部", 2, "partly", ("refund", "apology"), 500, ("refund",), volume=2026),
        [
            clock(1, "work_plan", ended_at=hour(7), ended_by="assigned"),
            clock(2, "reply", stops=stops, extensions=(Extended(5, hour(9), "staff:zhao"),), provisional=True),
        ],
        [
            Part(1, "officer", hour(2)),
            Part(2, "managing_partner", hour(8)),
            Part(3, "director", hour(15)),
            Part(3, "partner", hour(20)),
        ],
    )


def worked(**more: Any) -> Account:
    return account_of(worked_detail(**more), load("law-firm"), load("law-firm"), STAFF)
