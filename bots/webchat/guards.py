"""Who may call how often and from where, and what a caller is told who may not."""

from __future__ import annotations

import math
from collections.abc import Mapping
from urllib.parse import urlsplit

from starlette.requests import ClientDisconnect

from bots.webchat.parse import TooLong
from core.errors import BadEnvelope, FetchRefused, Overloaded, StoreUnavailable
from core.throttle import Rate, Throttle, network

PERSON_RATE = Rate(burst=30, per_second=1.0)
NETWORK_RATE = Rate(burst=300, per_second=10.0)
"""A school or a company is one network to us, so it may say ten times what one person may."""

READS_PER_POST = 4
"""Looking is cheaper than saying, and a page looks after each thing it said."""


class Refusal(Exception):
    """An HTTP answer that says no; ``key`` names its sentence, ``retry_after`` is in seconds."""

    def __init__(self, status: int, key: str, retry_after: int = 0) -> None:
        super().__init__(key)
        self.status = status
        self.key = key
        self.retry_after = retry_after


class Gate:
    """Limits calls by identity and by network. A new identity costs nothing, so the network counts as well."""

    def __init__(self, times: int = 1) -> None:
        self._people = Throttle(PERSON_RATE.times(times))
        self._networks = Throttle(NETWORK_RATE.times(times))

    def admit(self, peer: str, ip: str) -> None:
        """Raises Refusal(429) when this call is one too many."""
        seconds = max(self._networks.wait(network(ip)), self._people.wait(peer))
        if seconds:
            raise Refusal(429, "busy", math.ceil(seconds))


def is_cross_site(headers: Mapping[str, str], base_url: str) -> bool:
    """Whether another site's page made the browser post this. Callers that are no browser send neither header."""
    if headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
        return True
    origin = headers.get("origin")
    return origin is not None and urlsplit(origin).netloc not in {headers.get("host", ""), urlsplit(base_url).netloc}


def refusal_of(error: Exception) -> Refusal:
    """The answer to an error of any kind; the most special class of the tree comes first."""
    match error:
        case Refusal():
            return error
        case TooLong():
            return Refusal(413, "too_long")
        case BadEnvelope() | ClientDisconnect():
            return Refusal(400, "malformed")
        case FetchRefused(reason=reason):
            return Refusal(413, "too_large") if reason == "too_large" else Refusal(400, "malformed")
        case StoreUnavailable() | Overloaded():
            return Refusal(503, "unavailable", 2)
        case _:
            return Refusal(500, "failed", 2)
