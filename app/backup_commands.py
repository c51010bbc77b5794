"""What ``tousu backup`` and ``tousu restore`` do and say."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from app.resources import KEY_FILE, keyring
from app.settings import variable
from app.texts_cli import say
from core.cases.clocks import ZONE
from core.errors import NotRestorable, Refused
from core.store.backup.manifest import Manifest
from core.store.backup.restore import restore
from core.store.backup.take import back_up

if TYPE_CHECKING:
    from app.settings import Settings
    from core.store.keyring import Keyring

Record = dict[str, Any]


def make_backup(settings: Settings, file: Path, now: datetime) -> Record:
    """Write a file that was not there before; what is in it, as a record."""
    if file.exists():
        raise Refused(say("backup", "exists", file=file))
    if not file.parent.is_dir():
        raise Refused(say("backup", "no_folder", folder=file.parent))
    masters = _masters(settings)
    with _disk():
        manifest = back_up(settings.database_url, settings.data_dir, masters, file, now)
        return _record(manifest, file) | {"key_at": _key_at(settings)}


def bring_back(settings: Settings, file: Path, skip_numbers: int) -> Record:
    """Restore a file into an empty database; what was in it, as a record."""
    if not file.is_file():
        raise Refused(say("restore", "no_file", file=file))
    masters = _masters(settings)
    try:
        with _disk():
            manifest = restore(settings.database_url, settings.data_dir, masters, file, skip_numbers)
            return _record(manifest, file)
    except NotRestorable as error:
        raise Refused(say("not_restorable", error.reason, **error.facts, key_at=_key_at(settings))) from error


def backup_lines(record: Record) -> list[str]:
    keys = say("settings", "and").join(record["masters"])
    return [
        say("backup", "done", **record),
        *_contents(record),
        say("backup", "keys", masters=keys, key_at=record["key_at"]),
        say("backup", "erased"),
    ]


def restore_lines(record: Record) -> list[str]:
    return [say("restore", "done", **record), *_contents(record), say("restore", "next")]


def _contents(record: Record) -> list[str]:
    missing = [say("backup", "missing", count=len(record["missing"]))] if record["missing"] else []
    counts = say("backup", "contents", cases=record["rows"]["case_file"], pending=record["pending"], **record["files"])
    return [counts, *missing]


def _record(manifest: Manifest, file: Path) -> Record:
    return {
        "file": str(file),
        "megabytes": round(file.stat().st_size / 1024 / 1024, 1),
        "made_at": datetime.fromisoformat(manifest.made_at).astimezone(ZONE).isoformat(timespec="seconds"),
        "schema": manifest.schema,
        "rows": manifest.rows,
        "files": manifest.files,
        "pending": manifest.pending,
        "missing": manifest.missing,
        "masters": sorted(manifest.keys),
    }


def _masters(settings: Settings) -> Keyring:
    """The master keys at hand. None is made here: a new one opens nothing that was written before."""
    if not settings.secret_key and not (settings.data_dir / KEY_FILE).exists():
        raise Refused(say("backup", "no_key", path=settings.data_dir / KEY_FILE))
    return keyring(settings)


def _key_at(settings: Settings) -> str:
    return variable("secret_key") if settings.secret_key else str(settings.data_dir / KEY_FILE)


@contextmanager
def _disk() -> Iterator[None]:
    """What the disk cannot do is said in one line."""
    try:
        yield
    except OSError as error:
        raise Refused(say("backup", "disk", reason=error.strerror or type(error).__name__)) from error
