"""How much we may write after a person did something: the platform's reply windows. Pure.

Published for customer-service messages; a new action replaces the former window. Answers to a callback are free.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from core.messages import MessageKind


@dataclass(frozen=True, slots=True)
class Window:
    """So many messages within so long."""

    messages: int
    length: timedelta


SPOKE = Window(5, timedelta(hours=48))
ACTED = Window(3, timedelta(minutes=1))
CLOSED = Window(0, timedelta(0))

_OPENED: dict[MessageKind, Window] = {"choice": ACTED, "follow": ACTED, "unfollow": CLOSED}


def opened_by(kind: MessageKind) -> Window:
    """The window this kind of message opens: a menu click, a scan and a follow open the short one."""
    return _OPENED.get(kind, SPOKE)
