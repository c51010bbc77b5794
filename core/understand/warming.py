"""Loading at start-up what the first person should not have to wait for."""

from __future__ import annotations

from importlib import import_module

from core.understand import segment


def warm() -> None:
    """Load the segmenter, use it once, and load the rest that takes long. The sounds of Han wait: quick, but 12 MB that few need."""
    segment.cut("投诉")
    import_module("rapidfuzz.fuzz")
    import_module("stdnum.cn.ric")
