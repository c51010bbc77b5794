"""Whether the year went as it must: each check with its figures, and what is wrong in words."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from tests.year import expected
from tests.year.evidence import Evidence, Notice
from tests.year.hearing import REPLY, TEMPLATE, WINDOW, Heard

GRACE = timedelta(minutes=10)
"""A killed process is away for up to a minute and a half."""

SHUT = ("45015", "45047")
ALERT = re.compile(r"alert:clock:(?P<number>[^:]+):(?P<clock>[^:]+):(?P<round>\d+):(?P<due>.+):(?P<rung>\d+)")
Rung = tuple[str, str, int, datetime, int]
"""A case, its clock, the round, the end of the clock, and the rung."""


@dataclass
class Check:
    """What was looked at, and what was found wrong with it."""

    name: str
    figures: dict[str, int] = field(default_factory=dict)
    wrong: list[str] = field(default_factory=list)


def legal(evidence: Evidence) -> Check:
    """Every notice of which somebody's rights depend is known, or in the hands of staff, before its day."""
    check = Check("legal")
    due = [each for each in evidence.notices if each.record.legal_by and each.record.legal_by <= evidence.ends]
    for notice in due:
        record = notice.record
        moments = [at for at in (record.known_at, record.asked_at) if at is not None]
        assert record.legal_by is not None
        if not moments or min(moments) > record.legal_by:
            check.wrong.append(f"#{record.id} {record.notice} by {record.legal_by}: {moments}")
    ways = Counter(notice.way for notice in due)
    check.figures = {"due": len(due), **{f"by_{way}": many for way, many in sorted(ways.items())}}
    return check


def twice(evidence: Evidence) -> Check:
    """Nobody got a notice twice, but where a kill cut off its send; and nobody missed one that is said to have come."""
    check = Check("twice", {"notices": len(evidence.notices), "cut": 0, "repeated_after_kill": 0})
    check.figures["cut"] = sum(evidence.cut[each.key] for each in evidence.notices)
    for openid, notices in evidence.people.items():
        seen = evidence.seen_by(openid)
        check.wrong += [*_texts(check, evidence, notices, seen), *_forms(notices, seen)]
        for each in notices:
            if each.took(WINDOW, REPLY, TEMPLATE) - each.came_back > 1:
                check.wrong.append(f"#{each.record.id} {each.record.notice} was sent by two ways")
    return check


def _texts(check: Check, evidence: Evidence, notices: list[Notice], seen: list[Heard]) -> Iterator[str]:
    """Counted by their words, in everything that a person could read."""
    read = "\n".join(each.words for each in seen if each.way != TEMPLATE)
    alike: dict[str, list[Notice]] = {}
    for notice in notices:
        alike.setdefault(notice.record.words, []).append(notice)
    for words, same in alike.items():
        took = sum(min(1, each.took(WINDOW, REPLY)) for each in same)
        came, cut = read.count(words), sum(evidence.cut[each.key] for each in same)
        if not took <= came <= took + cut:
            yield f"{_told(same[0])} was sent {took} times, cut {cut} times, came {came} times"
        check.figures["repeated_after_kill"] += max(0, came - max(1, took))


def _forms(notices: list[Notice], seen: list[Heard]) -> Iterator[str]:
    """The platform shows what has the same id once, and what it gave back not at all."""
    came = Counter(each.words for each in seen if each.way == TEMPLATE)
    for notice in notices:
        if came[notice.form_id] - notice.came_back > 1:
            yield f"{_told(notice)} came {came[notice.form_id]} times on a form"
        if notice.took(TEMPLATE) and not came[notice.form_id]:
            yield f"{_told(notice)} was sent on a form and never came"


def _told(notice: Notice) -> str:
    """Which notice, for whom, and what was tried."""
    tries = ", ".join(f"{each.at:%m-%d %H:%M:%S} {each.rung} {each.code or 'taken'}" for each in notice.record.tries)
    return f"#{notice.record.id} {notice.record.notice} for {notice.openid} of {notice.record.made_at:%m-%d %H:%M:%S} ({tries})"


def order(evidence: Evidence) -> Check:
    """What one person got came in the order in which it was made, but for what the platform gave back long after it took it."""
    check = Check("order", {"people": len(evidence.people), "given_back": 0})
    for openid, notices in evidence.people.items():
        check.figures["given_back"] += sum(each.came_back > 0 for each in notices)
        alike = Counter(each.record.words for each in notices)
        on_time = [each for each in notices if not each.came_back]
        came = [place for each in evidence.seen_by(openid) for place in _places(each, on_time, alike)]
        first = list(dict.fromkeys(came))
        if first != sorted(first):
            late = [each for each in on_time if each.record.id < max(first[: first.index(each.record.id)], default=0)]
            check.wrong.append(f"{openid}: {first}; " + "; ".join(map(_told, late)))
    return check


def _places(each: Heard, notices: list[Notice], alike: Counter[str]) -> list[int]:
    """The notices that are in this message, in the order of its words; of those that read alike it may be any."""
    if each.way == TEMPLATE:
        return [notice.record.id for notice in notices if notice.form_id == each.words]
    there = [
        (each.words.index(notice.record.words), notice.record.id)
        for notice in notices
        if alike[notice.record.words] == 1 and notice.record.words in each.words
    ]
    return [record for _, record in sorted(there)]


def windows(evidence: Evidence) -> Check:
    """The platform never said that a window was shut, or used up: ours was never larger than its."""
    refused = {code: many for code, many in evidence.codes.items() if code != "ok"}
    check = Check(
        "windows", {"sends": sum(evidence.codes.values()), **{f"code_{c}": n for c, n in sorted(refused.items())}}
    )
    check.figures["shut"] = sum(refused.get(code, 0) for code in SHUT)
    check.wrong += [f"{code}: {refused[code]} times" for code in SHUT if code in refused]
    return check


def alerts(evidence: Evidence) -> Check:
    """Each clock was told of exactly as the pack's ladder says: nothing missing, nothing twice, nothing else, and in time."""
    due = _due_alerts(evidence)
    over = sum(row.told_at <= evidence.ends for row in due.values())
    told: dict[Rung, list[datetime]] = {}
    keys: dict[Rung, str] = {}
    for each in evidence.alerts:
        if found := ALERT.fullmatch(each.key):
            rung = _rung(found)
            told.setdefault(rung, []).append(each.at)
            keys[rung] = each.key
    check = Check("alerts", {"clocks": len(evidence.clocks), "alerts": over, "longest_wait_seconds": 0})
    for rung, row in due.items():
        came = told.pop(rung, [])
        if not came and row.told_at < evidence.ends - GRACE:
            check.wrong.append(f"nobody was told of {_named(rung)}, due {row.told_at}")
        if len(came) > 1 + evidence.cut[keys.get(rung, "")]:
            check.wrong.append(f"{_named(rung)} was told {len(came)} times")
        wait = (came[0] - row.told_at).total_seconds() if came else 0
        check.figures["longest_wait_seconds"] = max(check.figures["longest_wait_seconds"], round(wait))
        if not timedelta(seconds=-1) <= timedelta(seconds=wait) <= GRACE:
            check.wrong.append(f"{_named(rung)} was told {wait:.0f} s after {row.told_at}")
    check.wrong += [f"nobody asked to be told of {_named(rung)}" for rung in told]
    return check


def _due_alerts(evidence: Evidence) -> dict[Rung, expected.Expected]:
    found: dict[Rung, expected.Expected] = {}
    for number, row in evidence.clocks:
        for each in expected.alerts(evidence.policy, evidence.calendar, row, evidence.ends):
            found[number, row.clock, row.round, each.due_at.astimezone(UTC), each.rung] = each
    return found


def _rung(found: re.Match[str]) -> Rung:
    due_at = datetime.fromisoformat(found["due"]).astimezone(UTC)
    return found["number"], found["clock"], int(found["round"]), due_at, int(found["rung"])


def _named(rung: Rung) -> str:
    return " ".join(str(each) for each in rung)


def records(evidence: Evidence) -> Check:
    """The chains are whole, and what must hold of every case holds."""
    check = Check("records", {"cases": evidence.figures["cases"], "entries": evidence.figures["entries"]})
    check.wrong += evidence.faults
    return check


CHECKS: tuple[Callable[[Evidence], Check], ...] = (legal, twice, order, windows, alerts, records)


def judge(evidence: Evidence) -> list[Check]:
    """All checks, each by itself."""
    return [check(evidence) for check in CHECKS]
