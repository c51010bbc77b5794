"""Posted JSON and uploaded files into messages. Pure."""

from __future__ import annotations

import hashlib
import json
import re
import unicodedata
from collections.abc import Mapping, Sequence
from datetime import datetime

from bots.webchat.config import MAX_CHARACTERS
from core.errors import BadEnvelope
from core.messages import Address, Attachment, InboundMessage, Language, attachment_kind

CLIENT_ID = re.compile(r"[A-Za-z0-9-]{8,64}")
MAX_NAME_CHARACTERS = 120


class TooLong(BadEnvelope):
    """The message is longer than one message may be."""


def fields(body: bytes) -> Mapping[str, str]:
    """The JSON object of a body, its strings only. Raises BadEnvelope for anything else."""
    try:
        posted = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise BadEnvelope("The body is not JSON.") from error
    if not isinstance(posted, dict):
        raise BadEnvelope("The body is not a JSON object.")
    return {name: value for name, value in posted.items() if isinstance(value, str)}


def message(address: Address, posted: Mapping[str, str], now: datetime, language: Language | None) -> InboundMessage:
    """A typed sentence or a pressed choice. Raises BadEnvelope when it is neither."""
    key = dedupe_key(address, posted.get("id", ""))
    choice, text = clean(posted.get("choice", "")), clean(posted.get("text", "")).strip()
    if not choice and not text:
        raise BadEnvelope("The message is empty.")
    if max(len(choice), len(text)) > MAX_CHARACTERS:
        raise TooLong
    return InboundMessage(address, key, now, "choice" if choice else "text", choice or text, language=language)


def files_message(
    address: Address,
    client_id: str,
    attachments: Sequence[Attachment],
    now: datetime,
    language: Language | None,
) -> InboundMessage:
    """Several files sent at once are one message. Raises BadEnvelope without a file."""
    if not attachments:
        raise BadEnvelope("There is no file.")
    key = dedupe_key(address, client_id)
    return InboundMessage(address, key, now, "files", "", tuple(attachments), language)


def attachment(reference: str, name: str, mime: str, size: int) -> Attachment:
    return Attachment(attachment_kind(mime), reference, name, mime, size)


def dedupe_key(address: Address, client_id: str) -> str:
    """One key for every retry of a message. The id is the page's own, so it is bound to the sender:
    a stranger who repeats it must not be handed somebody else's stored reply.
    """
    if not CLIENT_ID.fullmatch(client_id):
        raise BadEnvelope("The message has no usable id.")
    return hashlib.sha256(f"{address.peer} {client_id}".encode()).hexdigest()[:40]


def clean(text: str) -> str:
    """Text that every store and page can hold: no control characters, no half surrogates; line breaks stay."""
    return "".join(sign for sign in text if sign in "\n\t" or unicodedata.category(sign) not in ("Cc", "Cs"))


def file_name(claimed: str) -> str:
    """The last part of a claimed name in one line, cut in the middle so that the ending stays."""
    name = " ".join(clean(re.split(r"[\\/]", claimed)[-1]).split())
    if len(name) <= MAX_NAME_CHARACTERS:
        return name
    return f"{name[: MAX_NAME_CHARACTERS - 21]}…{name[-20:]}"
