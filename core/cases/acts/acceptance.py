"""受理、不予受理、转办、补正: whether the case is taken, and what is still needed for that."""

from __future__ import annotations

from core.cases.acts import time_limits
from core.cases.acts.doing import Doing
from core.errors import Refused
from core.messages import Language
from core.store import sessions


def accept(doing: Doing) -> None:
    """The acceptance is told with the day of the answer, where the pack names another day from here on."""
    time_limits.go_on(doing)
    doing.happened("accepted")
    if doing.policy.receipt.then is not None:
        doing.promise()


def decline(doing: Doing) -> None:
    """With a ground of the pack its reason and the place to go instead are told, before any words of staff."""
    key = doing.fields.get("ground", "").strip()
    if key:
        row = next((row for row in doing.policy.exclusions if row.key == key), None)
        if row is None:
            known = "、".join(row.key for row in doing.policy.exclusions)
            raise Refused("act.no_such_ground", known=known)
        language = _language(doing)
        reason = f"{row.reason.in_language(language)}\n{row.go_to.in_language(language)}"
        doing.note = "\n".join(filter(None, (reason, doing.note)))
    end(doing)


def _language(doing: Doing) -> Language:
    return sessions.get(doing.uow, doing.case.session_id).language if doing.case.session_id is not None else "zh"


def end(doing: Doing) -> None:
    """Declined, passed on or withdrawn: nothing runs any more, and no day is promised."""
    doing.end_clocks()
    doing.on_case |= {"closed_at": doing.now, "wake_at": None}
    if doing.work.paused:
        doing.on_work["paused"] = ""


def request_supplement(doing: Doing) -> None:
    """Once in the life of a case, and the clocks stand still until the answer is there."""
    if doing.work.supplement_asked:
        raise Refused("act.supplement_asked_before")
    time_limits.stop(doing, "supplement")
    doing.on_work["supplement_asked"] = True


def supplement(doing: Doing) -> None:
    """What was asked for is there: the clocks run again."""
    if doing.work.paused == "supplement":
        time_limits.go_on(doing)
