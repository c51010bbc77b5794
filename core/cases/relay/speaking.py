"""What is said in a conversation, from either side: written on the case's timeline, and brought to the other's chat.

All of it happens under the lock of the case, in the unit that takes the message in: what comes twice is said once, in order.
"""

from __future__ import annotations

from datetime import datetime

from core.cases import recusal
from core.cases.office import Office, rules_of
from core.cases.relay import letting_go, people
from core.cases.relay.rules import NOBODY_ASKED, WHO_HAS_IT, next_look
from core.messages import OutboundMessage
from core.policies.policy import Policy
from core.store import cases, outbox, recusals, relays, sessions, staff, timeline
from core.store.cases import StoredCase
from core.store.relays import StoredRelay
from core.store.unit_of_work import UnitOfWork

COMPLAINANT, SERVICE = "complainant", "service"
ASKED, SAID, TAKEN, ANSWERED, ENDED = "relay_asked", "relay_said", "relay_taken", "relay_answered", "relay_ended"
SPOKEN = frozenset({SAID, ANSWERED})

MOST_TOLD_AGAIN = 10
"""So many of the last lines are told again to whoever takes over."""


def ask(uow: UnitOfWork, office: Office, case: StoredCase, session_id: int, now: datetime, words: str = "") -> None:
    """The complainant wants to talk to somebody about this case of theirs; ``words`` are what they have said already."""
    cases.by_id(uow, case.id, for_update=True)
    if relays.begin(uow, case.id, session_id, now) is not None:
        timeline.add(uow, case, now, ASKED, COMPLAINANT, public=False)
    relay = relays.of_case(uow, case.id)
    assert relay is not None
    if words:
        said(uow, office, case, words, now)
    else:
        _come(uow, office, case, relay, now)


def _come(uow: UnitOfWork, office: Office, case: StoredCase, relay: StoredRelay, now: datetime) -> None:
    """The complainant is there, and has not said anything yet."""
    policy, joined = rules_of(uow, office, case), _join(uow, relay)
    if joined.state == relays.OPEN and relay.state != joined.state:
        relays.change(uow, joined, last_at=now, look_at=_look(office, policy, joined, now))
    settle(uow, office, policy, case, joined, now)


def said(uow: UnitOfWork, office: Office, case: StoredCase, words: str, now: datetime) -> None:
    """The complainant said something in the conversation about this case, which is going on.

    They may name in it whoever has the conversation: who must not know of the case from now on does not read this either.
    """
    cases.by_id(uow, case.id, for_update=True)
    policy, relay = rules_of(uow, office, case), relays.of_case(uow, case.id)
    assert relay is not None
    timeline.add(uow, case, now, SAID, COMPLAINANT, words, public=False)
    recusal.keep_away_after(uow, policy, case, words, now)
    relay = _join(uow, _with_holder(uow, relays.by_id(uow, relay.id), now))
    answered = relay.last_by != relays.COMPLAINANT
    relay = relays.change(uow, relay, last_at=now, last_by=relays.COMPLAINANT)
    if relay.desk_id is not None:
        relay = to_desk(uow, office, case, relay, "relay.to_desk", now, words=words)
    # The first word that waits sets the time by which it is answered; those behind it do not put it off.
    if relay.state == relays.OPEN and answered:
        relays.change(uow, relay, look_at=_look(office, policy, relay, now))
    elif relay.state == relays.ASKED_FOR:
        settle(uow, office, policy, case, relay, now)


def settle(
    uow: UnitOfWork, office: Office, policy: Policy, case: StoredCase, relay: StoredRelay, now: datetime
) -> StoredRelay:
    """Where nobody was asked to take it yet, whoever may is asked."""
    if relay.state != relays.ASKED_FOR or relay.rung != NOBODY_ASKED:
        return relay
    relay = relays.change(uow, relay, rung=people.offer(uow, office, policy, case, relay, now))
    return relays.change(uow, relay, look_at=_look(office, policy, relay, now))


def take_over(
    uow: UnitOfWork, office: Office, case: StoredCase, relay: StoredRelay, member_id: int, desk_id: int, now: datetime
) -> None:
    """From now on this member of staff has it, in this chat of theirs, where they read what was said until then."""
    policy, is_new = rules_of(uow, office, case), relay.holder_id is None
    people.ask_no_more(uow, case.id, people.asked_until(uow, policy, case, relay.rung))
    if relay.desk_id is not None:
        outbox.cancel_under(uow, relay.desk_id, letting_go.slots(case.id))
    relay = relays.change(
        uow, relay, state=relays.OPEN, holder_id=member_id, desk_id=desk_id, rung=WHO_HAS_IT, last_at=now
    )
    relay = relays.change(uow, relay, look_at=_look(office, policy, relay, now))
    timeline.add(uow, case, now, TAKEN, f"staff:{staff.by_id(uow, member_id).account}", public=False)
    if is_new:
        relay = to_person(uow, office, case, relay, "relay.taken_up", now)
    for entry in _spoken(uow, case, relay)[-MOST_TOLD_AGAIN:]:
        key = "relay.to_desk" if entry.kind == SAID else "relay.told_before"
        relay = to_desk(uow, office, case, relay, key, now, words=entry.note)


def answer(
    uow: UnitOfWork, office: Office, case: StoredCase, relay: StoredRelay, words: str, now: datetime, *, asks: bool
) -> None:
    """Whoever has it says something, or asks it where nothing was going on."""
    assert relay.holder_id is not None
    member, policy = staff.by_id(uow, relay.holder_id), rules_of(uow, office, case)
    timeline.add(uow, case, now, ANSWERED, f"staff:{member.account}", words, public=False)
    relay = relays.change(uow, relay, last_at=now, last_by=relays.STAFF, rung=WHO_HAS_IT)
    key = "relay.question" if asks else "relay.to_person"
    relay = to_person(uow, office, case, relay, key, now, words=words)
    relays.change(uow, relay, look_at=_look(office, policy, relay, now))


def end(uow: UnitOfWork, office: Office, case: StoredCase, relay: StoredRelay, by: str, now: datetime) -> None:
    """It is over: who ended it knows, the other side is told; both where nobody did."""
    actors = {relays.COMPLAINANT: COMPLAINANT}
    if by == relays.STAFF and relay.holder_id is not None:
        actors[by] = f"staff:{staff.by_id(uow, relay.holder_id).account}"
    timeline.add(uow, case, now, ENDED, actors.get(by, SERVICE), public=False)
    people.ask_no_more(uow, case.id, people.asked_until(uow, rules_of(uow, office, case), case, relay.rung))
    question = relay.state == relays.WAITS_FOR_ANSWER
    if by != relays.COMPLAINANT and not question:
        relay = to_person(uow, office, case, relay, f"relay.over_{by}", now)
    if by != relays.STAFF and relay.desk_id is not None:
        relay = to_desk(uow, office, case, relay, "relay.no_answer" if question else f"relay.desk_over_{by}", now)
    relays.end(uow, relays.by_id(uow, relay.id), by)


def erase(uow: UnitOfWork, office: Office, session_id: int, now: datetime) -> None:
    """A person had their conversation erased: no copy of what was said with them stays in anybody's chat.

    Where it is a chat of staff, they talk to nobody in it any more.
    """
    member_id = sessions.get(uow, session_id).staff_id
    if member_id is not None:
        letting_go.take_chat_from(uow, member_id, session_id, now)
    live = relays.of_person(uow, session_id)
    for relay in live:
        timeline.add(uow, cases.by_id(uow, relay.case_id, for_update=True), now, ENDED, COMPLAINANT, public=False)
    relays.forget_person(uow, session_id)
    for relay in live:
        if relay.desk_id is not None:
            to_desk(uow, office, cases.by_id(uow, relay.case_id), relay, "relay.desk_over_erased", now)


def to_person(
    uow: UnitOfWork, office: Office, case: StoredCase, relay: StoredRelay, key: str, now: datetime, **said: str
) -> StoredRelay:
    """Into the complainant's chat, by the ways of their channel; in the history of the case it stands with the notices."""
    chat = sessions.get(uow, relay.session_id)
    text = office.texts.render(chat.language, key, number=case.number, **said)
    dedupe = f"case:{case.id}:relay:{relay.id}.{relay.lines}"
    sent = outbox.add(uow, chat, OutboundMessage(text), dedupe, now, now=now)
    return _counted(uow, relay, sent, relays.STAFF)


def to_desk(
    uow: UnitOfWork, office: Office, case: StoredCase, relay: StoredRelay, key: str, now: datetime, **said: str
) -> StoredRelay:
    """Into the chat of whoever has it."""
    assert relay.desk_id is not None
    text = office.texts.render("zh", key, number=case.number, **said)
    name = f"{relay.id}.{relay.lines}"
    chat, slot = sessions.get(uow, relay.desk_id), f"{letting_go.slots(case.id)}:{name}"
    sent = outbox.add(uow, chat, OutboundMessage(text), f"relay:{name}", now, now=now, slot=slot)
    return _counted(uow, relay, sent, relays.COMPLAINANT)


def is_there(uow: UnitOfWork, relay: StoredRelay) -> bool:
    """Whether who has it may go on: works here today, in this chat, and may know of the case."""
    if relay.holder_id is None or relay.desk_id is None:
        return False
    member = staff.by_id(uow, relay.holder_id)
    kept_out = recusals.keeps_away(uow, relay.case_id, member.id)
    return member.is_at_work and not kept_out and sessions.get(uow, relay.desk_id).staff_id == member.id


def _with_holder(uow: UnitOfWork, relay: StoredRelay, now: datetime) -> StoredRelay:
    """As it is where who has it is there; else nobody has it."""
    if relay.holder_id is None or is_there(uow, relay):
        return relay
    return letting_go.release(uow, relay, now)


def _join(uow: UnitOfWork, relay: StoredRelay) -> StoredRelay:
    """Who answers a question has begun to talk: to whoever asked, or to nobody yet where they are gone."""
    if relay.state != relays.WAITS_FOR_ANSWER:
        return relay
    state = relays.OPEN if relay.holder_id is not None else relays.ASKED_FOR
    return relays.change(uow, relay, state=state)


def _spoken(uow: UnitOfWork, case: StoredCase, relay: StoredRelay) -> list[timeline.Entry]:
    entries = timeline.of_case(uow, case)
    return [entry for entry in entries if entry.kind in SPOKEN and entry.at >= relay.asked_at]


def _counted(uow: UnitOfWork, relay: StoredRelay, sent: int | None, by: str) -> StoredRelay:
    if sent is not None:
        relays.add_line(uow, relay, sent, by)
    return relays.change(uow, relay, lines=relay.lines + 1)


def _look(office: Office, policy: Policy, relay: StoredRelay, now: datetime) -> datetime:
    return next_look(policy, office.calendar, relay.state, relay.last_by, relay.rung, now)
