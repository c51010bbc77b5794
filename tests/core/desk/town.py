"""An institution with groups that alerts go to, and people who press and speak there."""

from __future__ import annotations

from datetime import datetime
from functools import partial

from core import desk
from core.cases import recusal
from core.desk import targets
from core.dialog import service as dialog
from core.dialog.service import House
from core.ladder import Limits
from core.messages import Address, GroupAnswer, Happening, InboundMessage, InGroup, OutboundMessage
from core.people import binding
from core.store import claims, outbox, sessions, settlements
from core.store import targets as kept
from core.store.settlements import Sent
from core.store.unit_of_work import Store
from tests.core.cases.desk import Desk

GROUP, OTHER_GROUP = Address("telegram", "-1001"), Address("telegram", "-1002")
TOPIC = Address("telegram", "-1003", "7")
STAFF_CHAT = "desk"


class Town(Desk):
    """``posted`` is what groups and people were sent, by their peer, ``marks`` the platform's numbers of it."""

    def __init__(self, store: Store, now: datetime, pack: str = "service-center", *, crew: bool = True) -> None:
        super().__init__(store, now, pack, crew=crew)
        self.office.targets = desk.tell
        self.house = House(self.office, {"telegram": Limits(buttons=True)}, desk=partial(desk.hear, self.office))
        self.events = 0
        self.marks: dict[str, list[str]] = {}

    # ── groups ───────────────────────────────────────────────────────────────────────────────────────────────────────

    def code(self, name: str = "hall", *members: str) -> str:
        return self.store.write(lambda uow: targets.invite(uow, name, members, "operator", self.now))

    def happens(
        self, what: Happening, place: Address = GROUP, *, by: str = "", text: str = "", people: tuple[str, ...] = (),
        key: str = "",
    ) -> GroupAnswer:  # fmt: skip
        self.events += 1
        event = InGroup(place, key or f"u:{self.events}", what, by, text, people)
        return self.store.write(lambda uow: desk.hear_in_group(self.office, uow, event, self.now))

    def receives(self, place: Address = GROUP, name: str = "hall", *members: str) -> str:
        """From now on alerts go to this group."""
        return self.happens("said", place, by="99", text=self.code(name, *members)).text

    def press(self, key: str, by: str, place: Address = GROUP, update: str = "") -> GroupAnswer:
        return self.happens("pressed", place, by=by, text=key, key=update)

    def live(self) -> list[str]:
        return [target.name for target in self.store.read(kept.live)]

    # ── people ───────────────────────────────────────────────────────────────────────────────────────────────────────

    def clerk(self, account: str, peer: str, *, unit: str = "") -> str:
        """Somebody in every post, whose own chat is bound; their peer."""
        self.hire(account, *(post.key for post in self.policy.posts), unit=unit)
        return self.bind(account, peer)

    def bind(self, account: str, peer: str) -> str:
        code = self.store.write(lambda uow: binding.invite(uow, account, "operator", self.now))
        self.say(f"绑定 {code}", peer)
        return peer

    def say(self, words: str, peer: str, kind: str = "text") -> str:
        self.events += 1
        message = InboundMessage(Address("telegram", peer), f"m:{self.events}", self.now, kind, words)  # type: ignore[arg-type]
        replies = self.store.write(lambda uow: dialog.receive(uow, self.house, message, self.now))
        return "\n".join(reply.text for reply in replies)

    def recuse(self, number: str, account: str) -> None:
        member = self.hire_id(account)
        case_id = self.case(number).id
        self.store.write(lambda uow: recusal.keep_out(uow, case_id, member, "ordered", self.now))

    def hire_id(self, account: str) -> int:
        from core.cases import work

        return self.store.read(lambda uow: work.member_of(uow, account)).id

    # ── what is sent ─────────────────────────────────────────────────────────────────────────────────────────────────

    def posted(self) -> dict[str, list[OutboundMessage]]:
        """What is due, sent now: by peer, in order. A topic is its group's peer with the topic behind it."""
        sent: dict[str, list[OutboundMessage]] = {}
        while claimed := self.store.write(lambda uow: claims.claim(uow, self.now, 50, 60)):
            for each in claimed:
                peer = ":".join(filter(None, (each.address.peer, each.address.thread)))
                sent.setdefault(peer, []).append(each.message)
                self.marks.setdefault(peer, []).append(f"m{each.id}")
            self.store.write(
                lambda uow, all_=tuple(claimed): settlements.settle_all_sent(
                    uow, [Sent(each, f"m{each.id}", self.now) for each in all_]
                )
            )
        return sent

    def texts(self) -> dict[str, list[str]]:
        return {peer: [message.text for message in messages] for peer, messages in self.posted().items()}

    def put(self, place: Address, words: str, key: str) -> None:
        """Something waits for this chat that is no case's."""
        to = self.store.write(lambda uow: sessions.load(uow, place, self.now))
        message = OutboundMessage(words)
        self.store.write(lambda uow: outbox.add(uow, to, message, f"{key}:{to.id}", self.now, now=self.now))


def button(card: OutboundMessage, label: str) -> str:
    """The key of the button with this on it."""
    [key] = [choice.key for choice in card.choices if choice.label == label]
    return key
