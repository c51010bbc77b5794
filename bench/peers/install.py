"""``python -m bench.peers.install [FOLDER]``: the peers of the bench, each in an environment of its own."""

from __future__ import annotations

import shutil
import subprocess
import sys
import venv
from pathlib import Path

HERE = Path(__file__).parent
BUILD = HERE.parents[1] / "requirements-build.lock"
FOLDER = Path("/var/tmp/tousu-peers")


def main() -> None:
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else FOLDER
    for lock in sorted(HERE.glob("*.lock")):
        _install(lock, folder / lock.stem)
        print(f"{folder / lock.stem}: {lock.name}")
    if not shutil.which("redis-server"):
        print("aiogram also needs a redis-server; type: sudo apt-get install redis-server")


def _install(lock: Path, environment: Path) -> None:
    """Only what stands in the lock files, by its hash; done again after the peer's lock file was changed.

    What is published as source only is built with our own build tools, as ``make run`` does.
    """
    note = environment / "installed"
    if note.exists() and note.read_bytes() == lock.read_bytes():
        return
    venv.create(environment, with_pip=True, clear=True)
    pip = [str(environment / "bin/python"), "-m", "pip", "--disable-pip-version-check", "install", "-q"]
    subprocess.run([*pip, "--require-hashes", "-r", str(BUILD)], check=True)
    subprocess.run([*pip, "--require-hashes", "--no-build-isolation", "--use-pep517", "-r", str(lock)], check=True)
    note.write_bytes(lock.read_bytes())


if __name__ == "__main__":
    main()
