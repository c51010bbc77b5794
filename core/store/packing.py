"""Messages as bytes and back, the form in which they are sealed. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from core.messages import Address, Attachment, Choice, InboundMessage, OutboundMessage
from core.records import pack, plain, unpack


def pack_inbound(message: InboundMessage) -> bytes:
    """All of it but the address, which the session knows."""
    row = plain(message)
    del row["address"]
    return pack(row)


def unpack_inbound(content: bytes, address: Address) -> InboundMessage:
    row = unpack(content)
    row["sent_at"] = datetime.fromisoformat(row["sent_at"])
    row["attachments"] = tuple(Attachment(**attachment) for attachment in row["attachments"])
    return InboundMessage(address=address, **row)


def pack_outbound(messages: Sequence[OutboundMessage]) -> bytes:
    return pack(messages)


def unpack_outbound(content: bytes) -> tuple[OutboundMessage, ...]:
    return tuple(_outbound(row) for row in unpack(content))


def _outbound(row: Mapping[str, Any]) -> OutboundMessage:
    choices = tuple(Choice(**choice) for choice in row["choices"])
    more = {name: row[name] for name in ("share", "private", "replaces") if name in row}
    return OutboundMessage(row["text"], choices, row["copyable"], **more)


def pack_attachment(attachment: Attachment) -> bytes:
    return pack(attachment)


def unpack_attachment(content: bytes) -> Attachment:
    return Attachment(**unpack(content))


def pack_address(address: Address) -> bytes:
    return pack([address.peer, address.thread])


def unpack_address(content: bytes, channel: str) -> Address:
    peer, thread = unpack(content)
    return Address(channel, peer, thread)
