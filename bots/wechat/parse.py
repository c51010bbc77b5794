"""What a callback says, as a message of ours. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Literal

from bots.tencent.fields import Fields, dedupe_key, kind_of, sender_of, sent_at
from bots.tencent.wire import Body
from bots.wechat.config import NAME
from core.messages import Address, Attachment, InboundMessage, MessageKind
from core.records import record
from core.reports import Report

Content = tuple[MessageKind, str, tuple[Attachment, ...]]

# The platform's own words in place of a sticker or a file that it does not pass on.
_PLACEHOLDER = "收到不支持的消息类型"

_UNSUPPORTED: Content = ("unsupported", "", ())

_OPENID = re.compile(r"[0-9A-Za-z_\-]{1,128}")

_NOT_PLAIN = re.compile("[^0-9A-Za-z:_ -]")

_ALLOWED: Mapping[str, tuple[str, Literal["granted", "withdrawn"]]] = {
    "subscribe_msg_popup_event": ("accept", "granted"),
    "subscribe_msg_change_event": ("reject", "withdrawn"),
}
"""By event, the word of a person that changes what they allow, and how."""

_VOICE_TYPES = {"amr": "audio/amr", "speex": "audio/speex", "mp3": "audio/mpeg"}


@record(frozen=True, slots=True)
class Call:
    """One callback. ``message`` is None for what needs no answer: the platform's ``reports``, not a person speaking.

    ``account`` is the account's own name on the platform, which a reply must carry as its sender.
    """

    message: InboundMessage | None
    openid: str
    account: str
    is_json: bool
    reports: tuple[Report, ...] = ()


def parse(body: Body) -> Call:
    """Read one callback. Raises BadEnvelope when it does not say who wrote what and when."""
    fields = body.fields
    kind = kind_of(fields)
    content = _event(fields) if kind == "event" else _MESSAGES.get(kind, _unsupported)(fields)
    openid, at, key = sender_of(fields, _OPENID), sent_at(fields), dedupe_key(fields, kind, "EventKey", "MsgID")
    message = InboundMessage(Address(NAME, openid), key, at, *content) if content else None
    reports = () if message else tuple(_reports(body, Address(NAME, openid)))
    return Call(message, openid, fields.get("ToUserName", ""), body.is_json, reports)


def _reports(body: Body, of: Address) -> Iterator[Report]:
    """What became of messages of ours, and what this person allows."""
    event = body.fields.get("Event", "").lower()
    if event == "templatesendjobfinish":
        yield _outcome(of, body.fields, body.fields.get("Status", ""))
    elif event == "subscribe_msg_sent_event":
        yield from (_outcome(of, row, row.get("ErrorStatus", "")) for row in body.rows)
    elif event in _ALLOWED:
        said, kind = _ALLOWED[event]
        rows = (row for row in body.rows if row.get("SubscribeStatusString") == said)
        yield from (Report(of, kind, row.get("TemplateId", "")) for row in rows)


def _outcome(of: Address, fields: Fields, status: str) -> Report:
    """The platform's words for why it failed are few and its own, but kept short whatever they are."""
    reference = fields.get("MsgID") or fields.get("MsgId", "")
    if status.lower() == "success":
        return Report(of, "arrived", reference)
    return Report(of, "failed", reference, _NOT_PLAIN.sub("", status)[:64] or "failed")


def _unsupported(fields: Fields) -> Content:
    return _UNSUPPORTED


def _text(fields: Fields) -> Content:
    text = fields.get("Content", "")
    return _UNSUPPORTED if _PLACEHOLDER in text else ("text", text, ())


def _photo(fields: Fields) -> Content:
    """The reference is the media id, and after a space the picture's address for accounts without the media API."""
    reference = f"{fields.get('MediaId', '')} {fields.get('PicUrl', '')}".rstrip()
    return _files(Attachment("photo", reference)) if reference else _UNSUPPORTED


def _voice(fields: Fields) -> Content:
    mime = _VOICE_TYPES.get(fields.get("Format", "").lower(), "")
    recognised = fields.get("Recognition", "").strip()
    return _files(Attachment("voice", fields.get("MediaId", ""), mime=mime, recognised=recognised))


def _video(fields: Fields) -> Content:
    return _files(Attachment("video", fields.get("MediaId", ""), mime="video/mp4"))


def _files(attachment: Attachment) -> Content:
    return ("files", "", (attachment,)) if attachment.reference else _UNSUPPORTED


def _location(fields: Fields) -> Content:
    label, point = fields.get("Label", "").strip(), f"{fields.get('Location_X', '')},{fields.get('Location_Y', '')}"
    return "location", f"{label} ({point})" if label else point, ()


def _link(fields: Fields) -> Content:
    """A shared page is words and an address: something said, not a file."""
    lines = (fields.get(name, "").strip() for name in ("Title", "Description", "Url"))
    return "text", "\n".join(line for line in lines if line), ()


def _event(fields: Fields) -> Content | None:
    """Only what a person did on purpose is a message; position reports, opened pages and job results are not."""
    key = fields.get("EventKey", "")
    events: dict[str, Content] = {
        "subscribe": ("follow", key.removeprefix("qrscene_"), ()),
        "scan": ("follow", key, ()),
        "unsubscribe": ("unfollow", "", ()),
        "click": ("choice", key, ()),
    }
    return events.get(fields.get("Event", "").lower())


_MESSAGES: dict[str, Callable[[Fields], Content]] = {
    "text": _text,
    "image": _photo,
    "voice": _voice,
    "video": _video,
    "shortvideo": _video,
    "location": _location,
    "link": _link,
}
