"""What the platform's error codes mean for a message that was to be sent. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping

from core.errors import ChannelStopped, DeliveryError, Held, TryLater, Undeliverable

STALE_TOKEN = frozenset({"40014", "42001"})
"""The access token is illegal or expired; a new one may help, once."""

NOT_LISTED = "60020"
"""The application does not know the address that we call from."""

UNFIT = frozenset({"40008", "40035", "40058", "40063", "44004", "45002", "47001"})
"""The message is not built as the platform wants it."""

_LATER: Mapping[int, float | None] = {-1: None, 45009: 60.0, 45033: None}
# Who is taken out of the application's range may be put back: what waited is theirs then.
_HELD = frozenset({81013})
_UNDELIVERABLE = frozenset({40003, 40031, 60111, *map(int, UNFIT)})
_STOPPED = frozenset(
    {40001, 40013, 40014, 40056, 40091, 41001, 41002, 41004, 42001, 48002, 48004, 50003, 60020, 301002, 301007}
)

_HINT = re.compile(r"hint: \[([0-9a-z_-]{1,64})\]")
_FROM = re.compile("from ip: [0-9a-f.:]{3,45}")


def refusal(code: int, errmsg: str = "") -> DeliveryError:
    """The error to raise for a code. An unknown one is tried again, ever more slowly.

    Of ``errmsg`` only the platform's hint and the refused address are repeated: the rest may quote the request.
    """
    said, hint = f"errcode {code}{_quotable(errmsg)}", _hint(errmsg)
    if code in _HELD:
        return Held(f"WeCom does not let us write to this member now ({said})", str(code), hint)
    if code in _UNDELIVERABLE:
        return Undeliverable(f"WeCom does not take this message ({said})", str(code), hint)
    if code in _STOPPED:
        return ChannelStopped(f"WeCom refuses this application ({said})", str(code), hint)
    return TryLater(f"WeCom is busy ({said})", str(code), _LATER.get(code), hint)


def _hint(errmsg: str) -> str:
    """The platform's name for the request, by which its support finds it."""
    found = _HINT.search(errmsg)
    return found[1] if found else ""


def _quotable(errmsg: str) -> str:
    return "".join(f", {mark}" for mark in _FROM.findall(errmsg))
