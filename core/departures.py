"""Claiming what is due together with the way it goes: the rung of the channel's ladder, and what may go along."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from core.ladder import Facts, Limits, Reach, Rung, next_rung
from core.messages import GAP, Address, OutboundMessage
from core.records import record
from core.store import claims, grants, links, notifications, sessions, settlements, turns
from core.store.outbox import Claimed
from core.store.unit_of_work import UnitOfWork

MOST_TOGETHER = 5
MOST_LOOKED_AT = 100
"""Of what waits for one reader: more than one message holds."""


@record(frozen=True, slots=True)
class Departure:
    """One message on its way: what is claimed, by which rung it goes, and the words of all that goes ``along``.

    For a rung with forms there are ``facts``, and a ``link`` by which the reader opens the case; ``grant`` is the one that is
    used, and ``scene`` the platform's number of it. Where the reader takes only so many messages, ``in_turn`` says so.
    """

    claimed: Claimed
    rung: Rung
    message: OutboundMessage
    along: tuple[Claimed, ...] = ()
    facts: Facts | None = None
    link: str = ""
    grant: int | None = None
    scene: int | None = None
    in_turn: bool = False

    @property
    def to(self) -> Address:
        return self.claimed.address

    @property
    def key(self) -> str:
        return self.claimed.dedupe_key

    @property
    def rows(self) -> tuple[Claimed, ...]:
        return (self.claimed, *self.along)


def answering(claimed: Claimed, limits: Limits) -> Departure:
    """What is claimed already, by the first rung: an answer to somebody who wrote just now."""
    return Departure(claimed, limits.ladder.rungs[0], claimed.message)


def claim(
    uow: UnitOfWork, limits: Mapping[str, Limits], now: datetime, most: int, lease_seconds: float
) -> tuple[int, list[Departure]]:
    """How many were due, and those that may go out now. What no rung is open to is held, and waits for the person."""
    claimed = claims.claim(uow, now, most, lease_seconds)
    return len(claimed), list(_ways(uow, limits, claimed, now, lease_seconds))


def _ways(
    uow: UnitOfWork, limits: Mapping[str, Limits], claimed: list[Claimed], now: datetime, lease_seconds: float
) -> Iterator[Departure]:
    for each in claimed:
        its = limits.get(each.address.channel, Limits())
        if its.pace:
            yield from _in_turn(uow, its, each, now, lease_seconds)
            continue
        found = _way(uow, its, each, now)
        if found is None:
            settlements.settle_held(uow, each, each.last_code or "no_way", now)
        else:
            yield found if found.rung.forms else _with_others(uow, its, found, now, lease_seconds)


def _way(uow: UnitOfWork, limits: Limits, claimed: Claimed, now: datetime) -> Departure | None:
    """The rung, with what it takes taken: before anything is sent, for a process may end in between."""
    rungs = limits.ladder.rungs
    reach = _reach(uow, claimed.session_id) if any(rung.spends or rung.grant for rung in rungs) else Reach()
    rung = next_rung(rungs, claimed.notice, reach, claimed.passed, now, result=claimed.result)
    if rung is None:
        return None
    if rung.spends:
        sessions.spend(uow, claimed.session_id)
    found = Departure(claimed, rung, claimed.message)
    return _on_a_form(uow, found, now) if rung.forms else found


def _reach(uow: UnitOfWork, session_id: int) -> Reach:
    left, until = sessions.window(uow, session_id)
    return Reach(left, until, grants.kinds(uow, session_id))


def _on_a_form(uow: UnitOfWork, found: Departure, now: datetime) -> Departure:
    grant = grants.take(uow, found.claimed.session_id, found.claimed.notice, now) if found.rung.grant else None
    record_ = notifications.of_outbox(uow, found.claimed.id)
    assert record_ is not None
    link = links.token(uow, record_.id, now)
    on_it = replace(found, facts=record_.facts, link=link)
    return replace(on_it, grant=grant.id, scene=grant.scene) if grant else on_it


def _with_others(uow: UnitOfWork, limits: Limits, found: Departure, now: datetime, lease_seconds: float) -> Departure:
    """Several changes within a short time become one message, as long as one bubble holds them."""
    if not found.claimed.notice:
        return found
    room = MOST_TOGETHER - 1
    others = claims.waiting_notices(uow, found.claimed, now, room)
    along: list[Claimed] = []
    text = found.message.text
    for other in others:
        longer = GAP.join((text, other.message.text))
        if not limits.hold(longer):
            break
        along.append(other)
        text = longer
    claims.lease(uow, along, now, lease_seconds)
    return replace(found, message=replace(found.message, text=text), along=tuple(along)) if along else found


def _in_turn(
    uow: UnitOfWork, limits: Limits, claimed: Claimed, now: datetime, lease_seconds: float
) -> Iterator[Departure]:
    """To a reader who takes only so many: when it is our turn, all that waits as far as one message holds it, the most urgent first.

    What is left waits for the next turn.
    """
    until = turns.take(uow, claimed.session_id, now, limits.pace)
    if until is not None:
        turns.let_go(uow, claimed)
        turns.put_off(uow, claimed.session_id, until)
        return
    waiting = turns.waiting(uow, claimed, now, MOST_LOOKED_AT)
    going = _as_one(limits, waiting)
    if claimed not in going.rows:
        turns.let_go(uow, claimed)
    claims.lease(uow, [each for each in going.rows if each is not claimed], now, lease_seconds)
    if len(going.rows) < len(waiting):
        turns.put_off(uow, claimed.session_id, now + timedelta(seconds=limits.pace))
    yield going


def _as_one(limits: Limits, waiting: Sequence[Claimed]) -> Departure:
    """As many of them, in their order, as one message holds; each of them whole. What is to go alone does."""
    first, *others = waiting
    along: list[Claimed] = []
    text = first.message.text
    for other in others if first.last_code != turns.ALONE else ():
        longer = GAP.join((text, other.message.text))
        if other.last_code == turns.ALONE or not limits.hold(longer):
            break
        along.append(other)
        text = longer
    message = replace(first.message, text=text)
    return Departure(first, limits.ladder.rungs[0], message, tuple(along), in_turn=True)
