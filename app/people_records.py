"""What ``tousu people`` shows and does: records for programs, lines for people. Works beside a running service."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, TypeVar

from app.act_command import in_words
from app.people_views import Record, assessment_record, dossier_record, figures_record, owed_record
from app.resources import at_the_desk
from app.texts_cli import say
from core.cases.clocks import local_day
from core.cases.office import Office
from core.errors import Refused
from core.people import assessment, conduct, keeping, reminding, training
from core.store import dossiers, office_timeline

if TYPE_CHECKING:
    from app.settings import Settings
    from core.store.unit_of_work import UnitOfWork

T = TypeVar("T")


def train(
    settings: Settings, by: str, account: str, kind: str, on: date | None, mark: int | None, words: str, now: datetime
) -> Record:
    """Write down a training, today's where no day is named. Raises Refused."""
    day = on or local_day(now)

    def work(uow: UnitOfWork, office: Office) -> Record:
        done = training.record_training(uow, office, by, account, kind, day, mark, words, now)
        return {
            "account": done.account,
            "training": done.kind,
            "label": office.personnel.label_of_training(done.kind),
            "done_on": day.isoformat(),
            "passed": done.passed,
            "next_on": done.next_on and done.next_on.isoformat(),
        }

    return _done(settings, by, f"people train {account} {kind}", now, work)


def figures(
    settings: Settings, by: str, account: str, month: date | None, now: datetime, *, again: bool = False
) -> Record:
    """What an assessor has before them. Raises Refused."""

    def work(uow: UnitOfWork, office: Office) -> Record:
        span, found, marks = assessment.look(uow, office, by, account, month, now, again=again)
        by_hand = [part for part in office.personnel.assessment.parts if part.figure is None]
        return {
            "account": account.strip(),
            "first_on": span.first.isoformat(),
            "last_on": span.last.isoformat(),
            "figures": figures_record(found),
            "marks": dict(marks),
            "labels": {part.key: part.label.zh for part in office.personnel.assessment.parts},
            "by_hand": [part.key for part in by_hand],
        }

    return _done(settings, by, f"people figures {account}", now, work)


def assess(
    settings: Settings,
    by: str,
    account: str,
    marks: Mapping[str, int],
    words: Mapping[str, str],
    month: date | None,
    now: datetime,
    *,
    again: bool,
) -> Record:
    """Write down an assessment. Raises Refused."""

    def work(uow: UnitOfWork, office: Office) -> Record:
        done = assessment.assess(uow, office, by, account, marks, words, now, day=month, again=again)
        follows = {
            "training": office.personnel.after_failing.label.zh,
            "training_by": done.training_by and done.training_by.isoformat(),
        }
        return {"account": done.account} | assessment_record(office.personnel, done.assessment) | follows

    return _done(settings, by, f"people assess {account}", now, work)


def record_conduct(
    settings: Settings, by: str, account: str, kind: str, measure: str, on: date | None, words: str, now: datetime
) -> Record:
    """Write down praise or discipline. Raises Refused."""
    day = on or local_day(now)

    def work(uow: UnitOfWork, office: Office) -> Record:
        found = conduct.record_conduct(uow, office, by, account, kind, measure, day, words, now)
        names = {"measure": found.key, "label": found.label.zh}
        return {"account": account.strip(), "kind": kind, "happened_on": day.isoformat()} | names

    return _done(settings, by, f"people {kind} {account} {measure}", now, work)


def acknowledge(settings: Settings, by: str, account: str, on: date | None, now: datetime) -> Record:
    """One's own acknowledgement of the duty of confidentiality, or what somebody else signed. Raises Refused."""
    day = on or local_day(now)

    def work(uow: UnitOfWork, office: Office) -> Record:
        if account.strip() in ("", by.strip()):
            member = keeping.whom_to_see(uow, office, by, "")
            pledge = conduct.acknowledge(uow, office, member, "desk", now)
        else:
            pledge = conduct.acknowledged_on_paper(uow, office, by, account, day, now)
        text = office.personnel.confidentiality.text.zh
        found = {"version": pledge.version, "made_on": pledge.made_on.isoformat(), "how": pledge.how}
        return {"account": account.strip() or by.strip(), "text": text} | found

    return _done(settings, by, f"people acknowledge {account}", now, work)


def show(settings: Settings, by: str, account: str, now: datetime) -> Record:
    """Everything that is kept of somebody: of oneself, or with a duty for it of anybody, which is written down. Raises Refused."""

    def work(uow: UnitOfWork, office: Office) -> Record:
        member = keeping.whom_to_see(uow, office, by, account)
        if member.account != by.strip():
            office_timeline.add(uow, now, "people_read", f"staff:{by.strip()}", member.account)
        return dossier_record(office, dossiers.of_member(uow, member), local_day(now))

    return _done(settings, by, f"people show {account}", now, work)


def due(settings: Settings, by: str, now: datetime) -> list[Record]:
    """What everybody has to do. Raises Refused."""

    def work(uow: UnitOfWork, office: Office) -> list[Record]:
        keeping.keeper(uow, office, by, office.personnel.rights.see)
        return [owed_record(office.personnel, each) for each in reminding.whole(uow, office, now)]

    return _done(settings, by, "people due", now, work)


def _done(settings: Settings, by: str, what: str, now: datetime, work: Callable[[UnitOfWork, Office], T]) -> T:
    """Raises Refused in words."""
    with at_the_desk(settings) as (store, office):
        try:
            return keeping.attempt(store, office, by.strip(), what, now, lambda uow: work(uow, office))
        except Refused as refused:
            raise Refused(in_words(office, refused)) from None


# ── for people ──────────────────────────────────────────────────────────────────────────────────────────────────────


def train_lines(record: Mapping[str, Any]) -> list[str]:
    done = say("people", "passed" if record["passed"] else "failed")
    shown = [say("people", "train_done", result=done, **record)]
    if record["next_on"]:
        shown.append(say("people", "train_next" if record["passed"] else "train_again", **record))
    return shown


def figures_lines(record: Mapping[str, Any]) -> list[str]:
    counts = [
        say("people", "figure", label=say("people_figure", key), many=many) for key, many in record["figures"].items()
    ]
    return [
        say("people", "days", **record),
        *counts,
        *mark_lines(record["marks"], record["labels"]),
        say("people", "complete", parts=say("settings", "and").join(record["by_hand"])),
    ]


def mark_lines(
    marks: Mapping[str, int | None], labels: Mapping[str, str], words: Mapping[str, str] | None = None
) -> list[str]:
    """Each part with its mark, and what was said of it."""
    return [
        say(
            "people",
            "part",
            label=labels.get(key, key),
            mark=say("people", "unmeasured") if mark is None else mark,
            words=(words or {}).get(key, ""),
        ).rstrip()
        for key, mark in marks.items()
    ]


def assess_lines(record: Mapping[str, Any]) -> list[str]:
    result = say("people", "passed" if record["passed"] else "failed")
    shown = [say("people", "assess_done", result=result, **record), *mark_lines(record["marks"], record["labels"])]
    if record["training_by"]:
        shown.append(say("people", "assess_training", **record))
    return shown


def acknowledge_lines(record: Mapping[str, Any]) -> list[str]:
    return [say("people", "acknowledge_done", **record), record["text"]]


def show_lines(record: Mapping[str, Any]) -> list[str]:
    sections = (("assessments", _assessment), ("trainings", _training), ("conduct", _conduct), ("pledges", _pledge))
    shown = [say("people", "whose", posts=say("settings", "and").join(record["post_names"]), **_plain(record))]
    for name, line in sections:
        rows = [line(row) for row in record[name]] or [say("people", "none")]
        shown += [say("people_section", name), *rows]
    return shown


def due_lines(records: Iterable[Mapping[str, Any]]) -> list[str]:
    rows = [_owed(record) for record in records]
    return [row for row in rows if row] or [say("people", "nothing_due")]


def _assessment(row: Mapping[str, Any]) -> str:
    result = say("people", "passed" if row["passed"] else "failed")
    head = say("people", "assessed", result=result, **row)
    return "\n".join([head, *mark_lines(row["marks"], row["labels"], row["words"])])


def _training(row: Mapping[str, Any]) -> str:
    if row["done_on"] is None:
        return say("people", "training_waiting", **row)
    result = say("people", "passed" if row["passed"] else "failed")
    mark = "" if row["mark"] is None else say("people", "points", mark=row["mark"])
    return say("people", "trained", result=result, points=mark, **row).rstrip()


def _conduct(row: Mapping[str, Any]) -> str:
    return say("people", "conduct", **row)


def _pledge(row: Mapping[str, Any]) -> str:
    return say("people", "pledged", how_words=say("people_how", row["how"]), **row)


def _owed(record: Mapping[str, Any]) -> str:
    said = [say("people", "owes_training", **row) for row in record["trainings"]]
    said += [
        say("people", f"owes_{key}", **record) for key in ("pledge", "assessment", "again") if record[f"{key}_due"]
    ]
    joined = say("people", "then").join(said)
    return say("people", "owes", owed=joined, **_plain(record)) if said else ""


def _plain(record: Mapping[str, Any]) -> dict[str, str]:
    return {name: record[name] for name in ("account", "name", "unit")}
