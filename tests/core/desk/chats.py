"""An institution whose staff write to the bot, each from a chat of their own."""

from __future__ import annotations

from datetime import datetime
from functools import partial

from core import desk
from core.dialog import service as dialog
from core.dialog.service import House
from core.ladder import Limits
from core.messages import Address, InboundMessage, MessageKind, OutboundMessage
from core.people import binding
from core.store import sessions
from core.store.unit_of_work import Store
from tests.core.cases.desk import WEI, Desk

CHAT = Address("telegram", "wei's own chat")
OTHER = Address("telegram", "somebody else's chat")
BUTTONS = Limits(characters=4096, buttons=True)


class Office(Desk):
    """An institution whose staff write to the bot."""

    def __init__(self, store: Store, now: datetime, pack: str = "service-center") -> None:
        super().__init__(store, now, pack)
        self.house = House(self.office, {"telegram": BUTTONS}, desk=partial(desk.hear, self.office))
        self.messages = 0

    def hear(
        self, words: str, chat: Address = CHAT, key: str = "", kind: MessageKind = "text", store: Store | None = None
    ) -> tuple[OutboundMessage, ...]:
        """``key`` is the platform's own for this delivery, another one each time; ``store`` another process's door to the database."""
        self.messages += 1
        message = InboundMessage(chat, key or f"m{self.messages}", self.now, kind, text=words)
        return (store or self.store).write(lambda uow: dialog.receive(uow, self.house, message, self.now))

    def say(self, words: str, chat: Address = CHAT) -> str:
        return _words(self.hear(words, chat))

    def press(self, key: str, chat: Address = CHAT, delivery: str = "", store: Store | None = None) -> str:
        return _words(self.hear(key, chat, delivery, "choice", store))

    def button(self, number: str, label: str, chat: Address = CHAT) -> str:
        """What a button below a case says when it is pressed."""
        [shown] = self.hear(f"看 {number}", chat)
        [key] = [choice.key for choice in shown.choices if choice.label == label]
        return key

    def code(self, account: str = WEI) -> str:
        return self.store.write(lambda uow: binding.invite(uow, account, "operator", self.now))

    def bind(self, account: str = WEI, chat: Address = CHAT) -> str:
        return self.say(f"绑定 {self.code(account)}", chat)

    def owner(self, chat: Address = CHAT) -> str | None:
        found = self.store.read(lambda uow: sessions.find(uow, chat))
        member = self.store.read(lambda uow: binding.owner(uow, found)) if found else None
        return member.account if member else None


def _words(replies: tuple[OutboundMessage, ...]) -> str:
    return "\n".join(bubble.text for bubble in replies)
