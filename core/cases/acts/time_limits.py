"""中止、恢复、延期: clocks that stand still, go on, get more time, or end because staff say that a stage is done."""

from __future__ import annotations

from core.cases import running
from core.cases.acts.doing import ANEW, Doing
from core.errors import Refused
from core.policies.policy import Stop
from core.store.case_clocks import StoredClock
from core.store.timeline import Entry


def suspend(doing: Doing) -> None:
    """The pack says for what clocks may stand still."""
    reason = doing.fields["reason"].strip()
    why = next((each for each in doing.policy.work.stops if each == reason), None)
    if why is None:
        raise Refused("act.no_such_stop", known="、".join(doing.policy.work.stops))
    stop(doing, why)


def stop(doing: Doing, why: Stop) -> None:
    """Nothing is due while clocks stand still, and no promise breaks."""
    if doing.work.paused:
        raise Refused("act.stopped_already")
    doing.replace_clocks(running.stopped(doing.clocks, why, doing.now))
    doing.on_work["paused"] = why
    doing.on_case["wake_at"] = None


def resume(doing: Doing) -> None:
    if not doing.work.paused:
        raise Refused("act.not_stopped")
    _run_again(doing)


def go_on(doing: Doing) -> None:
    """An action that moves the case ends a stop by itself. Whoever was told of the stop is told of its end, and of the new day."""
    if doing.work.paused and "paused" not in doing.on_work:
        _run_again(doing)
        doing.went_on = True
        doing.also("resumed", public=True)
        if doing.member is not None:
            doing.notice = doing.notice or "resumed"


def _run_again(doing: Doing) -> None:
    doing.replace_clocks(running.resumed(doing.policy, doing.clocks, doing.now, doing.office.calendar))
    doing.on_work["paused"] = ""
    doing.promise()


def ask_extension(doing: Doing) -> None:
    """The handler asks; nothing is extended before the post that may do so agrees."""
    clock = _extendable(doing)
    doing.note = f"{clock.clock}: {doing.note}"


def extend(doing: Doing) -> None:
    """批准延期: by the post that the pack names, and never by whoever asked for it."""
    clock, asked = _asked(doing)
    if asked.actor == doing.actor:
        raise Refused("act.own_approval")
    extension = doing.policy.clock(clock.clock).extension
    if extension is None:
        raise Refused("act.not_extendable")
    doing.act_in(extension.approved_by)
    doing.replace_clocks((running.extended(doing.policy, clock, doing.now, doing.actor, doing.office.calendar),))
    doing.note = doing.note or asked.note.partition(": ")[2]
    doing.promise()


def _asked(doing: Doing) -> tuple[StoredClock, Entry]:
    """The clock that more time is granted for, and who asked for it last: the one named, or the only one asked for."""
    key = doing.fields.get("clock", "").strip()
    alive = [clock for clock in doing.clocks if clock.ended_at is None and key in ("", clock.clock)]
    requests = [(clock, asked) for clock in alive if (asked := _request_for(doing, clock)) is not None]
    if not requests:
        raise Refused("act.nobody_asked")
    if len(requests) > 1:
        raise Refused("act.which_clock", known="、".join(clock.clock for clock, _ in requests))
    return requests[0]


def _request_for(doing: Doing, clock: StoredClock) -> Entry | None:
    """What was asked for this clock since it was given more time last."""
    request = None
    for entry in doing.since(*ANEW):
        if entry.kind == "extension_asked" and entry.note.partition(":")[0] == clock.clock:
            request = entry
        elif entry.kind == "extended" and clock.extensions and entry.at == clock.extensions[-1].at:
            request = None
    return request


def _extendable(doing: Doing) -> StoredClock:
    """The clock meant, which must be one that can still be extended."""
    clock = _meant(doing, doing.fields.get("clock", "").strip())
    running.extended(doing.policy, clock, doing.now, doing.actor, doing.office.calendar)
    return clock


def _meant(doing: Doing, key: str) -> StoredClock:
    """By its key; without one, the only running clock that the pack lets extend."""
    alive = [clock for clock in doing.clocks if clock.ended_at is None]
    if key:
        named = next((clock for clock in alive if clock.clock == key), None)
        if named is None:
            raise Refused("act.no_such_clock", clock=key, known="、".join(clock.clock for clock in alive))
        return named
    able = [clock for clock in alive if doing.policy.clock(clock.clock).extension is not None]
    if len(able) > 1:
        raise Refused("act.which_clock", known="、".join(clock.clock for clock in able))
    if not able:
        raise Refused("act.not_extendable")
    return able[0]


def mark(doing: Doing) -> None:
    """A stage of the pack's own is done: the leader was told, the first contact made, the feedback given."""
    clock = _end_marked(doing, doing.fields["clock"].strip())
    doing.note = ": ".join(filter(None, (clock.clock, doing.note)))


def report(doing: Doing) -> None:
    """告知: what the complainant is told may be the very stage that a clock waits for, as the examination or the feedback."""
    if key := doing.fields.get("clock", "").strip():
        _end_marked(doing, key)


def _end_marked(doing: Doing, key: str) -> StoredClock:
    """The clock that only staff can end. Raises Refused."""
    clock = _meant(doing, key)
    ends_on = doing.policy.clock(clock.clock).ends_on
    if ends_on not in ("marked", "told"):
        raise Refused("act.ends_by_itself", clock=doing.policy.clock(clock.clock).label.zh)
    doing.apply(
        running.marked(
            doing.policy, doing.level, doing.clocks, clock, doing.now, doing.office.calendar, reached=doing.reached
        )
    )
    return clock
