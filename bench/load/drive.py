"""Drives dialogues in a closed loop: a person says the next thing once the last one was acknowledged."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from bench.load.connection import Connections
from bench.load.wires import Wire

_MOST_ERRORS = 200


class ServerFailed(Exception):
    """It refuses or breaks off far more than it should."""


@dataclass
class Outcome:
    """What came of a run. ``progress`` counts each person's acknowledged messages, ``last`` is what they read last."""

    progress: dict[int, int]
    latencies: list[float] = field(default_factory=list)
    sent_at: dict[tuple[int, int], float] = field(default_factory=dict)
    errors: list[str] = field(default_factory=list)
    replies: dict[int, list[str]] = field(default_factory=dict)
    seconds: float = 0.0

    @property
    def acknowledged(self) -> int:
        return len(self.latencies)

    def heard_last(self, person: int) -> str:
        return next(iter(self.replies.get(person, [])[-1:]), "")


class Drive:
    """One run. ``twice_in`` delivers one message in so many a second time; ``on_acknowledged`` may call ``stop``."""

    def __init__(
        self,
        wire: Wire,
        ports: Sequence[int],
        *,
        twice_in: int = 0,
        steps: int | None = None,
        on_acknowledged: Callable[[int], None] | None = None,
    ) -> None:
        self._wire, self._ports, self._twice_in = wire, ports, twice_in
        self._steps = wire.steps if steps is None else steps
        self._on_acknowledged = on_acknowledged
        self._stopped = False

    def stop(self) -> None:
        """Nothing more is sent."""
        self._stopped = True

    def run(self, people: Iterable[int], at_once: int, progress: dict[int, int] | None = None) -> Outcome:
        """Let everybody come to the end of the dialogue, ``at_once`` of them at a time, from where each one is."""
        self._outcome = Outcome(progress or dict.fromkeys(people, 0))
        self._waiting = iter(list(self._outcome.progress))
        began = time.perf_counter()
        _run(self._all(at_once))
        self._outcome.seconds = time.perf_counter() - began
        return self._outcome

    async def _all(self, at_once: int) -> None:
        async with asyncio.TaskGroup() as workers:
            for _ in range(at_once):
                workers.create_task(self._work())

    async def _work(self) -> None:
        connections = Connections()
        for person in self._waiting:
            while self._outcome.progress[person] < self._steps and not self._stopped:
                await self._say(connections, person)
        connections.close()

    async def _say(self, connections: Connections, person: int) -> None:
        """One message, as often as it takes; how long the successful delivery took is what counts."""
        step = self._outcome.progress[person]
        port = self._ports[person % len(self._ports)]
        began = time.perf_counter()
        try:
            status, body = await connections.ask(port, self._wire.request(person, step))
        except (OSError, asyncio.IncompleteReadError) as error:
            return await self._fail(type(error).__name__)
        if not 200 <= status < 300:
            return await self._fail(str(status))
        self._keep(person, step, began, body)
        if self._twice_in and (person + step) % self._twice_in == 0:
            await connections.ask(port, self._wire.request(person, step))
        return None

    def _keep(self, person: int, step: int, began: float, body: bytes) -> None:
        outcome = self._outcome
        outcome.latencies.append(time.perf_counter() - began)
        outcome.sent_at[person, step] = began
        outcome.progress[person] = step + 1
        if said := self._wire.answer(body):
            outcome.replies.setdefault(person, []).append(said)
        if self._on_acknowledged:
            self._on_acknowledged(outcome.acknowledged)

    async def _fail(self, what: str) -> None:
        self._outcome.errors.append(what)
        if len(self._outcome.errors) > _MOST_ERRORS and not self._stopped:
            raise ServerFailed(f"the server failed {_MOST_ERRORS} times, last with {what}")
        await asyncio.sleep(0.02)


def percentile(values: Sequence[float], share: float) -> float:
    """The value below which this share of all lies; NaN of nothing."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))] if ordered else float("nan")


def _run(work: Callable[[], None] | object) -> None:
    import uvloop

    uvloop.run(work)  # type: ignore[arg-type]
