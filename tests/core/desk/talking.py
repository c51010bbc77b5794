"""Citizens in their chats and staff in theirs, with conversations between them."""

from __future__ import annotations

from datetime import timedelta

from core.cases.relay import watching
from core.dialog import service as dialog
from core.dialog.session import Draft, Session
from core.messages import Address, Attachment, InboundMessage
from core.store import relays, sessions
from core.store.relays import StoredRelay
from core.store.unit_of_work import Store
from tests.core.cases.desk import ANNA, WEI, at
from tests.core.desk.chats import Office

BOB = Address("chat", "bob")
CHATS = {WEI: Address("telegram", "wei's own chat"), "zhao": Address("telegram", "zhao's own chat")}


class Talks(Office):
    """A case of anna's, whose staff have chats; what was sent is read by ``told``."""

    def __init__(self, store: Store) -> None:
        super().__init__(store, at("2026-11-23 10:00"), "service-hall")
        self.house.office.buttons = frozenset({"telegram"})
        self.number = self.files()
        self.bind(WEI, CHATS[WEI])

    def files(self, draft: str = "draft", who: Address = ANNA, facts: str = "the lift is broken") -> str:
        """A complaint by chat, which the chat knows of."""
        person = self.arrives(who)
        number = self.open(draft, facts, who=person)[0].number
        self.remember(who, number)
        return number

    def remember(self, who: Address, number: str, draft: Draft | None = None) -> None:
        def keep(uow) -> None:  # type: ignore[no-untyped-def]
            stored = sessions.load(uow, who, self.now)
            session = Session.from_state((stored.state or {}).get("session"))
            known = Session(greeted=True, cases=(*session.cases, number), draft=draft, last_at=self.now)
            sessions.save(uow, stored, {"session": known}, self.now)

        self.store.write(keep)

    def hire_zhao(self, *posts: str, name: str = "赵大海") -> None:
        self.hire("zhao", *(posts or tuple(post.key for post in self.policy.posts)), name=name, unit="窗口科")
        self.bind("zhao", CHATS["zhao"])

    def anna(self, words: str) -> str:
        return self.say(words, ANNA)

    def wei(self, words: str) -> str:
        return self.say(words, CHATS[WEI])

    def zhao(self, words: str) -> str:
        return self.say(words, CHATS["zhao"])

    def sends(self, kind: str = "photo", name: str = "", who: Address = ANNA, caption: str = "") -> None:
        self.messages += 1
        file = Attachment(kind, f"ref{self.messages}", name, identity=f"f{self.messages}")  # type: ignore[arg-type]
        message = InboundMessage(who, f"m{self.messages}", self.now, "files", caption, (file,))
        self.store.write(lambda uow: dialog.receive(uow, self.house, message, self.now))

    def relay(self, number: str = "") -> StoredRelay | None:
        return self.store.read(lambda uow: relays.of_case(uow, self.case(number or self.number).id))

    def spoken(self, number: str = "") -> list[tuple[str, str]]:
        """Who said what, as it stands on the timeline."""
        return [
            (entry.actor, entry.note)
            for entry in self.entries(number or self.number)
            if entry.kind in ("relay_said", "relay_answered")
        ]

    def watch(self) -> None:
        self.store.write(lambda uow: watching.watch_relays(uow, self.office, self.now))

    def passes(self, **span: float) -> None:
        """Time, in steps in which the jobs look."""
        until = self.now + timedelta(**span)
        while self.now < until:
            self.now = min(self.now + timedelta(minutes=5), until)
            self.watch()

    def talk(self) -> None:
        """Anna asks for somebody, and wei is there."""
        self.anna("转人工")
        self.wei(f"接谈 {self.number}")
        self.sent()

    def read_by(self, *accounts: str) -> list[str]:
        """What these heard since somebody asked last."""
        peers = {CHATS[each].peer if each in CHATS else each for each in accounts}
        return [words for peer, words in self.sent() if peer in peers]
