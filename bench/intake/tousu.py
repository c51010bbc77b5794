"""Our own service as it is run: ``tousu serve``, set by its environment, on SQLite or PostgreSQL that lose nothing."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterable, Sequence
from pathlib import Path

from bench.intake.servers import ROOT, Command, Server, Sink, Verdict
from bench.load.drive import Outcome
from bench.load.people import PRESSED, person, said_to_us
from bench.load.processes import free_port
from bench.load.wires import SealedWeChat, Telegram, Wire
from core.delivery import LEASE_SECONDS
from core.messages import Address
from core.store import cases, sessions
from core.store.keyring import Keyring
from core.store.unit_of_work import Store, UnitOfWork
from tests.postgres import Server as PostgreSQL

PACK = "law-firm"
SECRET = "a secret that only the bench knows"
APP_ID, TOKEN, AES_KEY = "wx0123456789abcdef", "benchtoken", "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"
BOT_TOKEN, BOT_SECRET = "123456:BenchBenchBenchBench", "bench-secret"
_LATE_SECONDS = 15.0
_SERVE = "from app.cli import main; main()"


class Tousu(Server):
    """One installation. ``channel`` is the platform it is spoken to on."""

    # Who was killed while sending has leased the message for a minute.
    patience_seconds = LEASE_SECONDS + 30

    def __init__(self, folder: Path, sink: Sink, channel: str, processes: int = 1) -> None:
        super().__init__(folder, sink)
        self.channel = channel
        self.ports = [free_port() for _ in range(processes)]
        self.wire = _wire(channel)

    @property
    def database(self) -> str:
        return f"sqlite:///{self.folder}/var/tousu.db"

    def commands(self) -> list[Command]:
        """One process does everything; those beside it only answer people."""
        roles = ["all", *["web"] * (len(self.ports) - 1)]
        return [
            ([sys.executable, "-c", _SERVE, "serve", "--port", str(port), "--role", role], self._settings())
            for port, role in zip(self.ports, roles, strict=True)
        ]

    def verify(self, people: Iterable[int], outcome: Outcome) -> Verdict:
        """Every case is read from the database, and the number in it must be the one that was told."""
        expected = list(people)
        store = Store.open(self.database, self.folder / "var", Keyring.from_secret(SECRET), read_only=True)
        try:
            filed = store.read(lambda uow: {who: self._filed(uow, who) for who in expected})
        finally:
            store.close()
        heard = self._heard_in_the_end(expected, outcome)
        verdict = _judge(filed, heard)
        verdict.missing = _missing(heard, outcome.progress)
        return verdict

    def _filed(self, uow: UnitOfWork, who: int) -> list[tuple[str, bool]]:
        """The numbers of this person's cases, and whether what was told is what stands there."""
        session = sessions.find(uow, Address(self.channel, self.wire.peer(who)))
        found = cases.of_session(uow, session.id) if session else []
        return [(case.number, _is_theirs(cases.contents(uow, case)["answers"], who)) for case in found]

    def _heard_in_the_end(self, people: Sequence[int], outcome: Outcome) -> dict[int, list[str]]:
        """What was only acknowledged at first is answered by the other way, a little later."""
        ends_at = time.monotonic() + _LATE_SECONDS
        while True:
            heard = self._heard(people, outcome)
            if not _missing(heard, outcome.progress) or time.monotonic() > ends_at:
                return heard
            time.sleep(0.2)

    def _heard(self, people: Iterable[int], outcome: Outcome) -> dict[int, list[str]]:
        """Every reply that reached somebody, by either way."""
        pushed = self.sink.received()
        return {
            who: [
                *filter(None, outcome.replies.get(who, [])),
                *(text for _, text in pushed.get(self.wire.peer(who), [])),
            ]
            for who in people
        }

    def _settings(self) -> dict[str, str]:
        settings = {
            "PYTHONPATH": str(ROOT),
            "PYTHONUTF8": "1",
            "TOUSU_DATA_DIR": str(self.folder / "var"),
            "TOUSU_DATABASE_URL": self.database,
            "TOUSU_SECRET_KEY": SECRET,
            "TOUSU_POLICY": PACK,
        }
        return (
            settings
            | (_WECHAT if self.channel == "wechat" else _TELEGRAM)
            | {f"TOUSU_{self.channel.upper()}_API_BASE": self.sink.address}
        )


class TousuOnPostgreSQL(Tousu):
    """The same on a PostgreSQL server of its own, which keeps its promises to the disk."""

    def __init__(self, folder: Path, sink: Sink, channel: str, processes: int = 1) -> None:
        super().__init__(folder, sink, channel, processes)
        self._server = PostgreSQL.make(durable=True)
        self._url = self._server.databases.create(template=None)

    @property
    def database(self) -> str:
        return self._url

    def beside(self) -> list[int]:
        return [int((self._server.folder / "data/postmaster.pid").read_text().splitlines()[0])]

    def remove(self) -> None:
        super().remove()
        self._server.remove()


_WECHAT = {
    "TOUSU_WECHAT_APP_ID": APP_ID,
    "TOUSU_WECHAT_SECRET": "simulated-app-secret",
    "TOUSU_WECHAT_TOKEN": TOKEN,
    "TOUSU_WECHAT_AES_KEY": AES_KEY,
}

# The platform's own limits would otherwise decide how fast the service is.
_TELEGRAM = {
    "TOUSU_TELEGRAM_TOKEN": BOT_TOKEN,
    "TOUSU_TELEGRAM_SECRET": BOT_SECRET,
    "TOUSU_TELEGRAM_PACE": "100000,100000,100000",
}


def _wire(channel: str) -> Wire:
    if channel == "wechat":
        return SealedWeChat(said_to_us, TOKEN, "/wechat", APP_ID, AES_KEY)
    return Telegram(said_to_us, PRESSED, "/telegram", BOT_SECRET)


def _is_theirs(answers: dict[str, dict[str, str]], who: int) -> bool:
    expected = person(who)
    told = {key: str(answer["value"]) for key, answer in answers.items()}
    return (told.get("name"), told.get("phone"), told.get("respondent"), told.get("facts")) == (
        expected.name,
        expected.phone,
        expected.respondent,
        expected.facts,
    )


def _missing(heard: dict[int, list[str]], acknowledged: dict[int, int]) -> int:
    """Every message has a reply of its own, and no two of a dialogue are alike."""
    return sum(max(0, acknowledged.get(who, 0) - len(set(replies))) for who, replies in heard.items())


def _judge(filed: dict[int, list[tuple[str, bool]]], heard: dict[int, list[str]]) -> Verdict:
    verdict = Verdict()
    for who, found in filed.items():
        verdict.surplus += max(0, len(found) - 1)
        told = [text for text in heard[who] if any(number in text for number, _ in found)]
        if not told:
            verdict.lost += 1
        elif all(is_theirs for _, is_theirs in found):
            verdict.right += 1
        else:
            verdict.wrong += 1
        if not told or not all(is_theirs for _, is_theirs in found):
            verdict.show(heard[who])
        verdict.twice += len(heard[who]) - len(set(heard[who]))
    numbers = [number for found in filed.values() for number, _ in found]
    verdict.surplus += len(numbers) - len(set(numbers))
    return verdict
