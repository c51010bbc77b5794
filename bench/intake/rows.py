"""What is measured: every row of the table, by its name."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from bench.intake.peers import Aiogram, Peer, PythonTelegramBot, WeRoBot
from bench.intake.servers import Server, Sink
from bench.intake.tousu import Tousu, TousuOnPostgreSQL

Make = Callable[[Path, Sink, Path], Server]
"""On this folder, with this sink; peers' environments are in the third."""


@dataclass(frozen=True, slots=True)
class Row:
    """``is_durable``: what was acknowledged is meant to survive a kill. ``is_peer``: somebody else's."""

    channel: str
    make: Make
    is_durable: bool = True
    is_peer: bool = False


def _ours(channel: str, kind: type[Tousu] = Tousu, processes: int = 1) -> Row:
    return Row(channel, lambda folder, sink, _: kind(folder, sink, channel, processes))


def _peer(channel: str, kind: type[Peer], *command: str, is_durable: bool = True, **settings: str) -> Row:
    def make(folder: Path, sink: Sink, environments: Path) -> Server:
        return kind(folder, sink, environments, settings, command)

    return Row(channel, make, is_durable, is_peer=True)


_GUNICORN = ("-m", "gunicorn", "-b", "127.0.0.1:{port}", "-w", "2", "--log-level", "error", "werobot_server:wsgi")

ROWS = {
    "werobot-sqlite": _peer("wechat", WeRoBot, THREADS="4"),
    "werobot-1thread": _peer("wechat", WeRoBot, THREADS="1"),
    "tousu-wechat-sqlite": _ours("wechat"),
    "tousu-wechat-postgresql": _ours("wechat", TousuOnPostgreSQL),
    "tousu-wechat-postgresql-2": _ours("wechat", TousuOnPostgreSQL, processes=2),
    "aiogram-redis": _peer("telegram", Aiogram),
    "ptb-flush": _peer("telegram", PythonTelegramBot, INTERVAL="60", FLUSH="1"),
    "tousu-telegram-sqlite": _ours("telegram"),
    "tousu-telegram-postgresql": _ours("telegram", TousuOnPostgreSQL),
    "tousu-telegram-postgresql-2": _ours("telegram", TousuOnPostgreSQL, processes=2),
}
"""What a run measures unless it is told otherwise."""

MORE = {
    "werobot-gunicorn2": _peer("wechat", WeRoBot, *_GUNICORN),
    "aiogram-redis-iso": _peer("telegram", Aiogram, ISOLATION="1"),
    "ptb-default": _peer("telegram", PythonTelegramBot, is_durable=False, INTERVAL="60"),
    "ptb-aiohttp-flush": _peer("telegram", PythonTelegramBot, INTERVAL="60", HTTP="aiohttp", FLUSH="1"),
}
"""Variants of the peers, measured when they are named."""
