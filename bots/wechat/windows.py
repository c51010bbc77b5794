"""How much we may write after a person did something: the platform's reply windows. Pure.

Published for customer-service messages; a new action replaces the former window. Answers to a callback are free.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import get_args

from core.ladder import Window
from core.messages import MessageKind

SPOKE = Window(5, timedelta(hours=48))
ACTED = Window(3, timedelta(minutes=1))
CLOSED = Window(0, timedelta(0))

_OTHERS: dict[MessageKind, Window] = {"choice": ACTED, "follow": ACTED, "unfollow": CLOSED}

WINDOWS: Mapping[MessageKind, Window] = {kind: _OTHERS.get(kind, SPOKE) for kind in get_args(MessageKind)}
"""The window each kind of message opens: a menu click, a scan and a follow open the short one."""
