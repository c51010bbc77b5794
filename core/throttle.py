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
    """Token buckets by name, the longest unused forgotten first so that memory stays bounded. ``rate`` may change at any time."""

    def __init__(self, rate: Rate, clock: Callable[[], float] = time.monotonic) -> None:
        self.rate = rate
        self._clock = clock
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def wait(self, name: str, calls: int = 1, first: int | None = None) -> float:
        """Take so many calls; 0.0 when they may go on, else the seconds until they may.

        ``first`` is what a name has that is not remembered, the whole burst where nothing is said.
        """
        now = self._clock()
        tokens, at = self._buckets.pop(name, (float(self.rate.burst if first is None else first), now))
        tokens = min(self.rate.burst, tokens + (now - at) * self.rate.per_second)
        allowed = tokens >= calls
        self._buckets[name] = (tokens - calls if allowed else tokens, now)
        if len(self._buckets) > MAX_REMEMBERED:
            self._buckets.popitem(last=False)
        return 0.0 if allowed else (calls - tokens) / self.rate.per_second


def network(ip: str) -> str:
    """What counts as one caller: an IPv4 address, or the /64 that one IPv6 customer is given."""
    try:
        address = ipaddress.ip_address(ip)
    except ValueError:
        return "unknown"
    if isinstance(address, ipaddress.IPv6Address):
        return str(ipaddress.ip_network((address, 64), strict=False))
    return str(address)
