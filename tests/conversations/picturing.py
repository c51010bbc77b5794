"""A story of citizen and staff as a page with pictures, a lane for each chat: ``python -m tests.conversations.picturing`` writes it.

It is drawn from the transcript that is played, so what the page shows is what happens.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from html import escape
from pathlib import Path
from typing import Any

from app.clock_picture import FONT
from tests.architecture.tree import ROOT
from tests.conversations import at_the_desk

PAGE = ROOT / "docs" / "reference" / "story.md"
PICTURES = ROOT / "docs" / "pictures"
STORY = at_the_desk.FOLDER / "approved_answer.txt"

CITIZEN = "citizen"
LINE = re.compile(r"(?P<who>\w*)(?P<sign>>|!|<<|<)(?: (?P<words>.*))?")
PARTS = re.compile(r"(?:[!-~]+|.)[，。：；、）”！？]*")
LANE, BUBBLE, GAP, PAD, LETTER, ROW, TOP = 300, 260, 12, 10, 13, 19, 44
COLOURS = {"says": "#95ec69", "reads": "#ffffff", "button": "#eaf1f5"}
LEAST_SHOWN = 2
"""A chapter of fewer bubbles is told by the next one."""

MOST_ALONE = 8


@dataclass(slots=True)
class Bubble:
    """What stands in one lane; ``own`` where its reader said it, ``button`` where it is one to press."""

    lane: str
    own: bool
    lines: list[str]
    button: bool = False

    @property
    def is_read(self) -> bool:
        return not (self.own or self.button)


@dataclass(slots=True)
class Chapter:
    title: str
    bubbles: list[Bubble] = field(default_factory=list)


def chapters(transcript: str) -> list[Chapter]:
    """From the first message of the citizen on; a comment in the transcript begins a chapter."""
    found = [Chapter("")]
    for line in transcript.splitlines():
        if line.startswith("# "):
            found.append(Chapter(line[2:]))
        elif match := LINE.fullmatch(line):
            _add(found[-1].bubbles, _bubble_of(match))
    return [Chapter(each.title, _cut(each.bubbles)) for each in found if len(each.bubbles) >= LEAST_SHOWN]


def _cut(bubbles: list[Bubble]) -> list[Bubble]:
    """A long dialogue with the bot alone has pictures elsewhere: how it began, and how it ended."""
    if len(bubbles) <= MOST_ALONE or {each.lane for each in bubbles} != {CITIZEN}:
        return bubbles
    return [*bubbles[:1], Bubble(CITIZEN, own=False, lines=["……"]), *bubbles[-2:]]


def _add(bubbles: list[Bubble], new: Bubble) -> None:
    """What is read in several lines is one bubble."""
    last = bubbles[-1] if bubbles else None
    if last is not None and last.is_read and new.is_read and last.lane == new.lane:
        last.lines += new.lines
    else:
        bubbles.append(new)


def _bubble_of(line: re.Match[str]) -> Bubble:
    words = line["words"] or ""
    button = bool(re.fullmatch(r"\[.+\]", words))
    return Bubble(line["who"] or CITIZEN, line["sign"] in (">", "!"), [words.strip("[]") if button else words], button)


def picture(chapter: Chapter, lanes: Mapping[str, str]) -> str:
    """The SVG, the same for the same chapter. ``lanes`` are the chats from left to right, with their names."""
    there = {lane: name for lane, name in lanes.items() if any(each.lane == lane for each in chapter.bubbles)}
    drawn, y = list[str](), float(TOP)
    for bubble in chapter.bubbles:
        left = list(there).index(bubble.lane) * LANE
        shown, tall = _bubble(bubble, left, y)
        drawn.extend(shown)
        y += tall + GAP
    width, height = LANE * len(there), int(y) + GAP
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" role="img" {FONT}>'
    paper = f'<rect width="{width}" height="{height}" fill="#ededed"/>'
    return "\n".join(
        [head, f"<title>{escape(chapter.title)}</title>", paper, *_heads(there, height), *drawn, "</svg>", ""]
    )


def _heads(there: Mapping[str, str], height: int) -> Iterator[str]:
    for place, name in enumerate(there.values()):
        middle = place * LANE + LANE / 2
        yield f'<text x="{middle:.0f}" y="27" text-anchor="middle" font-weight="bold">{escape(name)}</text>'
        if place:
            yield f'<line x1="{place * LANE}" y1="10" x2="{place * LANE}" y2="{height - 10}" stroke="#c8ccd2"/>'


def _bubble(bubble: Bubble, left: float, y: float) -> tuple[list[str], float]:
    """Its shapes, and how tall it is."""
    rows = [row for line in bubble.lines for row in _wrapped(line)]
    wide = max(map(_width, rows)) + 2 * PAD
    x = left + LANE - GAP - wide if bubble.own else left + GAP
    tall, fill = len(rows) * ROW + PAD, COLOURS["button" if bubble.button else "says" if bubble.own else "reads"]
    words = [
        f'<text x="{x + PAD:.0f}" y="{y + PAD / 2 + ROW * at + 14:.0f}">{escape(row)}</text>'
        for at, row in enumerate(rows)
    ]
    return [
        f'<rect x="{x:.0f}" y="{y:.0f}" width="{wide:.0f}" height="{tall:.0f}" rx="6" fill="{fill}"/>',
        *words,
    ], tall


def _wrapped(line: str) -> list[str]:
    """Numbers and names stay whole, and no row begins with what ends a sentence."""
    rows = [""]
    for part in PARTS.findall(line):
        if _width(rows[-1] + part) > BUBBLE - 2 * PAD:
            rows.append("")
        rows[-1] += part
    return rows


def _width(text: str) -> float:
    return sum(LETTER if letter > "\u2000" else LETTER * 0.58 for letter in text)


def pages() -> dict[Path, str]:
    """The page and its pictures, by where they are kept."""
    told, lanes = chapters(STORY.read_text(encoding="utf-8")), lanes_of(at_the_desk.read(STORY))
    files = {PICTURES / f"story-{number}.svg": picture(each, lanes) for number, each in enumerate(told, 1)}
    shown = "\n\n".join(_told(each, path) for each, path in zip(told, files, strict=True))
    words = _words()["page"]
    return {PAGE: f"# {words['title']}\n\n{words['intro']}\n\n{shown}\n", **files}


def _told(chapter: Chapter, path: Path) -> str:
    return f'{chapter.title}\n\n<img src="../pictures/{path.name}" alt="{escape(chapter.title)}">'


def lanes_of(story: at_the_desk.Story) -> dict[str, str]:
    words = _words()["lanes"]
    return {CITIZEN: words["citizen"], **{one.account: words["staff"].format(name=one.name) for one in story.staff}}


@cache
def _words() -> dict[str, Any]:
    return tomllib.loads((at_the_desk.FOLDER / "page.toml").read_text(encoding="utf-8"))


if __name__ == "__main__":
    for path, text in pages().items():
        path.write_text(text, encoding="utf-8")
