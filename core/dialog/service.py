"""One message in, one transaction: the inbox, the engine, what it wants done, and the reply, all or nothing."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial

from core.cases import clocks
from core.cases.office import Office, grant_link
from core.cases.relay import people
from core.delivery import LEASE_SECONDS
from core.dialog import with_staff, wording
from core.dialog.arriving import event_of
from core.dialog.effects import Say, Wake
from core.dialog.engine import advance
from core.dialog.events import Edited, Event, SentFiles, Woke
from core.dialog.performance import Performance
from core.dialog.session import Session
from core.dialog.turn import Scene
from core.ladder import Limits
from core.messages import Choice, Elsewhere, InboundMessage, OutboundMessage
from core.records import changed, record
from core.store import inbox, outbox, sessions
from core.store.inbox import Replies
from core.store.outbox import Claimed
from core.store.sessions import StoredSession
from core.store.unit_of_work import UnitOfWork

QUIET = (SentFiles, Edited, Woke)
"""What leaves alone what waits for a quiet moment."""

ANSWER_SECONDS = 5.0
"""So long an answer may be on its way; what is sent meanwhile would overtake it."""

MOST_ROUNDS = 12
"""An effect's answer is an event, which may have effects; a conversation never needs more rounds than this."""


Desk = Callable[[UnitOfWork, StoredSession, InboundMessage, datetime], Replies | None]


def _no_desk(uow: UnitOfWork, chat: StoredSession, message: InboundMessage, now: datetime) -> Replies | None:
    """Nobody of staff works in a chat."""


@record(frozen=True, slots=True)
class House:
    """Where conversations take place: the office, and what each channel can show.

    ``elsewhere`` tells for a channel where else a draft that was begun there may go on. ``desk`` answers what staff say in their
    own chats; None where a message is no word for it.
    """

    office: Office
    limits: Mapping[str, Limits]
    status_link: str = ""
    elsewhere: Callable[[str], Elsewhere | None] = lambda channel: None
    desk: Desk = _no_desk

    def limits_of(self, channel: str) -> Limits:
        return self.limits.get(channel) or Limits()


def receive(uow: UnitOfWork, house: House, message: InboundMessage, now: datetime) -> tuple[OutboundMessage, ...]:
    """Take one message in and return its reply; a redelivery changes nothing and gets the same reply."""
    return _receive(uow, house, message, now, at_once=True)[0]


def _receive(
    uow: UnitOfWork, house: House, message: InboundMessage, now: datetime, *, at_once: bool
) -> tuple[Replies, StoredSession]:
    """The reply, and the person it goes to; ``at_once`` where it goes back in the answer to the platform."""
    stored = sessions.load(uow, message.address, now)
    dedupe = inbox.name_of(uow, message)
    reply = inbox.find_reply(uow, stored, dedupe)
    if reply is not None:
        return reply, stored
    return _answer(uow, house, message, dedupe, stored, now, at_once=at_once)


def _answer(
    uow: UnitOfWork,
    house: House,
    message: InboundMessage,
    dedupe: bytes,
    stored: StoredSession,
    now: datetime,
    *,
    at_once: bool,
) -> tuple[Replies, StoredSession]:
    """One message that never came before: answered, and kept with its answer."""
    after = now + timedelta(seconds=ANSWER_SECONDS) if at_once else now
    at_the_desk = house.desk(uow, stored, message, now)
    if at_the_desk is not None:
        return _take_down(uow, house, message, dedupe, stored, at_the_desk, now, after), stored
    conversation = Conversation(uow, house, stored, now, message)
    as_read = _as_read(message, conversation.session.options)
    reply: Replies = ()
    if message.kind == "unfollow":
        sessions.next_line(uow, stored.id)
        sessions.open_window(uow, stored.id, 0, now)
    else:
        held = outbox.held(uow, stored.id) if stored.expects else []
        event = event_of(uow, house.office.policy, stored, message, now)
        reply = conversation.hear(event, [each.message for each in held] if at_once else ())
        _let_go(uow, held, conversation, after)
    forgotten = conversation.stored.key_id != stored.key_id
    inbox.keep(uow, as_read, dedupe, conversation.stored, reply, now, draft=conversation.about, forgotten=forgotten)
    return reply, conversation.stored


def _take_down(
    uow: UnitOfWork,
    house: House,
    message: InboundMessage,
    dedupe: bytes,
    stored: StoredSession,
    reply: Replies,
    now: datetime,
    after: datetime,
) -> Replies:
    """What staff said at their desk has its place in their chat like anything else, opens the window of the platform, and
    lets go what was held: it is sent by itself behind the reply. What is longer than a bubble of their channel is cut."""
    limits = house.limits_of(stored.channel)
    reply = tuple(
        replace(bubble, text=limits.cut(bubble.text), choices=bubble.choices if limits.buttons else ())
        for bubble in reply
    )
    sessions.next_line(uow, stored.id)
    window = limits.ladder.opened_by(message)
    if window is not None:
        sessions.open_window(uow, stored.id, *window)
    if stored.expects and limits.can_push:
        outbox.resume(uow, outbox.held(uow, stored.id), after)
    # Of its words the timeline has what was done; a chat of staff is no second file, which nobody would erase.
    inbox.keep(uow, message, dedupe, stored, reply, now, forgotten=True)
    return reply


def _let_go(uow: UnitOfWork, held: Sequence[Claimed], conversation: Conversation, after: datetime) -> None:
    """What was held goes with the reply, or by itself behind it now that its person wrote; where nothing may, it waits on."""
    outbox.hand_over(uow, held[: conversation.handed], conversation.now)
    if conversation.limits.can_push:
        outbox.resume(uow, held[conversation.handed :], after)


def _as_read(message: InboundMessage, options: Sequence[Choice]) -> InboundMessage:
    """A pressed choice is kept as the words on it, for who reads the conversation later."""
    if message.kind != "choice":
        return message
    key = message.text.rpartition(".")[2]
    label = next((option.label for option in options if option.key == key), "")
    return replace(message, text=label or message.text)


def receive_late(uow: UnitOfWork, house: House, message: InboundMessage, now: datetime) -> None:
    """Take in a message whose reply can no longer go back in the same breath: it goes through the outbox."""
    reply, to = _receive(uow, house, message, now, at_once=False)
    if reply:
        outbox.add(uow, to, wording.as_one(reply), _key_of(message), now, now=now)


def receive_and_claim(
    uow: UnitOfWork, house: House, message: InboundMessage, now: datetime, *, ours: bool
) -> Claimed | None:
    """Take in a message whose reply we send ourselves: through the outbox, and claimed for us at once.

    ``ours`` says that what is under way to this person is in our hands. Where it is not, or something else waits for
    them, the reply waits its turn like anything else: then, or when there is none, None.
    """
    reply, to = _receive(uow, house, message, now, at_once=False)
    if not reply:
        return None
    if to.expects or (to.under_way and not ours):
        outbox.add(uow, to, wording.as_one(reply), _key_of(message), now, now=now)
        return None
    return outbox.add_claimed(uow, to, wording.as_one(reply), _key_of(message), now, LEASE_SECONDS)


def _key_of(message: InboundMessage) -> str:
    """A name for the reply to this message that holds nothing of the person."""
    to = message.address
    name = f"{to.channel}\0{to.peer}\0{to.thread}\0{message.dedupe_key}".encode("utf-8", "surrogatepass")
    return f"{outbox.LATE}{to.channel}:{hashlib.sha256(name).hexdigest()[:32]}"


def wake(uow: UnitOfWork, house: House, session_id: int, now: datetime) -> None:
    """Look at a conversation whose time has come: remind of a draft, or let it go."""
    stored = sessions.get(uow, session_id, for_update=True)
    if stored.wake_at is None or stored.wake_at > now:
        return
    conversation = Conversation(uow, house, stored, now)
    for index, bubble in enumerate(conversation.hear(Woke())):
        key = f"wake:{session_id}:{stored.version}:{index}"
        outbox.add(uow, conversation.stored, bubble, key, now, now=now)


class Conversation:
    """One turn with one person: runs the engine until nothing is left to do, then keeps the session."""

    def __init__(
        self, uow: UnitOfWork, house: House, stored: StoredSession, now: datetime, message: InboundMessage | None = None
    ) -> None:
        self.uow, self.house, self.now = uow, house, now
        self.stored, self.limits = stored, house.limits_of(stored.channel)
        state = stored.state or {}
        self.session = Session.from_state(state.get("session"))
        if message and message.language and not self.session.greeted:
            self.session = changed(self.session, language=message.language)
        self.performance = Performance(uow, house.office, stored, now, message, state.get("draft_keys", {}))
        self.about: str | None = None
        self.handed = 0

    def hear(self, event: Event, held: Sequence[OutboundMessage] = ()) -> tuple[OutboundMessage, ...]:
        """The reply to this event. Of what the platform made wait goes before it what fits, ``handed`` many: a page that
        somebody must ask for may never be read."""
        before = self.session.draft
        says, wake_at = self._run(event)
        waiting = [Say(message.text) for message in held]
        self.handed = wording.how_many_fit(waiting, says, self.limits)
        says[:0] = waiting[: self.handed]
        self.stored = self.performance.stored
        more = self.house.office.texts.render(self.session.language, "page.more")
        reply, rest = wording.bubbles(says, self.limits, more)
        if rest:
            self.session = changed(self.session, rest=rest)
        draft = self.session.draft or before
        self.about = self.performance.spoken_of or (draft.id if draft else None)
        self._keep(wake_at)
        return reply

    def _run(self, event: Event) -> tuple[list[Say], datetime | None]:
        """The engine, and whatever it wants done, until there is no answer left to give it."""
        waiting, says, wake_at, scene = [event], list[Say](), None, self._scene()
        if not isinstance(event, QUIET):
            self.performance.hush()
        for _ in range(MOST_ROUNDS):
            if not waiting:
                break
            self.session, effects = advance(self.session, waiting.pop(0), scene)
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
        office = self.house.office
        return Scene(
            policy=office.policy,
            texts=office.texts,
            now=self.now,
            fresh_id=lambda: uuid.uuid4().hex,
            buttons=self.limits.buttons,
            can_push=self.limits.can_push,
            reopens_at=self._reopens_at,
            awaited=self.performance.awaited,
            relays=partial(with_staff.relays_of, self.performance),
            staffed=partial(people.anybody, self.uow),
            caught_up=not self.stored.expects,
            link=self.house.status_link,
            elsewhere=self.house.elsewhere(self.stored.channel),
            grant_link=partial(grant_link, self.uow, office, self.stored, self.now),
        )

    def _reopens_at(self) -> datetime | None:
        office = self.house.office
        if clocks.is_open(office.policy, self.now, office.calendar):
            return None
        return clocks.next_opening(office.policy, self.now, office.calendar)

    def _keep(self, wake_at: datetime | None) -> None:
        in_hand = {name: kept for name, kept in (self.stored.state or {}).items() if name == "desk"}
        state = {"session": self.session, "draft_keys": self.performance.draft_keys, **in_hand}
        said = 1 if self.performance.message else 0
        sessions.save(self.uow, self.stored, state, self.now, wake_at, more_lines=said, window=self._window())

    def _window(self) -> tuple[int, datetime] | None:
        message = self.performance.message
        return self.limits.ladder.opened_by(message) if message else None
