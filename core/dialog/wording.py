"""Bubbles as a channel can show them: joined, numbered, and cut into pages where it needs that. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from core.dialog.effects import Say
from core.ladder import Limits
from core.messages import GAP, OutboundMessage

MOST_BUBBLES = 3


def bubbles(says: Sequence[Say], limits: Limits, more: str) -> tuple[tuple[OutboundMessage, ...], tuple[str, ...]]:
    """The messages to send now, and the pages kept for “更多”. ``more`` is the hint below a page that has a next one."""
    if limits.buttons:
        return tuple(OutboundMessage(say.text, say.choices, say.copyable, say.share) for say in few(says)), ()
    if not says:
        return (), ()
    first, *rest = pages(GAP.join([numbered(say) for say in few(says)]), limits, more)
    return (OutboundMessage(first),), tuple(rest)


def how_many_fit(before: Sequence[Say], says: Sequence[Say], limits: Limits) -> int:
    """How many of these, from the first, fit the bubble of what is said behind them.

    One at least, in pages, where nothing comes by itself: it would never fit.
    """
    for count in range(len(before), 0, -1):
        if limits.hold(GAP.join(map(numbered, (*before[:count], *says)))):
            return count
    return 0 if limits.can_push else min(1, len(before))


def as_one(reply: Sequence[OutboundMessage]) -> OutboundMessage:
    """A reply as one message, for where each message is sent, and counted by the platform, on its own."""
    text = GAP.join(bubble.text for bubble in reply)
    choices = next((bubble.choices for bubble in reversed(reply) if bubble.choices), ())
    copyable = next((bubble.copyable for bubble in reply if bubble.copyable), "")
    return OutboundMessage(text, choices, copyable, next((bubble.share for bubble in reply if bubble.share), ""))


def few(says: Sequence[Say]) -> list[Say]:
    """At most three bubbles at a time: the first ones are joined where there are more."""
    surplus = len(says) - MOST_BUBBLES
    if surplus <= 0:
        return list(says)
    first = says[: surplus + 1]
    copyable = next((say.copyable for say in first if say.copyable), "")
    choices = tuple(choice for say in first for choice in say.choices)
    joined = replace(first[-1], text="\n".join(say.text for say in first), copyable=copyable, choices=choices)
    return [joined, *says[surplus + 1 :]]


def numbered(say: Say) -> str:
    """The choices as numbered lines, for channels without buttons."""
    return "\n".join([say.text, *[f"{n}. {choice.label}" for n, choice in enumerate(say.choices, 1)]])


def pages(text: str, limits: Limits, more: str) -> list[str]:
    """Pieces that fit the channel, cut at line ends where there are any near; each but the last ends with the hint."""
    result: list[str] = []
    while not limits.hold(text):
        cut = _cut(text, limits, more)
        result.append(f"{text[:cut].rstrip()}\n{more}")
        text = text[cut:].lstrip("\n")
    return [*result, text]


def _cut(text: str, limits: Limits, more: str) -> int:
    """How many characters fit on this page with the hint below, back to a line end in its second half."""
    most = limits.characters - len(more) - 1 if limits.characters else len(text)
    while most > 1 and not limits.hold(f"{text[:most]}\n{more}"):
        most -= 1
    line_end = text.rfind("\n", most // 2, most)
    return line_end if line_end > 0 else max(most, 1)
