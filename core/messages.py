"""What travels between a chat platform and the core: plain values, the same for every channel. Pure."""

from __future__ import annotations

from dataclasses import field
from datetime import datetime
from typing import Literal

from core.records import record

Language = Literal["zh", "en"]
AttachmentKind = Literal["photo", "voice", "video", "file", "location"]
MessageKind = Literal[
    "text", "choice", "files", "location", "phone", "card", "edit", "follow", "came_by", "unfollow", "unsupported"
]


GAP = "\n\n"
"""Between messages that go as one."""


@record(frozen=True, slots=True)
class Address:
    """Where a person can be reached: a channel's name and that channel's own id for the person.

    ``thread`` tells conversations of one peer apart (a forum topic); empty where a platform has none.
    """

    channel: str
    peer: str
    thread: str = ""

    def __str__(self) -> str:
        return ":".join(part for part in (self.channel, self.peer, self.thread) if part)


@record(frozen=True, slots=True)
class Attachment:
    """A file a person sent. ``reference`` is what the channel's ``fetch`` needs to get the bytes (a media id).

    ``recognised`` is the platform's own transcript of a voice message, empty where it gives none.
    ``size`` is in bytes, 0 when the platform does not say. ``name`` and ``mime`` are the sender's claim only.
    ``identity`` is equal for the same file sent again, empty where the platform cannot tell.
    """

    kind: AttachmentKind
    reference: str
    name: str = ""
    mime: str = ""
    size: int = 0
    recognised: str = ""
    identity: str = ""


def attachment_kind(mime: str) -> AttachmentKind:
    """What a sender's claim about a file makes of it."""
    kinds: dict[str, AttachmentKind] = {"image": "photo", "audio": "voice", "video": "video"}
    return kinds.get(mime.partition("/")[0], "file")


@record(frozen=True, slots=False)
class Choice:
    """One way to answer, shown as a button or as a number. ``key`` comes back when it is pressed.

    ``aside`` marks a standing request (skip, back): shown apart from the answers, and never numbered.
    """

    key: str
    label: str
    aside: bool = False


@record(frozen=True, slots=True)
class InboundMessage:
    """One thing a person sent, already verified and taken apart by the channel.

    ``dedupe_key`` is unique per channel and equal for every redelivery of the same message.
    ``sent_at`` is the platform's time, with a zone. For ``kind="choice"`` ``text`` is the pressed choice's key.
    For ``kind="location"`` ``text`` is the place in words, for ``"phone"`` the person's own number as the platform
    vouches for it, for ``"card"`` somebody else's name and number. For ``"edit"`` it is the new wording of the earlier
    message with the same ``mark``: the platform's number for a message, empty where messages cannot be edited.
    For ``"came_by"`` it is the word that the link had which led here.
    """

    address: Address
    dedupe_key: str
    sent_at: datetime
    kind: MessageKind = "text"
    text: str = ""
    attachments: tuple[Attachment, ...] = ()
    language: Language | None = None
    mark: str = ""


@record(frozen=True, slots=False)
class OutboundMessage:
    """One bubble for a person: text, and the choices offered with it.

    ``copyable`` is a short string the reader will want to copy (a complaint number), set apart by channels that can.
    ``share`` is the label of a button that sends the reader's own number, for channels that have one; else empty.
    ``private`` is the word with which a button opens the reader's own chat with us, for channels that have such links; else empty.
    ``replaces`` is the platform's number for an earlier message of ours in whose place this one is read from now on; else empty.
    """

    text: str
    choices: tuple[Choice, ...] = field(default=())
    copyable: str = ""
    share: str = ""
    private: str = ""
    replaces: str = ""


Happening = Literal["pressed", "said", "came", "went", "moved", "removed"]


@record(frozen=True, slots=True)
class InGroup:
    """One thing that happened in a chat of several people, already verified and taken apart by the channel.

    ``sender`` is the peer of whoever did it: their own chat with us has the same. ``text`` is a pressed button's key, what was
    said to us, or the peer that the chat has from now on. ``people`` are the peers of those who came or went. ``mark`` is the
    platform's number for the message that a pressed button stands below.
    """

    place: Address
    dedupe_key: str
    what: Happening
    sender: str = ""
    text: str = ""
    people: tuple[str, ...] = ()
    mark: str = ""


@record(frozen=True, slots=True)
class GroupAnswer:
    """``text`` is for whoever pressed or said something, "" for nothing. ``card`` takes the place of the message with the button."""

    text: str = ""
    card: OutboundMessage | None = None


NOTHING_SAID = GroupAnswer()


@record(frozen=True, slots=True)
class FetchedFile:
    """The bytes behind an attachment, with what the platform says they are."""

    content: bytes
    name: str = ""
    mime: str = ""


@record(frozen=True, slots=True)
class Line:
    """One bubble of a conversation as it is shown again: what was said, by whom, when.

    ``cursor`` grows through a conversation; a message and its reply share one and become visible together.
    ``direction`` is seen from the service: "in" is the person's, and its ``text`` is a pressed choice's key.
    ``files`` are the names of attached files.
    """

    cursor: int
    direction: Literal["in", "out"]
    text: str
    choices: tuple[Choice, ...]
    copyable: str
    at: datetime
    files: tuple[str, ...] = ()


MOVE = "go_"
"""Begins each word that opens a draft elsewhere."""

DESK = "desk_"
"""Begins each word that opens a case at the desk of whoever of staff came by it."""


@record(frozen=True, slots=True)
class Elsewhere:
    """Another channel where a draft may go on: its name for people, and the address to which a word is added."""

    name: str
    link: str
