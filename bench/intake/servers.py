"""A server under measurement: started anew on an empty folder, asked for its first answer, killed, looked into."""

from __future__ import annotations

import contextlib
import json
import os
import sys
import time
import urllib.request
from abc import ABC, abstractmethod
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bench.load.drive import Drive, Outcome, ServerFailed
from bench.load.people import STRANGER
from bench.load.processes import Process, cpu_seconds, free_port, megabytes
from bench.load.wires import Wire

ROOT = Path(__file__).parents[2]
_START_SECONDS = 60.0
_EXAMPLES = 2

Command = tuple[Sequence[str], dict[str, str]]
"""What to start, and the settings it is given."""


class DidNotStart(Exception):
    """It ended, or did not answer in time."""


@dataclass
class Verdict:
    """What the people of a run ended up with.

    ``right`` have their number; ``lost`` have none; ``wrong`` have one with somebody else's or shifted facts behind it.
    ``surplus`` are numbers nobody asked for, and numbers given out twice; ``twice`` are replies that reached somebody
    a second time, ``missing`` those that acknowledged messages never got.
    """

    right: int = 0
    lost: int = 0
    wrong: int = 0
    surplus: int = 0
    twice: int = 0
    missing: int = 0
    examples: list[str] = field(default_factory=list)

    def show(self, replies: Sequence[str]) -> None:
        """Keep what one of the first who did not end well read last."""
        if len(self.examples) < _EXAMPLES:
            self.examples.append(" | ".join(replies[-3:])[-400:])


class Sink:
    """The platforms' APIs, in a process of their own."""

    def __init__(self, folder: Path) -> None:
        self.port = free_port()
        command = [sys.executable, "-m", "bench.load.sink", str(self.port)]
        self.process = Process(command, folder / "sink.log", os.environ, ROOT)
        self._wait()

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def reset(self) -> None:
        self._get("/_reset")

    def count(self) -> int:
        return int(self._get("/_count"))

    def received(self) -> dict[str, list[tuple[float, str]]]:
        found: dict[str, list[tuple[float, str]]] = self._get("/_dump")
        return found

    def _get(self, path: str) -> Any:
        with urllib.request.urlopen(self.address + path, timeout=30) as answer:
            return json.loads(answer.read())

    def _wait(self) -> None:
        for _ in range(500):
            with contextlib.suppress(OSError):
                self._get("/_count")
                return
            time.sleep(0.02)
        raise DidNotStart("the sink did not start")


class Server(ABC):
    """One server and what it needs beside it, on a folder of its own."""

    wire: Wire
    patience_seconds = 5.0
    """How long replies that come by a way of their own may be missing before they count as lost."""

    def __init__(self, folder: Path, sink: Sink) -> None:
        self.folder, self.sink = folder, sink
        self.ports = [free_port()]
        self.log = folder / "server.log"
        self.processes: list[Process] = []
        sink.reset()

    @abstractmethod
    def commands(self) -> list[Command]:
        """What to start, one for each port or one for all."""

    @abstractmethod
    def verify(self, people: Iterable[int], outcome: Outcome) -> Verdict:
        """Whether everybody has a number, and what they said stands behind it."""

    def beside(self) -> list[int]:
        """The processes of the database it keeps things in, where that is another process."""
        return []

    def start(self) -> float:
        """Start it; seconds until it acknowledged a first message. Raises DidNotStart."""
        began = time.perf_counter()
        self.processes = [
            Process(command, self.log, inherited() | settings, self.folder) for command, settings in self.commands()
        ]
        while time.perf_counter() - began < _START_SECONDS:
            if not all(process.is_running for process in self.processes):
                break
            if self._answers():
                return time.perf_counter() - began
            time.sleep(0.005)
        raise DidNotStart(self.log.read_text()[-2000:])

    def kill(self) -> None:
        for process in self.processes:
            process.kill()

    def stop(self) -> None:
        for process in self.processes:
            process.stop()

    def remove(self) -> None:
        """End everything that was started for it."""
        self.stop()

    @property
    def cpu(self) -> float:
        return cpu_seconds(process.pid for process in self.processes)

    @property
    def memory(self) -> float:
        return megabytes(process.pid for process in self.processes)

    def _answers(self) -> bool:
        """Whether somebody who is not counted is answered by every process of it."""
        answered = False
        try:
            answered = all(self._greets(STRANGER + index, port) for index, port in enumerate(self.ports))
        except* ServerFailed:
            pass
        return answered

    def _greets(self, person: int, port: int) -> bool:
        return bool(Drive(self.wire, [port], steps=1).run([person], 1).acknowledged)


def inherited() -> dict[str, str]:
    """The environment without settings of ours, which would otherwise leak into what is measured."""
    dropped = ("TOUSU_", "PYTHONDONTWRITEBYTECODE")
    return {name: value for name, value in os.environ.items() if not name.startswith(dropped)}
