"""Every reason for which something is refused, met once: it has words in both languages, and nothing changes by it.

One scene for each key, played at an institution with every stage, with two people for each post, and one new case.
"""

from __future__ import annotations

import itertools
import re
from collections import defaultdict
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path

import pytest

from core.cases import registration
from core.cases.acts.joining import MOST_REPRESENTATIVES
from core.errors import Refused
from core.people import staffing
from core.store import cases, staff
from core.store.unit_of_work import Store
from core.texts import load_texts
from tests.architecture.tree import ROOT
from tests.core.cases.desk import Desk, in_words
from tests.core.cases.routes import lead

SECTIONS = ("act", "register", "staff")
BESIDE = ("urge.too_soon", "reopen.too_late", "ask_review.too_late", "ask_review.once")
WORDS = "so it is"
STRING = re.compile(r'"((?:[^"\\\n]|\\.)*)"')
QUOTATION = re.compile("[\u4e00-\u9fff]{4}")
"""Less than that may be said of anything."""

Scene = Callable[[Desk, str], str]
SCENES: dict[str, Scene] = {}


def scene(key: str) -> Callable[[Scene], Scene]:
    def kept(played: Scene) -> Scene:
        assert key not in SCENES
        SCENES[key] = played
        return played

    return kept


# ── who ─────────────────────────────────────────────────────────────────────────────────────────────────────────────────


@scene("act.nobody")
def nobody_of_that_account(desk: Desk, number: str) -> str:
    return desk.refused(number, "accept", "nobody")


@scene("act.not_at_work")
def somebody_who_is_away(desk: Desk, number: str) -> str:
    desk.away("reception")
    return desk.refused(number, "accept", "reception")


@scene("act.not_your_post")
def somebody_in_another_post(desk: Desk, number: str) -> str:
    return desk.refused(number, "accept", "investigator")


@scene("act.separate_posts")
def somebody_in_two_posts_that_are_kept_apart(desk: Desk, number: str) -> str:
    desk.hire("both", "reception", "investigator")
    desk.work(number, "accept", "both")
    desk.work(number, "assign", "reception", handler="investigator")
    return desk.refused(number, "conclude", "both", words=WORDS)


@scene("act.not_yours")
def a_case_of_which_one_must_not_know(desk: Desk, number: str) -> str:
    desk.work(number, "recuse", "reception", words="my brother")
    return desk.refused(number, "accept", "reception")


@scene("act.other_post_approves")
def an_outcome_that_costs_more_than_a_post_may_spend(desk: Desk, number: str) -> str:
    lead(desk, number, "proposed", yuan="5000")
    return desk.refused(number, "approve", "head")


@scene("act.own_proposal")
def an_outcome_of_ones_own(desk: Desk, number: str) -> str:
    """Where the posts are not kept apart."""
    desk.changed(work=desk.policy.work.model_copy(update={"separate": ()}))
    desk.hire("both", "investigator", "head")
    lead(desk, number, "investigated")
    desk.work(number, "opine", "legal", words=WORDS)
    desk.work(number, "propose", "both", outcome="partly", words=WORDS)
    return desk.refused(number, "approve", "both")


@scene("act.own_approval")
def an_extension_of_ones_own(desk: Desk, number: str) -> str:
    desk.work(number, "accept", "reception")
    desk.work(number, "ask_extension", "head", words=WORDS)
    return desk.refused(number, "extend", "head")


@scene("act.own_interest_only")
def somebody_elses_interest(desk: Desk, number: str) -> str:
    return desk.refused(number, "recuse", "reception", staff="investigator", words="his aunt")


# ── when ────────────────────────────────────────────────────────────────────────────────────────────────────────────────


@scene("act.not_from_here")
def what_the_table_does_not_know(desk: Desk, number: str) -> str:
    return desk.refused(number, "close", "reception", words=WORDS, outcome="answered")


@scene("act.no_such_step")
def a_step_that_the_institution_does_not_have(desk: Desk, number: str) -> str:
    desk.changed(work=desk.policy.work.model_copy(update={"acceptance": False}))
    return desk.refused(number, "accept", "reception")


@scene("act.not_so_far")
def what_nobody_can_have_seen_yet(desk: Desk, number: str) -> str:
    return desk.refused(number, "note", "reception", words=WORDS, seen=desk.seen(number) + 1)


@scene("act.changed_since")
def what_somebody_else_changed_meanwhile(desk: Desk, number: str) -> str:
    seen = desk.seen(number)
    desk.work(number, "accept", "reception")
    return desk.refused(number, "note", "reception2", words=WORDS, seen=seen)


@scene("act.no_such_action")
def an_action_that_nobody_knows(desk: Desk, number: str) -> str:
    return str(desk.refusal(number, lambda: desk.work(number, "forget", "reception")))


@scene("act.needs_words")
def without_a_word(desk: Desk, number: str) -> str:
    return desk.refused(number, "refer", "reception", words=" ")


@scene("act.needs_note")
def without_a_word_for_the_case(desk: Desk, number: str) -> str:
    return desk.refused(number, "note", "reception")


@scene("act.needs_how_told")
def without_a_word_on_how_it_was_told(desk: Desk, number: str) -> str:
    return desk.refused(number, "tell", "reception", notice="1")


@scene("act.needs")
def without_what_a_step_needs(desk: Desk, number: str) -> str:
    return desk.refused(number, "set_level", "reception")


@scene("act.not_open")
def a_complainant_after_the_end(desk: Desk, number: str) -> str:
    lead(desk, number, "closed")
    return desk.refused_complainant(number, "urge")


@scene("act.not_closed")
def a_complainant_before_the_end(desk: Desk, number: str) -> str:
    return desk.refused_complainant(number, "rate", "5")


@scene("act.no_review")
def a_review_where_there_is_none(desk: Desk, number: str) -> str:
    desk.changed(review=desk.policy.review.model_copy(update={"allowed": False}))
    lead(desk, number, "closed")
    return desk.refused_complainant(number, "ask_review", WORDS)


@scene("ask_review.once")
def a_review_of_a_review(desk: Desk, number: str) -> str:
    lead(desk, number, "reviewing")
    desk.work(number, "uphold", "reviewer", words=WORDS)
    return desk.refused_complainant(number, "ask_review", WORDS)


@scene("ask_review.too_late")
def a_review_long_after_the_answer(desk: Desk, number: str) -> str:
    lead(desk, number, "closed")
    desk.later(days=desk.policy.review.within_days, minutes=1)
    return desk.refused_complainant(number, "ask_review", WORDS)


@scene("reopen.too_late")
def a_second_try_long_after_the_answer(desk: Desk, number: str) -> str:
    lead(desk, number, "closed")
    desk.later(days=desk.policy.follow_up.reopen_within_days, minutes=1)
    return desk.refused_complainant(number, "reopen", WORDS)


@scene("urge.too_soon")
def urging_twice_at_once(desk: Desk, number: str) -> str:
    desk.do(number, "urge")
    return desk.refused_complainant(number, "urge")


@scene("act.too_early_to_archive")
def while_the_complainant_may_object(desk: Desk, number: str) -> str:
    lead(desk, number, "closed")
    return desk.refused(number, "archive", "reception")


@scene("act.remedies_open")
def while_a_refund_is_owed(desk: Desk, number: str) -> str:
    lead(desk, number, "closed", measures="refund, apology")
    desk.later(days=40)
    return desk.refused(number, "archive", "reception")


@scene("act.clocks_open")
def while_a_step_after_the_answer_is_owed(desk: Desk, number: str) -> str:
    feedback = desk.policy.clock("hearing").model_copy(
        update={"key": "feedback", "starts_from": "result", "level": None}
    )
    desk.changed(clocks=(*desk.policy.clocks, feedback))
    lead(desk, number, "closed")
    desk.later(days=40)
    return desk.refused(number, "archive", "reception")


# ── what ────────────────────────────────────────────────────────────────────────────────────────────────────────────────


@scene("act.no_such_ground")
def a_ground_that_the_pack_does_not_know(desk: Desk, number: str) -> str:
    return desk.refused(number, "decline", "reception", ground="weather")


@scene("act.supplement_asked_before")
def asking_for_more_twice(desk: Desk, number: str) -> str:
    desk.work(number, "request_supplement", "reception", words="which lift?")
    desk.do(number, "supplement", "the one at the back")
    return desk.refused(number, "request_supplement", "reception", words="which floor?")


@scene("act.no_such_level")
def a_level_that_is_none(desk: Desk, number: str) -> str:
    return desk.refused(number, "set_level", "reception", level="middling")


@scene("act.level_already")
def the_level_that_it_has(desk: Desk, number: str) -> str:
    return desk.refused(number, "set_level", "reception", level="general")


@scene("act.no_such_category")
def a_category_that_the_pack_does_not_know(desk: Desk, number: str) -> str:
    return desk.refused(number, "set_category", "reception", category="weather")


@scene("act.no_such_kind")
def a_kind_of_record_that_is_none(desk: Desk, number: str) -> str:
    lead(desk, number, "investigating")
    return desk.refused(number, "record", "investigator", kind="dream", words=WORDS)


@scene("act.no_such_task")
def a_task_that_was_done_before(desk: Desk, number: str) -> str:
    desk.work(number, "add_task", "reception", words="call them")
    task = f"#{desk.seen(number)}"
    desk.work(number, "finish_task", "reception", task=task)
    return desk.refused(number, "finish_task", "reception", task=task)


@scene("act.no_such_notice")
def a_notice_of_another_case(desk: Desk, number: str) -> str:
    lead(desk, desk.open("another")[0].number, "accepted")
    return desk.refused(number, "tell", "reception", notice="#1", words=WORDS)


@scene("act.told_already")
def a_notice_that_was_told_before(desk: Desk, number: str) -> str:
    lead(desk, number, "accepted")
    [notice] = desk.notices(number)
    desk.work(number, "tell", "reception", notice=notice, words=WORDS)
    return desk.refused(number, "tell", "reception", notice=notice, words=WORDS)


@scene("act.opinion_first")
def a_proposal_before_the_opinion(desk: Desk, number: str) -> str:
    lead(desk, number, "investigated")
    return desk.refused(number, "propose", "investigator", outcome="partly", words=WORDS)


def _proposes(desk: Desk, number: str, **fields: str) -> str:
    lead(desk, number, "investigated")
    desk.work(number, "opine", "legal", words=WORDS)
    return desk.refused(number, "propose", "investigator", **({"outcome": "partly", "words": WORDS} | fields))


@scene("act.no_such_outcome")
def an_outcome_that_is_none(desk: Desk, number: str) -> str:
    return _proposes(desk, number, outcome="fine")


@scene("act.no_such_measure")
def a_measure_that_the_pack_does_not_know(desk: Desk, number: str) -> str:
    return _proposes(desk, number, measures="apology、cake")


@scene("act.not_yuan")
def an_amount_that_is_none(desk: Desk, number: str) -> str:
    return _proposes(desk, number, yuan="12.50")


@scene("act.meeting_first")
def a_weighty_matter_without_its_meeting(desk: Desk, number: str) -> str:
    desk.work(number, "set_level", "head", level="major")
    lead(desk, number, "proposed")
    return desk.refused(number, "approve", "head2")


@scene("act.needs_authority")
def a_meeting_that_does_not_say_whether_it_tells_the_authority(desk: Desk, number: str) -> str:
    lead(desk, number, "proposed")
    return desk.refused(number, "meet", "head", words=WORDS, authority="perhaps")


@scene("act.outcome_is_decided")
def another_outcome_than_was_approved(desk: Desk, number: str) -> str:
    lead(desk, number, "decided")
    return desk.refused(number, "close", "investigator", words=WORDS, outcome="unsubstantiated")


@scene("act.no_remedies")
def a_remedy_where_nothing_is_owed(desk: Desk, number: str) -> str:
    lead(desk, number, "decided")
    return desk.refused(number, "fulfil", "investigator", measure="repair")


@scene("act.no_such_remedy")
def a_remedy_that_nobody_owes(desk: Desk, number: str) -> str:
    lead(desk, number, "decided", measures="refund")
    return desk.refused(number, "fulfil", "investigator", measure="repair")


# ── to whom ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


def _assigns(desk: Desk, number: str, **fields: str) -> str:
    if desk.status(number) == "registered":
        desk.work(number, "accept", "reception")
    return desk.refused(number, "assign", "reception", **fields)


@scene("act.no_such_person")
def to_nobody(desk: Desk, number: str) -> str:
    return _assigns(desk, number, handler="nobody")


@scene("act.is_absent")
def to_somebody_who_is_away(desk: Desk, number: str) -> str:
    desk.away("investigator")
    return _assigns(desk, number, handler="investigator")


@scene("act.is_recused")
def to_somebody_who_must_not_know(desk: Desk, number: str) -> str:
    desk.work(number, "recuse", "head", staff="investigator", words="his aunt")
    return _assigns(desk, number, handler="investigator")


@scene("act.has_no_duty")
def to_somebody_in_another_post(desk: Desk, number: str) -> str:
    return _assigns(desk, number, handler="legal")


@scene("act.unit_recused")
def to_the_unit_that_is_complained_of(desk: Desk, number: str) -> str:
    desk.hire("li", "investigator", unit="后勤科")
    about = desk.open("other", answers={_respondent(desk): "后勤科"})[0].number
    return _assigns(desk, about, unit="后勤科")


def _respondent(desk: Desk) -> str:
    return desk.policy.first_of["respondent"].key


@scene("act.worked_on_it_before")
def to_whom_investigated_what_is_to_be_investigated_anew(desk: Desk, number: str) -> str:
    lead(desk, number, "reviewing")
    desk.work(number, "redo", "reviewer", words="nobody was asked")
    desk.later(minutes=1)
    return _assigns(desk, number, handler="investigator")


@scene("act.worked_on_it")
def a_review_to_whom_worked_on_it(desk: Desk, number: str) -> str:
    desk.hire("old", "reviewer")
    desk.work(number, "note", "old", words="I was there")
    lead(desk, number, "reviewing")
    return desk.refused(number, "assign_review", "head", handler="old")


@scene("act.other_reviewer")
def a_review_that_is_somebody_elses(desk: Desk, number: str) -> str:
    lead(desk, number, "reviewing")
    desk.work(number, "assign_review", "head", handler="reviewer")
    return desk.refused(number, "uphold", "reviewer2", words=WORDS)


@scene("act.not_recused")
def lifting_what_nobody_imposed(desk: Desk, number: str) -> str:
    return desk.refused(number, "lift_recusal", "head", staff="investigator", words=WORDS)


# ── time limits ─────────────────────────────────────────────────────────────────────────────────────────────────────────


@scene("act.no_such_stop")
def a_reason_for_which_clocks_do_not_stand_still(desk: Desk, number: str) -> str:
    return desk.refused(number, "suspend", "reception", reason="holidays", words=WORDS)


@scene("act.stopped_already")
def stopping_twice(desk: Desk, number: str) -> str:
    desk.work(number, "suspend", "reception", reason="hearing", words=WORDS)
    return desk.refused(number, "suspend", "reception", reason="appraisal", words=WORDS)


@scene("act.not_stopped")
def going_on_without_a_stop(desk: Desk, number: str) -> str:
    return desk.refused(number, "resume", "reception")


@scene("act.nobody_asked")
def an_extension_that_nobody_asked_for(desk: Desk, number: str) -> str:
    return desk.refused(number, "extend", "head")


@scene("act.not_extendable")
def an_extension_where_the_pack_has_none(desk: Desk, number: str) -> str:
    return desk.refused(number, "ask_extension", "reception", words=WORDS)


def _asks(desk: Desk, number: str, **fields: str) -> str:
    desk.work(number, "accept", "reception")
    return desk.refused(number, "ask_extension", "reception", words=WORDS, **fields)


@scene("act.no_such_clock")
def an_extension_of_what_does_not_run(desk: Desk, number: str) -> str:
    return _asks(desk, number, clock="acceptance")


@scene("act.which_clock")
def an_extension_of_one_of_several(desk: Desk, number: str) -> str:
    more = desk.policy.clock("investigation").extension
    clocks = (row.model_copy(update={"extension": more}) if row.key == "result" else row for row in desk.policy.clocks)
    desk.changed(clocks=tuple(clocks))
    return _asks(desk, number)


@scene("act.clock_stopped")
def an_extension_of_what_stands_still(desk: Desk, number: str) -> str:
    desk.work(number, "accept", "reception")
    desk.work(number, "suspend", "reception", reason="hearing", words=WORDS)
    return desk.refused(number, "ask_extension", "reception", words=WORDS)


@scene("act.too_late_to_extend")
def an_extension_after_the_end(desk: Desk, number: str) -> str:
    desk.work(number, "accept", "reception")
    desk.later(days=60)
    return desk.refused(number, "ask_extension", "reception", words=WORDS)


@scene("act.extended_enough")
def a_second_extension(desk: Desk, number: str) -> str:
    desk.work(number, "accept", "reception")
    desk.work(number, "ask_extension", "reception", words=WORDS)
    desk.work(number, "extend", "head")
    return desk.refused(number, "ask_extension", "reception", words=WORDS)


@scene("act.ends_by_itself")
def marking_what_ends_by_itself(desk: Desk, number: str) -> str:
    return desk.refused(number, "mark", "reception", clock="acceptance")


# ── together ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def _merges(desk: Desk, number: str, master: str) -> str:
    return desk.refused(number, "merge", "reception", master=master)


@scene("act.no_such_master")
def joining_what_is_not_there(desk: Desk, number: str) -> str:
    return _merges(desk, number, "TS2026-99999")


@scene("act.no_master")
def joining_a_case_to_itself(desk: Desk, number: str) -> str:
    return _merges(desk, number, number)


@scene("act.represents_already")
def representing_twice(desk: Desk, number: str) -> str:
    desk.work(number, "merge", "reception", master=desk.open("master")[0].number)
    desk.work(number, "represent", "reception")
    return desk.refused(number, "represent", "reception")


@scene("act.representatives_enough")
def more_representatives_than_a_group_may_have(desk: Desk, number: str) -> str:
    joined = [desk.open(f"draft {index}")[0].number for index in range(MOST_REPRESENTATIVES + 1)]
    for each in joined:
        desk.work(each, "merge", "reception", master=number)
    for each in joined[:-1]:
        desk.work(each, "represent", "reception")
    return desk.refused(joined[-1], "represent", "reception")


# ── at the door ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def _registers(desk: Desk, channel: str = "visit", answers: dict[str, str] | None = None, **more: object) -> str:
    told = {"facts": "the lift is broken", "name": "anna", "phone": "13900000042"} | (answers or {})

    def attempt() -> None:
        desk.store.write(
            lambda uow: registration.register(
                uow,
                desk.office,
                staff.everybody(uow)[0],
                channel,
                told,
                desk.now,
                **more,  # type: ignore[arg-type]
            )
        )

    with pytest.raises(Refused) as refused:
        attempt()
    in_words(desk.office, refused.value, "")
    return str(refused.value)


@scene("register.no_such_channel")
def by_pigeon(desk: Desk, number: str) -> str:
    return _registers(desk, "pigeon")


@scene("register.no_such_field")
def an_answer_to_what_nobody_asks(desk: Desk, number: str) -> str:
    return _registers(desk, answers={"shoe_size": "43"})


@scene("register.missing")
def without_the_facts(desk: Desk, number: str) -> str:
    return _registers(desk, answers={"facts": " "})


@scene("register.too_long")
def more_than_a_field_takes(desk: Desk, number: str) -> str:
    facts = desk.policy.first_of["facts"]
    return _registers(desk, answers=_answers(desk) | {"facts": "x" * (facts.max_characters + 1)})


@scene("register.no_such_option")
def an_answer_that_is_not_among_the_options(desk: Desk, number: str) -> str:
    field = next(row for row in desk.policy.fields if row.kind == "choice")
    return _registers(desk, answers=_answers(desk) | {field.key: "none of them"})


@scene("register.no_such_category")
def a_matter_that_the_pack_does_not_know(desk: Desk, number: str) -> str:
    return _registers(desk, answers=_answers(desk), category="weather")


@scene("register.not_anonymous")
def without_a_name_where_one_is_needed(desk: Desk, number: str) -> str:
    desk.changed(anonymity=desk.policy.anonymity.model_copy(update={"allowed": False}))
    return _registers(desk, answers=_answers(desk), anonymous=True)


def _answers(desk: Desk) -> dict[str, str]:
    """Something for whatever is asked."""
    return {row.key: row.options[0].key if row.kind == "choice" else "it is so" for row in desk.policy.fields}


# ── people ──────────────────────────────────────────────────────────────────────────────────────────────────────────────


def _hires(desk: Desk, account: str, *posts: str, name: str = "Anna") -> str:
    before = desk.office_lines()
    with pytest.raises(Refused) as refused:
        desk.hire(account, *posts, name=name)
    in_words(desk.office, refused.value, "")
    assert desk.office_lines() == before
    return str(refused.value)


@scene("staff.account")
def an_account_with_a_blank(desk: Desk, number: str) -> str:
    return _hires(desk, "two words", "legal")


@scene("staff.name")
def a_name_that_is_too_long(desk: Desk, number: str) -> str:
    return _hires(desk, "anna", "legal", name="x" * (staffing.LONGEST + 1))


@scene("staff.there_already")
def somebody_who_is_there_already(desk: Desk, number: str) -> str:
    return _hires(desk, "legal", "legal")


@scene("staff.no_such_post")
def a_post_that_the_pack_does_not_know(desk: Desk, number: str) -> str:
    return _hires(desk, "anna", "legal", "cook")


# ── all of them ─────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("key", sorted(SCENES))
def test_it_is_refused(sqlite_store: Store, now: datetime, key: str) -> None:
    desk = Desk(sqlite_store, now, "internal-rules", crew=False)
    desk.hire_for_each_post("", "2")
    number = desk.open()[0].number
    assert SCENES[key](desk, number) == key
    assert desk.store.read(lambda uow: cases.by_number(uow, number))


def test_there_is_a_scene_for_every_reason_that_has_words() -> None:
    keys = {key for key in load_texts().sentences["zh"] if key.partition(".")[0] in SECTIONS}
    assert set(SCENES) == keys | set(BESIDE)


def test_every_reason_that_the_rules_give_has_words_and_is_met() -> None:
    """In a scene, as every reason of what is done to a case is; or in another test, that of its room."""
    given = re.compile(r'Refused\(\s*"(?P<key>[a-z_.]+)"')
    rooms = [*(ROOT / "core/cases").rglob("*.py"), *(ROOT / "core/people").rglob("*.py")]
    named = {match["key"] for file in rooms for match in given.finditer(file.read_text())}
    sentences = load_texts().sentences["zh"]
    assert named - set(sentences) == set()
    of_cases = {key for key in named if key.partition(".")[0] in SECTIONS}
    assert of_cases - set(SCENES) == set()
    said, tests = {key: "\n".join(ways) for key, ways in sentences.items()}, strings_of_tests()
    assert {key for key in named - set(SCENES) if not is_met(key, said, tests)} == set()


def strings_of_tests() -> Mapping[str, set[str]]:
    """Every string that stands in another test, and in which: its folder and its name."""
    found = defaultdict[str, set[str]](set)
    for file in (ROOT / "tests").rglob("test_*.py"):
        for string in STRING.findall(file.read_text()) if file != Path(__file__) else ():
            found[string].add(f"{file.parent.name}/{file.stem}")
    return found


def is_met(key: str, said: Mapping[str, str], tests: Mapping[str, set[str]]) -> bool:
    """Whether a test names it: by its key, in a test of its own section by the end of that, or by words that it alone says."""
    section, _, name = key.partition(".")
    if key in tests or any(section in file for file in tests.get(name, ())):
        return True
    pieces = [piece.strip(" \n。") for piece in re.split(r"\{\w+\}", said[key])]
    quoted = (
        min(pair, key=len) for pair in itertools.product(pieces, tests) if pair[0] in pair[1] or pair[1] in pair[0]
    )
    return any(QUOTATION.search(words) and sum(words in each for each in said.values()) == 1 for words in quoted)
