"""Who must not go on with a conversation loses it at once, with all that they have not been told yet; it goes to somebody else."""

from __future__ import annotations

from datetime import datetime

from core.cases.telling_staff import own_slots
from core.store import cases, outbox, relays
from core.store.relays import StoredRelay
from core.store.unit_of_work import UnitOfWork

SLOTS = "relay"
"""Ends the beginning of the slots of what is said to whoever has the conversation."""


def slots(case_id: int) -> str:
    return f"{own_slots(case_id)}{SLOTS}"


def take_from(uow: UnitOfWork, case_id: int, member_id: int, now: datetime) -> None:
    """This member of staff has no part in the case any more."""
    relay = relays.of_case(uow, case_id)
    if relay is not None and relay.holder_id == member_id:
        release(uow, relay, now)


def take_all_from(uow: UnitOfWork, member_id: int, now: datetime) -> None:
    """This member of staff is not there now."""
    for relay in relays.held_by(uow, member_id):
        release(uow, relay, now)


def take_chat_from(uow: UnitOfWork, member_id: int, chat_id: int, now: datetime) -> None:
    """This chat is not theirs any more: who has it next reads nothing in it of what complainants said."""
    for relay in relays.held_by(uow, member_id):
        if relay.desk_id == chat_id:
            release(uow, relay, now)
    relays.forget_all_read(uow, chat_id)


def handler_is(uow: UnitOfWork, case_id: int, former_id: int | None, handler_id: int | None, now: datetime) -> None:
    """The case is somebody else's from now on: so is the conversation, which they are asked to take. Where it is nobody's, only
    who had it loses that."""
    relay = relays.of_case(uow, case_id)
    gone = handler_id is None and (relay is None or relay.holder_id != former_id)
    if relay is None or gone or (handler_id is not None and relay.holder_id == handler_id):
        return
    if relay.holder_id is not None:
        release(uow, relay, now)
    elif relay.state == relays.ASKED_FOR:
        relays.change(uow, relay, rung=0, look_at=now)


def release(uow: UnitOfWork, relay: StoredRelay, now: datetime) -> StoredRelay:
    """Nobody has it; the next tick asks who may. A question that was asked still waits for its answer."""
    cases.by_id(uow, relay.case_id, for_update=True)
    relay = relays.by_id(uow, relay.id)
    if not relay.is_live or relay.desk_id is None:
        return relay
    outbox.cancel_under(uow, relay.desk_id, slots(relay.case_id))
    relays.forget_read(uow, relay, relay.desk_id)
    on = relay.state == relays.OPEN
    state = relays.ASKED_FOR if on else relay.state
    look_at = now if on else relay.look_at
    return relays.change(uow, relay, state=state, holder_id=None, desk_id=None, rung=0, look_at=look_at)
