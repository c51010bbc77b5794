"""The service as a process that can be killed, on a port of its own that stays the same when it is started again."""

from __future__ import annotations

import contextlib
import os
import random
import resource
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

import httpx

from core.store.keyring import Keyring
from core.store.unit_of_work import Store

ROOT = Path(__file__).parents[2]
SECRET = "a secret that only the hammer knows"
APP_ID, TOKEN, AES_KEY = "wx0123456789abcdef", "hammertoken", "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"
SERVE = "from app.cli import main; main()"
LATER = "from tests.hammer.later import main; main()"
"""The same service with a clock that is ahead, so that a lease which a killed process left behind is over."""

SOAK = bool(os.environ.get("TOUSU_SOAK"))


def dose(small: int, big: int) -> int:
    """How often: a little in every run, a lot in a soak."""
    return big if SOAK else small


def on_each(*kinds: str) -> list[str]:
    """The kinds of database to try: in a soak all, in every run the first, where the other has a test of its own."""
    return [*kinds] if SOAK else [kinds[0]]


def report(words: str) -> None:
    """What was found, for whoever asks: pytest shows it with ``-s``, and where the test fails."""
    print(words)


class Running:
    """One installation: its data directory, its database, and its process while there is one."""

    def __init__(self, url: str, data_dir: Path, port: int, **settings: str) -> None:
        self.url, self.data_dir, self.port = url, data_dir, port
        self.log = data_dir.parent / "service.log"
        self.address = f"http://127.0.0.1:{port}"
        self._settings = settings
        self._process: subprocess.Popen[bytes] | None = None

    def start(self, program: str = SERVE, *arguments: str, role: str = "all") -> None:
        """Start it and wait until it answers."""
        self.launch(program, *arguments, role=role)
        self._wait()

    def launch(self, program: str = SERVE, *arguments: str, role: str = "all") -> None:
        serve = ("serve", "--port", str(self.port), "--role", role)
        command = [sys.executable, "-c", program, *(arguments or serve)]
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                command, cwd=self.data_dir.parent, env=self._environment(), stdout=log, stderr=log
            )

    def command(self, *words: str) -> str:
        """What ``tousu`` says, typed beside the running service."""
        command = [sys.executable, "-c", SERVE, *words]
        done = subprocess.run(
            command, cwd=self.data_dir.parent, env=self._environment(), capture_output=True, text=True
        )
        assert done.returncode == 0, done.stderr[-2000:]
        return done.stdout

    def start_later(self, seconds: float) -> None:
        """Start it with a clock that is this much ahead."""
        self.start(LATER, str(self.port), str(seconds))

    def kill(self) -> None:
        """Nothing is finished or tidied up."""
        assert self._process
        self._process.kill()
        self._process.wait()

    def stop(self) -> None:
        if self._process and self._process.poll() is None:
            self._process.terminate()
            self._process.wait(timeout=20)

    @contextmanager
    def store(self, *, read_only: bool = True) -> Iterator[Store]:
        """Its database, seen from beside it; to write into SQLite, the process must be down."""
        opened = Store.open(self.url, self.data_dir, Keyring.from_secret(SECRET), read_only=read_only)
        try:
            yield opened
        finally:
            opened.close()

    def allow_bytes(self, most: int) -> None:
        """Let it write no file any longer than this, as on a full disk; -1 takes the limit away."""
        assert self._process
        _, hard = resource.prlimit(self._process.pid, resource.RLIMIT_FSIZE)
        resource.prlimit(self._process.pid, resource.RLIMIT_FSIZE, (most, hard))

    @property
    def memory(self) -> int:
        """What the process holds, in megabytes."""
        assert self._process
        status = Path(f"/proc/{self._process.pid}/status").read_text()
        return int(next(line.split()[1] for line in status.splitlines() if line.startswith("VmRSS"))) // 1024

    def _wait(self) -> None:
        ends_at = time.monotonic() + 60
        while time.monotonic() < ends_at:
            assert self._process
            assert self._process.poll() is None, self.log.read_text()[-2000:]
            with contextlib.suppress(httpx.HTTPError):
                if httpx.get(f"{self.address}/healthz", trust_env=False).status_code == 200:
                    return
            time.sleep(0.02)
        raise AssertionError("it never answered")

    def _environment(self) -> Mapping[str, str]:
        # A process that may not keep its compiled modules compiles them at each of its many starts.
        dropped = ("TOUSU_", "PYTHONDONTWRITEBYTECODE")
        kept = {name: value for name, value in os.environ.items() if not name.startswith(dropped)}
        return kept | {
            "PYTHONPATH": str(ROOT),
            "PYTHONUTF8": "1",
            "TOUSU_DATA_DIR": str(self.data_dir),
            "TOUSU_DATABASE_URL": self.url,
            "TOUSU_SECRET_KEY": SECRET,
            "TOUSU_LOG_LEVEL": "debug",
            "TOUSU_WECHAT_APP_ID": APP_ID,
            "TOUSU_WECHAT_SECRET": "simulated-app-secret",
            "TOUSU_WECHAT_TOKEN": TOKEN,
            "TOUSU_WECHAT_AES_KEY": AES_KEY,
            **{f"TOUSU_{name.upper()}": value for name, value in self._settings.items()},
        }


def free_port() -> int:
    """One that stays free while its service is down: the system gives its own to connections from above this range."""
    while True:
        port = random.randrange(15_000, 32_000)
        with contextlib.suppress(OSError), socket.create_server(("127.0.0.1", port)):
            return port


def installed(url: str, folder: Path, api_base: str, port: int, **settings: str) -> Running:
    """An installation that talks to the simulated platform."""
    (folder / "var").mkdir(exist_ok=True)
    return Running(url, folder / "var", port, wechat_api_base=api_base, **settings)


def moment() -> datetime:
    return datetime.now().astimezone()
