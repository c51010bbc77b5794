"""Processes as what they cost: seconds of CPU and megabytes, with all their children."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import time
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

_TICKS = os.sysconf("SC_CLK_TCK")
_QUIET_SHARE = 0.10
_STOP_SECONDS = 15.0


class Process:
    """One process that we started, with its children. What it writes goes to ``log``."""

    def __init__(self, command: Sequence[str], log: Path, environment: Mapping[str, str], folder: Path) -> None:
        with log.open("ab") as file:
            self._process = subprocess.Popen(command, cwd=folder, env=dict(environment), stdout=file, stderr=file)

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def is_running(self) -> bool:
        return self._process.poll() is None

    def kill(self) -> None:
        """Nothing is finished or tidied up, by it or by its children."""
        for pid in reversed(list(family(self.pid))):
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        self._process.wait()

    def stop(self) -> None:
        """Ask it to end; kill what does not."""
        if self.is_running:
            self._process.terminate()
            try:
                self._process.wait(_STOP_SECONDS)
            except subprocess.TimeoutExpired:
                self.kill()


def family(pid: int) -> Iterable[int]:
    """The process and all that descend from it."""
    yield pid
    for children in Path(f"/proc/{pid}/task").glob("*/children"):
        with contextlib.suppress(OSError):
            for child in children.read_text().split():
                yield from family(int(child))


def cpu_seconds(pids: Iterable[int]) -> float:
    """What these and their descendants have used, those that ended included."""
    return sum(_ticks(one) for pid in pids for one in family(pid)) / _TICKS


def megabytes(pids: Iterable[int]) -> float:
    """The resident memory of these and their descendants; what they share is counted once for each."""
    return sum(_kilobytes(one) for pid in pids for one in family(pid)) / 1024


def busy_seconds() -> float:
    """What all processors together have spent on anything."""
    times = [int(part) for part in Path("/proc/stat").read_text().partition("\n")[0].split()[1:]]
    return (sum(times) - times[3] - times[4]) / _TICKS


def await_quiet(seconds: float) -> None:
    """Wait until the machine does next to nothing for two seconds, but no longer than this."""
    ends_at = time.monotonic() + seconds
    while time.monotonic() < ends_at:
        before = busy_seconds()
        time.sleep(2)
        if (busy_seconds() - before) / 2 / (os.cpu_count() or 1) < _QUIET_SHARE:
            return


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port: int = taken.getsockname()[1]
        return port


def _ticks(pid: int) -> int:
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0
    return sum(int(field) for field in fields[11:15])


def _kilobytes(pid: int) -> int:
    try:
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in lines if line.startswith("VmRSS")), 0)
