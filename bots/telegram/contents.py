"""What a message holds besides its sender, place and time: words, a file, a card, a position. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from telegram import Contact, Location, Message, PhotoSize, Venue

from bots.telegram.render import clean
from core.messages import Attachment, AttachmentKind, MessageKind, attachment_kind

Content = tuple[MessageKind, str, tuple[Attachment, ...]]

_COMMAND = re.compile(r"/([a-z0-9_]{1,32})(?:@\w{1,64})?(?:\s+(.*))?", re.DOTALL)

_UNSUPPORTED: Content = ("unsupported", "", ())


def command_in(text: str) -> tuple[str, str]:
    """``/start@our_bot payload`` as its two parts; empty for anything else."""
    match = _COMMAND.fullmatch(text)
    return (match[1], (match[2] or "").strip()) if match else ("", "")


def content_of(message: Message) -> Content | None:
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
    size, identity = largest.file_size or 0, str(largest.file_unique_id)
    return _file(message, Attachment("photo", str(largest.file_id), mime="image/jpeg", size=size, identity=identity))


def _recording(kind: AttachmentKind | None, mime: str) -> Callable[[Message, Any], Content]:
    """A file of the platform; ``kind`` and ``mime`` say what it is where the platform does not."""

    def read(message: Message, part: Any) -> Content:
        claimed = clean(getattr(part, "mime_type", "") or "") or mime
        name = clean(getattr(part, "file_name", "") or "")
        sort, size, identity = kind or attachment_kind(claimed), part.file_size or 0, str(part.file_unique_id)
        return _file(message, Attachment(sort, str(part.file_id), name, claimed, size, identity=identity))

    return read


def _file(message: Message, attachment: Attachment) -> Content:
    return "files", clean(message.caption or ""), (attachment,)


def _contact(message: Message, contact: Contact) -> Content:
    """One's own card is the number the platform vouches for; anybody can send somebody else's."""
    digits = re.sub(r"[^0-9]", "", contact.phone_number)
    number = digits[2:] if re.fullmatch(r"861[3-9][0-9]{9}", digits) else f"+{digits}" if len(digits) > 11 else digits
    if message.from_user is not None and contact.user_id == message.from_user.id:
        return "phone", number, ()
    name = " ".join(part for part in (contact.first_name, contact.last_name) if part)
    return "card", clean(f"{name} {number}").strip(), ()


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
