"""How often one caller may ask, and who counts as one."""

from __future__ import annotations

import ipaddress
import time
from collections import OrderedDict
from collections.abc import Callable

from core.records import record

MAX_REMEMBERED = 20_000


@record(frozen=True, slots=True)
class Rate:
    """``burst`` calls at once, then ``per_second`` of them."""

    burst: int
    per_second: float

    def times(self, factor: int) -> Rate:
        return Rate(self.burst * factor, self.per_second * factor)


class Throttle:
    """Token buckets by name, the longest unused forgotten first so that memory stays bounded."""

    def __init__(self, rate: Rate, clock: Callable[[], float] = time.monotonic) -> None:
        self._rate = rate
        self._clock = clock
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def wait(self, name: str) -> float:
        """Take one call; 0.0 when it may go on, else the seconds until it may."""
        now = self._clock()
        tokens, at = self._buckets.pop(name, (float(self._rate.burst), now))
        tokens = min(self._rate.burst, tokens + (now - at) * self._rate.per_second)
        allowed = tokens >= 1
        self._buckets[name] = (tokens - 1 if allowed else tokens, now)
        if len(self._buckets) > MAX_REMEMBERED:
            self._buckets.popitem(last=False)
        return 0.0 if allowed else (1 - tokens) / self._rate.per_second


def network(ip: str) -> str:
    """What counts as one caller: an IPv4 address, or the /64 that one IPv6 customer is given."""
    try:
        address = ipaddress.ip_address(ip)
    except ValueError:
        return "unknown"
    if isinstance(address, ipaddress.IPv6Address):
        return str(ipaddress.ip_network((address, 64), strict=False))
    return str(address)
