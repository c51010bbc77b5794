"""What an update says, as a message of ours. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from telegram import (
    CallbackQuery,
    ChatMemberUpdated,
    Contact,
    Location,
    MaybeInaccessibleMessage,
    Message,
    PhotoSize,
    Update,
    User,
    Venue,
)
from telegram.constants import ChatMemberStatus, ChatType

from bots.telegram.config import NAME, UPDATES
from bots.telegram.render import clean
from core.errors import BadEnvelope
from core.messages import Address, Attachment, AttachmentKind, InboundMessage, Language, MessageKind, attachment_kind

Content = tuple[MessageKind, str, tuple[Attachment, ...]]
AsideKey = Literal["private_only", "which_language", "edited"]

LANGUAGE_KEY = "language."
"""Begins the key of a button that changes the language; what follows is the wish in a word the core knows."""

_READ = ("update_id", *UPDATES)
"""Of an update; what we have no use for need not make sense."""

UNREADABLE = (BadEnvelope, LookupError, TypeError, ValueError, AttributeError, ArithmeticError, OSError, RecursionError)
"""Whatever the parser may say of an update whose shape nobody expected."""

_REQUESTS = ("complain", "status", "human")
"""Commands, and words behind a deep link, that are the standing requests of the menu."""

_UNSUPPORTED: Content = ("unsupported", "", ())
_FOLLOW: Content = ("follow", "", ())


@dataclass(frozen=True, slots=True)
class Aside:
    """Something the channel answers by itself: it is no part of a complaint, so nothing is stored of it."""

    key: AsideKey
    to: Address
    language: Language | None


@dataclass(frozen=True, slots=True)
class Call:
    """One update. Empty for what needs no answer. ``callback_id`` is a pressed button's, which waits to be released."""

    message: InboundMessage | None = None
    aside: Aside | None = None
    callback_id: str = ""


_NOTHING = Call()


def parse(update: object, bot_id: str, now: datetime) -> Call:
    """Read one update; ``now`` stands for the time of what has none. Raises one of UNREADABLE when it makes no sense."""
    if not isinstance(update, dict) or type(update.get("update_id")) is not int:
        raise BadEnvelope("this is no update")
    read = Update.de_json({name: update[name] for name in _READ if name in update}, None)
    key = f"u:{bot_id}:{read.update_id}"
    if read.message:
        return _message(read.message, key, bot_id)
    if read.edited_message:
        return _edited(read.edited_message)
    if read.callback_query:
        return _pressed(read.callback_query, key, now)
    return _membership(read.my_chat_member, bot_id) if read.my_chat_member else _NOTHING


def _message(message: Message, key: str, bot_id: str) -> Call:
    command, argument = _command(message)
    if message.chat.type != ChatType.PRIVATE:
        return _in_group(message) if command else _NOTHING
    if command == "language":
        return Call(aside=Aside("which_language", _address(message), _language(message.from_user)))
    content = _asked(command, argument) or _content(message)
    if content is None:
        return _NOTHING
    if content == _FOLLOW:
        key = _began(bot_id, _address(message), message.date)
    return Call(InboundMessage(_address(message), key, message.date, *content, language=_language(message.from_user)))


def _in_group(message: Message) -> Call:
    """A complaint is nobody else's business, so a group is only told where to go."""
    return Call(aside=Aside("private_only", _address(message), _language(message.from_user)))


def _edited(message: Message) -> Call:
    """An edit is no new answer, and may come without the person having done anything; who edited words is told how to."""
    private = message.chat.type == ChatType.PRIVATE
    if not private or not (message.text or message.caption):
        return _NOTHING
    return Call(aside=Aside("edited", _address(message), _language(message.from_user)))


def _pressed(query: CallbackQuery, key: str, now: datetime) -> Call:
    """A pressed button. Whether its question is still open is for the core to say."""
    language, data = _language(query.from_user), clean(query.data or "")
    if not data or (query.message and query.message.chat.type != ChatType.PRIVATE):
        return Call(callback_id=query.id)
    address = _address(query.message) if query.message else Address(NAME, str(query.from_user.id))
    if data.startswith(LANGUAGE_KEY):
        message = InboundMessage(address, key, now, "text", data.removeprefix(LANGUAGE_KEY), language=language)
    else:
        message = InboundMessage(address, key, now, "choice", data, language=language)
    return Call(message, callback_id=query.id)


def _membership(change: ChatMemberUpdated, bot_id: str) -> Call:
    """In private: blocked and unblocked. In a group: the bot was let in."""
    address, language = Address(NAME, str(change.chat.id)), _language(change.from_user)
    status = change.new_chat_member.status
    here = status in (ChatMemberStatus.MEMBER, ChatMemberStatus.ADMINISTRATOR)
    if change.chat.type != ChatType.PRIVATE:
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


def _language(user: User | None) -> Language | None:
    """Of the person's app, an IETF tag such as ``zh-hans``."""
    tag = (user.language_code or "").lower() if user else ""
    return "zh" if tag.startswith("zh") else "en" if tag.startswith("en") else None


def _command(message: Message) -> tuple[str, str]:
    """``/start@our_bot payload`` as its two parts; empty for anything else."""
    match = re.fullmatch(r"/([a-z0-9_]{1,32})(?:@\w{1,64})?(?:\s+(.*))?", message.text or "", re.DOTALL)
    return (match[1], (match[2] or "").strip()) if match else ("", "")


def _asked(command: str, argument: str) -> Content | None:
    """A command of the menu, or the deep link somebody came by; None for plain words."""
    if command == "start":
        return _came_by(argument)
    return ("choice", command, ()) if command in _REQUESTS else None


def _came_by(payload: str) -> Content:
    """``?start=status`` asks for the progress, ``?start=NUMBER`` for that of one complaint; else it is a hello."""
    if payload in _REQUESTS:
        return "choice", payload, ()
    if re.fullmatch(r"(?=.*[0-9])[A-Z0-9-]{4,40}", payload):
        return "text", payload, ()
    return _FOLLOW


def _content(message: Message) -> Content | None:
    """What a person sent. None for notices of the platform, such as a pinned message."""
    if message.text:
        return "text", clean(message.text), ()
    for name, read in _KINDS:
        if part := getattr(message, name):
            return read(message, part)
    return _UNSUPPORTED if message.effective_attachment is not None else None


def _photo(message: Message, sizes: tuple[PhotoSize, ...]) -> Content:
    """The same picture in several sizes; the largest is the evidence. Parts of an album come one by one."""
    largest = max(sizes, key=lambda size: size.width * size.height)
    return _file(message, Attachment("photo", str(largest.file_id), mime="image/jpeg", size=largest.file_size or 0))


def _recording(kind: AttachmentKind | None, mime: str) -> Callable[[Message, Any], Content]:
    """A file of the platform; ``kind`` and ``mime`` say what it is where the platform does not."""

    def read(message: Message, part: Any) -> Content:
        claimed = clean(getattr(part, "mime_type", "") or "") or mime
        name = clean(getattr(part, "file_name", "") or "")
        file = Attachment(kind or attachment_kind(claimed), str(part.file_id), name, claimed, part.file_size or 0)
        return _file(message, file)

    return read


def _file(message: Message, attachment: Attachment) -> Content:
    return "files", clean(message.caption or ""), (attachment,)


def _contact(message: Message, contact: Contact) -> Content:
    """One's own card is the number the platform vouches for; somebody else's is words like any others."""
    digits = re.sub(r"[^0-9]", "", contact.phone_number)
    number = digits[2:] if re.fullmatch(r"861[3-9][0-9]{9}", digits) else f"+{digits}" if len(digits) > 11 else digits
    own = message.from_user is not None and contact.user_id == message.from_user.id
    name = " ".join(part for part in (contact.first_name, contact.last_name) if part)
    return "text", number if own else clean(f"{name} {number}").strip(), ()


def _venue(message: Message, venue: Venue) -> Content:
    label = clean(" ".join(part.strip() for part in (venue.title, venue.address) if part.strip()))
    return "location", f"{label} ({_point(venue.location)})", ()


def _location(message: Message, location: Location) -> Content:
    return "location", _point(location), ()


def _point(location: Location) -> str:
    return f"{_degrees(location.latitude)},{_degrees(location.longitude)}"


def _degrees(value: float) -> str:
    return f"{value:.6f}".rstrip("0").rstrip(".")


_KINDS: tuple[tuple[str, Callable[[Message, Any], Content]], ...] = (
    ("photo", _photo),
    ("voice", _recording("voice", "audio/ogg")),
    ("audio", _recording("voice", "audio/mpeg")),
    ("video", _recording("video", "video/mp4")),
    ("video_note", _recording("video", "video/mp4")),
    ("animation", _recording("video", "video/mp4")),
    ("document", _recording(None, "")),
    ("contact", _contact),
    ("venue", _venue),
    ("location", _location),
)
"""In this order: an animation is a document too, and a venue a location."""
