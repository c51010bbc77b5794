"""A database file that has the tables: copied, since making them takes longer than most tests."""

from __future__ import annotations

import atexit
import shutil
import tempfile
from functools import cache
from pathlib import Path

from core.store import migrations


def place(url: str) -> str:
    """The same address, with the tables in place where nothing was there. What is no file is left alone."""
    path = Path(url.removeprefix("sqlite:///"))
    if url.startswith("sqlite:///") and not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(template(), path)
    return url


@cache
def template() -> Path:
    """Made once a process, and gone with it."""
    folder = Path(tempfile.mkdtemp(prefix="tousu-sqlite-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    migrations.upgrade(f"sqlite:///{folder}/template.db")
    return folder / "template.db"
