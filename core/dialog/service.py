"""One message in, one transaction: the inbox, the engine, what it wants done, and the reply, all or nothing."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from core.cases import clocks
from core.cases.service import Office
from core.delivery import Limits
from core.dialog import wording
from core.dialog.engine import advance
from core.dialog.events import (
    Chose,
    Event,
    Followed,
    NewFile,
    Said,
    Say,
    SentFiles,
    SentPlace,
    SentUnsupported,
    Wake,
    Woke,
)
from core.dialog.performance import Performance
from core.dialog.session import Session
from core.dialog.turn import Scene
from core.messages import InboundMessage, OutboundMessage
from core.store import inbox, outbox, sessions
from core.store.sessions import StoredSession
from core.store.unit_of_work import UnitOfWork
from core.understand import read
from core.understand.reading import Reading

MOST_ROUNDS = 12
"""An effect's answer is an event, which may have effects; a conversation never needs more rounds than this."""


@dataclass(frozen=True, slots=True)
class House:
    """Where conversations take place: the office, and what each channel can show."""

    office: Office
    limits: Mapping[str, Limits]
    status_link: str = ""

    def limits_of(self, channel: str) -> Limits:
        return self.limits.get(channel, Limits())


def receive(uow: UnitOfWork, house: House, message: InboundMessage, now: datetime) -> tuple[OutboundMessage, ...]:
    """Take one message in and return its reply; a redelivery changes nothing and gets the same reply."""
    stored = sessions.load(uow, message.address, now)
    accepted = inbox.accept(uow, _as_read(message, stored), stored, now)
    if accepted.reply is not None:
        return accepted.reply
    if message.kind == "unfollow":
        inbox.answer(uow, accepted.id, stored, ())
        return ()
    conversation = Conversation(uow, house, stored, now, message)
    reply = conversation.hear(_event_of(message, house, now), held=outbox.release_held(uow, stored.id, now))
    inbox.answer(uow, accepted.id, conversation.stored, reply, conversation.about)
    return reply


def _as_read(message: InboundMessage, stored: StoredSession) -> InboundMessage:
    """A pressed choice is kept as the words on it, for who reads the conversation later."""
    if message.kind != "choice":
        return message
    session = Session.from_state((stored.state or {}).get("session"))
    key = message.text.rpartition(".")[2]
    label = next((option.label for option in session.options if option.key == key), "")
    return replace(message, text=label or message.text)


def receive_late(uow: UnitOfWork, house: House, message: InboundMessage, now: datetime) -> None:
    """Take in a message whose reply can no longer go back in the same breath: it goes through the outbox."""
    if reply := receive(uow, house, message, now):
        to = sessions.load(uow, message.address, now)
        key = f"{outbox.LATE}{message.address.channel}:{_key_of(message)}"
        outbox.add(uow, to, wording.as_one(reply), key, now, now=now)


def _key_of(message: InboundMessage) -> str:
    """A name for this message that holds nothing of the person."""
    return uuid.uuid5(uuid.NAMESPACE_URL, f"{message.address}:{message.dedupe_key}").hex


def wake(uow: UnitOfWork, house: House, session_id: int, now: datetime) -> None:
    """Look at a conversation whose time has come: remind of a draft, or let it go."""
    stored = sessions.get(uow, session_id, for_update=True)
    if stored.wake_at is None or stored.wake_at > now:
        return
    conversation = Conversation(uow, house, stored, now)
    for index, bubble in enumerate(conversation.hear(Woke())):
        key = f"wake:{session_id}:{conversation.stored.version}:{index}"
        outbox.add(uow, conversation.stored, bubble, key, now, now=now)


def _event_of(message: InboundMessage, house: House, now: datetime) -> Event:
    policy = house.office.policy
    if message.kind == "text":
        return Said(read(message.text, policy, now))
    if message.kind == "choice":
        return Chose(message.text)
    if message.kind == "files":
        files = tuple(NewFile(file.kind, file.name, file.recognised) for file in message.attachments)
        return SentFiles(files, read(message.text, policy, now) if message.text else Reading())
    if message.kind == "location":
        return SentPlace(read(message.text, policy, now))
    return Followed() if message.kind == "follow" else SentUnsupported()


class Conversation:
    """One turn with one person: runs the engine until nothing is left to do, then keeps the session."""

    def __init__(
        self, uow: UnitOfWork, house: House, stored: StoredSession, now: datetime, message: InboundMessage | None = None
    ) -> None:
        self.uow, self.house, self.now = uow, house, now
        self.stored = stored
        state = stored.state or {}
        self.session = Session.from_state(state.get("session"))
        if message and message.language and not self.session.greeted:
            self.session = replace(self.session, language=message.language)
        self.performance = Performance(uow, house.office, stored, now, message, state.get("draft_keys", {}))
        self.about: str | None = None

    def hear(self, event: Event, held: Sequence[OutboundMessage] = ()) -> tuple[OutboundMessage, ...]:
        """The reply to this event; what the platform made wait goes before it."""
        before = self.session.draft
        says, wake_at = self._run(event)
        says = [*(Say(message.text) for message in held), *says]
        self.stored = self.performance.stored
        more = self.house.office.texts.render(self.session.language, "page.more")
        reply, rest = wording.bubbles(says, self._limits, more)
        if rest:
            self.session = replace(self.session, rest=rest)
        draft = self.session.draft or before
        self.about = draft.id if draft else None
        self._keep(wake_at)
        return reply

    @property
    def _limits(self) -> Limits:
        return self.house.limits_of(self.stored.channel)

    def _run(self, event: Event) -> tuple[list[Say], datetime | None]:
        """The engine, and whatever it wants done, until there is no answer left to give it."""
        waiting, says, wake_at = [event], list[Say](), None
        if not isinstance(event, SentFiles | Woke):
            self.performance.hush()
        for _ in range(MOST_ROUNDS):
            if not waiting:
                break
            self.session, effects = advance(self.session, waiting.pop(0), self._scene())
            for effect in effects:
                if isinstance(effect, Say):
                    self._say(effect, says)
                elif isinstance(effect, Wake):
                    wake_at = effect.at
                elif (answer := self.performance.perform(effect)) is not None:
                    waiting.append(answer)
        return says, wake_at

    def _say(self, say: Say, says: list[Say]) -> None:
        """Now, or after a quiet moment. The same words twice in one turn (a warning, as kept words are read) are said once."""
        if say.after:
            self.performance.say_later(say)
            return
        says[:] = [other for other in says if other.text != say.text]
        says.append(say)

    def _scene(self) -> Scene:
        office, limits = self.house.office, self._limits
        is_open = clocks.is_open(office.policy, self.now, office.calendar)
        return Scene(
            policy=office.policy,
            texts=office.texts,
            now=self.now,
            fresh_id=uuid.uuid4().hex,
            buttons=limits.buttons,
            can_push=limits.can_push,
            reopens_at=None if is_open else clocks.next_opening(office.policy, self.now, office.calendar),
            link=self.house.status_link,
        )

    def _keep(self, wake_at: datetime | None) -> None:
        state = {"session": self.session.to_state(), "draft_keys": dict(self.performance.draft_keys)}
        self.stored = sessions.save(self.uow, self.stored, state, self.now, wake_at)
