"""A pack's clocks drawn to scale: a bar for each limit, from the event it waits for. Pure.

Clocks that wait for a review stand below the others, in a part of their own with the same scale: nobody knows when it comes.
"""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from itertools import pairwise

from app.texts_cli import say
from core.policies.policy import EVENTS, Clock, Policy
from core.records import record

LETTER, BARS, LIMITS = 13, 420, 180
"""Widths: of a 汉字, of the longest bar, and of the words that say how long it is."""
TOP, ROW, BAR, BOTTOM, GAP = 44, 34, 14, 14, 10
SHORTEST = 4
HOURS_A_DAY = 24
COLOURS = {None: "#2f6f8f", "general": "#2f6f8f", "major": "#b3541e"}
TEXT = '<text x="{x:.0f}" y="{y:.0f}" text-anchor="{anchor}" stroke="#ffffff" stroke-width="4" paint-order="stroke">{words}</text>'
RECT = '<rect x="{x:.1f}" y="{y:.0f}" width="{width:.1f}" height="{height}" rx="2" fill="{fill}" fill-opacity="{opacity}"/>'
LINE = '<line x1="{x:.1f}" y1="{top:.0f}" x2="{x:.1f}" y2="{bottom:.0f}" stroke="#8a8f98" stroke-dasharray="2 3"/>'
FONT = (
    "font-family=\"system-ui, 'PingFang SC', 'Microsoft YaHei', 'Noto Sans CJK SC', sans-serif\" font-size=\"13\" "
    'fill="#1f2328"'
)


@record(frozen=True, slots=True)
class Bar:
    """A clock from its start to its end and, with all extensions, its latest end; in days from the first event before it."""

    clock: Clock
    start: float
    end: float
    latest: float
    row: int


def picture(pack: Policy) -> str:
    """The SVG, the same for the same pack. A working day is drawn as long as 24 hours."""
    bars = _bars(pack)
    left = LETTER * max(len(_label(bar.clock)) for bar in bars) + 2 * GAP
    width, height = left + BARS + LIMITS, _top(bars[-1]) + ROW + BOTTOM
    title = escape(say("policy_picture", "title", title=pack.title.zh))
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" role="img" {FONT}>'
    paper = f'<rect width="{width}" height="{height}" fill="#ffffff"/>'
    return "\n".join([head, f"<title>{title}</title>", paper, *_drawn(bars, left, height), "</svg>", ""])


def _bars(pack: Policy) -> list[Bar]:
    """From top to bottom; a row is left free above those of the review, for its name."""
    ends: dict[str, float] = dict.fromkeys(EVENTS, 0.0)
    events = {event: event for event in EVENTS}
    while len(ends) < len(EVENTS) + len(pack.clocks):
        known = [clock for clock in pack.clocks if clock.starts_from in ends]
        ends |= {clock.key: ends[clock.starts_from] + _days(clock, clock.limit) for clock in known}
        events |= {clock.key: events[clock.starts_from] for clock in known}
    ordered = sorted(pack.clocks, key=lambda clock: EVENTS.index(events[clock.key]))
    return [_bar(clock, ends, row + EVENTS.index(events[clock.key])) for row, clock in enumerate(ordered)]


def _bar(clock: Clock, ends: dict[str, float], row: int) -> Bar:
    more = clock.extension.limit * clock.extension.times if clock.extension else 0
    return Bar(clock, ends[clock.starts_from], ends[clock.key], ends[clock.key] + _days(clock, more), row)


def _days(clock: Clock, limit: int) -> float:
    return limit / HOURS_A_DAY if clock.unit == "hour" else float(limit)


def _drawn(bars: list[Bar], left: int, height: int) -> Iterator[str]:
    scale = BARS / max(bar.latest for bar in bars)
    yield LINE.format(x=left, top=TOP - 14, bottom=height - BOTTOM / 2)
    yield _text(left, TOP - 22, say("policy_event", "receipt"), "middle")
    yield from (_text(left, _top(after) - 22, say("policy_event", "review"), "middle") for after in _after_gap(bars))
    rows = {bar.clock.key: _top(bar) for bar in bars}
    for bar in bars:
        if (before := rows.get(bar.clock.starts_from)) is not None:
            above, below = sorted((before + BAR, _top(bar)))
            yield LINE.format(x=left + bar.start * scale, top=above, bottom=below)
    for bar in bars:
        yield from _row(bar, left, scale)


def _after_gap(bars: list[Bar]) -> list[Bar]:
    """The first bar of the review, where there is one."""
    return [below for above, below in pairwise(bars) if below.row > above.row + 1]


def _row(bar: Bar, left: int, scale: float) -> Iterator[str]:
    start, top, fill = left + bar.start * scale, _top(bar), COLOURS[bar.clock.level]
    end = max(left + bar.end * scale, start + SHORTEST)
    latest = max(left + bar.latest * scale, end)
    yield _text(left - GAP, top + BAR - 2, _label(bar.clock), "end")
    yield RECT.format(x=start, y=top, width=end - start, height=BAR, fill=fill, opacity=1)
    if latest > end:
        yield RECT.format(x=end, y=top, width=latest - end, height=BAR, fill=fill, opacity=0.3)
    yield _text(latest + GAP, top + BAR - 2, _limit(bar.clock), "start")


def _top(bar: Bar) -> int:
    return TOP + ROW * bar.row


def _text(x: float, y: float, words: str, anchor: str) -> str:
    return TEXT.format(x=x, y=y, anchor=anchor, words=escape(words))


def _label(clock: Clock) -> str:
    if clock.level is None:
        return clock.label.zh
    return say("policy_picture", "label", label=clock.label.zh, level=say("policy_level", clock.level))


def _limit(clock: Clock) -> str:
    unit = say("unit", clock.unit)
    if clock.extension is None:
        return say("policy_picture", "limit", limit=clock.limit, unit=unit)
    more = clock.extension.limit * clock.extension.times
    return say("policy_picture", "extended", limit=clock.limit, unit=unit, more=more)
