"""A pack of personnel rules: training, assessment, praise and discipline, confidentiality, and who keeps these records. Pure.

The default lies beside ``core/people``; an institution's own is a TOML file anywhere.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any, Literal

from pydantic import Field, ValidationError

from core.errors import PolicyError
from core.policies.faults import Problem, from_validation, in_words
from core.policies.load import content_of, parsed
from core.policies.row import Key, Line, PackId, Row, Words
from core.policies.working import Duty

DEFAULT = "personnel"
_DEFAULT_FILE = resources.files("core.people").joinpath("personnel.toml")

Figure = Literal["timeliness", "quality", "satisfaction"]
"""What can be computed from cases."""


class Rights(Row):
    """Which duties of the complaint pack's posts let somebody keep the records of others; of oneself nobody keeps them."""

    assess: tuple[Duty, ...] = Field(min_length=1)
    train: tuple[Duty, ...] = Field(min_length=1)
    conduct: tuple[Duty, ...] = Field(min_length=1)
    see: tuple[Duty, ...] = Field(min_length=1)


class Training(Row):
    """培训. ``when``: once after joining, again and again, or after a failed assessment.

    ``within_days``: so soon it must be passed. ``every_months``: periodic, since it was passed last. Without a ``pass_mark`` whoever
    was there has passed.
    """

    key: Key
    label: Words
    when: Literal["joining", "periodic", "failing"]
    within_days: int = Field(ge=1, le=366)
    every_months: int | None = Field(default=None, ge=1, le=60)
    pass_mark: int | None = Field(default=None, ge=1, le=100)


class Part(Row):
    """A part of an assessment, of 100: computed where it has a ``figure``, else completed by hand."""

    key: Key
    label: Words
    weight: int = Field(ge=1, le=100)
    figure: Figure | None = None


class Assessing(Row):
    """考核: every so many months, counted from January, of all who have one of the duties ``of``.

    A part for which there is nothing to measure weighs nothing.
    """

    of: tuple[Duty, ...] = Field(min_length=1)
    months: Literal[1, 2, 3, 4, 6, 12]
    pass_mark: int = Field(ge=1, le=100)
    parts: tuple[Part, ...] = Field(min_length=1, max_length=12)


class Measure(Row):
    """One way to praise or to discipline."""

    key: Key
    label: Words


class Confidentiality(Row):
    """保密义务: what is acknowledged, by when after joining, and after how many months again; a new ``version`` at once."""

    version: Line
    text: Words
    within_days: int = Field(ge=1, le=366)
    every_months: int | None = Field(default=None, ge=1, le=60)


class Personnel(Row):
    """One institution's rules for its people."""

    id: PackId
    title: Words
    version: Line
    rights: Rights
    trainings: tuple[Training, ...] = Field(min_length=1)
    assessment: Assessing
    praise: tuple[Measure, ...] = Field(min_length=1)
    discipline: tuple[Measure, ...] = Field(min_length=1)
    confidentiality: Confidentiality

    @property
    def after_failing(self) -> Training:
        return next(row for row in self.trainings if row.when == "failing")

    def training(self, key: str) -> Training | None:
        return next((row for row in self.trainings if row.key == key), None)

    def label_of_training(self, key: str) -> str:
        """A key that is in the rules no more stands for itself."""
        return next((row.label.zh for row in self.trainings if row.key == key), key)

    def label_of_part(self, key: str) -> str:
        return next((row.label.zh for row in self.assessment.parts if row.key == key), key)

    def label_of_measure(self, kind: str, key: str) -> str:
        return next((row.label.zh for row in self.measures(kind) if row.key == key), key)

    def measures(self, kind: str) -> tuple[Measure, ...]:
        return self.praise if kind == "praise" else self.discipline


def load_personnel(id_or_path: str = DEFAULT) -> Personnel:
    """The rules that come with the product, or those in the operator's own file. Raises PolicyError, a line per problem."""
    return default_personnel() if id_or_path == DEFAULT else read_personnel(id_or_path, content_of(Path(id_or_path)))


@cache
def default_personnel() -> Personnel:
    return read_personnel(_DEFAULT_FILE.name, _DEFAULT_FILE.read_bytes())


def read_personnel(file: str, content: bytes) -> Personnel:
    """Checked rules from the bytes of a file; ``file`` is only what messages call it. Raises PolicyError."""
    raw = parsed(file, content)
    problems = list(_problems(raw))
    if problems:
        raise PolicyError("\n".join(in_words(problem, raw, file) for problem in problems))
    return Personnel.model_validate(raw, strict=True)


def _problems(raw: dict[str, Any]) -> Iterator[Problem]:
    try:
        rules = Personnel.model_validate(raw, strict=True)
    except ValidationError as error:
        yield from from_validation(error)
        return
    for table in ("trainings", "praise", "discipline"):
        yield from _twice((table,), [row.key for row in getattr(rules, table)])
    yield from _twice(("assessment", "parts"), [part.key for part in rules.assessment.parts])
    yield from _trainings(rules)
    if sum(part.weight for part in rules.assessment.parts) != 100:
        yield Problem(("assessment", "parts"), "weights", "personnel")


def _twice(at: tuple[str, ...], keys: list[str]) -> Iterator[Problem]:
    for key, count in Counter(keys).items():
        if count > 1:
            yield Problem(at, "twice", "personnel", {"key": key})


def _trainings(rules: Personnel) -> Iterator[Problem]:
    for index, row in enumerate(rules.trainings):
        if (row.every_months is not None) is not (row.when == "periodic"):
            yield Problem(("trainings", index, "every_months"), "every_months", "personnel")
    if [row.when for row in rules.trainings].count("failing") != 1:
        yield Problem(("trainings",), "one_failing", "personnel")
