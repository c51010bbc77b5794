"""What happens by itself in conversations: more people are asked, silence ends them, and staff hear of words that wait."""

from __future__ import annotations

from datetime import datetime, timedelta

from core.cases.office import Office, rules_of
from core.cases.relay import letting_go, people, speaking
from core.cases.relay.rules import ANSWERED_WITHIN, LEADERS, NOBODY_ASKED, next_look
from core.cases.telling_staff import staff_alert
from core.store import cases, relays
from core.store.cases import StoredCase
from core.store.relays import StoredRelay
from core.store.unit_of_work import UnitOfWork

BATCH = 50


def watch_relays(uow: UnitOfWork, office: Office, now: datetime, limit: int = BATCH) -> int:
    """Look after conversations whose time has come, and tell of words that are on their way; how many were looked at."""
    due = relays.due(uow, now, limit)
    for relay_id in due:
        case = cases.by_id(uow, relays.by_id(uow, relay_id).case_id, for_update=True)
        relay = relays.by_id(uow, relay_id)
        if relay.look_at is not None and relay.look_at <= now:
            _look_after(uow, office, case, relay, now)
    for line in relays.on_their_way(uow, limit):
        _tell_of(uow, office, line, now)
    return len(due)


def _look_after(uow: UnitOfWork, office: Office, case: StoredCase, relay: StoredRelay, now: datetime) -> None:
    if relay.holder_id is not None and not speaking.is_there(uow, relay):
        relay = letting_go.release(uow, relay, now)
    unanswered = relay.last_by == relays.COMPLAINANT or relay.state == relays.ASKED_FOR
    if relay.state == relays.ASKED_FOR and relay.rung == NOBODY_ASKED:
        speaking.settle(uow, office, rules_of(uow, office, case), case, relay, now)
    elif relay.state == relays.WAITS_FOR_ANSWER and relay.holder_id is None and not _is_stale(relay, now):
        relays.change(uow, relay, look_at=relay.last_at + ANSWERED_WITHIN)
    elif unanswered and relay.rung < LEADERS:
        _ask_more(uow, office, case, relay, now)
    else:
        speaking.end(uow, office, case, relay, "unanswered" if unanswered else "silence", now)


def _is_stale(relay: StoredRelay, now: datetime) -> bool:
    return now - relay.last_at >= ANSWERED_WITHIN


def _ask_more(uow: UnitOfWork, office: Office, case: StoredCase, relay: StoredRelay, now: datetime) -> None:
    """Nobody came, or nobody answers, within what was promised: the next are asked, and the office's own chat hears of it. Who
    waits is told so, once."""
    policy = rules_of(uow, office, case)
    first = relay.rung < LEADERS - 1
    rung = people.offer(uow, office, policy, case, relay, now)
    minutes = str(max(int((now - relay.last_at) / timedelta(minutes=1)), 1))
    key = f"relay:{relay.id}:{relay.lines}:{rung}"
    staff_alert(uow, office, "relay_unanswered", key, now, number=case.number, minutes=minutes)
    if relay.desk_id is not None:
        relay = speaking.to_desk(uow, office, case, relay, "relay.unanswered", now, minutes=minutes)
    elif first:
        relay = speaking.to_person(uow, office, case, relay, "relay.still_waiting", now, phone=policy.institution.phone)
    look_at = next_look(policy, office.calendar, relay.state, relay.last_by, rung, now)
    relays.change(uow, relay, rung=rung, look_at=look_at)


def _tell_of(uow: UnitOfWork, office: Office, line: relays.OnItsWay, now: datetime) -> None:
    """What staff said waits for the complainant to write, cannot be brought, or was brought after all."""
    case = cases.by_id(uow, relays.by_id(uow, line.relay_id).case_id, for_update=True)
    relay = relays.by_id(uow, line.relay_id)
    if relays.tell_of(uow, line) and relay.is_live and relay.desk_id is not None:
        speaking.to_desk(uow, office, case, relay, f"relay.words_{line.became}", now)
