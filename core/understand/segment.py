"""The only door to a segmenter: rjieba where it is installed, else jieba; both cut Chinese alike."""

from __future__ import annotations

import importlib
import importlib.util
import logging
import tempfile
import warnings
from collections.abc import Callable
from functools import cache
from typing import Any

from core.understand.normal import READ

Cut = Callable[[str], list[str]]


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


def jieba_cut() -> Cut:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        jieba: Any = importlib.import_module("jieba")
    jieba.setLogLevel(logging.CRITICAL)
    # jieba unmarshals a cache file from the shared temporary folder, where anyone could have put it first.
    with tempfile.TemporaryDirectory(prefix="tousu-") as private:
        jieba.dt.tmp_dir = private
        jieba.initialize()
    return lambda text: list(jieba.cut(text, HMM=True))
