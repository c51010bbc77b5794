"""Runs the service under uvicorn and says where it can be found."""

from __future__ import annotations

import contextlib
import gc
import logging
import resource
import socket
from typing import TYPE_CHECKING, Any

import typer

from app.texts_cli import say
from core.errors import Refused

if TYPE_CHECKING:
    from types import FrameType

    import uvicorn
    from fastapi import FastAPI

    from app.settings import Settings

MANY_FILES = 16_384

ROLES = ("all", "web", "worker")

ACCEPTED_AT_ONCE = 128
"""uvloop takes one connection a turn from each listening socket: in a flood thousands would wait unseen before the door."""

log = logging.getLogger("tousu")


def serve(settings: Settings, host: str, port: int, role: str) -> None:
    """Serve until stopped. A worker answers its health addresses only, so every role is started and watched alike."""
    # What is imported now lives as long as the process; looking for rubbish among it would cost a quarter of a second.
    gc.disable()
    from app.logs import configure
    from app.web import create_app

    configure(settings.log_level, settings.log_format)
    _allow_many_connections()
    listening = _listen(host, port)
    server = _server(create_app(settings, role), settings, host, port)
    # uvicorn has stopped in order by the time it hands Ctrl+C on; there is nothing left to be interrupted.
    with contextlib.suppress(KeyboardInterrupt):
        server.run(sockets=[listening, *(listening.dup() for _ in range(ACCEPTED_AT_ONCE - 1))])
    if not server.started:
        raise SystemExit(1)


def _allow_many_connections() -> None:
    """A shell allows a thousand open files, and a flood brings more connections than that."""
    allowed, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    if allowed < MANY_FILES:
        resource.setrlimit(resource.RLIMIT_NOFILE, (MANY_FILES if most < 0 else min(MANY_FILES, most), most))


def _listen(host: str, port: int) -> socket.socket:
    """The address is taken before anything is opened, so that one that is not free is said in one line."""
    try:
        return socket.create_server(
            (host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET, backlog=2048
        )
    except OSError as error:
        raise Refused(say("serve", "not_free", host=host, port=port, reason=error.strerror)) from error


def _server(app: FastAPI, settings: Settings, host: str, port: int) -> uvicorn.Server:
    import uvicorn

    class Announced(uvicorn.Server):
        """Speaks only once it can be reached: ``started`` is set after the sockets listen and the database is open."""

        async def startup(self, sockets: list[socket.socket] | None = None) -> None:
            await super().startup(sockets)
            gc.freeze()
            gc.enable()
            # A message makes thousands of objects that are gone with its answer; by default they are searched ten times.
            gc.set_threshold(50_000, 20, 100)
            if self.started:
                _announce(settings, host, self.servers[0].sockets[0].getsockname()[1])

        def handle_exit(self, sig: int, frame: FrameType | None) -> None:
            app.state.service.hang_up()
            super().handle_exit(sig, frame)

    # No line for each request: an address says when somebody complained, and from where.
    quiet: dict[str, Any] = {"log_config": None, "access_log": False, "server_header": False}
    return Announced(uvicorn.Config(app, host, port, ws="none", timeout_graceful_shutdown=5, **quiet))


def announcement(settings: Settings, host: str, port: int, unknown: tuple[str, ...] = ()) -> list[str]:
    """Where to go, which channels are live, and what each missing one needs."""
    base = f"http://{host}:{port}"
    lines = [
        say("serve", "policy", policy=settings.policy),
        say("serve", "page", base=base),
        say("serve", "status", base=base),
        say("serve", "on", channel=say("channel", "web")),
        *_wechat_lines(settings, base),
        *_telegram_lines(settings, base),
        *_robot_lines(settings),
        *_wecom_lines(settings, base),
    ]
    if unknown:
        lines.append(say("serve", "unknown", variables=say("settings", "and").join(unknown)))
    return [*lines, say("serve", "stop")]


def _wechat_lines(settings: Settings, base: str) -> list[str]:
    how = say("serve", "callback", base=base, public=settings.base_url)
    return _channel_lines("wechat", settings.wechat_missing, how)


def _telegram_lines(settings: Settings, base: str) -> list[str]:
    how = [say("serve", "webhook", base=base, public=settings.base_url)] if settings.telegram_mode == "webhook" else []
    return _channel_lines("telegram", settings.telegram_missing, *how)


def _robot_lines(settings: Settings) -> list[str]:
    from app.resources import staff_robots

    robots = staff_robots(settings)
    return [say("serve", "on", channel=say("channel", "robots", count=len(robots)))] if robots else []


def _wecom_lines(settings: Settings, base: str) -> list[str]:
    return _channel_lines("wecom", settings.wecom_missing, say("serve", "wecom", base=base, public=settings.base_url))


def _channel_lines(name: str, missing: tuple[str, ...], *how: str) -> list[str]:
    """That the channel is live and how the platform finds it, or which variables it still needs."""
    channel = say("channel", name)
    if missing:
        return [say("serve", "off", channel=channel, missing=say("settings", "and").join(missing))]
    return [say("serve", "on", channel=channel), *how]


def _announce(settings: Settings, host: str, port: int) -> None:
    from app.settings import unknown_variables

    for line in announcement(settings, host, port, unknown_variables()):
        typer.echo(line)
    log.info("ready http://%s:%s", host, port)
