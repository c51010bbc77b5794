"""What an update says, as a message of ours. Pure."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any, Literal

from telegram import CallbackQuery, ChatMemberUpdated, MaybeInaccessibleMessage, Message, Update, User
from telegram.constants import ChatMemberStatus, ChatType

from bots.telegram import groups
from bots.telegram.config import NAME, UPDATES
from bots.telegram.contents import Content, command_in, content_of
from bots.telegram.render import clean
from core.errors import BadEnvelope
from core.messages import DESK, MOVE, Address, InboundMessage, InGroup, Language, MessageKind
from core.records import record

AsideKey = Literal["private_only", "which_language"]

LANGUAGE_KEY = "language."
"""Begins the key of a button that changes the language; what follows is the wish in a word the core knows."""

_READ = ("update_id", *UPDATES)
"""Of an update; what we have no use for need not make sense."""

UNREADABLE = (BadEnvelope, LookupError, TypeError, ValueError, AttributeError, ArithmeticError, OSError, RecursionError)
"""Whatever the parser may say of an update whose shape nobody expected."""

_REQUESTS = ("complain", "status", "human")
"""Commands, and words behind a deep link, that are the standing requests of the menu."""

_FOLLOW: Content = ("follow", "", ())


@record(frozen=True, slots=True)
class Aside:
    """Something the channel answers by itself: it is no part of a complaint, so nothing is stored of it."""

    key: AsideKey
    to: Address
    language: Language | None


@record(frozen=True, slots=True)
class Call:
    """One update. Empty for what needs no answer. ``callback_id`` is a pressed button's, which waits to be released.

    ``in_group`` is what happened in a chat of several people, as far as it concerns us.
    """

    message: InboundMessage | None = None
    aside: Aside | None = None
    callback_id: str = ""
    in_group: InGroup | None = None


_NOTHING = Call()


@record(frozen=True, slots=True)
class _Head:
    """Who wrote a message, and when; ``mark`` is its number."""

    address: Address
    at: datetime
    language: Language | None
    mark: str

    def message(self, key: str, content: Content) -> InboundMessage:
        return InboundMessage(self.address, key, self.at, *content, language=self.language, mark=self.mark)


def _head(message: Message) -> _Head:
    return _Head(_address(message), message.date, _language_of(message.from_user), str(message.message_id))


def parse(update: object, bot_id: str, now: datetime, username: str = "") -> Call:
    """Read one update; ``now`` stands for the time of what has none, ``username`` is the bot's, as far as it is known.

    Raises one of UNREADABLE when it makes no sense.
    """
    if not isinstance(update, dict) or type(update.get("update_id")) is not int:
        raise BadEnvelope("this is no update")
    key = f"u:{bot_id}:{update['update_id']}"
    return plain(update, key, bot_id, now) or _read_by_library(update, key, bot_id, now, username)


def plain(update: dict[str, Any], key: str, bot_id: str, now: datetime) -> Call | None:
    """Words and pressed buttons in private, nearly all that comes; None for anything else.

    The library makes the same of them, in a hundred times as long.
    """
    match update:
        case {
            "message": {
                "message_id": int(mark), "date": int(date), "text": str(text),
                "chat": {"id": int(chat), "type": "private"}, "from": {} as user,
            } as message,
        } if text and "is_topic_message" not in message:  # fmt: skip
            language, at = _language(user.get("language_code")), datetime.fromtimestamp(date, UTC)
            return _words(text, _Head(_peer(chat), at, language, str(mark)), key, bot_id)
        case {
            "callback_query": {
                "id": str(pressed), "data": str(data), "from": {} as user,
                "message": {"chat": {"id": int(chat), "type": "private"}} as place,
            }
        } if "is_topic_message" not in place:  # fmt: skip
            return _chose(_peer(chat), key, now, data, _language(user.get("language_code")), pressed)
    return None


def _read_by_library(update: dict[str, Any], key: str, bot_id: str, now: datetime, username: str = "") -> Call:
    read = Update.de_json({name: update[name] for name in _READ if name in update}, None)
    if read.message:
        return _message(read.message, key, bot_id, username)
    if read.edited_message:
        return _edited(read.edited_message, key)
    if read.callback_query:
        return _pressed(read.callback_query, key, now)
    return _membership(read.my_chat_member, key, bot_id) if read.my_chat_member else _NOTHING


def _message(message: Message, key: str, bot_id: str, username: str) -> Call:
    head = _head(message)
    if message.chat.type != ChatType.PRIVATE:
        happened = groups.happening(message, head.address, key, bot_id, username)
        if happened is not None:
            return Call(in_group=happened)
        return _in_group(head) if command_in(message.text or "")[0] else _NOTHING
    if message.text:
        return _words(message.text, head, key, bot_id)
    content = content_of(message)
    return Call(head.message(key, content)) if content else _NOTHING


def _words(text: str, head: _Head, key: str, bot_id: str) -> Call:
    """What was typed in private."""
    command, argument = command_in(text)
    if command == "language":
        return Call(aside=Aside("which_language", head.address, head.language))
    content = _asked(command, argument) or ("text", clean(text), ())
    if content == _FOLLOW:
        key = _began(bot_id, head.address, head.at)
    return Call(head.message(key, content))


def _in_group(head: _Head) -> Call:
    """A complaint is nobody else's business, so a group is only told where to go."""
    return Call(aside=Aside("private_only", head.address, head.language))


def _edited(message: Message, key: str) -> Call:
    """An edit is no new answer, and may come without the person having done anything: the core compares the words."""
    if message.chat.type != ChatType.PRIVATE or message.location:
        return _NOTHING
    words = clean(message.text or message.caption or "")
    return Call(_head(message).message(key, ("edit", words, ()))) if words else _NOTHING


def _pressed(query: CallbackQuery, key: str, now: datetime) -> Call:
    """A pressed button. Whether its question is still open is for the core to say."""
    if query.message and query.message.chat.type != ChatType.PRIVATE:
        return Call(callback_id=query.id, in_group=groups.pressed(query, _address(query.message), key))
    address = _address(query.message) if query.message else _peer(query.from_user.id)
    return _chose(address, key, now, query.data or "", _language_of(query.from_user), query.id)


def _chose(address: Address, key: str, now: datetime, data: str, language: Language | None, pressed: str) -> Call:
    chosen = clean(data)
    if not chosen:
        return Call(callback_id=pressed)
    kind: MessageKind = "text" if chosen.startswith(LANGUAGE_KEY) else "choice"
    words = chosen.removeprefix(LANGUAGE_KEY)
    return Call(InboundMessage(address, key, now, kind, words, language=language), callback_id=pressed)


def _membership(change: ChatMemberUpdated, key: str, bot_id: str) -> Call:
    """In private: blocked and unblocked. In a group: the bot was let in, or is there no more."""
    address, language = Address(NAME, str(change.chat.id)), _language_of(change.from_user)
    status = change.new_chat_member.status
    here = status in (ChatMemberStatus.MEMBER, ChatMemberStatus.ADMINISTRATOR)
    if change.chat.type != ChatType.PRIVATE:
        if status in (ChatMemberStatus.LEFT, ChatMemberStatus.BANNED):
            return Call(in_group=InGroup(address, key, "removed"))
        came = here and change.old_chat_member.status in (ChatMemberStatus.LEFT, ChatMemberStatus.BANNED)
        return Call(aside=Aside("private_only", address, language)) if came else _NOTHING
    kind: MessageKind = "follow" if here else "unfollow"
    key = _began(bot_id, address, change.date) if here else f"b:{bot_id}:{address}:{change.date.timestamp():.0f}"
    return Call(InboundMessage(address, key, change.date, kind, language=language))


def _began(bot_id: str, address: Address, at: datetime) -> str:
    """Who unblocks the bot by its start button sends two updates in one second: the unblocking, and ``/start``."""
    return f"f:{bot_id}:{address}:{at.timestamp():.0f}"


def _address(message: MaybeInaccessibleMessage) -> Address:
    """A private chat is one person; its topics are conversations of their own."""
    topic = message.message_thread_id if isinstance(message, Message) and message.is_topic_message else None
    return Address(NAME, str(int(message.chat.id)), str(int(topic)) if topic else "")


def _peer(chat: int) -> Address:
    return Address(NAME, str(int(chat)))


def _language_of(user: User | None) -> Language | None:
    return _language(user.language_code if user else None)


def _language(code: Any) -> Language | None:
    """Of the person's app, an IETF tag such as ``zh-hans``."""
    tag = code.lower() if isinstance(code, str) else ""
    return "zh" if tag.startswith("zh") else "en" if tag.startswith("en") else None


def _asked(command: str, argument: str) -> Content | None:
    """A command of the menu, or the deep link somebody came by; None for plain words."""
    if command == "start":
        return _came_by(argument)
    return ("choice", command, ()) if command in _REQUESTS else None


def _came_by(payload: str) -> Content:
    """``?start=status`` asks for the progress, ``?start=NUMBER`` for that of one complaint; else it is a hello."""
    if payload in _REQUESTS:
        return "choice", payload, ()
    if payload.startswith((MOVE, DESK)):
        return "came_by", payload, ()
    if re.fullmatch(r"(?=.*[0-9])[A-Z0-9-]{4,40}", payload):
        return "text", payload, ()
    return _FOLLOW
