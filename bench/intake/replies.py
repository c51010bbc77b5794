"""Where answers come by a way of their own (Telegram): how many belong to each message, and when they were there."""

from __future__ import annotations

import itertools
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Self

from bench.intake.servers import Server, Sink
from bench.load.drive import Drive, Outcome

_SETTLED_SECONDS = 0.25


@dataclass(frozen=True, slots=True)
class Replies:
    """``due`` is how many messages a person has after each step, ``before`` how many there were before the run."""

    sink: Sink
    server: Server
    due: Sequence[int]
    before: int

    @classmethod
    def learnt(cls, sink: Sink, server: Server, who: int) -> Self:
        """Let one person go through it step by step, and count."""
        due = []
        for step in range(server.wire.steps):
            Drive(server.wire, server.ports, steps=step + 1).run([who], 1, {who: step})
            due.append(_settled(sink, server.wire.peer(who)))
        return cls(sink, server, due, sink.count())

    def await_all(self, people: Iterable[int], outcome: Outcome) -> float:
        """Wait until everybody has all replies; the seconds from the start of the run to the last of them.

        What is still missing after a while is for the verdict to say.
        """
        expected = list(people)
        ends_at = time.perf_counter() + self.server.patience_seconds
        while not self._all_there(expected) and time.perf_counter() < ends_at:
            time.sleep(0.02)
        received = self._received(expected)
        began = min(outcome.sent_at.values())
        return max(itertools.chain(*received.values(), [began + outcome.seconds])) - began

    def latencies(self, people: Iterable[int], outcome: Outcome) -> list[float]:
        """From each message to the last of its replies."""
        received = self._received(people)
        return [
            received[who][self.due[step] - 1] - sent
            for (who, step), sent in outcome.sent_at.items()
            if len(received.get(who, ())) >= self.due[step] > 0
        ]

    def _all_there(self, people: Sequence[int]) -> bool:
        """Counted first, which is cheap; some may have come twice, so then everybody is looked at."""
        if self.sink.count() - self.before < self.due[-1] * len(people):
            return False
        return all(len(times) >= self.due[-1] for times in self._received(people).values())

    def _received(self, people: Iterable[int]) -> dict[int, list[float]]:
        of = self.sink.received()
        return {who: [at for at, _ in of.get(self.server.wire.peer(who), [])] for who in people}


def _settled(sink: Sink, peer: str) -> int:
    """How many there are once no more come."""
    before, count = -1, 0
    while count != before:
        time.sleep(_SETTLED_SECONDS)
        before, count = count, len(sink.received().get(peer, []))
    return count
