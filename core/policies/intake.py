"""What a pack says of taking a complaint in: its fields, categories, exclusions, privacy, evidence, and how it looks. Pure."""

from __future__ import annotations

from datetime import time, timedelta
from functools import cached_property
from typing import Literal

from pydantic import Field

from core.policies.row import Key, Line, Row, Words

FieldKind = Literal[
    "name", "phone", "respondent", "facts", "claim", "place", "address", "date", "time",
    "line", "vehicle", "order_no", "part_no", "quantity", "money", "choice", "text",
]  # fmt: skip
"""What a field holds. Kinds that understanding can read from a sentence fill the field wherever it is said;
``text`` takes any words, ``choice`` one of the field's options."""


class OfficeHours(Row):
    """Opening hours on each working day; several rows make a noon break."""

    opens_at: time
    closes_at: time


class Institution(Row):
    """Who answers. ``visit`` is where a person can come or call when chat is not for them."""

    name: Words
    phone: Line
    visit: Words
    hours: tuple[OfficeHours, ...] = Field(min_length=1)
    reply_minutes: int = Field(ge=1, le=7 * 24 * 60, description="expected wait for a person, in office minutes")


class NumberFormat(Row):
    """How a complaint number looks.

    ``pattern`` has ``{yyyy}`` or ``{yy}``, ``{mm}``, ``{dd}``, ``{seq:N}`` (once, at least N digits, more when they run out) and
    ``{check}`` (ISO 7064). The running number restarts when the parts of ``restart`` change.
    """

    pattern: Line
    restart: Literal["never", "year", "month"]
    check: Literal["none", "mod11_10", "mod37_36", "mod97_10"] = "none"


class Option(Row):
    """One answer of a ``choice`` field, or a known place or unit. ``aliases`` are other ways to say it."""

    key: Key
    label: Words
    aliases: tuple[Line, ...] = ()


class Field_(Row):  # noqa: N801 — pydantic has the name without the line.
    """One thing to ask. The order of the rows is the order of the questions.

    ``help`` says why it is asked (one line), ``example`` what an answer looks like. ``personal`` marks what identifies
    the complainant. ``options``: the answers of a ``choice``, or the known names that a place or respondent is matched against.
    """

    key: Key
    label: Words
    question: Words
    kind: FieldKind
    required: bool
    personal: bool = False
    help: Words
    example: Words
    options: tuple[Option, ...] = ()
    max_characters: int = Field(default=200, ge=1, le=5000)


class Category(Row):
    """What a complaint can be about. ``keywords`` vote for it; ``unit`` is who looks into it.

    The category with key ``other`` must be there and comes last.
    """

    key: Key
    label: Words
    keywords: tuple[Line, ...] = ()
    unit: Words


class Exclusion(Row):
    """A matter this institution may not take, by words that show it, with the reason and the place to go instead.

    All of ``all_of`` and at least one of ``any_of`` (where given) must occur in the facts.
    """

    key: Key
    label: Words
    any_of: tuple[Line, ...] = Field(min_length=1)
    all_of: tuple[Line, ...] = ()
    reason: Words
    go_to: Words


class Anonymity(Row):
    """Whether a complaint may be made without a name, and what that means."""

    allowed: bool
    explain: Words


class Privacy(Row):
    """The notice that is agreed to before the first personal detail. ``version`` is kept with the consent."""

    version: Line
    notice: Words
    keep_years: int = Field(ge=1, le=30)


class EvidenceLimits(Row):
    """What may be attached to one complaint."""

    max_files: int = Field(ge=0, le=100)
    max_megabytes: int = Field(ge=1, le=200)
    kinds: tuple[Literal["photo", "voice", "video", "file"], ...] = ("photo", "voice", "video", "file")


class Drafts(Row):
    """How long an unfinished complaint waits."""

    resume_after_minutes: int = Field(
        ge=1, description="silence after which the next contact is asked whether to go on"
    )
    remind_after_hours: int = Field(ge=1)
    expire_after_days: int = Field(ge=1, le=365)

    @cached_property
    def resume_after(self) -> timedelta:
        return timedelta(minutes=self.resume_after_minutes)

    @cached_property
    def remind_after(self) -> timedelta:
        return timedelta(hours=self.remind_after_hours)


class Receipt(Row):
    """What the complainant is told at once. ``promise`` is the clock by whose end they hear; ``steps`` what happens until then."""

    promise: Key
    then: Key | None = Field(
        default=None, description="the clock promised once the case is accepted, where that is another one"
    )
    hear_what: Words = Field(description="what they will hear by then: 是否受理, 处理结果 ...")
    steps: tuple[Words, ...] = Field(min_length=1, max_length=5)


class Lookup(Row):
    """Asking from elsewhere than the chat that filed: number and query code, or the phone's last four where allowed."""

    phone_last_four: bool = False
    failures: int = Field(default=5, ge=1, le=20)
    lock_hours: int = Field(default=24, ge=1, le=168)


class FollowUp(Row):
    """After filing: how often one may urge, until when one may reopen, by how much a broken promise is put off, by when a
    notice must be known, and when people hear of us unasked: that work goes on, and whether they were content.

    Where no chat has brought a notice some days before it must be known, staff are asked to tell it. What is 0 of the last
    three is not done.
    """

    urge_every_hours: int = Field(default=24, ge=1)
    reopen_within_days: int = Field(default=15, ge=0)
    apology_working_days: int = Field(default=3, ge=1)
    ask_staff_after_working_days: int = Field(default=2, ge=1, le=60)
    known_within_working_days: int = Field(default=5, ge=1, le=60)
    progress_after_working_days: int = Field(default=7, ge=0, le=60)
    survey_after_hours: int = Field(default=24, ge=0, le=720)
    survey_again_after_days: int = Field(default=3, ge=0, le=30)
