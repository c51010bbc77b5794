"""By which way a message reaches a person now: the rungs of a channel, tried from the top. Pure.

A rung is left for the next one when the person's window has no room, the notice has no form for it, nobody granted it, or
the platform said no to this very message. Behind the last rung a message is held until the person writes.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import field
from datetime import datetime, timedelta

from core.messages import InboundMessage, MessageKind
from core.records import record

ANY = "*"
"""Stands for every notice."""

RESERVE = 1
"""Of what a person's last action allows, kept for the result they wait for."""


@record(frozen=True, slots=True)
class Window:
    """What a person's action allows: so many messages within so long."""

    messages: int
    length: timedelta


@record(frozen=True, slots=True)
class Rung:
    """One way to write to a person. ``spends`` one message of their window, has ``forms`` of its own, or takes a ``grant``.

    ``forms`` are the notices that there is a form for, ``*`` any; none where the rung takes any words. With ``later`` the platform, or
    the person's page, says afterwards whether the message arrived. What goes ``on_page`` waits in the history, in a place that a page
    reads on from; nobody else asks for places.
    """

    name: str
    spends: bool = False
    forms: frozenset[str] = frozenset()
    grant: bool = False
    later: bool = False
    on_page: bool = False

    def carries(self, notice: str) -> bool:
        return not self.forms or (bool(notice) and not self.forms.isdisjoint((notice, ANY)))


@record(frozen=True, slots=True)
class Ladder:
    """The ways of one channel, best first, and what each kind of message opens: nothing where it opens none.

    Notices wait ``gathers`` seconds, so that several of them become one message.
    """

    rungs: tuple[Rung, ...]
    windows: Mapping[MessageKind, Window] = field(default_factory=dict)
    gathers: float = 0.0

    def opened_by(self, message: InboundMessage) -> tuple[int, datetime] | None:
        """What this message allows us to write, by the platform's clock; None where the platform asks for no window."""
        opened = self.windows.get(message.kind)
        return (opened.messages, message.sent_at + opened.length) if opened else None


PUSH = Ladder((Rung("push"),))
"""A platform that takes whatever we send, whenever."""


@record(frozen=True, slots=True)
class Limits:
    """What one bubble of a channel holds. ``characters`` and ``utf8_bytes`` are both upper bounds (0: no bound).

    ``buttons`` says whether choices are shown as buttons; where not, they are numbered lines in the text.
    ``can_push`` says whether the channel lets us write without being written to, ``ladder`` by which ways.

    ``pace`` is how many seconds lie between two messages to one reader, at least. What comes meanwhile goes together in the next
    one, the most urgent first. With 0 each message goes by itself. What has a pace has one way only.
    """

    characters: int = 0
    utf8_bytes: int = 0
    buttons: bool = False
    can_push: bool = True
    ladder: Ladder = PUSH
    pace: float = 0.0

    def hold(self, text: str) -> bool:
        """Whether one bubble is enough for this text."""
        within = not self.characters or len(text) <= self.characters
        return within and (not self.utf8_bytes or len(text.encode("utf-8", "replace")) <= self.utf8_bytes)

    def cut(self, text: str) -> str:
        """The text, or as much of it as one bubble holds with an ellipsis behind it."""
        if self.hold(text):
            return text
        most = min(self.characters or len(text), len(text)) - 1
        while most > 0 and not self.hold(f"{text[:most]}…"):
            most -= 1
        return f"{text[:most]}…"


@record(frozen=True, slots=True)
class Facts:
    """What a notice says, for a form of the platform's with fields of its own kinds.

    ``phrase`` is its gist in at most five characters, ``subject`` what the complaint is about, ``by`` the day to hear next
    in words, ``sender`` the institution. ``at`` is the moment of what happened.
    """

    number: str
    phrase: str
    subject: str
    by: str
    sender: str
    at: datetime


@record(frozen=True, slots=True)
class Reach:
    """How a person can be written to now: what is left of their window, until when, and which forms they granted."""

    left: int = 0
    until: datetime | None = None
    grants: frozenset[str] = frozenset()


def next_rung(
    rungs: Sequence[Rung], notice: str, reach: Reach, passed: Collection[str], now: datetime, *, result: bool
) -> Rung | None:
    """The best rung that is open to this message; None where it must wait. A ``result`` may take what is kept in reserve."""
    return next(
        (rung for rung in rungs if rung.name not in passed and _is_open(rung, notice, reach, now, result=result)), None
    )


def _is_open(rung: Rung, notice: str, reach: Reach, now: datetime, *, result: bool) -> bool:
    if not rung.carries(notice):
        return False
    if rung.grant:
        return not reach.grants.isdisjoint((notice, ANY))
    if not rung.spends:
        return True
    least = 0 if result else RESERVE
    return reach.until is not None and now < reach.until and reach.left > least
