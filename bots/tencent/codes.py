"""What a code of the platform means for a message that was to be sent. Pure."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping

from core.errors import DeliveryError, TryLater
from core.records import record

Meaning = tuple[Collection[int], type[DeliveryError], str]
"""Codes, the error of ours that they stand for, and what it says."""


@record(frozen=True, slots=True)
class Codes:
    """What the codes of one platform mean. ``later`` is in seconds, None where we choose.

    Of the platform's words ``request`` finds its name for the request, by which its support finds it, and ``quotable`` what may
    be repeated: the rest may quote the request.
    """

    called: str
    meanings: tuple[Meaning, ...]
    later: Mapping[int, float | None]
    request: re.Pattern[str]
    quotable: re.Pattern[str]

    def refusal(self, code: int, errmsg: str = "") -> DeliveryError:
        """The error to raise for a code. An unknown one is tried again, ever more slowly."""
        said = ", ".join([f"errcode {code}", *self.quotable.findall(errmsg)])
        found = self.request.search(errmsg)
        request = found[1] if found else ""
        for codes, error, words in self.meanings:
            if code in codes:
                return error(f"{words} ({said})", str(code), request)
        return TryLater(f"{self.called} is busy ({said})", str(code), self.later.get(code), request)
