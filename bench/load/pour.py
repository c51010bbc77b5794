"""Pours messages in at a fixed rate, whether or not the server keeps up: as people do."""

from __future__ import annotations

import asyncio
import itertools
import resource
import time
from collections import Counter, deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from bench.load.connection import Connection
from bench.load.wires import Wire

PLATFORM_SECONDS = 5.0
"""WeChat hangs up after so long and delivers again, three times in all."""

TRIES = 3
_TICK = 0.01


@dataclass
class Poured:
    """What became of the messages that were offered.

    ``progress`` counts each person's accepted messages; ``counts`` has ``offered``, ``accepted``, ``shed`` (a polite
    word instead of an answer), ``late`` (acknowledged, the answer is to come), ``refused`` (another status than 200),
    ``cut`` (no answer in time) and ``given_up`` (cut three times; whom this happened to is in ``silent``).
    """

    counts: Counter[str] = field(default_factory=Counter)
    accepted: list[float] = field(default_factory=list)
    shed: list[float] = field(default_factory=list)
    progress: dict[int, int] = field(default_factory=dict)
    replies: dict[int, list[str]] = field(default_factory=dict)
    silent: set[int] = field(default_factory=set)


class Pour:
    """One flood. ``is_shed`` knows the polite word; ``people`` gives somebody new when all others are waiting."""

    def __init__(self, wire: Wire, port: int, is_shed: Callable[[str], bool], people: Iterator[int]) -> None:
        self._wire, self._port, self._is_shed, self._people = wire, port, is_shed, people
        self._ready: deque[int] = deque()
        self._idle: list[Connection] = []
        self._again: Counter[int] = Counter()
        self._tasks: set[asyncio.Task[None]] = set()
        self.poured = Poured()

    async def run(self, per_second: float, seconds: float) -> Poured:
        """Offer so many messages a second for so long, then wait until the last one has been answered or given up."""
        _allow_many_connections()
        began, sent = time.perf_counter(), 0
        while (elapsed := time.perf_counter() - began) < seconds:
            for _ in range(int(elapsed * per_second) - sent):
                self._begin()
                sent += 1
            await asyncio.sleep(_TICK)
        while self._tasks:
            await asyncio.wait(self._tasks)
        for connection in self._idle:
            connection.close()
        return self.poured

    def _begin(self) -> None:
        person = self._ready.popleft() if self._ready else next(self._people)
        task = asyncio.create_task(self._say(person))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _say(self, person: int) -> None:
        """One message of one person, who goes on when it is accepted and says it again when it is not."""
        step = self.poured.progress.setdefault(person, 0)
        self.poured.counts["offered"] += 1
        for _ in range(TRIES):
            began = time.perf_counter()
            try:
                async with asyncio.timeout(PLATFORM_SECONDS):
                    status, body = await self._ask(self._wire.request(person, step, self._again[person]))
            except (OSError, TimeoutError, asyncio.IncompleteReadError):
                self.poured.counts["cut"] += 1
                continue
            self._note(person, status, self._wire.answer(body), time.perf_counter() - began)
            return
        self.poured.counts["given_up"] += 1
        self.poured.silent.add(person)

    def _note(self, person: int, status: int, answer: str, seconds: float) -> None:
        what = _kind(status, answer, self._is_shed)
        self.poured.counts[what] += 1
        if what in ("accepted", "late"):
            self.poured.accepted.append(seconds)
            self.poured.progress[person] += 1
            self.poured.replies.setdefault(person, []).append(answer)
        elif what == "shed":
            self.poured.shed.append(seconds)
            self._again[person] += 1
        if self.poured.progress[person] < self._wire.steps:
            self._ready.append(person)

    async def _ask(self, request: bytes) -> tuple[int, bytes]:
        """On a connection that nobody uses; one that was cut is never used again, its answer may still come."""
        connection = self._idle_one() or await Connection.open(self._port)
        try:
            answer = await connection.ask(request)
        except BaseException:
            connection.close()
            raise
        if connection.is_open:
            self._idle.append(connection)
        return answer

    def _idle_one(self) -> Connection | None:
        while self._idle:
            if (connection := self._idle.pop()).is_open:
                return connection
            connection.close()
        return None


def _kind(status: int, answer: str, is_shed: Callable[[str], bool]) -> str:
    if not 200 <= status < 300:
        return "refused"
    if not answer:
        return "late"
    return "shed" if is_shed(answer) else "accepted"


def _allow_many_connections() -> None:
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))


def newcomers(first: int) -> Iterator[int]:
    """One person after the other who has not said anything yet."""
    return itertools.count(first)
