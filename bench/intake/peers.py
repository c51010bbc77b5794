"""The peers: what one would build an intake on instead, each with the persistence that its documentation offers."""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import socket
import time
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from bench.intake.servers import ROOT, Command, DidNotStart, Server, Sink, Verdict
from bench.load.drive import Outcome
from bench.load.people import person, said_to_peers
from bench.load.processes import Process, free_port
from bench.load.wires import PlainWeChat, Telegram, Wire

PEERS = ROOT / "bench/peers"
TOKEN = "benchtoken"
SECRET = "peer-secret"
NO_REDIS = "there is no redis-server; type: sudo apt-get install redis-server"

_PRESSED = {5: "cat:ok", 6: "ev:skip", 7: "go"}
_NUMBER = re.compile(r"CP-\d{6}")


class NoPeer(Exception):
    """A peer's environment, or what it needs beside it, is not there."""


class Peer(Server):
    """One peer in the environment that ``bench.peers.install`` has made for it."""

    environment = ""
    script = ""

    def __init__(
        self, folder: Path, sink: Sink, environments: Path, settings: Mapping[str, str], command: Sequence[str] = ()
    ) -> None:
        super().__init__(folder, sink)
        self._python = environments / self.environment / "bin/python"
        self._set, self._command = settings, command
        self.wire = self._make_wire()
        if not self._python.exists():
            raise NoPeer(f"{self.environment} is not installed; type: python -m bench.peers.install {environments}")

    def commands(self) -> list[Command]:
        command = self._command or [str(PEERS / self.script)]
        filled = [part.format(port=self.ports[0]) for part in command]
        settings = {"PORT": str(self.ports[0]), "SINK": self.sink.address, "PYTHONPATH": str(PEERS), **self._set}
        return [([str(self._python), *filled], settings | self._kept_in())]

    def verify(self, people: Iterable[int], outcome: Outcome) -> Verdict:
        """Their receipt repeats what was told, so the last thing that was read says it all."""
        verdict = Verdict()
        numbers: list[str] = []
        heard = self._heard(people, outcome)
        for who, replies in heard.items():
            receipts = [text for text in replies if _NUMBER.search(text)]
            numbers += {found for text in receipts for found in _NUMBER.findall(text)}
            self._judge(verdict, who, receipts[-1] if receipts else "")
            if not receipts:
                verdict.show(replies)
            verdict.missing += max(0, outcome.progress.get(who, 0) - len(replies))
            verdict.surplus += max(0, len({_NUMBER.findall(text)[0] for text in receipts}) - 1)
        verdict.surplus += len(numbers) - len(set(numbers))
        return verdict

    def _judge(self, verdict: Verdict, who: int, receipt: str) -> None:
        expected = person(who)
        if not receipt:
            verdict.lost += 1
        elif all(part in receipt for part in (expected.name, expected.phone, expected.respondent)):
            verdict.right += 1
        else:
            verdict.wrong += 1

    def _heard(self, people: Iterable[int], outcome: Outcome) -> dict[int, list[str]]:
        return {who: outcome.replies.get(who, []) for who in people}

    def _kept_in(self) -> dict[str, str]:
        """Where it keeps its conversations."""
        return {}

    def _make_wire(self) -> Wire:
        return Telegram(said_to_peers, _PRESSED, "/webhook", SECRET)


class WeRoBot(Peer):
    """WeRoBot with its SQLite sessions, spoken to in plain mode; it answers in the response."""

    environment, script = "werobot", "werobot_server.py"

    def _kept_in(self) -> dict[str, str]:
        return {"DB": str(self.folder / "sessions.sqlite3"), "TOKEN": TOKEN}

    def _make_wire(self) -> Wire:
        return PlainWeChat(said_to_peers, TOKEN)


class TelegramPeer(Peer):
    """A peer whose answers are what the sink received."""

    def _heard(self, people: Iterable[int], outcome: Outcome) -> dict[int, list[str]]:
        received = self.sink.received()
        return {who: [text for _, text in received.get(self.wire.peer(who), [])] for who in people}


class PythonTelegramBot(TelegramPeer):
    """ConversationHandler with PicklePersistence."""

    environment, script = "ptb", "ptb_server.py"

    def _kept_in(self) -> dict[str, str]:
        return {"PICKLE": str(self.folder / "state.pickle")}


class Aiogram(TelegramPeer):
    """The finite state machine with RedisStorage, Redis writing its log every second."""

    environment, script = "aiogram", "aiogram_server.py"

    def __init__(
        self, folder: Path, sink: Sink, environments: Path, settings: Mapping[str, str], command: Sequence[str] = ()
    ) -> None:
        super().__init__(folder, sink, environments, settings, command)
        if not shutil.which("redis-server"):
            raise NoPeer(NO_REDIS)
        self._redis_port = free_port()
        self._redis = self._start_redis()

    def beside(self) -> list[int]:
        return [self._redis.pid]

    def remove(self) -> None:
        super().remove()
        self._redis.kill()

    def _kept_in(self) -> dict[str, str]:
        return {"REDIS_URL": f"redis://127.0.0.1:{self._redis_port}/0"}

    def _start_redis(self) -> Process:
        kept = ["--dir", str(self.folder), "--appendonly", "yes", "--appendfsync", "everysec", "--save", ""]
        command = ["redis-server", "--port", str(self._redis_port), "--bind", "127.0.0.1", *kept]
        redis = Process(command, self.folder / "redis.log", os.environ, self.folder)
        for _ in range(500):
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", self._redis_port), 1):
                return redis
            time.sleep(0.02)
        raise DidNotStart("redis did not start")
