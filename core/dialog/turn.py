"""One turn of a conversation while it is worked out: the session as it changes and the effects so far. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import cached_property
from typing import Any

from core.dialog.effects import Effect, Say
from core.dialog.events import CaseView, RelayView
from core.dialog.session import IDLE, Draft, Session, Step
from core.messages import Choice, Elsewhere
from core.policies.policy import Policy, Words
from core.records import changed, record
from core.texts import Texts
from core.understand.reading import Reading


@record(frozen=True, slots=True)
class Scene:
    """What surrounds a turn: the rules, the words, the time, and what the channel can do.

    ``fresh_id`` makes an id for a draft, should one be opened. ``reopens_at`` tells when
    the office opens next, None when it is open. ``awaited`` tells which of the person's cases wait for a supplement of theirs.
    ``grant_link`` is where they may let us write to them once more, "" where the channel asks for no such thing.
    ``relays`` are their conversations with staff, ``staffed`` whether any of staff can be reached in a chat.
    These six are asked for only by who needs them. ``caught_up`` is whether all that was written to the person had
    reached them before. ``elsewhere`` is another channel where the draft may go on, if there is one.
    """

    policy: Policy
    texts: Texts
    now: datetime
    fresh_id: Callable[[], str]
    buttons: bool = False
    can_push: bool = True
    reopens_at: Callable[[], datetime | None] = lambda: None
    awaited: Callable[[], tuple[CaseView, ...]] = tuple
    relays: Callable[[], tuple[RelayView, ...]] = tuple
    staffed: Callable[[], bool] = bool
    caught_up: bool = True
    link: str = ""
    elsewhere: Elsewhere | None = None
    grant_link: Callable[[], str] = str


@record(frozen=True, slots=True)
class Question:
    """A step of the dialogue: how it is asked, what its choices do, and what words mean there.

    ``words`` returns False when it could make nothing of them.
    """

    ask: Callable[[Turn], None]
    chose: Callable[[Turn, str], None]
    words: Callable[[Turn, Reading], bool]


class Turn:
    """The session as it changes, and the effects so far."""

    def __init__(self, session: Session, scene: Scene, questions: Mapping[str, Question]) -> None:
        # The turn's own copy, changed in place: one for each small step would be no small part of what a step costs.
        self.session = changed(session)
        self.scene = scene
        self.policy: Policy = scene.policy
        self.effects: list[Effect] = []
        self._questions = questions

    @cached_property
    def relays(self) -> tuple[RelayView, ...]:
        """The person's conversations with staff, as they stood when the turn began."""
        return self.scene.relays()

    @property
    def step(self) -> Step:
        return self.session.step

    @property
    def draft(self) -> Draft:
        """The draft being written; only asked for where there is one."""
        assert self.session.draft is not None
        return self.session.draft

    @property
    def has_draft(self) -> bool:
        return self.session.draft is not None

    def change(self, **values: Any) -> None:
        """Set these parts of the session."""
        vars(self.session).update(values)

    def edit(self, draft: Draft | None) -> None:
        self.change(draft=draft)

    def text(self, key: str, /, **params: str) -> str:
        return self.scene.texts.render(self.session.language, key, **params)

    def words(self, words: Words) -> str:
        return words.in_language(self.session.language)

    def do(self, effect: Effect) -> None:
        self.effects.append(effect)

    def say(self, key: str, /, **params: str) -> None:
        self.do(Say(self.text(key, **params)))

    def say_otherwise(self, key: str, variant: int) -> None:
        """Say it in the words of the n-th time."""
        self.do(Say(self.scene.texts.render(self.session.language, key, variant)))

    def offer(
        self, text: str, choices: Sequence[tuple[str, str]], *, chips: Sequence[str] = (), share: str = ""
    ) -> None:
        """Say something with choices, given as (key, label).

        ``chips`` are keys of standing requests (skip, back): buttons where a platform has them, never numbers.
        ``share`` is the label of a button that sends the reader's own number.
        """
        serial = self.session.serial + 1
        shown = [Choice(f"{serial}.{key}", label) for key, label in choices]
        if self.scene.buttons:
            shown += [Choice(f"{serial}.{key}", self.text(f"chip.{key}"), aside=True) for key in chips]
        self.change(serial=serial, options=tuple([Choice(key, label) for key, label in choices]))
        self.do(Say(text, tuple(shown), share=share))

    def ask(self, name: str, about: str = "") -> None:
        """Go to a step and put its question."""
        self.change(step=Step(name, about), tries=0, options=())
        self._questions[name].ask(self)

    def ask_again(self) -> None:
        """Put the question of this step once more; say nothing where none is open."""
        if self.step != IDLE:
            self.change(options=())
            self._questions[self.step.name].ask(self)

    def interrupt(self) -> None:
        """Note the step to come back to; an interruption of an interruption comes back to the first."""
        if self.session.behind is None and self.step != IDLE:
            self.change(behind=self.step)

    def go_back_to_work(self) -> None:
        """End an interruption: put the question it broke into once more."""
        behind = self.session.behind or IDLE
        self.change(step=behind, behind=None, options=())
        self.ask_again()

    def rest(self) -> None:
        """Nothing is asked any more."""
        self.change(step=IDLE, behind=None, options=(), tries=0)

    def question(self) -> Question | None:
        return self._questions.get(self.step.name)

    def outcome(self) -> tuple[Session, tuple[Effect, ...]]:
        return self.session, tuple(self.effects)
