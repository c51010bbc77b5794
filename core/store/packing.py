"""Messages as bytes and back, the form in which they are sealed. Pure."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from core.messages import Address, Attachment, Choice, InboundMessage, OutboundMessage


def pack(value: Any) -> bytes:
    """JSON. Half of a surrogate pair, which hostile text may hold, comes back as it was."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass")


def unpack(content: bytes) -> Any:
    return json.loads(content.decode("utf-8", "surrogatepass"))


def pack_inbound(message: InboundMessage) -> bytes:
    """All of it but the address, which the session knows."""
    row = asdict(message) | {"sent_at": message.sent_at.isoformat()}
    del row["address"]
    return pack(row)


def unpack_inbound(content: bytes, address: Address) -> InboundMessage:
    row = unpack(content)
    row["sent_at"] = datetime.fromisoformat(row["sent_at"])
    row["attachments"] = tuple(Attachment(**attachment) for attachment in row["attachments"])
    return InboundMessage(address=address, **row)


def pack_outbound(messages: Sequence[OutboundMessage]) -> bytes:
    return pack([asdict(message) for message in messages])


def unpack_outbound(content: bytes) -> tuple[OutboundMessage, ...]:
    return tuple(_outbound(row) for row in unpack(content))


def _outbound(row: Mapping[str, Any]) -> OutboundMessage:
    choices = tuple(Choice(**choice) for choice in row["choices"])
    return OutboundMessage(row["text"], choices, row["copyable"])


def pack_attachment(attachment: Attachment) -> bytes:
    return pack(asdict(attachment))


def unpack_attachment(content: bytes) -> Attachment:
    return Attachment(**unpack(content))


def pack_address(address: Address) -> bytes:
    return pack([address.peer, address.thread])


def unpack_address(content: bytes, channel: str) -> Address:
    peer, thread = unpack(content)
    return Address(channel, peer, thread)
