"""What a platform of robots is to us: where they live, how a text is written to one, what its answers mean. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import field
from datetime import datetime

from core.errors import ChannelStopped, DeliveryError, TryLater, Undeliverable
from core.ladder import Limits
from core.records import record

Answer = Mapping[str, object]


@record(frozen=True, slots=True)
class Letter:
    """One message as it is posted. ``query`` is what the address gets beside what it has."""

    body: Mapping[str, object]
    query: Mapping[str, str] = field(default_factory=dict, repr=False)


Write = Callable[[str, str, datetime], Letter]
"""A text, the robot's secret ("" where it has none), and the moment."""

Refusal = Callable[[Answer], DeliveryError | None]
"""What an answer means; None where the message was taken. Raises TryLater where it is no answer of the platform's."""


@record(frozen=True, slots=True)
class Platform:
    """``place`` is what the path and query of a robot's address look like; ``signs`` says whether there is a secret to sign with."""

    name: str
    hosts: frozenset[str]
    place: re.Pattern[str]
    limits: Limits
    write: Write
    refusal: Refusal
    signs: bool = True


@record(frozen=True, slots=True)
class Codes:
    """What the codes of a platform mean: seconds to wait (None where we choose), a fault of the robot's, a fault of the message.

    Any other is a passing fault: nothing is given up for a code that nobody knows.
    """

    later: Mapping[int, float | None]
    stopped: frozenset[int]
    unfit: frozenset[int]


def code_in(answer: Answer, *names: str) -> int:
    """The first of these fields that is a code. Raises TryLater where none is: something else answered, whatever its status."""
    for name in names:
        found = answer.get(name)
        if isinstance(found, int) and not isinstance(found, bool):
            return found
    raise TryLater("something else than the robot's platform answered", "json")


def meaning(codes: Codes, code: int, reason: str = "") -> DeliveryError | None:
    """The error to raise, None for success. ``reason`` is a word of ours: the platform's own words may quote the request."""
    if code == 0:
        return None
    said = f"{code} {reason}".strip()
    if code in codes.stopped:
        return ChannelStopped(f"the robot is refused ({said})", said)
    if code in codes.unfit:
        return Undeliverable(f"the robot does not take this message ({said})", said)
    return TryLater(f"the robot's platform is busy ({said})", said, codes.later.get(code))
