"""What ``tousu case`` shows: cases as records for programs, and as lines for people. Reads beside a running service."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict
from datetime import datetime
from typing import TYPE_CHECKING, Any, get_args

from app.resources import at_the_desk
from app.texts_cli import say
from core.cases import access, expected, rights, work
from core.cases.clocks import ZONE
from core.cases.office import Office, rules_of
from core.cases.standing import latest as latest_of
from core.cases.vocabulary import Status
from core.errors import Refused
from core.files.account import answers_of
from core.files.notes import category_of
from core.files.words import word_for
from core.policies.policy import Duty, Policy
from core.store import queries, staff
from core.store.case_clocks import StoredClock
from core.store.evidence import StoredEvidence
from core.store.queries import CaseDetail, CaseLine
from core.store.timeline import Entry
from core.store.unit_of_work import UnitOfWork
from core.texts import load_texts

if TYPE_CHECKING:
    from app.settings import Settings

Record = dict[str, Any]
COMPLAINANT = "complainant"


def latest(
    settings: Settings, limit: int, account: str = "", *, status: str | None = None, text: str | None = None
) -> list[Record]:
    """The newest cases that this member of staff may know of; all of them for whoever runs the machine. Raises Refused."""
    if status is not None and status not in get_args(Status):
        raise Refused(say("case", "no_such_status", status=status, known="、".join(get_args(Status))))
    with at_the_desk(settings, read_only=True) as (store, office):

        def listed(uow: UnitOfWork) -> list[CaseLine]:
            viewer = member(uow, office, account).id if account else None
            return queries.case_list(uow, limit, status=status, text=text, viewer=viewer)

        return [_line_record(case, office.policy) for case in store.read(listed)]


def one(settings: Settings, number: str, account: str, now: datetime) -> Record | None:
    """All of a case, None where there is none for this viewer; that it was read is written down."""
    with at_the_desk(settings) as (store, office):

        def shown(uow: UnitOfWork) -> Record | None:
            detail = seen_by(uow, office, number, account, now)
            return _record(uow, office, detail) if detail else None

        return store.write(shown)


def seen_by(
    uow: UnitOfWork, office: Office, number: str, account: str, now: datetime, kind: str = "read"
) -> CaseDetail | None:
    """The case as this member of staff sees it, or whoever runs the machine; either way it is written down who looked."""
    viewer = member(uow, office, account) if account else None
    return access.look(uow, office, viewer, number, now, kind)


def member(uow: UnitOfWork, office: Office, account: str) -> staff.StaffMember:
    """Raises Refused in words."""
    try:
        return work.member_of(uow, account)
    except Refused as refused:
        raise Refused(office.texts.render("zh", str(refused), **refused.facts)) from None


def reader(uow: UnitOfWork, office: Office, account: str) -> staff.StaffMember:
    """Somebody one of whose posts needs to read what was told. Raises Refused in words."""
    found, policy, texts = member(uow, office, account), office.policy, office.texts
    if not rights.reads_cases(policy, rights.posts_held(policy, found, staff.everybody(uow))):
        duties = (texts.render("zh", f"duty.{duty}") for duty in get_args(Duty) if duty in rights.CASE_DUTIES)
        raise Refused(texts.render("zh", "act.not_your_post", duties="、".join(duties)))
    return found


def list_lines(cases: Iterable[Record]) -> list[str]:
    return [say("case", "row", **_in_words(case)) for case in cases] or [say("case", "none")]


def detail_lines(case: Mapping[str, Any]) -> list[str]:
    texts = load_texts()
    head = say("case", "head", **_in_words(case) | {"level": word_for("level", case["level"])})
    answers = [say("case", "answer", **row) for row in case["answers"] if row["words"]]
    clocks = [say("case", "clock", **clock, state_words=say("clock_state", clock["state"])) for clock in case["clocks"]]
    steps = [
        say(
            "case",
            "step",
            what=texts.render("zh", f"timeline.{step['kind']}"),
            **(step | {"actor": _who(step["actor"])}),
        )
        for step in case["timeline"]
    ]
    files = [say("case", "file", **file) for file in case["evidence"]]
    return [head, _work_line(case), *answers, *clocks, *steps, *files]


def _in_words(case: Mapping[str, Any]) -> Record:
    status = load_texts().render("zh", f"status.is.{case['status']}")
    return dict(case) | {"channel": word_for("channel", case["channel"]), "status_words": status}


def _work_line(case: Mapping[str, Any]) -> str:
    """Who works on it and how it stands, without what there is not."""
    known = dict(case) | {
        "handler": case["handler"] or say("case", "nobody"),
        "outcome": case["outcome"] and word_for("outcome", case["outcome"]),
        "paused": case["paused"] and word_for("stop", case["paused"]),
    }
    parts = (
        say("case_work", part, words=known[part]) for part in ("unit", "handler", "outcome", "paused") if known[part]
    )
    return "  " + "  ".join(parts)


def _who(actor: str) -> str:
    kind, _, account = actor.partition(":")
    return account or load_texts().render("zh", f"actor.{kind}")


def _line_record(case: CaseLine, policy: Policy) -> Record:
    return asdict(case) | {
        "registered_at": moment(case.registered_at),
        "promised_on": case.promised_on.isoformat(),
        "category_label": category_of(case.category, policy),
    }


def _record(uow: UnitOfWork, office: Office, detail: CaseDetail) -> Record:
    case, done = detail.case, detail.work
    policy = rules_of(uow, office, case)
    return {
        "number": case.number,
        "status": case.status,
        "level": case.level,
        "category": case.category,
        "category_label": category_of(case.category, policy),
        "policy": {"id": case.policy_id, "version": case.policy_version},
        "channel": case.channel,
        "anonymous": case.anonymous,
        "human_wanted": case.human_wanted,
        "flags": list(case.flags),
        "urged_count": case.urged_count,
        "registered_at": moment(case.registered_at),
        "promised_on": case.promised_on.isoformat(),
        "promise_provisional": case.promise_provisional,
        "rating": case.rating,
        "unit": done.unit,
        "handler": staff.by_id(uow, done.handler_id).account if done.handler_id else "",
        "outcome": done.outcome,
        "measures": list(done.measures),
        "remedies": list(done.remedies),
        "paused": done.paused,
        "volume": done.volume,
        "seen": work.seen_so_far(detail.entries),
        "contents": detail.contents,
        "answers": [asdict(told) for told in answers_of(detail.contents, policy)],
        "clocks": list(_clocks(office, policy, detail)),
        "timeline": [_entry_record(entry) for entry in detail.entries],
        "notices": [_entry_record(entry) for entry in detail.entries if entry.public and entry.actor != COMPLAINANT],
        "evidence": [_file_record(file) for file in detail.evidence],
    }


def _clocks(office: Office, policy: Policy, detail: CaseDetail) -> Iterable[Record]:
    """Those that began as they stand, and those that lie ahead as they are expected."""
    case, rows = detail.case, detail.clocks
    yield from (_clock_record(row) for row in rows)
    ahead = expected.projected(policy, case.level, rows, office.calendar, since=case.registered_at)
    begun = set(latest_of(rows))
    for key, due in ahead.items():
        if key not in begun and case.closed_at is None:
            yield {
                "clock": key,
                "due_at": moment(due.at),
                "provisional": due.provisional,
                "state": "ahead",
                "ended_at": None,
            }


def _clock_record(row: StoredClock) -> Record:
    stopped = any(stop.until is None for stop in row.stops)
    return {
        "clock": row.clock,
        "due_at": moment(row.due_at),
        "provisional": row.provisional,
        "state": "ended" if row.ended_at else "stopped" if stopped else "running",
        "ended_at": moment(row.ended_at) if row.ended_at else None,
    }


def _entry_record(entry: Entry) -> Record:
    return {
        "position": entry.position,
        "at": moment(entry.at),
        "kind": entry.kind,
        "actor": entry.actor,
        "note": entry.note,
        "public": entry.public,
    }


def _file_record(file: StoredEvidence) -> Record:
    return {"position": file.position, "kind": file.kind, "mime": file.mime, "size": file.size, "state": file.state}


def moment(at: datetime) -> str:
    return at.astimezone(ZONE).isoformat(timespec="seconds")
