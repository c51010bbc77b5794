"""What an examination finds: one thing that was looked at, how it is, and in words what to know or do."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Literal

from app.texts_cli import say
from core.errors import TousuError

if TYPE_CHECKING:
    from app.settings import Settings

Verdict = Literal["good", "warn", "bad"]

HEARTBEAT_SECONDS = 300
OLDEST_DUE = timedelta(minutes=5)
"""A worker that gives no sign of life for longer is not there; what could have gone out for longer and did not waits for nobody."""


@dataclass(frozen=True, slots=True)
class Finding:
    """What was looked at, how it is, and in words what to know or do."""

    subject: str
    verdict: Verdict
    words: str

    @property
    def good(self) -> bool:
        return self.verdict != "bad"


Looked = tuple[Verdict, str]
Check = Callable[["Settings"], Finding | None]
"""None where there is nothing to look at."""


def line(finding: Finding) -> str:
    words = finding.words.replace("\n", " ")
    return say("doctor", finding.verdict, subject=finding.subject, finding=words)


def examined(subject: str) -> Callable[[Callable[[Settings], Looked | None]], Check]:
    """An error of ours is a finding like any other."""

    def wrap(look: Callable[[Settings], Looked | None]) -> Check:
        def check(settings: Settings) -> Finding | None:
            try:
                found = look(settings)
            except TousuError as error:
                found = ("bad", str(error))
            return Finding(say("doctor", subject), *found) if found else None

        return check

    return wrap
