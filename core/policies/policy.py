"""A policy pack: one institution's rules as checked, frozen values, and the door to all they are made of. Pure.

Packs are TOML files beside this module, or an operator's own file anywhere. Nothing in the code names a pack.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import cached_property

from pydantic import Field

from core.policies.intake import (
    Anonymity,
    Category,
    Drafts,
    EvidenceLimits,
    Exclusion,
    Field_,
    FieldKind,
    FollowUp,
    Institution,
    Lookup,
    NumberFormat,
    OfficeHours,
    Option,
    Privacy,
    Receipt,
)
from core.policies.row import Key, Line, PackId, Row, Words
from core.policies.working import (
    EVENTS,
    Authority,
    Calls,
    Clock,
    ClockEnd,
    Decision,
    Duty,
    Extension,
    Level,
    MajorRule,
    Measure,
    Post,
    Review,
    Rung,
    Stop,
    Work,
)

__all__ = [
    "EVENTS",
    "Anonymity",
    "Authority",
    "Calls",
    "Category",
    "Clock",
    "ClockEnd",
    "Decision",
    "Drafts",
    "Duty",
    "EvidenceLimits",
    "Exclusion",
    "Extension",
    "FieldKind",
    "Field_",
    "FollowUp",
    "Institution",
    "Key",
    "Level",
    "Line",
    "Lookup",
    "MajorRule",
    "Measure",
    "NumberFormat",
    "OfficeHours",
    "Option",
    "PackId",
    "Policy",
    "Post",
    "Privacy",
    "Receipt",
    "Review",
    "Rung",
    "Stop",
    "Words",
    "Work",
]


class Policy(Row):
    """One institution's rules."""

    id: PackId
    title: Words
    version: Line
    effective_from: date
    institution: Institution
    number: NumberFormat
    fields: tuple[Field_, ...] = Field(min_length=1)
    categories: tuple[Category, ...] = Field(min_length=2, max_length=7)
    exclusions: tuple[Exclusion, ...] = ()
    anonymity: Anonymity
    privacy: Privacy
    evidence: EvidenceLimits
    drafts: Drafts
    clocks: tuple[Clock, ...] = Field(min_length=1)
    receipt: Receipt
    posts: tuple[Post, ...] = Field(min_length=1)
    major: tuple[MajorRule, ...] = ()
    work: Work
    calls: Calls = Calls()
    decision: Decision
    review: Review = Review()
    lookup: Lookup = Lookup()
    follow_up: FollowUp = FollowUp()

    def field(self, key: str) -> Field_:
        return self._fields[key]

    def category(self, key: str) -> Category:
        return self._categories[key]

    def clock(self, key: str) -> Clock:
        return self._clocks[key]

    def post(self, key: str) -> Post:
        return self._posts[key]

    def measure(self, key: str) -> Measure:
        return self._measures[key]

    @cached_property
    def _posts(self) -> Mapping[str, Post]:
        return {post.key: post for post in self.posts}

    @cached_property
    def _measures(self) -> Mapping[str, Measure]:
        return {measure.key: measure for measure in self.decision.measures}

    @cached_property
    def _fields(self) -> Mapping[str, Field_]:
        return {field.key: field for field in self.fields}

    @cached_property
    def _categories(self) -> Mapping[str, Category]:
        return {category.key: category for category in self.categories}

    @cached_property
    def _clocks(self) -> Mapping[str, Clock]:
        return {clock.key: clock for clock in self.clocks}

    @cached_property
    def call_order(self) -> tuple[str, ...]:
        """The posts whose holders are called to what must not wait, the first one first."""
        leading = [post.key for post in self.posts if "leadership" in post.duties]
        first = self.calls.to or self.work.major_to or leading[:1]
        deputies = [deputy for key in first for deputy in self.post(key).deputies]
        return tuple(dict.fromkeys(first if self.calls.to else (*first, *deputies, *leading)))

    @cached_property
    def first_of(self) -> Mapping[str, Field_]:
        """The first field of each kind."""
        return {field.kind: field for field in reversed(self.fields)}

    @cached_property
    def personal_keys(self) -> tuple[str, ...]:
        """The keys of the fields that identify the complainant."""
        return tuple(field.key for field in self.fields if field.personal)
