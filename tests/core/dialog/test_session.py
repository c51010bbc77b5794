"""A conversation goes to the database and comes back the same."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import fields
from datetime import UTC, datetime
from typing import get_args

from hypothesis import given
from hypothesis import strategies as st

from core.dialog.session import MAX_PAST, Answer, Draft, File, Past, Session, Step
from core.messages import AttachmentKind, Choice, Language
from core.records import pack, unpack
from tests.architecture.tree import modules, parsed

WORDS = st.text(max_size=20)
TIMES = st.datetimes(timezones=st.just(UTC))
ANSWERS = st.builds(Answer, WORDS, WORDS, st.booleans())
STEPS = st.builds(Step, WORDS, WORDS)
FILES = st.builds(File, st.integers(1, 99), st.sampled_from(get_args(AttachmentKind)), WORDS)
MARKS = st.lists(WORDS, max_size=3).map(tuple)
DRAFTS = st.builds(
    Draft,
    id=WORDS,
    opened_at=TIMES,
    answers=st.dictionaries(WORDS, ANSWERS, max_size=3),
    category=WORDS,
    candidates=MARKS,
    files=st.lists(FILES, max_size=3).map(tuple),
    files_seen=st.integers(0, 99),
    passed=MARKS,
    flags=MARKS,
    anonymous=st.booleans(),
    relation=WORDS,
    asked=MARKS,
    reminded_at=st.none() | TIMES,
)
SESSIONS = st.builds(
    Session,
    language=st.sampled_from(get_args(Language)),
    consent=WORDS,
    step=STEPS,
    behind=st.none() | STEPS,
    options=st.lists(st.builds(Choice, WORDS, WORDS), max_size=3).map(tuple),
    serial=st.integers(0, 10**6),
    tries=st.integers(0, 3),
    draft=st.none() | DRAFTS,
    past=st.lists(st.builds(Past, STEPS, st.none() | DRAFTS).map(Past.to_text), max_size=2).map(tuple),
    stash=WORDS,
    held=st.none() | ANSWERS,
    rest=MARKS,
    cases=MARKS,
    last_at=st.none() | TIMES,
    greeted=st.booleans(),
    contact=st.dictionaries(WORDS, ANSWERS, max_size=2),
)


@given(SESSIONS)
def test_a_session_survives_the_way_through_json(session: Session) -> None:
    assert Session.from_state(unpack(pack(session))) == session


def test_a_person_who_never_wrote_has_an_empty_session() -> None:
    assert Session.from_state(None) == Session()


def test_a_state_from_before_a_field_was_added_is_read() -> None:
    state = unpack(pack(Session()))
    del state["greeted"]
    assert Session.from_state(state) == Session()


def test_only_the_last_moments_are_remembered() -> None:
    session = Session()
    for turn in range(MAX_PAST + 5):
        session = Session(step=Step("field", str(turn)), past=session.past).remember()
    assert len(session.past) == MAX_PAST
    assert session.last.step.about == str(MAX_PAST + 4)


def test_a_draft_keeps_each_mark_once() -> None:
    draft = Draft("1", datetime(2026, 11, 23, tzinfo=UTC))
    assert draft.flag("upset").flag("upset").flags == ("upset",)
    assert draft.pass_over("evidence").pass_over("evidence").passed == ("evidence",)


def _changes() -> Iterator[str]:
    """The names of all that a turn, a session or a draft is told to change."""
    for module in modules():
        for node in ast.walk(parsed(module)):
            if isinstance(node, ast.Call) and ast.unparse(node.func) in ("turn.change", "self.change", "changed"):
                yield from (keyword.arg for keyword in node.keywords if keyword.arg)


def test_only_what_a_record_has_is_changed() -> None:
    """Nothing looks at the names as they are changed: a misspelt one would be kept beside the right one."""
    known = {part.name for kind in (Session, Draft, Answer) for part in fields(kind)}
    assert set(_changes()) - known == set()
