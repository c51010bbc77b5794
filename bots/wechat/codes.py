"""What the platform's error codes mean for a message that was to be sent. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping

from core.errors import ChannelStopped, DeliveryError, Held, TryLater, Undeliverable

STALE_TOKEN = frozenset({"40001", "40014", "42001"})
"""The access token is wrong, illegal or expired; a new one may help, once."""

GONE = "40007"
"""The media id is unknown, or its three days are over."""

_LATER: Mapping[int, float | None] = {-1: None, 45009: 3600.0, 45011: 60.0}
_HELD = frozenset({43101, 45015, 45047})
_UNDELIVERABLE = frozenset({40003, 43004, 43019, 48002, 50005})
_UNFIT = frozenset({40037, 45002, 45008, 47003, 87014})
_STOPPED = frozenset({40001, 40013, 40014, 40125, 40164, 40243, 42001, 48001, 48004, 89503})


def refusal(code: int, errmsg: str = "") -> DeliveryError:
    """The error to raise for a code. An unknown one is tried again, until the outbox gives the message up.

    Of ``errmsg`` only the request id and the refused address are repeated: the rest may quote the request.
    """
    said = f"errcode {code}{_quotable(errmsg)}"
    if code in _HELD:
        return Held(f"WeChat does not let us write to this person now ({said})", str(code))
    if code in _UNDELIVERABLE:
        return Undeliverable(f"this person cannot be reached on WeChat ({said})", str(code))
    if code in _UNFIT:
        return Undeliverable(f"WeChat does not take this message ({said})", str(code))
    if code in _STOPPED:
        return ChannelStopped(f"WeChat refuses this account ({said})", str(code))
    return TryLater(f"WeChat is busy ({said})", str(code), _LATER.get(code))


def _quotable(errmsg: str) -> str:
    marks = re.findall(r"invalid ip [0-9a-f.:]{3,45}|rid: [0-9a-f-]{1,40}", errmsg)
    return "".join(f", {mark}" for mark in marks)
