"""Power cuts: what SQLite writes and syncs is noted down on its way to the disk, and played back up to any moment.

The product's own SQLite library runs on a VFS that lets everything through and notes it. A cut is then a fresh copy of
the files with all that was synced before it, and a random part of what was only written: sectors, in any order.
"""

from __future__ import annotations

import ctypes
import random
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from ctypes import CFUNCTYPE, POINTER, c_char_p, c_int, c_int64, c_void_p
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

SECTOR = 512
OK = 0

Open = CFUNCTYPE(c_int, c_void_p, c_void_p, c_void_p, c_int, c_void_p)
Close = CFUNCTYPE(c_int, c_void_p)
WriteAt = CFUNCTYPE(c_int, c_void_p, c_void_p, c_int, c_int64)
Truncate = CFUNCTYPE(c_int, c_void_p, c_int64)
Sync = CFUNCTYPE(c_int, c_void_p, c_int)


class Vfs(ctypes.Structure):
    """SQLite's sqlite3_vfs, as far as we look at it; the rest is passed on as it is."""

    _fields_ = (
        ("version", c_int),
        ("file_bytes", c_int),
        ("longest_path", c_int),
        ("following", c_void_p),
        ("name", c_char_p),
        ("own", c_void_p),
        ("open", Open),
        ("others", c_void_p * 14),
    )


class Methods(ctypes.Structure):
    """SQLite's sqlite3_io_methods."""

    _fields_ = (
        ("version", c_int),
        ("close", Close),
        ("read", c_void_p),
        ("write", WriteAt),
        ("truncate", Truncate),
        ("sync", Sync),
        ("others", c_void_p * 13),
    )


class File(ctypes.Structure):
    """SQLite's sqlite3_file."""

    _fields_ = (("methods", POINTER(Methods)),)


@dataclass(frozen=True, slots=True)
class Written:
    """Given to the disk, which may keep it to itself until the next sync. ``content`` None: cut off at ``at``."""

    path: str
    at: int
    content: bytes | None

    def sectors(self) -> Iterator[Written]:
        """What a disk writes wholly or not at all."""
        if self.content is None:
            yield self
            return
        start = 0
        while start < len(self.content):
            end = start + SECTOR - (self.at + start) % SECTOR
            yield Written(self.path, self.at + start, self.content[start:end])
            start = end

    def put_into(self, disk: bytearray) -> None:
        if self.content is None:
            del disk[self.at :]
            return
        disk.extend(bytes(max(0, self.at - len(disk))))
        disk[self.at : self.at + len(self.content)] = self.content


@dataclass(frozen=True, slots=True)
class Synced:
    """From here on everything written to this file is there for good."""

    path: str


@dataclass(frozen=True, slots=True)
class Told:
    """Somebody outside was told this, and relies on it."""

    what: Any


@dataclass
class Notes:
    """Everything in the order in which it happened. ``before``: the files as they were."""

    before: dict[str, bytes]
    lines: list[Written | Synced | Told] = field(default_factory=list)

    def tell(self, what: Any) -> None:
        self.lines.append(Told(what))

    def told_before(self, moment: int) -> list[Any]:
        return [line.what for line in self.lines[:moment] if isinstance(line, Told)]

    def syncs(self, ending: str) -> int:
        return sum(isinstance(line, Synced) and line.path.endswith(ending) for line in self.lines)

    def cut(self, moment: int, folder: Path, dice: random.Random) -> None:
        """Lay the files into ``folder`` as a power cut at this moment may leave them."""
        luck = dice.choice((0.0, 0.9, dice.random()))
        disks = {path: bytearray(content) for path, content in self.before.items()}
        waiting: dict[str, list[Written]] = {}
        for line in self.lines[:moment]:
            if isinstance(line, Written):
                waiting.setdefault(line.path, []).append(line)
            elif isinstance(line, Synced):
                _settle(disks.setdefault(line.path, bytearray()), waiting.pop(line.path, ()))
        for path, lines in waiting.items():
            sectors = [sector for line in lines for sector in line.sectors()]
            _settle(disks.setdefault(path, bytearray()), [each for each in sectors if dice.random() < luck])
        for path, content in disks.items():
            (folder / Path(path).name).write_bytes(content)


def _settle(disk: bytearray, lines: Sequence[Written]) -> None:
    for line in lines:
        line.put_into(disk)


@contextmanager
def noted(folder: Path) -> Iterator[Notes]:
    """Note down what SQLite does to the files in ``folder``, in this process, while the block runs."""
    notes = Notes({str(path): path.read_bytes() for path in folder.iterdir() if path.is_file()})
    _vfs.into[str(folder)] = notes
    library.sqlite3_vfs_register(ctypes.byref(_vfs.ours), 1)
    try:
        yield notes
    finally:
        library.sqlite3_vfs_unregister(ctypes.byref(_vfs.ours))
        del _vfs.into[str(folder)]


def _library() -> ctypes.CDLL:
    """The very one that Python's own sqlite3 uses: looked up through its module, or in the interpreter itself."""
    import _sqlite3

    found = ctypes.CDLL(getattr(_sqlite3, "__file__", None))
    found.sqlite3_vfs_find.restype = POINTER(Vfs)
    return found


class _NotingVfs:
    """The system's own VFS with four of its functions wrapped. It outlives the tests: connections point to it."""

    def __init__(self) -> None:
        self.into: dict[str, Notes] = {}
        self._theirs: Vfs = library.sqlite3_vfs_find(None).contents
        self.ours = Vfs.from_buffer_copy(self._theirs)
        self.ours.name = b"noted"
        self.ours.open = Open(self._open)
        self._paths: dict[int, str] = {}
        self._methods: dict[int, tuple[Methods, Methods]] = {}
        self._open_files: dict[int, Methods] = {}
        self._one_at_a_time = threading.Lock()

    def _open(self, vfs: int, name: int, file: int, flags: int, out: int) -> int:
        status: int = self._theirs.open(vfs, name, file, flags, out)
        path = ctypes.string_at(name).decode() if name else ""
        if status == OK and str(Path(path).parent) in self.into:
            opened = File.from_address(file)
            theirs, ours = self._wrapped(ctypes.addressof(opened.methods.contents))
            self._paths[file], self._open_files[file] = path, theirs
            opened.methods = ctypes.pointer(ours)
        return status

    def _wrapped(self, address: int) -> tuple[Methods, Methods]:
        if address not in self._methods:
            theirs = Methods.from_address(address)
            ours = Methods.from_buffer_copy(theirs)
            ours.close, ours.write = Close(self._close), WriteAt(self._write)
            ours.truncate, ours.sync = Truncate(self._truncate), Sync(self._sync)
            self._methods[address] = theirs, ours
        return self._methods[address]

    def _close(self, file: int) -> int:
        self._paths.pop(file)
        return int(self._open_files.pop(file).close(file))

    def _write(self, file: int, content: int, length: int, at: int) -> int:
        copy = ctypes.string_at(content, length)
        with self._one_at_a_time:
            status = int(self._open_files[file].write(file, content, length, at))
            return self._note(file, status, Written(self._paths[file], at, copy))

    def _truncate(self, file: int, at: int) -> int:
        with self._one_at_a_time:
            status = int(self._open_files[file].truncate(file, at))
            return self._note(file, status, Written(self._paths[file], at, None))

    def _sync(self, file: int, flags: int) -> int:
        with self._one_at_a_time:
            status = int(self._open_files[file].sync(file, flags))
            return self._note(file, status, Synced(self._paths[file]))

    def _note(self, file: int, status: int, line: Written | Synced) -> int:
        notes = self.into.get(str(Path(line.path).parent))
        if status == OK and notes is not None:
            notes.lines.append(line)
        return status


library = _library()
_vfs = _NotingVfs()
