"""Where one person's conversation stands: plain values that go to the database and back unchanged. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from datetime import datetime
from typing import Any, Self

from core.messages import AttachmentKind, Choice, Language
from core.records import changed, pack, record, unpack

MAX_PAST = 12
"""So many answers can be taken back; each moment holds a whole draft."""


@record(frozen=True, slots=False)
class Answer:
    """One answered field. ``shown`` is how it is read back; ``unsure`` marks what staff should check."""

    value: str
    shown: str
    unsure: bool = False


@record(frozen=True, slots=False)
class File:
    """A piece of evidence in a draft; ``position`` is its number in the draft, never used again after removal."""

    position: int
    kind: AttachmentKind
    name: str = ""
    identity: str = ""


@record(frozen=True, slots=False)
class Draft:
    """A complaint that is being written.

    ``passed`` are the questions that need not be asked (skipped, or done with). ``flags`` are marks for staff.
    ``asked`` are the questions put so far. ``candidates`` are suggested categories.
    """

    id: str
    opened_at: datetime
    answers: Mapping[str, Answer] = field(default_factory=dict)
    category: str = ""
    candidates: tuple[str, ...] = ()
    files: tuple[File, ...] = ()
    files_seen: int = 0
    passed: tuple[str, ...] = ()
    flags: tuple[str, ...] = ()
    anonymous: bool = False
    relation: str = ""
    asked: tuple[str, ...] = ()
    reminded_at: datetime | None = None

    def answer(self, key: str) -> Answer | None:
        return self.answers.get(key)

    def with_answer(self, key: str, answer: Answer) -> Draft:
        return changed(self, answers={**self.answers, key: answer})

    def without(self, *keys: str) -> Draft:
        return changed(self, answers={key: kept for key, kept in self.answers.items() if key not in keys})

    def pass_over(self, question: str) -> Draft:
        return self if question in self.passed else changed(self, passed=(*self.passed, question))

    def flag(self, mark: str) -> Draft:
        return self if mark in self.flags else changed(self, flags=(*self.flags, mark))


@record(frozen=True, slots=False)
class Step:
    """What was asked last: a step's name, and what it is about (a field's key, a case number)."""

    name: str = "idle"
    about: str = ""


IDLE = Step()


@record(frozen=True, slots=False)
class Past:
    """A moment to go back to. It is kept as text, which nobody reads until somebody goes back."""

    step: Step
    draft: Draft | None

    def to_text(self) -> str:
        return pack(self).decode("utf-8", "surrogatepass")

    @classmethod
    def from_text(cls, text: str) -> Self:
        past = unpack(text.encode("utf-8", "surrogatepass"))
        return cls(Step(**past["step"]), _draft(past["draft"]))


@record(frozen=True, slots=False)
class Session:
    """One person's conversation on one channel.

    ``past`` are moments to go back to, as text.
    ``options`` are the choices on offer, ``serial`` their issue number: a button of an older issue is known as such.
    ``behind`` is the step an interruption goes back to. ``stash`` are words, and ``held`` an answer,
    kept until a question about them is settled.
    ``rest`` are bubbles not shown yet. ``cases`` are the person's own complaint numbers, newest last.
    ``contact`` are the personal answers of the last complaint filed with a name, so that they need not be told twice.
    ``before`` is the step that a conversation with staff goes back to when it ends; ``aside`` are numbers about which staff
    wait for a word, and which the person put off until the complaint that they are writing is filed.
    ``consent`` is the version of the privacy notice agreed to, or "refused", or "" when not asked.
    """

    language: Language = "zh"
    consent: str = ""
    step: Step = IDLE
    behind: Step | None = None
    options: tuple[Choice, ...] = ()
    serial: int = 0
    tries: int = 0
    draft: Draft | None = None
    past: tuple[str, ...] = ()
    stash: str = ""
    held: Answer | None = None
    rest: tuple[str, ...] = ()
    cases: tuple[str, ...] = ()
    last_at: datetime | None = None
    greeted: bool = False
    contact: Mapping[str, Answer] = field(default_factory=dict)
    before: Step | None = None
    aside: tuple[str, ...] = ()

    def remember(self) -> Session:
        """This moment, kept so that “上一步” can come back to it."""
        return changed(self, past=(*self.past, Past(self.step, self.draft).to_text())[-MAX_PAST:])

    @property
    def last(self) -> Past:
        """The last moment that was kept."""
        return Past.from_text(self.past[-1])

    @classmethod
    def from_state(cls, state: Mapping[str, Any] | None) -> Self:
        """The session from its JSON values."""
        if state is None:
            return cls()
        return cls(
            **{
                **state,
                "step": Step(**state["step"]),
                "behind": Step(**state["behind"]) if state["behind"] else None,
                "options": tuple(Choice(**option) for option in state["options"]),
                "draft": _draft(state["draft"]),
                "held": Answer(**state["held"]) if state["held"] else None,
                "past": tuple(state["past"]),
                "rest": tuple(state["rest"]),
                "cases": tuple(state["cases"]),
                "contact": {key: Answer(**answer) for key, answer in state["contact"].items()},
                "last_at": datetime.fromisoformat(state["last_at"]) if state["last_at"] else None,
                "before": Step(**state["before"]) if state.get("before") else None,
                "aside": tuple(state.get("aside", ())),
            }
        )


def _draft(state: Mapping[str, Any] | None) -> Draft | None:
    if state is None:
        return None
    return Draft(
        **{
            **state,
            "opened_at": datetime.fromisoformat(state["opened_at"]),
            "reminded_at": datetime.fromisoformat(state["reminded_at"]) if state["reminded_at"] else None,
            "answers": {key: Answer(**answer) for key, answer in state["answers"].items()},
            "candidates": tuple(state["candidates"]),
            "files": tuple(File(**file) for file in state["files"]),
            "passed": tuple(state["passed"]),
            "asked": tuple(state["asked"]),
            "flags": tuple(state["flags"]),
        }
    )
