"""Bars as SVG, by a few lines of our own. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape

from app.clock_picture import FONT

COLOURS = ("#2f6f8f", "#7fb069", "#b3541e", "#e6aa68", "#8a8f98")
WIDTH, TALL, LEFT, TOP, BOTTOM, GAP = 760, 220, 56, 56, 44, 0.25
LETTER, KEY = 13, 18
RECT = '<rect x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="{height:.1f}" fill="{fill}"/>'
TEXT = '<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{words}</text>'
LINE = '<line x1="{left}" y1="{y:.1f}" x2="{right}" y2="{y:.1f}" stroke="#d0d4da"/>'


@dataclass(frozen=True, slots=True)
class Bars:
    """``columns`` by their names from left to right, each with its parts from below; ``parts`` by key, with their names."""

    title: str
    columns: Mapping[str, Mapping[str, int]]
    parts: Mapping[str, str]


def picture(bars: Bars) -> str:
    """The SVG, the same for the same figures."""
    height = TOP + TALL + BOTTOM
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" width="{WIDTH}" role="img" {FONT}>'
    paper = f'<rect width="{WIDTH}" height="{height}" fill="#ffffff"/>'
    title = f"<title>{escape(bars.title)}</title>"
    return "\n".join([head, title, paper, *_scale(bars), *_key(bars), *_columns(bars), "</svg>", ""])


def most(bars: Bars) -> int:
    """A round number that no column is higher than."""
    highest = max((sum(column.values()) for column in bars.columns.values()), default=1)
    step = 10 ** max(0, len(str(highest)) - 1)
    return next(each * step // 2 for each in range(1, 30) if each * step // 2 >= highest and each * step // 2 > 0)


def _scale(bars: Bars) -> Iterator[str]:
    top = most(bars)
    for part in (0, top // 2, top):
        y = TOP + TALL * (1 - part / top)
        yield LINE.format(left=LEFT, right=WIDTH - LETTER, y=y)
        yield TEXT.format(x=LEFT - 8, y=y + 4, anchor="end", words=part)


def _key(bars: Bars) -> Iterator[str]:
    """What the colours mean; a single one needs no words."""
    x: float = LEFT
    for fill, name in zip(COLOURS, bars.parts.values(), strict=False):
        if len(bars.parts) > 1:
            yield RECT.format(x=x, y=14, width=KEY - 5, height=KEY - 5, fill=fill)
            yield TEXT.format(x=x + KEY, y=26, anchor="start", words=escape(name))
        x += KEY + LETTER * (len(name) + 1.5)


def _columns(bars: Bars) -> Iterator[str]:
    wide = (WIDTH - LETTER - LEFT) / max(1, len(bars.columns))
    for place, (name, column) in enumerate(bars.columns.items()):
        middle = LEFT + wide * (place + 0.5)
        yield from _column(column, tuple(bars.parts), most(bars), middle, wide)
        yield TEXT.format(x=middle, y=TOP + TALL + 20, anchor="middle", words=escape(name))


def _column(column: Mapping[str, int], parts: Sequence[str], top: int, middle: float, wide: float) -> Iterator[str]:
    y: float = TOP + TALL
    for fill, part in zip(COLOURS, parts, strict=False):
        height = TALL * column.get(part, 0) / top
        y -= height
        if height:
            yield RECT.format(x=middle - wide * (0.5 - GAP / 2), y=y, width=wide * (1 - GAP), height=height, fill=fill)
    if sum(column.values()):
        yield TEXT.format(x=middle, y=y - 5, anchor="middle", words=sum(column.values()))
