"""The only door to a segmenter: rjieba where it is installed, else jieba; both cut Chinese alike."""

from __future__ import annotations

import contextlib
import importlib
import importlib.util
import logging
import marshal
import os
import tempfile
import warnings
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

from core.understand.normal import READ

Cut = Callable[[str], list[str]]

_kept: list[Path] = []


def cut(text: str) -> list[str]:
    """The words of a text, at most ``READ`` characters of it."""
    return segmenter()(text[:READ])


@cache
def segmenter() -> Cut:
    """The quickest segmenter at hand, loaded at the first call."""
    return rjieba_cut() if importlib.util.find_spec("rjieba") else jieba_cut()


def rjieba_cut() -> Cut:
    rjieba = importlib.import_module("rjieba")
    return lambda text: list(rjieba.cut(text, True))


def keep_dictionary_in(folder: Path) -> None:
    """Where jieba may keep its dictionary, made ready, from one start to the next. The folder must be ours alone."""
    _kept.append(folder)


def jieba_cut() -> Cut:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        jieba: Any = importlib.import_module("jieba")
    jieba.setLogLevel(logging.CRITICAL)
    # jieba unmarshals a file from the shared temporary folder, where anyone could have put it first.
    with tempfile.TemporaryDirectory(prefix="tousu-") as passing:
        folder = _own_folder() or Path(passing)
        jieba.dt.tmp_dir = str(folder)
        if not _read_dictionary(jieba, folder / "jieba.cache"):
            jieba.initialize()
    return lambda text: list(jieba.cut(text, HMM=True))


def _own_folder() -> Path | None:
    """The last folder named, where it can be made and nobody else may write in it."""
    for folder in reversed(_kept):
        with contextlib.suppress(OSError):
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            if folder.stat().st_uid == os.getuid() and not folder.stat().st_mode & 0o022:
                return folder
    return None


def _read_dictionary(jieba: Any, kept: Path) -> bool:
    """Take the dictionary that jieba kept here, read in one piece: jieba itself reads it piece by piece, four times slower."""
    try:
        if kept.stat().st_mtime <= Path(jieba.__file__).with_name("dict.txt").stat().st_mtime:
            return False
        jieba.dt.FREQ, jieba.dt.total = marshal.loads(kept.read_bytes())  # noqa: S302 - the folder is ours alone
    except (OSError, EOFError, TypeError, ValueError):
        return False
    jieba.dt.initialized = True
    return True
