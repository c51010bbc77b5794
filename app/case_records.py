"""What ``tousu case`` shows: cases as records for programs, and as lines for people. Reads beside a running service."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar

from app.resources import open_store
from app.texts_cli import say
from core.cases import access, calendar_changes
from core.cases.calendar import Calendar
from core.cases.clocks import ZONE, Due, deadlines
from core.policies.load import load, packs
from core.policies.policy import Policy
from core.store import queries
from core.store.evidence import StoredEvidence
from core.store.queries import CaseDetail, CaseLine
from core.store.timeline import Entry
from core.texts import load_texts

if TYPE_CHECKING:
    from app.settings import Settings
    from core.store.unit_of_work import Work

T = TypeVar("T")
Record = dict[str, Any]
COMPLAINANT = "complainant"


def latest(settings: Settings, limit: int) -> list[Record]:
    return [_line_record(case) for case in _read(settings, partial(queries.case_list, limit=limit))]


def one(settings: Settings, number: str) -> Record | None:
    pack = load(settings.policy)
    detail, days = _read(settings, lambda uow: (access.for_staff(uow, pack, number), calendar_changes.current(uow)))
    return _record(detail, pack_of(detail.case.policy_id, pack), days) if detail else None


def list_lines(cases: Iterable[Record]) -> list[str]:
    texts = load_texts()
    lines = [
        say("case", "row", **case, status_words=texts.render("zh", f"status.is.{case['status']}")) for case in cases
    ]
    return lines or [say("case", "none")]


def detail_lines(case: Record) -> list[str]:
    texts = load_texts()
    head = say("case", "head", **case, status_words=texts.render("zh", f"status.is.{case['status']}"))
    told = case["contents"].get("answers", {})
    answers = [say("case", "answer", key=key, words=row["shown"] or row["value"]) for key, row in told.items()]
    clocks = [say("case", "clock", **clock) for clock in case["clocks"]]
    steps = [
        say("case", "step", at=step["at"], what=texts.render("zh", f"timeline.{step['kind']}"), note=step["note"])
        for step in case["timeline"]
    ]
    files = [say("case", "file", **file) for file in case["evidence"]]
    return [head, *answers, *clocks, *steps, *files]


def _read(settings: Settings, work: Work[T]) -> T:
    store = open_store(settings, read_only=True)
    try:
        return store.read(work)
    finally:
        store.close()


def pack_of(policy_id: str, in_use: Policy) -> Policy | None:
    """A case's own pack: the one in use, one that comes with the product, or none where the operator's file is gone."""
    if in_use.id == policy_id:
        return in_use
    return load(policy_id) if policy_id in packs() else None


def _line_record(case: CaseLine) -> Record:
    local = {"registered_at": _moment(case.registered_at), "promised_on": case.promised_on.isoformat()}
    return asdict(case) | local


def _record(detail: CaseDetail, pack: Policy | None, days: Calendar) -> Record:
    case = detail.case
    due = deadlines(pack, case.registered_at, days, case.level) if pack else {}
    return {
        "number": case.number,
        "status": case.status,
        "level": case.level,
        "category": case.category,
        "policy": {"id": case.policy_id, "version": case.policy_version},
        "channel": case.channel,
        "anonymous": case.anonymous,
        "human_wanted": case.human_wanted,
        "flags": list(case.flags),
        "urged_count": case.urged_count,
        "registered_at": _moment(case.registered_at),
        "promised_on": case.promised_on.isoformat(),
        "promise_provisional": case.promise_provisional,
        "rating": case.rating,
        "contents": detail.contents,
        "clocks": [_clock_record(key, end) for key, end in due.items()],
        "timeline": [_entry_record(entry) for entry in detail.entries],
        "notices": [_entry_record(entry) for entry in detail.entries if entry.public and entry.actor != COMPLAINANT],
        "evidence": [_file_record(file) for file in detail.evidence],
    }


def _clock_record(key: str, due: Due) -> Record:
    return {"clock": key, "due_at": due.at.isoformat(), "provisional": due.provisional}


def _entry_record(entry: Entry) -> Record:
    return {
        "at": _moment(entry.at),
        "kind": entry.kind,
        "actor": entry.actor,
        "note": entry.note,
        "public": entry.public,
    }


def _file_record(file: StoredEvidence) -> Record:
    return {"position": file.position, "kind": file.kind, "mime": file.mime, "size": file.size, "state": file.state}


def _moment(at: datetime) -> str:
    return at.astimezone(ZONE).isoformat(timespec="seconds")
