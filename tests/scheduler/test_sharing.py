"""What a platform allows is shared by all processes that send, as they come and go."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from core.errors import FetchRefused
from core.ladder import Limits
from core.messages import Address, Attachment, FetchedFile, OutboundMessage
from core.store.unit_of_work import Store
from scheduler.jobs import LEAST_LEASE_SECONDS, Workplace, share_rates


@dataclass
class Counted:
    """A channel whose platform counts what we all send."""

    name: str = "counted"
    limits: Limits = field(default_factory=Limits)
    processes: int = 1

    async def send(self, to: Address, message: OutboundMessage, key: str) -> str:
        return ""

    async def fetch(self, attachment: Attachment) -> FetchedFile:
        raise FetchRefused

    def share(self, processes: int) -> None:
        self.processes = processes


async def test_who_comes_is_counted_and_who_is_gone_is_forgotten(store: Store, now: datetime) -> None:
    """On a file of one's own nobody else can be, and nobody is asked."""
    ours, theirs = Counted(), Counted()
    here, there = (_place(store, channel, now) for channel in (ours, theirs))
    for place in (here, there, here):
        await share_rates(place)
    both = 1 if store.alone else 2
    assert (ours.processes, theirs.processes) == (both, both)
    later = now + timedelta(seconds=LEAST_LEASE_SECONDS + 1)
    await share_rates(replace(here, now=lambda: later))
    assert ours.processes == 1


def _place(store: Store, channel: Counted, now: datetime) -> Workplace:
    return Workplace(store, None, {channel.name: channel}, None, lambda: now)  # type: ignore[arg-type]
