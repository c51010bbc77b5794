"""A member of staff at the desk: who they are, in which chat, and which case they mean."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from core.cases import numbers, rights
from core.cases.office import Office
from core.desk.orders import Kind, Order
from core.errors import Refused
from core.messages import Choice, OutboundMessage
from core.records import record
from core.store import queries, sessions, staff
from core.store.queries import CaseLine
from core.store.sessions import StoredSession
from core.store.staff import StaffMember
from core.store.unit_of_work import UnitOfWork

Replies = tuple[OutboundMessage, ...]

MOST_LISTED = 10
HELD_IN_HAND = timedelta(hours=1)
"""So long an order without a number is about the case that was named last."""


def say(office: Office, key: str, choices: Sequence[Choice] = (), /, **values: str) -> Replies:
    return reply(office.texts.render("zh", f"desk.{key}", **values), choices)


def reply(text: str, choices: Sequence[Choice] = ()) -> Replies:
    """One bubble, as long as it must be: the house knows what the channel holds."""
    return (OutboundMessage(text, tuple(choices)),)


@record(frozen=True, slots=True)
class Visit:
    """``member`` says something in their own ``chat``, or in a group that is not it."""

    uow: UnitOfWork
    office: Office
    chat: StoredSession
    member: StaffMember
    now: datetime

    def say(self, key: str, choices: Sequence[Choice] = (), /, **values: str) -> Replies:
        return say(self.office, key, choices, **values)

    def say_why(self, refused: Refused, **more: str) -> Replies:
        """A refusal in words."""
        return reply(self.office.texts.render("zh", str(refused), **(more | refused.facts)))

    def ask_which(self, order: Order) -> Replies:
        """Where it cannot be known which case is meant."""
        return self.say("which", example=self.example(order.kind))

    def number_of(self, order: Order) -> str | None:
        """The one case that is meant, None where that cannot be known. One that is not there or must not be known is for whoever
        looks at it to refuse."""
        if order.doubtful or (order.bare and order.number != self._in_hand()):
            return None
        if not order.number:
            return self._in_hand()
        if numbers.looks_like(self.office.policy.number, order.number):
            return order.number
        found = self._alike(order.number, self.member.id)
        if len(found) > 1:
            return None
        # One that is kept from them is refused by its whole number, so that its own timeline has who tried.
        found = found or self._alike(order.number, None)
        return found[0].number if len(found) == 1 else order.number

    def _alike(self, part: str, viewer: int | None) -> list[CaseLine]:
        """Cases whose number begins like this, with or without the letters before it, that the viewer may know of."""
        policy = self.office.policy
        if not rights.reads_cases(policy, rights.posts_held(policy, self.member, staff.everybody(self.uow))):
            return []
        found = queries.case_list(self.uow, 10 * MOST_LISTED, text=part, viewer=viewer)
        letters = "" if part[0].isalpha() else "ABCDEFGHIJKLMNOPQRSTUVWXYZ-"
        return [case for case in found if case.number.lstrip(letters).startswith(part)]

    def _in_hand(self) -> str | None:
        kept = (self.chat.state or {}).get("desk")
        if kept is None or datetime.fromisoformat(kept["at"]) + HELD_IN_HAND < self.now:
            return None
        return str(kept["number"])

    def take_in_hand(self, number: str) -> None:
        """What is said next without a number is about this one."""
        kept = {"number": number, "at": self.now.isoformat()}
        sessions.save(self.uow, self.chat, dict(self.chat.state or {}) | {"desk": kept}, self.now, self.chat.wake_at)

    def example(self, kind: Kind, number: str = "") -> str:
        printed = self.office.policy.number
        mark = "#" if kind.takes and numbers.is_bare(printed) else ""
        return kind.example.format(number=mark + (number or numbers.render(printed, self.now, 7)))


Answer = Callable[[Visit, Order], Replies]
"""What an order comes to. Raises Refused, which is an answer, too."""
