"""What the platform's error codes mean for a message that was to be sent. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping

from bots.tencent.codes import Codes
from core.errors import ChannelStopped, Held, Undeliverable

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

CODES = Codes(
    called="WeCom",
    meanings=(
        (_HELD, Held, "WeCom does not let us write to this member now"),
        (_UNDELIVERABLE, Undeliverable, "WeCom does not take this message"),
        (_STOPPED, ChannelStopped, "WeCom refuses this application"),
    ),
    later=_LATER,
    request=re.compile(r"hint: \[([0-9a-z_-]{1,64})\]"),
    quotable=re.compile("from ip: [0-9a-f.:]{3,45}"),
)
refusal = CODES.refusal
