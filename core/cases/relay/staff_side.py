"""What a member of staff does in a conversation from their own chat: take it, say something, ask something, end it.

Each raises Refused with a texts key; a case that must not be known looks like none.
"""

from __future__ import annotations

from datetime import datetime

from core.cases import access
from core.cases.office import Office, rules_of
from core.cases.relay import letting_go, people, speaking
from core.cases.relay.rules import COLLEAGUES
from core.errors import Refused
from core.records import record
from core.store import cases, recusals, relays, sessions, staff
from core.store.cases import StoredCase
from core.store.relays import StoredRelay
from core.store.staff import StaffMember
from core.store.unit_of_work import UnitOfWork


@record(frozen=True, slots=True)
class AtTheDesk:
    """A member of staff in a chat of their own."""

    uow: UnitOfWork
    office: Office
    member: StaffMember
    chat_id: int
    now: datetime

    def take(self, number: str) -> StoredCase:
        """From now on the conversation about this case is theirs. Of two who do so at once the second finds it taken."""
        case, relay = self._going_on(number)
        if relay.state == relays.WAITS_FOR_ANSWER or (relay.holder_id, relay.desk_id) == (self.member.id, self.chat_id):
            raise Refused("relay.nobody_waits" if relay.holder_id != self.member.id else "relay.yours_already")
        if relay.holder_id not in (None, self.member.id) and not _is_left_waiting(relay):
            raise self._taken(relay)
        if not people.may_take(self.uow, rules_of(self.uow, self.office, case), case, self.member, relay.rung):
            raise Refused("relay.not_asked")
        speaking.take_over(self.uow, self.office, case, relay, self.member.id, self.chat_id, self.now)
        return case

    def answer(self, number: str, words: str) -> StoredCase:
        """Say this to the complainant. Only whoever has the conversation does."""
        case, relay = self._going_on(number)
        self._check_words(words)
        if relay.holder_id is None:
            raise Refused("relay.take_it_first")
        if relay.holder_id != self.member.id:
            raise self._taken(relay)
        self._say(case, self._here(relay), words)
        return case

    def ask(self, number: str, words: str) -> StoredCase:
        """Ask the complainant this. Where they wait for somebody, that is taking the conversation as well."""
        case = self._case(number)
        self._check_words(words)
        relay = self._live(case) or self._begin(case)
        if relay.state == relays.ASKED_FOR:
            self.take(number)
            relay = relays.by_id(self.uow, relay.id)
        if relay.holder_id is None:
            self._check_may_ask(case)
            relay = relays.change(self.uow, relay, holder_id=self.member.id, desk_id=self.chat_id)
        if relay.holder_id != self.member.id:
            raise self._taken(relay)
        self._say(case, self._here(relay), words)
        return case

    def end(self, number: str) -> StoredCase:
        case, relay = self._going_on(number)
        if relay.holder_id != self.member.id:
            raise Refused("relay.take_it_first") if relay.holder_id is None else self._taken(relay)
        speaking.end(self.uow, self.office, case, relay, relays.STAFF, self.now)
        return case

    def may_take(self, relay: StoredRelay) -> bool:
        """Whether this member is one of those who were asked to take it."""
        case = cases.by_id(self.uow, relay.case_id)
        if self.member.absent or recusals.keeps_away(self.uow, case.id, self.member.id):
            return False
        return people.may_take(self.uow, rules_of(self.uow, self.office, case), case, self.member, relay.rung)

    # ── what is checked ─────────────────────────────────────────────────────────────────────────────────────────────

    def _case(self, number: str) -> StoredCase:
        """The case, locked, if this member may know of it."""
        case = access.held_for(self.uow, self.office, self.member, number)
        if case is None:
            raise Refused("act.not_yours")
        if not self.member.is_at_work:
            raise Refused("act.not_at_work")
        if not access.reads(self.uow, rules_of(self.uow, self.office, case), self.member):
            raise Refused("act.not_yours")
        return case

    def _going_on(self, number: str) -> tuple[StoredCase, StoredRelay]:
        case = self._case(number)
        relay = self._live(case)
        if relay is None:
            raise Refused("relay.none", number=case.number)
        return case, relay

    def _live(self, case: StoredCase) -> StoredRelay | None:
        """The conversation about this case; nobody's where who had it is not there any more."""
        relay = relays.of_case(self.uow, case.id)
        if relay is None or relay.holder_id in (None, self.member.id) or speaking.is_there(self.uow, relay):
            return relay
        return letting_go.release(self.uow, relay, self.now)

    def _begin(self, case: StoredCase) -> StoredRelay:
        """A question where nothing is going on, to somebody who has a chat."""
        self._check_may_ask(case)
        if case.session_id is None or not _is_known_there(self.uow, case.session_id):
            raise Refused("relay.no_chat", number=case.number)
        values = {"holder_id": self.member.id, "desk_id": self.chat_id, "state": relays.WAITS_FOR_ANSWER}
        begun = relays.begin(self.uow, case.id, case.session_id, self.now, **values)
        assert begun is not None
        return begun

    def _check_may_ask(self, case: StoredCase) -> None:
        """Whoever has the case asks."""
        if not people.may_ask(self.uow, rules_of(self.uow, self.office, case), case, self.member):
            raise Refused("relay.not_your_case")

    def _check_words(self, words: str) -> None:
        if not words.strip():
            raise Refused("act.needs_words")

    def _say(self, case: StoredCase, relay: StoredRelay, words: str) -> None:
        asks = relay.state == relays.WAITS_FOR_ANSWER
        speaking.answer(self.uow, self.office, case, relay, words.strip(), self.now, asks=asks)

    def _here(self, relay: StoredRelay) -> StoredRelay:
        """What the complainant says next comes where their colleague spoke last."""
        return relay if relay.desk_id == self.chat_id else relays.change(self.uow, relay, desk_id=self.chat_id)

    def _taken(self, relay: StoredRelay) -> Refused:
        assert relay.holder_id is not None
        return Refused("relay.taken", by=staff.by_id(self.uow, relay.holder_id).account)


def _is_left_waiting(relay: StoredRelay) -> bool:
    """Whether colleagues were asked since whoever has it did not answer."""
    return relay.rung >= COLLEAGUES and relay.last_by == relays.COMPLAINANT


def _is_known_there(uow: UnitOfWork, session_id: int) -> bool:
    """Whether the chat knows of the person's cases: one that was erased would take their answer for something new."""
    state = sessions.get(uow, session_id).state or {}
    return bool(state.get("session", {}).get("cases"))
