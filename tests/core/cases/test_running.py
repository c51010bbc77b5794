"""The clocks of one case: they begin and end with its stages, stand still and go on, and nothing is lost on the way."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from core.cases import running
from core.cases.calendar import Calendar, Change, calendar, mark
from core.cases.running import STAGES
from core.cases.standing import stops_of
from core.errors import Refused
from core.policies.policy import ClockEnd, Policy
from core.store.case_clocks import Extended, Stop, StoredClock
from tests.core.cases.small_pack import Book, at, clock, pack

MONDAY = at("2026-11-23 10:00")
TUESDAY, THURSDAY = at("2026-11-24 11:00"), at("2026-11-26 11:00")

STEPS = pack(
    clock("receipt_given", "receipt", 24, "hour", "told"),
    clock("acceptance", "receipt", 2, ends_on="accepted"),
    clock("handover", "acceptance", 1, ends_on="assigned"),
    clock("findings", "acceptance", 10, ends_on="investigated", extension=(5, 2)),
    clock("decision", "findings", 5, ends_on="decided"),
    clock("answer", "acceptance", 20, ends_on="closed"),
    clock("feedback", "answer", 15, ends_on="marked"),
    clock("first_call", "receipt", 4, "hour", "marked"),
    clock("second_look", "review", 15, ends_on="reviewed"),
    promise="acceptance",
    then="answer",
)
"""Every stage, and what is beside them."""


def opened(rules: Policy = STEPS, when: datetime = MONDAY, level: str = "general", **told: bool) -> Book:
    return Book(running.opened(rules, level, when, calendar(), **told))


def happen(book: Book, stage: ClockEnd, when: datetime, rules: Policy = STEPS, round_: int = 0, **more: Any) -> None:
    level = more.pop("level", "general")
    book.apply(running.happened(rules, level, book.rows, stage, when, calendar(), round_, **more))


def relevel(book: Book, level: str, when: datetime, rules: Policy, **more: Any) -> None:
    book.apply(running.releveled(rules, level, book.rows, MONDAY, when, calendar(), more.pop("round_", 0), **more))


# ── stages ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_registration_begins_the_clocks_of_the_receipt_and_ends_what_is_told_at_once() -> None:
    book = opened()
    assert book.running == ["acceptance", "first_call"]
    assert book.ended() == {"receipt_given": (MONDAY, "told")}
    assert book.row("acceptance").due_at == at("2026-11-25 17:00")
    assert book.row("first_call").due_at == at("2026-11-23 14:00")


def test_a_receipt_that_is_sent_later_ends_its_clock_then() -> None:
    book = opened(told=False)
    assert book.running == ["receipt_given", "acceptance", "first_call"]
    book.apply(running.marked(STEPS, "general", book.rows, book.row("receipt_given"), TUESDAY, calendar()))
    assert book.ended() == {"receipt_given": (TUESDAY, "told")}


def test_a_stage_ends_its_clock_and_begins_what_follows_at_that_moment() -> None:
    book = opened()
    happen(book, "accepted", TUESDAY)
    assert book.ended()["acceptance"] == (TUESDAY, "accepted")
    assert book.running == ["first_call", "handover", "findings", "answer"]
    assert {book.row(key).started_at for key in ("handover", "findings", "answer")} == {TUESDAY}
    assert book.row("handover").due_at == at("2026-11-25 17:00")


def test_a_stage_that_leaps_over_others_ends_their_clocks_too() -> None:
    book = opened(told=False)
    happen(book, "decided", TUESDAY)
    assert book.running == ["first_call", "answer"]
    assert book.ended() == dict.fromkeys(
        ("receipt_given", "acceptance", "handover", "findings", "decision"), (TUESDAY, "decided")
    )


def test_a_stage_without_a_clock_changes_nothing() -> None:
    rules = pack(clock("reply", "receipt", 5))
    book = opened(rules)
    happen(book, "assigned", TUESDAY, rules)
    assert (book.running, book.ended()) == (["reply"], {})


def test_closing_ends_what_waits_for_a_mark_but_not_what_begins_by_it() -> None:
    book = opened()
    happen(book, "closed", THURSDAY)
    assert book.running == ["feedback"]
    assert book.row("feedback").started_at == THURSDAY
    assert book.ended()["first_call"] == (THURSDAY, "closed")


def test_a_mark_ends_one_clock_alone() -> None:
    book = opened()
    book.apply(running.marked(STEPS, "general", book.rows, book.row("first_call"), TUESDAY, calendar()))
    assert book.running == ["acceptance"]
    assert book.ended()["first_call"] == (TUESDAY, "marked")


def test_what_follows_a_mark_ends_at_once_where_its_stage_is_over() -> None:
    rules = pack(
        clock("call", "receipt", 4, "hour", "marked"),
        clock("visit", "call", 2, ends_on="assigned"),
        clock("reply", "visit", 5),
    )
    for known in ("rows", "status"):
        book = opened(rules)
        reached = "assigned" if known == "status" else ""
        if known == "rows":
            book.rows.append(replace(book.row("call"), id=1, clock="other", ended_at=MONDAY, ended_by="investigated"))
        book.apply(running.marked(rules, "general", book.rows, book.row("call"), TUESDAY, calendar(), reached=reached))
        assert book.row("visit").ended_at == TUESDAY
        assert book.running == ["reply"]


@pytest.mark.parametrize("by", ["declined", "referred", "withdrawn", "merged"])
def test_where_the_case_goes_elsewhere_all_clocks_end_and_none_begins(by: str) -> None:
    book = opened()
    happen(book, "accepted", TUESDAY)
    before = len(book.rows)
    book.apply(running.all_ended(book.rows, by, THURSDAY))
    assert (book.running, len(book.rows)) == ([], before)
    assert book.ended()["answer"] == (THURSDAY, by)
    assert book.ended()["acceptance"] == (TUESDAY, "accepted"), "what had ended stays as it was"


def test_a_new_round_begins_anew_with_receipt_and_acceptance_behind_it() -> None:
    book = opened()
    happen(book, "closed", TUESDAY)
    book.apply(running.all_ended(book.rows, "reopened", THURSDAY))
    book.begin(running.again(STEPS, "general", THURSDAY, calendar(), 1))
    assert book.running == ["handover", "findings", "answer", "first_call"]
    assert book.ended(1) == {"receipt_given": (THURSDAY, "accepted"), "acceptance": (THURSDAY, "accepted")}
    happen(book, "closed", at("2026-11-30 10:00"), round_=1)
    assert book.running == ["feedback"]
    assert book.row("feedback", 1).started_at == at("2026-11-30 10:00")


def test_a_clock_of_a_former_round_has_no_followers_in_the_new_one() -> None:
    rules = pack(
        clock("reply", "receipt", 5), clock("feedback", "reply", 15, ends_on="marked"), clock("end", "feedback", 5)
    )
    book = opened(rules)
    happen(book, "closed", TUESDAY, rules)
    book.begin(running.again(rules, "general", THURSDAY, calendar(), 1))
    happen(book, "closed", at("2026-11-27 10:00"), rules, round_=1)
    assert book.row("feedback").ended_at == at("2026-11-27 10:00")
    assert [row.round for row in book.rows if row.ended_at is None] == [1]


def test_a_review_has_clocks_of_its_own_until_it_is_done() -> None:
    book = opened()
    happen(book, "closed", TUESDAY)
    book.begin(running.review_asked(STEPS, "general", THURSDAY, calendar(), 0))
    assert book.running == ["feedback", "second_look"]
    assert book.row("second_look").due_at == at("2026-12-17 17:00")
    happen(book, "reviewed", at("2026-12-01 10:00"))
    assert book.running == ["feedback"]
    assert book.ended()["second_look"] == (at("2026-12-01 10:00"), "reviewed")


def test_a_review_ends_all_that_it_began() -> None:
    rules = pack(
        clock("reply", "receipt", 5),
        clock("plan", "review", 2),
        clock("second", "plan", 15, ends_on="reviewed"),
        clock("after", "second", 9, ends_on="marked"),
    )
    book = opened(rules)
    happen(book, "closed", TUESDAY, rules)
    book.begin(running.review_asked(rules, "general", THURSDAY, calendar(), 0))
    assert book.running == ["plan"], "that the case is closed does not end it"
    happen(book, "reviewed", at("2026-12-01 10:00"), rules)
    assert book.running == ["after"]
    assert book.row("second").ended_at == at("2026-12-01 10:00")


@pytest.mark.parametrize("stage", STAGES)
def test_after_each_stage_only_later_ones_are_waited_for(stage: ClockEnd) -> None:
    book = opened(told=False)
    happen(book, stage, TUESDAY)
    waited_for = {STEPS.clock(key).ends_on for key in book.running}
    assert waited_for <= {*STAGES[STAGES.index(stage) + 1 :], "marked"}
    assert {row.ended_by for row in book.rows if row.ended_at} == {stage}


# ── levels ───────────────────────────────────────────────────────────────────────────────────────────────────────────

LEVELS = pack(
    clock("acceptance", "receipt", 2, ends_on="accepted"),
    clock("report", "receipt", 12, "hour", "marked", level="major"),
    clock("contact", "acceptance", 1, ends_on="assigned", level="general"),
    clock("expert", "acceptance", 8, ends_on="investigated", level="major"),
    clock("verdict", "expert", 8, ends_on="decided", level="major"),
    clock("reply", "acceptance", 10, level="general"),
    promise="acceptance",
    then="reply",
)


def test_each_level_has_its_own_clocks_and_the_common_ones() -> None:
    assert opened(LEVELS).running == ["acceptance"]
    assert opened(LEVELS, level="major").running == ["acceptance", "report"]


def test_another_level_ends_the_clocks_of_the_former_and_begins_its_own_since_then() -> None:
    book = opened(LEVELS)
    happen(book, "accepted", TUESDAY, LEVELS)
    relevel(book, "major", THURSDAY, LEVELS)
    assert book.running == ["report", "expert"]
    assert (book.row("report").started_at, book.row("expert").started_at) == (MONDAY, TUESDAY)
    assert book.row("expert").due_at == at("2026-12-04 17:00")
    assert book.row("report").alert_at is not None
    assert {book.ended()[key] for key in ("contact", "reply")} == {(THURSDAY, "level")}


def test_the_level_alone_begins_nothing_whose_stage_has_not_come() -> None:
    book = opened(LEVELS)
    relevel(book, "major", TUESDAY, LEVELS)
    assert book.running == ["acceptance", "report"]
    happen(book, "accepted", THURSDAY, LEVELS, level="major")
    assert book.running == ["report", "expert"]


def test_what_its_level_had_behind_it_ends_at_once() -> None:
    book = opened(LEVELS)
    happen(book, "accepted", TUESDAY, LEVELS)
    happen(book, "investigated", THURSDAY, LEVELS)
    later = at("2026-11-27 11:00")
    relevel(book, "major", later, LEVELS, reached="investigated")
    assert (book.row("expert").ended_at, book.row("expert").ended_by) == (THURSDAY, "investigated")
    assert (book.row("verdict").started_at, book.row("verdict").ended_at) == (THURSDAY, None)


def test_a_level_that_is_taken_back_lets_its_clocks_go_on() -> None:
    book = opened(LEVELS)
    happen(book, "accepted", TUESDAY, LEVELS)
    before = {key: book.row(key) for key in ("contact", "reply")}
    relevel(book, "major", THURSDAY, LEVELS)
    relevel(book, "general", at("2026-11-27 10:00"), LEVELS)
    assert {key: book.row(key) for key in before} == before
    assert {book.ended()[key][1] for key in ("report", "expert")} == {"level"}
    relevel(book, "major", at("2026-11-28 10:00"), LEVELS)
    assert book.running == ["report", "expert"]


def test_what_was_over_meanwhile_does_not_go_on() -> None:
    book = opened(LEVELS)
    happen(book, "accepted", TUESDAY, LEVELS)
    relevel(book, "major", THURSDAY, LEVELS)
    happen(book, "investigated", at("2026-11-27 10:00"), LEVELS, level="major")
    relevel(book, "general", at("2026-11-30 10:00"), LEVELS)
    assert book.running == ["reply"]


def test_in_a_new_round_a_level_s_clocks_run_since_its_beginning() -> None:
    book = opened(LEVELS)
    happen(book, "closed", TUESDAY, LEVELS)
    book.begin(running.again(LEVELS, "general", THURSDAY, calendar(), 1))
    relevel(book, "major", at("2026-11-27 10:00"), LEVELS, round_=1)
    assert {book.row(key, 1).started_at for key in ("report", "expert")} == {THURSDAY}


def test_time_that_stood_still_is_not_counted_for_another_level_either() -> None:
    book = opened(LEVELS)
    happen(book, "accepted", TUESDAY, LEVELS)
    book.put(running.stopped(book.rows, "appraisal", at("2026-11-25 11:00")))
    book.put(running.resumed(LEVELS, book.rows, at("2026-11-27 11:00"), calendar()))
    relevel(book, "major", at("2026-11-30 11:00"), LEVELS)
    assert book.row("expert").due_at == at("2026-12-08 17:00"), "two working days later"
    assert book.row("report").due_at == at("2026-11-23 22:00"), "which was over before"


def test_a_level_that_changes_while_time_stands_still_keeps_it_standing() -> None:
    book = opened(LEVELS)
    happen(book, "accepted", TUESDAY, LEVELS)
    book.put(running.stopped(book.rows, "appraisal", at("2026-11-25 11:00")))
    relevel(book, "major", THURSDAY, LEVELS)
    assert (book.row("expert").stops, book.row("expert").alert_at) == (book.row("reply").stops, None)
    book.put(running.resumed(LEVELS, book.rows, at("2026-11-30 11:00"), calendar()))
    relevel(book, "general", at("2026-12-01 11:00"), LEVELS)
    assert book.running == ["contact", "reply"]
    assert book.row("reply").due_at == at("2026-12-11 17:00"), "three days later, also those it slept"


def test_when_a_case_stood_still_is_told_by_those_who_saw_the_end_of_it() -> None:
    [row, *_] = opened(LEVELS).rows
    still = Stop(TUESDAY, None, "hearing")
    over = replace(row, stops=(still,), ended_at=THURSDAY, ended_by="closed")
    seen = replace(row, stops=(replace(still, until=at("2026-11-27 11:00")),))
    assert stops_of([over]) == (replace(still, until=THURSDAY),)
    assert stops_of([over, seen]) == stops_of([seen, over]) == seen.stops
    assert stops_of([over, replace(row, stops=(still,))]) == (still,)


# ── standing still, more time ────────────────────────────────────────────────────────────────────────────────────────


def test_what_runs_stands_still_once_and_goes_on_with_a_later_end() -> None:
    book = opened()
    happen(book, "accepted", TUESDAY)
    book.put(running.stopped(book.rows, "supplement", TUESDAY))
    assert running.stopped(book.rows, "hearing", THURSDAY) == ()
    assert all(book.row(key).stops == (Stop(TUESDAY, None, "supplement"),) for key in book.running)
    assert book.row("acceptance").stops == ()
    book.put(running.resumed(STEPS, book.rows, THURSDAY, calendar()))
    assert running.resumed(STEPS, book.rows, THURSDAY, calendar()) == ()
    assert book.row("handover").due_at == at("2026-11-27 17:00")
    assert book.row("handover").alert_at == at("2026-11-26 17:00")


def test_why_a_date_is_explained_day_by_day_with_what_was_not_counted() -> None:
    book = opened()
    book.put(running.stopped(book.rows, "supplement", TUESDAY))
    book.put(running.resumed(STEPS, book.rows, THURSDAY, calendar()))
    told = running.explained(STEPS, book.row("acceptance"), calendar())
    assert [(day.on.day, day.nth, day.stopped) for day in told] == [
        (24, 1, ""), (25, 0, "supplement"), (26, 0, "supplement"), (27, 2, ""),
    ]  # fmt: skip
    assert running.explained(STEPS, book.row("first_call"), calendar()) == ()


def test_what_begins_while_the_case_stands_still_stands_still_too() -> None:
    book = opened()
    book.put(running.stopped(book.rows, "supplement", TUESDAY))
    happen(book, "accepted", THURSDAY)
    assert book.row("answer").stops == (Stop(THURSDAY, None, "supplement"),)
    assert book.row("answer").alert_at is None
    book.put(running.resumed(STEPS, book.rows, at("2026-11-30 11:00"), calendar()))
    assert book.row("handover").due_at == at("2026-12-01 17:00")


@pytest.mark.parametrize(
    ("now", "late"), [("2026-11-25 17:00", False), ("2026-11-25 17:01", True), ("2026-11-24 09:00", False)]
)
def test_a_clock_is_overdue_behind_its_end(now: str, late: bool) -> None:
    acceptance = opened().row("acceptance")
    assert running.overdue(acceptance, at(now)) == late
    ended = replace(acceptance, ended_at=at(now), ended_by="accepted")
    assert running.overdue(ended, at("2027-01-01 10:00")) == late
    [still] = running.stopped([acceptance], "hearing", at("2026-11-25 12:00"))
    assert not running.overdue(still, at("2026-12-25 12:00"))
    [too_late] = running.stopped([acceptance], "hearing", at("2026-11-25 18:00"))
    assert running.overdue(too_late, at("2026-12-25 12:00"))


def findings(when: datetime = TUESDAY) -> StoredClock:
    book = opened()
    happen(book, "accepted", when)
    return book.row("findings")


def test_an_extension_follows_the_limit_and_is_remembered() -> None:
    row = findings()
    longer = running.extended(STEPS, row, THURSDAY, "staff:head", calendar())
    assert (row.due_at, longer.due_at) == (at("2026-12-08 17:00"), at("2026-12-15 17:00"))
    assert longer.extensions == (Extended(5, THURSDAY, "staff:head"),)
    again = running.extended(STEPS, longer, at("2026-12-15 17:00"), "staff:head", calendar())
    assert again.due_at == at("2026-12-22 17:00"), "at the last moment"
    with pytest.raises(Refused, match=r"^act\.extended_enough$"):
        running.extended(STEPS, again, at("2026-12-16 17:00"), "staff:head", calendar())


def test_an_extension_and_a_stop_add_up_in_either_order() -> None:
    def stop(row: StoredClock) -> StoredClock:
        [still] = running.stopped([row], "hearing", at("2026-11-26 12:00"))
        [on] = running.resumed(STEPS, [still], at("2026-11-30 12:00"), calendar())
        return on

    def extend(row: StoredClock) -> StoredClock:
        return running.extended(STEPS, row, at("2026-11-26 11:00"), "staff:head", calendar())

    assert stop(extend(findings())) == extend(stop(findings()))
    assert stop(extend(findings())).due_at == at("2026-12-17 17:00")


def test_only_what_runs_is_extended_and_only_in_time() -> None:
    row = findings()
    [still] = running.stopped([row], "hearing", THURSDAY)
    refused = {
        "act.not_extendable": (opened().row("acceptance"), TUESDAY),
        "act.too_late_to_extend": (row, row.due_at + timedelta(seconds=1)),
        "act.clock_stopped": (still, at("2026-11-27 10:00")),
    }
    for why, (which, when) in refused.items():
        with pytest.raises(Refused, match=f"^{why}$"):
            running.extended(STEPS, which, when, "staff:head", calendar())
    with pytest.raises(Refused, match=r"^act\.too_late_to_extend$"):
        running.extended(STEPS, replace(row, ended_at=TUESDAY, ended_by="closed"), THURSDAY, "staff:head", calendar())


# ── another calendar ─────────────────────────────────────────────────────────────────────────────────────────────────

WINTER = at("2026-12-21 10:00")
LATE = pack(
    clock("reply", "receipt", 15, extension=(5, 1)), clock("report", "receipt", 2), clock("feedback", "reply", 9)
)


def announced(**days: bool) -> Calendar:
    """The packaged calendar with 2027 as a notice has it: its first day and these."""
    changed = {date.fromisoformat(name[1:].replace("_", "-")): worked for name, worked in days.items()}
    marks = {on: mark(on, worked, "why") for on, worked in {date(2027, 1, 1): False, **changed}.items()}
    return calendar().after(Change("2027", marks, 2027, ("https://example.org",)))


def test_a_provisional_end_moves_with_the_notice_and_is_settled() -> None:
    rows = opened(LATE, WINTER).rows
    assert [(row.due_at, row.provisional) for row in rows] == [
        (at("2027-01-12 17:00"), True), (at("2026-12-23 17:00"), False),
    ]  # fmt: skip
    [moved] = running.recounted(LATE, rows, announced(_2027_01_04=False), WINTER)
    assert (moved.clock, moved.due_at, moved.provisional) == ("reply", at("2027-01-13 17:00"), False)
    assert moved.alert_at == at("2027-01-12 17:00")


def test_counting_a_second_time_changes_nothing() -> None:
    rows = opened(LATE, WINTER).rows
    days = announced(_2027_01_04=False)
    assert running.recounted(LATE, rows, calendar(), WINTER) == ()
    assert running.recounted(LATE, running.recounted(LATE, rows, days, WINTER), days, WINTER) == ()


def test_a_certain_end_stays_and_so_does_what_has_ended() -> None:
    book = opened(LATE, WINTER)
    other = calendar().after(Change("own", {date(2026, 12, 22): mark(date(2026, 12, 22), False, "why")}))
    assert [row.clock for row in running.recounted(LATE, book.rows, other, WINTER)] == ["reply"]
    happen(book, "closed", WINTER, LATE)
    over = [row for row in book.rows if row.ended_at]
    assert running.recounted(LATE, over, announced(_2027_01_04=False), WINTER) == ()


@pytest.mark.parametrize(
    ("now", "on"),
    [
        ("2027-01-11 16:00", "2027-01-11 17:00"),
        ("2027-01-11 18:00", "2027-01-12 17:00"),
        ("2027-01-13 09:00", "2027-01-12 17:00"),
    ],
    ids=["still ahead", "would be past", "is past"],
)
def test_an_end_that_is_past_or_would_be_is_settled_where_it_is(now: str, on: str) -> None:
    [row] = running.recounted(LATE, opened(LATE, WINTER).rows, announced(_2027_01_02=True), at(now))
    assert (row.due_at, row.provisional) == (at(on), False)


def test_stops_and_extensions_are_counted_again_with_the_rest() -> None:
    book = opened(LATE, WINTER)
    book.put(running.stopped(book.rows, "hearing", at("2026-12-22 10:00")))
    book.put(running.resumed(LATE, book.rows, at("2026-12-24 10:00"), calendar()))
    longer = running.extended(LATE, book.row("reply"), at("2026-12-25 10:00"), "staff:head", calendar())
    assert longer.due_at == at("2027-01-21 17:00")
    [moved] = running.recounted(LATE, [longer], announced(_2027_01_04=False), WINTER)
    assert moved.due_at == at("2027-01-22 17:00")
    assert (moved.stops, moved.extensions) == (longer.stops, longer.extensions)


# ── what lies ahead ──────────────────────────────────────────────────────────────────────────────────────────────────


def ahead(book: Book, rules: Policy = STEPS, level: str = "general") -> dict[str, str]:
    return {key: f"{due.on:%m-%d}" for key, due in running.projected(rules, level, book.rows, calendar()).items()}


def test_later_stages_are_supposed_to_begin_when_the_earlier_are_due() -> None:
    assert ahead(opened()) == {
        "receipt_given": "11-24", "acceptance": "11-25", "handover": "11-26", "findings": "12-09", "decision": "12-16",
        "answer": "12-23", "feedback": "01-14", "first_call": "11-23",
    }  # fmt: skip


def test_an_early_end_lets_the_next_begin_early_and_a_late_one_late() -> None:
    early, late = opened(), opened()
    happen(early, "accepted", TUESDAY)
    assert (ahead(early)["findings"], ahead(early)["decision"]) == ("12-08", "12-15")
    happen(late, "accepted", at("2026-11-30 10:00"))
    assert (ahead(late)["findings"], ahead(late)["answer"]) == ("12-14", "12-28")


def test_what_is_expected_after_an_end_in_doubt_is_in_doubt() -> None:
    ends = running.projected(LATE, "general", opened(LATE, WINTER).rows, calendar())
    assert {key: due.provisional for key, due in ends.items()} == {"reply": True, "report": False, "feedback": True}
    hours = pack(clock("reply", "receipt", 15), clock("after", "reply", 2, "hour"))
    assert running.projected(hours, "general", opened(hours, WINTER).rows, calendar())["after"].provisional


def test_of_a_new_round_only_its_own_clocks_are_told() -> None:
    book = opened()
    happen(book, "closed", TUESDAY)
    book.begin(running.again(STEPS, "general", THURSDAY, calendar(), 1))
    assert (ahead(book)["acceptance"], ahead(book)["answer"]) == ("11-30", "12-24")


def test_a_review_is_told_of_once_it_was_asked_for() -> None:
    book = opened()
    happen(book, "closed", TUESDAY)
    assert "second_look" not in ahead(book)
    assert running.review_promise(STEPS, book.rows, calendar()) is None
    book.begin(running.review_asked(STEPS, "general", THURSDAY, calendar(), 0))
    assert ahead(book)["second_look"] == "12-17"
    assert promised(book, accepted=True) == "12-17"


def promised(book: Book, rules: Policy = STEPS, level: str = "general", *, accepted: bool = False) -> str:
    return f"{running.promise(rules, accepted, level, book.rows, calendar()).on:%m-%d}"


def test_the_promise_is_the_acceptance_and_then_the_answer() -> None:
    book = opened()
    assert promised(book) == "11-25"
    assert promised(book, accepted=True) == "12-23"
    happen(book, "accepted", TUESDAY)
    assert promised(book, accepted=True) == "12-22"


def test_once_what_was_promised_has_ended_it_is_what_runs_from_its_end() -> None:
    rules = STEPS.model_copy(update={"receipt": STEPS.receipt.model_copy(update={"then": "findings"})})
    book = opened(rules)
    happen(book, "accepted", TUESDAY, rules)
    assert running.promised_clock(rules, True, "general", book.rows).key == "findings"
    happen(book, "investigated", THURSDAY, rules)
    assert running.promised_clock(rules, True, "general", book.rows).key == "decision"
    assert promised(book, rules, accepted=True) == "12-03"
    happen(book, "closed", at("2026-11-27 10:00"), rules)
    assert running.promised_clock(rules, True, "general", book.rows).key == "findings", "nothing runs from its end"


def test_once_the_promised_stage_is_over_what_runs_from_its_end_is_promised() -> None:
    rules = pack(
        clock("findings", "receipt", 5, ends_on="investigated"), clock("notice", "findings", 2), promise="findings"
    )
    book = opened(rules)
    assert promised(book, rules) == "11-30"
    happen(book, "investigated", TUESDAY, rules)
    assert promised(book, rules) == "11-26"
    happen(book, "closed", THURSDAY, rules)
    assert promised(book, rules) == "11-30", "the day that was named, for nothing runs any more"


def test_the_promise_moves_with_stops_and_extensions_of_what_comes_before_it() -> None:
    rules = pack(
        clock("findings", "receipt", 5, ends_on="investigated", extension=(3, 1)),
        clock("reply", "findings", 2),
        promise="reply",
    )
    book = opened(rules)
    assert promised(book, rules) == "12-02"
    book.put([running.extended(rules, book.row("findings"), TUESDAY, "staff:head", calendar())])
    assert promised(book, rules) == "12-07"
    book.put(running.stopped(book.rows, "hearing", TUESDAY))
    assert promised(book, rules) == "12-07", "until it goes on"
    book.put(running.resumed(rules, book.rows, THURSDAY, calendar()))
    assert promised(book, rules) == "12-09"


@pytest.mark.parametrize(("level", "on"), [("general", "12-08"), ("major", "12-16")])
def test_a_promise_of_another_level_is_put_off_to_the_end_of_its_own(level: str, on: str) -> None:
    book = opened(LEVELS, level=level)
    happen(book, "accepted", TUESDAY, LEVELS, level=level)
    assert promised(book, LEVELS, level, accepted=True) == on


def test_a_promise_whose_clock_sleeps_is_kept() -> None:
    rules = pack(
        clock("reply", "receipt", 10, level="general"), clock("report", "receipt", 12, "hour", "marked", level="major")
    )
    book = opened(rules)
    relevel(book, "major", TUESDAY, rules)
    assert promised(book, rules, "major") == "12-07"


def test_a_case_without_clocks_is_promised_from_its_beginning() -> None:
    due = running.promise(STEPS, False, "general", [], calendar(), since=MONDAY)
    assert (due.on, due.starts_at) == (date(2026, 11, 25), MONDAY)
    ends = running.projected(STEPS, "general", [], calendar(), since=MONDAY)
    assert ends["answer"].on == date(2026, 12, 23)
