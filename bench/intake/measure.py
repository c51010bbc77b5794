"""What is done to a server: load, one message in ten twice, kill -9 in a quiet moment and under load, more people."""

from __future__ import annotations

import os
import random
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.intake.fill import fill
from bench.intake.replies import Replies
from bench.intake.rows import Row
from bench.intake.servers import Server, Sink, Verdict
from bench.intake.tousu import Tousu
from bench.load.drive import Drive, Outcome, percentile
from bench.load.people import STRANGER
from bench.load.processes import await_quiet, busy_seconds, cpu_seconds, megabytes

Figures = dict[str, Any]
"""One line of the results."""

_WARM_UP = range(STRANGER + 100, STRANGER + 110)
_TEACHER = STRANGER + 99


@dataclass(frozen=True, slots=True)
class Bench:
    """How everything is measured: so many ``users``, ``at_once`` of them at a time, on a folder on a real disk."""

    folder: Path
    sink: Sink
    environments: Path
    users: int = 200
    at_once: int = 32
    quiet_seconds: float = 0.0

    @property
    def people(self) -> range:
        return range(1, self.users + 1)

    @contextmanager
    def server(self, row: Row) -> Iterator[Server]:
        """A server on an empty folder, not yet started."""
        folder = Path(tempfile.mkdtemp(prefix="run-", dir=self.folder))
        server = row.make(folder, self.sink, self.environments)
        try:
            yield server
        finally:
            server.remove()
            shutil.rmtree(folder, ignore_errors=True)


def load(bench: Bench, row: Row, *, stored: int = 0, **about: Any) -> Figures:
    """All people once. Every figure is of this time alone; the warm-up before it does not count."""
    with bench.server(row) as server:
        if stored and isinstance(server, Tousu):
            about["fill_s"] = _filled(server, stored)
        await_quiet(bench.quiet_seconds)
        about["start_s"] = round(server.start(), 2)
        about["memory_start_mb"] = round(server.memory)
        replies = _warmed(bench, server, row)
        meter = _Meter(bench, server)
        outcome = Drive(server.wire, server.ports).run(bench.people, bench.at_once)
        seconds = replies.await_all(bench.people, outcome) if replies else outcome.seconds
        costs = meter.read(outcome.acknowledged, seconds)
        verdict = server.verify(bench.people, outcome)
        late = replies.latencies(bench.people, outcome) if replies else []
        return about | _speed(outcome, seconds, late) | costs | _judged(verdict) | {"errors": len(outcome.errors)}


def twice(bench: Bench, row: Row) -> Figures:
    """One message in ten is delivered a second time as soon as it was acknowledged."""
    with bench.server(row) as server:
        server.start()
        replies = _warmed(bench, server, row)
        outcome = Drive(server.wire, server.ports, twice_in=10).run(bench.people, bench.at_once)
        if replies:
            replies.await_all(bench.people, outcome)
        return _judged(server.verify(bench.people, outcome))


def kill_quiet(bench: Bench, row: Row) -> Figures:
    """Everybody is half-way and all is acknowledged when the server is killed."""
    with bench.server(row) as server:
        server.start()
        replies = _warmed(bench, server, row)
        half = Drive(server.wire, server.ports, steps=server.wire.steps // 2).run(bench.people, bench.at_once)
        server.kill()
        return _after_kill(bench, server, half, replies)


def kill_under_load(bench: Bench, row: Row, chance: random.Random) -> Figures:
    """Killed while everybody talks; what was not acknowledged is delivered again, as the platforms do."""
    with bench.server(row) as server:
        server.start()
        replies = _warmed(bench, server, row)
        at = int(bench.users * server.wire.steps * chance.uniform(0.3, 0.7))

        def killed(acknowledged: int) -> None:
            if acknowledged == at:
                drive.stop()
                server.kill()

        drive = Drive(server.wire, server.ports, on_acknowledged=killed)
        half = drive.run(bench.people, bench.at_once)
        return {"killed_at": at} | _after_kill(bench, server, half, replies)


def _after_kill(bench: Bench, server: Server, half: Outcome, replies: Replies | None) -> Figures:
    restart = server.start()
    rest = Drive(server.wire, server.ports).run(bench.people, bench.at_once, half.progress)
    for who, heard in half.replies.items():
        rest.replies[who] = heard + rest.replies.get(who, [])
    if replies:
        replies.await_all(bench.people, rest)
    return {"restart_s": round(restart, 2)} | _judged(server.verify(bench.people, rest))


def _warmed(bench: Bench, server: Server, row: Row) -> Replies | None:
    """Let strangers go first; where answers come by the sink, learn from one of them how many there are."""
    Drive(server.wire, server.ports).run(_WARM_UP, 4)
    return Replies.learnt(bench.sink, server, _TEACHER) if row.channel == "telegram" else None


def _filled(server: Tousu, stored: int) -> float:
    began = time.perf_counter()
    server.start()
    server.stop()
    fill(server.database, stored)
    return round(time.perf_counter() - began, 1)


class _Meter:
    """What everybody has used since it was made."""

    def __init__(self, bench: Bench, server: Server) -> None:
        self._server = server
        self._others: dict[str, Callable[[], float]] = {
            "generator": time.process_time,
            "sink": lambda: cpu_seconds([bench.sink.process.pid]),
            "beside": lambda: cpu_seconds(server.beside()),
            "server": lambda: server.cpu,
            "machine": busy_seconds,
        }
        self._before = {name: read() for name, read in self._others.items()}

    def read(self, messages: int, seconds: float) -> Figures:
        used = {name: read() - self._before[name] for name, read in self._others.items()}
        strangers = used["machine"] - sum(used[name] for name in ("generator", "sink", "beside", "server"))
        return {
            "cpu_ms": round(1000 * used["server"] / messages, 3),
            "beside_cpu_ms": round(1000 * used["beside"] / messages, 3),
            "generator_cpu_ms": round(1000 * used["generator"] / messages, 3),
            "other_cpu_percent": round(100 * strangers / seconds / (os.cpu_count() or 1), 1),
            "memory_mb": round(self._server.memory),
            "beside_mb": round(megabytes(self._server.beside())),
        }


def _speed(outcome: Outcome, seconds: float, late: list[float]) -> Figures:
    """``seconds`` last until the last reply was there."""
    figures = {
        "messages": outcome.acknowledged,
        "messages_s": round(outcome.acknowledged / seconds, 1),
        "p50_ms": _ms(outcome.latencies, 0.5),
        "p99_ms": _ms(outcome.latencies, 0.99),
        "max_ms": _ms(outcome.latencies, 1),
    }
    return figures | ({"reply_p50_ms": _ms(late, 0.5), "reply_p99_ms": _ms(late, 0.99)} if late else {})


def _ms(latencies: list[float], share: float) -> float:
    return round(1000 * percentile(latencies, share), 1)


def _judged(verdict: Verdict) -> Figures:
    names = ("right", "lost", "wrong", "surplus", "twice", "missing")
    shown = {"examples": verdict.examples} if verdict.examples else {}
    return {name: getattr(verdict, name) for name in names} | shown
