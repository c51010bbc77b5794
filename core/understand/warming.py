"""Loading at start-up what the first person should not have to wait for."""

from __future__ import annotations

from importlib import import_module

from core.understand import choices, segment


def warm() -> None:
    """Load the segmenter, the sounds of Han and the rest that is loaded late, and use each once. Takes a second or two."""
    segment.cut("投诉")
    choices.pinyin("投诉")
    import_module("rapidfuzz.fuzz")
    import_module("stdnum.cn.ric")
