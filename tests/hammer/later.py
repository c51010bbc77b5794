"""Serves with a clock that is ahead: ``PORT SECONDS``."""

from __future__ import annotations

import sys
from datetime import UTC, datetime, timedelta

import uvicorn

from app.logs import configure
from app.settings import load_settings
from app.web import application
from app.wiring import build


def main() -> None:
    port, seconds = int(sys.argv[1]), float(sys.argv[2])
    settings = load_settings()
    configure(settings.log_level, settings.log_format)
    service = build(settings, now=lambda: datetime.now(UTC) + timedelta(seconds=seconds))
    uvicorn.run(application(service, settings), port=port, log_config=None, access_log=False)
