"""What the platform's error codes mean for a message that was to be sent, by whichever way. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping

from bots.tencent.codes import Codes
from core.errors import ChannelStopped, Held, RungClosed, Undeliverable, WindowShut

STALE_TOKEN = frozenset({"40001", "40014", "42001"})
"""The access token is wrong, illegal or expired; a new one may help, once."""

GONE = "40007"
"""The media id is unknown, or its three days are over."""

UNFIT_FORM = frozenset({"40037", "47003"})
"""The template is gone, or a field of it is not filled as it wants."""

_LATER: Mapping[int, float | None] = {-1: None, 45009: 3600.0, 45011: 60.0, 45028: 3600.0}
_SHUT = frozenset({45015, 45047})
# Who unfollowed, refused, or never asked may follow and ask again: what waited is theirs then.
_HELD = frozenset({43004, 43019, 43101, 48002, 50005})
_UNDELIVERABLE = frozenset({40003})
# This way needs the operator or is a fault of ours; the message may still go by another.
_RUNG_CLOSED = frozenset({40007, 40037, 45002, 45008, 47003, 48001, 48004, 87014})
_STOPPED = frozenset({40001, 40013, 40014, 40125, 40164, 40243, 42001, 89503})

CODES = Codes(
    called="WeChat",
    meanings=(
        (_SHUT, WindowShut, "WeChat allows no more messages to this person now"),
        (_HELD, Held, "WeChat does not let us write to this person now"),
        (_UNDELIVERABLE, Undeliverable, "this person cannot be reached on WeChat"),
        (_RUNG_CLOSED, RungClosed, "WeChat does not take this message this way"),
        (_STOPPED, ChannelStopped, "WeChat refuses this account"),
    ),
    later=_LATER,
    request=re.compile("rid: ([0-9a-f-]{1,40})"),
    quotable=re.compile("invalid ip [0-9a-f.:]{3,45}|rid: [0-9a-f-]{1,40}"),
)
refusal = CODES.refusal
