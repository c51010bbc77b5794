"""调查: records of what was asked and seen, tasks, and the findings."""

from __future__ import annotations

from core.cases.acts import time_limits
from core.cases.acts.assignment import check_new_since_redo
from core.cases.acts.doing import Doing
from core.cases.vocabulary import RECORD_KINDS
from core.errors import Refused

DONE = "#"
"""A task that is done is named by its place in the timeline: ``#7``."""


def record(doing: Doing) -> None:
    kind = doing.fields["kind"].strip()
    if kind not in RECORD_KINDS:
        raise Refused("act.no_such_kind", known="、".join(RECORD_KINDS))
    doing.note = f"{kind}: {doing.note}"


def add_task(doing: Doing) -> None:
    """Something to be done, by a colleague where one is named."""
    account = doing.fields.get("handler", "").strip()
    if account:
        if doing.colleague(account).id in doing.recused_ids:
            raise Refused("act.is_recused", account=account)
        doing.note = f"{account}: {doing.note}"


def finish_task(doing: Doing) -> None:
    place = doing.fields["task"].strip().removeprefix(DONE)
    added = [entry for entry in doing.entries if entry.kind == "task_added" and str(entry.position) == place]
    done = {entry.note.partition(" ")[0] for entry in doing.entries if entry.kind == "task_done"}
    if not added or f"{DONE}{place}" in done:
        raise Refused("act.no_such_task", task=place)
    doing.note = " ".join(filter(None, (f"{DONE}{place}", doing.note)))


def conclude(doing: Doing) -> None:
    """查清: the findings are written, and the clock of the investigation ends.

    Where that was the day the complainant relied on, they hear that it has come, and the next one.
    """
    assert doing.member is not None
    check_new_since_redo(doing, doing.member)
    time_limits.go_on(doing)
    before = doing.promised_clock
    doing.happened("investigated")
    if doing.promised_clock != before:
        doing.promise()
        doing.notice = "investigated"
        doing.also("findings_told", public=True)


def note(doing: Doing) -> None:
    """Words for colleagues. They move nothing."""
