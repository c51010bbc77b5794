"""What each step does: to the case, its clocks and its timeline, and what the complainant and staff hear of it."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import delete

from core.cases import rights, work
from core.cases.clocks import local_day
from core.errors import Refused
from core.messages import Address
from core.policies.load import load
from core.store import cases, claims, parts, queries, recusals, sessions
from core.store.tables import case_clock
from core.store.unit_of_work import Store, UnitOfWork
from tests.core.cases.desk import ANNA, WEI, Desk, at
from tests.core.cases.routes import lead

WORDS = "so it is"
DAY = timedelta(days=1)


@pytest.fixture
def desk(store: Store, now: datetime) -> Desk:
    """On both databases."""
    return Desk(store, now)


@pytest.fixture
def strict(sqlite_store: Store, now: datetime) -> Desk:
    """An institution with every stage, and two people for each post."""
    desk = Desk(sqlite_store, now, "internal-rules", crew=False)
    desk.hire_for_each_post("", "2")
    return desk


# ── the complainant ─────────────────────────────────────────────────────────────────────────────────────────────────────


def test_somebody_elses_case_looks_like_none(desk: Desk) -> None:
    case, _ = desk.open()
    ben = desk.arrives(Address("chat", "ben"))
    for number in (case.number, "DT2611-99996", "nonsense", ""):
        with pytest.raises(Refused, match=r"act\.not_yours"):
            desk.do(number, "withdraw", who=ben)
    assert desk.status(case.number) == "registered"


def test_urging_is_counted_has_a_pause_and_reaches_staff(desk: Desk) -> None:
    case, _ = desk.open()
    assert desk.do(case.number, "urge").urged_count == 1
    [alert] = desk.alerts()
    assert case.number in alert
    with pytest.raises(Refused, match=r"urge\.too_soon"):
        desk.do(case.number, "urge")
    desk.later(hours=desk.policy.follow_up.urge_every_hours)
    assert desk.do(case.number, "urge").urged_count == 2
    assert "2" in desk.alerts()[0]


def test_a_closed_case_can_be_rated_and_taken_up_again_for_a_while(desk: Desk) -> None:
    case, _ = desk.open()
    closed = desk.closed(case.number)
    assert (closed.status, closed.wake_at) == ("closed", desk.now + DAY)
    rated = desk.do(case.number, "rate", "2 nobody came")
    assert rated.rating == 2
    assert desk.store.read(lambda uow: cases.rating_reason(uow, rated)) == "nobody came"
    again = desk.do(case.number, "reopen", "it stopped again")
    assert (again.status, again.closed_at) == ("investigating", None)
    assert desk.promise_ends(again.number) == desk.clock(case.number, "completion").due_at
    assert desk.work_of(case.number).round == 1
    desk.work(case.number, "conclude", words=WORDS)
    desk.work(case.number, "close", words="now really", outcome="substantiated")
    desk.later(days=desk.policy.follow_up.reopen_within_days, seconds=1)
    with pytest.raises(Refused, match=r"reopen\.too_late"):
        desk.do(case.number, "reopen", "too late")


def test_a_matter_that_reads_alike_is_found_among_ones_own_open_cases(desk: Desk) -> None:
    case, _ = desk.open(facts="三楼的电梯坏了三天没有人来修")

    def alike(facts: str) -> str | None:
        return desk.store.read(lambda uow: work.find_alike(uow, desk.person, facts))

    assert alike("三楼电梯坏了三天，没人来修") == case.number
    assert alike("窗口的人态度很差") is None
    desk.do(case.number, "withdraw")
    assert alike("三楼电梯坏了三天，没人来修") is None


def test_what_is_withdrawn_has_no_clock_that_runs_and_no_day(desk: Desk) -> None:
    case, _ = desk.open()
    gone = desk.do(case.number, "withdraw")
    assert (gone.status, gone.closed_at, gone.wake_at) == ("withdrawn", desk.now, None)
    assert desk.ended(case.number) == {"completion": "withdrawn"}


# ── taking it or not ────────────────────────────────────────────────────────────────────────────────────────────────────


def test_what_staff_do_is_told_in_the_chat_in_the_same_transaction(desk: Desk) -> None:
    case, _ = desk.open()
    desk.investigated(case.number)
    desk.told()
    desk.work(case.number, "close", words="the lift runs", outcome="substantiated")
    [told] = desk.store.write(lambda uow: claims.claim(uow, desk.now, 10, 60))
    assert case.number in told.message.text
    assert "the lift runs" in told.message.text
    waiting = desk.store.read(queries.overview).outbox
    assert desk.refused(case.number, "close", words="twice", outcome="answered") == "act.not_from_here"
    assert desk.store.read(queries.overview).outbox == waiting


def test_acceptance_ends_its_clock_and_begins_those_behind_it(strict: Desk) -> None:
    case, _ = strict.open()
    strict.later(hours=2)
    accepted = strict.work(case.number, "accept", "reception")
    assert strict.ended(case.number) == {"acceptance": "accepted"}
    assert set(strict.running(case.number)) == {"first_contact", "investigation", "result"}
    assert {row.started_at for row in strict.rows(case.number)[1:]} == {strict.now}
    assert strict.promise_ends(accepted.number) == strict.clock(case.number, "result").due_at


def test_declining_tells_the_packs_reason_and_where_to_go_before_the_words_of_staff(strict: Desk) -> None:
    case, _ = strict.open()
    row = strict.policy.exclusions[0]
    declined = strict.work(case.number, "decline", "reception", ground=row.key, words="We are sorry.")
    [told] = strict.told()
    assert row.reason.zh in told
    assert told.index(row.reason.zh) < told.index(row.go_to.zh) < told.index("We are sorry.")
    assert (declined.status, declined.wake_at, strict.running(case.number)) == ("declined", None, [])


def test_declining_speaks_the_language_of_the_conversation(strict: Desk) -> None:
    def speak(uow: UnitOfWork) -> None:
        sessions.save(uow, sessions.load(uow, ANNA, strict.now), {"session": {"language": "en"}}, strict.now)

    strict.store.write(speak)
    case, _ = strict.open()
    row = strict.policy.exclusions[0]
    strict.work(case.number, "decline", "reception", ground=row.key)
    assert row.reason.en in strict.told()[0]


def test_a_supplement_stops_all_clocks_until_the_answer_is_there(strict: Desk) -> None:
    case, _ = strict.open()
    strict.work(case.number, "accept", "reception")
    strict.later(hours=1)
    stopped = strict.work(case.number, "request_supplement", "investigator", words="which lift?")
    assert "which lift?" in strict.told()[-1]
    assert stopped.wake_at is None
    assert strict.work_of(case.number).paused == "supplement"
    before = {row.clock: row for row in strict.rows(case.number) if row.ended_at is None}
    assert all(row.stops[-1].until is None and row.alert_at is None for row in before.values())
    strict.later(days=7)
    going_on = strict.do(case.number, "supplement", "the one at the back")
    after = {row.clock: row for row in strict.rows(case.number) if row.ended_at is None}
    assert all(row.stops[-1].until == strict.now and row.alert_at for row in after.values())
    assert all(after[key].due_at > row.due_at for key, row in before.items())
    assert strict.promise_ends(going_on.number) == after["result"].due_at
    assert strict.kinds(case.number)[-2:] == ["supplemented", "resumed"]
    assert not strict.work_of(case.number).paused


def test_more_that_nobody_asked_for_stops_and_resumes_nothing(strict: Desk) -> None:
    case, _ = strict.open()
    strict.work(case.number, "suspend", "reception", reason="hearing", words=WORDS)
    strict.do(case.number, "supplement", "and another thing")
    assert strict.work_of(case.number).paused == "hearing"
    assert strict.kinds(case.number)[-1] == "supplemented"


@pytest.mark.parametrize("reason", ["appraisal", "hearing", "other_body"])
def test_clocks_stand_still_for_what_the_pack_names_and_go_on_from_there(strict: Desk, reason: str) -> None:
    case, _ = strict.open()
    strict.work(case.number, "suspend", "reception", reason=reason, words="the expert comes on Friday")
    assert "the expert comes on Friday" in strict.told()[0]
    strict.later(days=3)
    resumed = strict.work(case.number, "resume", "reception")
    assert strict.promise_ends(resumed.number) == strict.clock(case.number, "acceptance").due_at
    assert strict.clock(case.number, "acceptance").stops[0].why == reason
    [told] = strict.told()
    assert f"{resumed.promised_on.day} 日" in told


def test_a_step_that_moves_the_case_ends_a_stop_by_itself(strict: Desk) -> None:
    case, _ = strict.open()
    strict.work(case.number, "suspend", "reception", reason="hearing", words=WORDS)
    strict.later(days=3)
    strict.work(case.number, "accept", "reception")
    assert not strict.work_of(case.number).paused
    assert strict.kinds(case.number)[-2:] == ["accepted", "resumed"]
    assert strict.promise_ends(case.number) == strict.clock(case.number, "result").due_at


def test_whoever_was_told_of_a_stop_is_told_of_its_end_and_nothing_that_was_for_colleagues(strict: Desk) -> None:
    case, _ = strict.open()
    lead(strict, case.number, "investigating")
    strict.work(case.number, "suspend", "investigator", reason="appraisal", words="the expert comes on Friday")
    strict.told()
    strict.later(days=9)
    going_on = strict.work(case.number, "conclude", "investigator", words="the porter lied")
    [told] = strict.told()
    assert f"{going_on.promised_on.day} 日" in told
    assert "the porter lied" not in told


# ── whose it is ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_case_is_assigned_to_somebody_and_so_to_their_unit(strict: Desk) -> None:
    case, _ = strict.open()
    strict.work(case.number, "accept", "reception")
    strict.told()
    investigator = strict.store.read(lambda uow: work.member_of(uow, "investigator"))
    assert strict.work(case.number, "assign", "reception", handler="investigator").status == "investigating"
    assert strict.work_of(case.number).handler_id == investigator.id
    assert strict.work_of(case.number).unit == "unit of investigator"
    assert "unit of investigator" in strict.told()[0]
    assert strict.ended(case.number)["first_contact"] == "assigned"


def test_another_unit_takes_it_from_who_had_it(strict: Desk) -> None:
    case, _ = strict.open()
    lead(strict, case.number, "investigating")
    strict.told()
    strict.work(case.number, "assign", "head", unit="the legal office")
    assert (strict.work_of(case.number).unit, strict.work_of(case.number).handler_id) == ("the legal office", None)
    assert strict.told() == [], "that it changes hands concerns the complainant no longer"


def test_the_level_changes_the_clocks_and_is_reported_upwards(strict: Desk) -> None:
    case, _ = strict.open()
    strict.later(hours=1)
    weighty = strict.work(case.number, "set_level", "head", level="major", words="two were hurt")
    assert weighty.level == "major"
    report = strict.clock(case.number, "leader_report")
    assert report.started_at == case.registered_at, "it has run since the complaint came"
    [alert] = strict.alerts()
    assert strict.policy.post("head").label.zh in alert
    assert "two were hurt" not in alert, "whoever reads the staff's chat need not be on the case"
    strict.later(hours=1)
    strict.work(case.number, "set_level", "head", level="general")
    assert strict.ended(case.number) == {"leader_report": "level"}


def test_another_category_is_written_down_with_the_former_one(strict: Desk) -> None:
    case, _ = strict.open()
    key = next(row.key for row in strict.policy.categories if row.key != case.category)
    assert strict.work(case.number, "set_category", "reception", category=key).category == key
    assert strict.entries(case.number)[-1].note == f"{case.category} → {key} "[:-1]


def test_whoever_leads_supervises_and_staff_hear_of_it(strict: Desk) -> None:
    case, _ = strict.open()
    strict.work(case.number, "supervise", "director", words="by Friday")
    assert strict.work_of(case.number).supervised
    assert case.number in strict.alerts()[0]
    assert strict.told() == []


# ── recusal ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_who_declares_an_interest_loses_the_case_at_once(strict: Desk) -> None:
    case, _ = strict.open()
    lead(strict, case.number, "investigating")
    strict.work(case.number, "recuse", "investigator", words="my brother works there")
    assert strict.work_of(case.number).handler_id is None
    assert strict.refused(case.number, "conclude", "investigator", words=WORDS) == "act.not_yours"
    investigator = strict.store.read(lambda uow: work.member_of(uow, "investigator"))
    assert strict.store.read(lambda uow: queries.count(uow, viewer=investigator.id)) == 0


def test_an_override_is_written_down_and_alerted_and_lets_them_act_again(strict: Desk) -> None:
    case, _ = strict.open()
    strict.work(case.number, "recuse", "head", staff="reception", words="his aunt")
    strict.alerts()
    strict.work(case.number, "lift_recusal", "head", staff="reception", words="nobody else is here")
    assert strict.entries(case.number)[-1].note == "reception: nobody else is here"
    [alert] = strict.alerts()
    assert "head" in alert
    assert strict.work(case.number, "accept", "reception").status == "accepted"
    [row] = strict.store.read(lambda uow: recusals.of_case(uow, case.id))
    assert (row.why, row.lifted_at) == ("ordered", strict.now)


def test_whom_a_complaint_names_cannot_act_in_it_whatever_they_were_called_then(strict: Desk) -> None:
    zhang = strict.hire("zhang", "investigator", name="张一凡")
    case, _ = strict.open(facts="活动中心的张一凡骂人")
    assert zhang.id in strict.store.read(lambda uow: recusals.away(uow, case.id))
    assert strict.refused(case.number, "note", "zhang", words=WORDS) == "act.not_yours"
    strict.work(case.number, "accept", "reception")
    assert strict.refused(case.number, "assign", "reception", handler="zhang") == "act.is_recused"


# ── investigating ───────────────────────────────────────────────────────────────────────────────────────────────────────


def test_records_tasks_and_notes_are_kept_for_colleagues_and_move_nothing(strict: Desk) -> None:
    case, _ = strict.open()
    lead(strict, case.number, "investigating")
    strict.told()
    clocks, day = strict.rows(case.number), strict.case(case.number).promised_on
    strict.work(case.number, "record", "investigator", kind="interview", words="asked the porter")
    strict.work(case.number, "add_task", "head", handler="investigator", words="ask the cook too")
    task = strict.seen(case.number)
    strict.work(case.number, "note", "investigator", words="on Monday")
    strict.work(case.number, "finish_task", "investigator", task=f"#{task}", words="he saw nothing")
    notes = [entry.note for entry in strict.entries(case.number)[-4:]]
    assert notes == [
        "interview: asked the porter",
        "investigator: ask the cook too",
        "on Monday",
        f"#{task} he saw nothing",
    ]
    assert not any(entry.public for entry in strict.entries(case.number)[-4:])
    assert (strict.rows(case.number), strict.case(case.number).promised_on) == (clocks, day)
    assert strict.told() == []


def test_progress_is_told_with_the_day(strict: Desk) -> None:
    case, _ = strict.open()
    strict.work(case.number, "report_progress", "reception", words="the technician was there")
    [told] = strict.told()
    assert "the technician was there" in told
    assert f"{case.promised_on.day} 日" in told


def test_findings_end_the_clock_of_the_investigation(strict: Desk) -> None:
    case, _ = strict.open()
    lead(strict, case.number, "investigating")
    strict.later(days=1)
    strict.work(case.number, "conclude", "investigator", words="it was broken")
    assert strict.ended(case.number)["investigation"] == "investigated"
    assert strict.clock(case.number, "investigation").ended_at == strict.now


def test_a_stage_of_the_packs_own_ends_when_staff_say_so(strict: Desk) -> None:
    case, _ = strict.open(facts="孩子在活动中心摔伤住院")
    strict.later(hours=1)
    strict.work(case.number, "mark", "reception", clock="leader_report", words="told by phone")
    assert strict.ended(case.number)["leader_report"] == "marked"
    assert strict.entries(case.number)[-1].note == "leader_report: told by phone"


# ── deciding ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def _proposed(desk: Desk, **fields: str) -> str:
    number = desk.open()[0].number
    lead(desk, number, "proposed", **fields)
    return number


def test_an_outcome_has_effect_when_the_post_that_the_pack_names_approves_it(strict: Desk) -> None:
    number = _proposed(strict, measures="apology，refund".replace("，", "、"), yuan="1999")
    assert strict.work_of(number).outcome == "substantiated"
    assert strict.work(number, "approve", "head").status == "decided"
    done = strict.work_of(number)
    assert (done.measures, done.remedies, done.yuan) == (("apology", "refund"), ("refund",), 1999)


@pytest.mark.parametrize(
    ("yuan", "post"), [("", "head"), ("2000", "head"), ("2001", "director"), ("999999999999", "director")]
)
def test_who_approves_depends_on_what_it_costs(strict: Desk, yuan: str, post: str) -> None:
    number = _proposed(strict, yuan=yuan)
    other = {"head": "director", "director": "head"}[post]
    assert strict.refused(number, "approve", other) == "act.other_post_approves"
    assert strict.work(number, "approve", post).status == "decided"


def test_what_is_sent_back_is_proposed_again_changed(strict: Desk) -> None:
    number = _proposed(strict, measures="refund", yuan="100")
    assert strict.work(number, "send_back", "head", words="too little").status == "investigated"
    assert (strict.work_of(number).outcome, strict.work_of(number).remedies, strict.work_of(number).yuan) == (
        "",
        (),
        None,
    )
    strict.work(number, "propose", "investigator", outcome="partly", words="more")
    assert strict.work(number, "approve", "head").status == "decided"
    assert strict.work_of(number).outcome == "partly"


@pytest.mark.parametrize(("told", "line"), [("yes", "authority_told"), ("no", "authority_not_told")])
def test_a_weighty_matter_is_decided_in_a_meeting_that_says_whom_it_tells(strict: Desk, told: str, line: str) -> None:
    number = strict.open()[0].number
    strict.work(number, "set_level", "head", level="major")
    lead(strict, number, "proposed")
    strict.work(number, "meet", "head", words="all agreed", authority=told)
    assert strict.kinds(number)[-2:] == ["met", line]
    assert strict.work(number, "approve", "head").status == "decided"


def test_a_meeting_from_before_it_was_sent_back_does_not_count(strict: Desk) -> None:
    number = strict.open()[0].number
    strict.work(number, "set_level", "head", level="major")
    lead(strict, number, "proposed")
    strict.work(number, "meet", "head", words="no", authority="no")
    strict.work(number, "send_back", "head", words="not so")
    strict.work(number, "propose", "investigator", outcome="partly", words="then so")
    assert strict.refused(number, "approve", "head") == "act.meeting_first"


def test_the_answer_names_outcome_and_measures_and_ends_all_clocks(strict: Desk) -> None:
    number = _proposed(strict, measures="refund")
    strict.work(number, "approve", "head")
    strict.told()
    strict.later(hours=1)
    closed = strict.work(number, "close", "reception", words="the lift was repaired")
    [told] = strict.told()
    for words in ("the lift was repaired", "情况属实", strict.policy.measure("refund").label.zh):
        assert words in told
    assert (closed.closed_at, closed.wake_at, strict.running(number)) == (strict.now, strict.now + DAY, [])
    assert strict.ended(number)["result"] == "closed"


def test_without_investigation_and_approval_the_answer_is_enough(sqlite_store: Store, now: datetime) -> None:
    desk = Desk(sqlite_store, now, "bus-company")
    case, _ = desk.open()
    assert desk.work(case.number, "close", words="the driver was spoken to", outcome="substantiated").status == "closed"
    assert desk.ended(case.number) == {"transfer": "closed", "completion": "closed"}
    assert desk.work_of(case.number).outcome == "substantiated"


def test_a_remedy_is_followed_until_it_is_done_and_told(strict: Desk) -> None:
    number = _proposed(strict, measures="refund,repair")
    strict.work(number, "approve", "head")
    strict.work(number, "close", "reception", words=WORDS)
    strict.told()
    strict.work(number, "fulfil", "reception", measure="refund", words="by bank transfer")
    [told] = strict.told()
    assert strict.policy.measure("refund").label.zh in told
    assert "by bank transfer" in told
    assert strict.work_of(number).remedies == ("repair",)
    assert strict.work_of(number).measures == ("refund", "repair")


# ── afterwards ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_review_has_its_own_clock_and_another_person(strict: Desk) -> None:
    number = strict.open()[0].number
    lead(strict, number, "closed")
    strict.later(days=1)
    asked = strict.do(number, "ask_review", "nobody asked my witness")
    assert strict.running(number) == ["second_look"]
    assert strict.promise_ends(asked.number) == strict.clock(number, "second_look").due_at
    assert strict.work_of(number).handler_id is None
    strict.later(minutes=1)
    strict.work(number, "assign_review", "head", handler="reviewer")
    strict.told()
    upheld = strict.work(number, "uphold", "reviewer", words="it stands")
    assert (upheld.status, upheld.wake_at, strict.running(number)) == ("closed", strict.now + DAY, [])
    assert strict.ended(number)["second_look"] == "reviewed"
    assert "it stands" in strict.told()[0]


def test_a_review_can_change_the_outcome(strict: Desk) -> None:
    number = strict.open()[0].number
    lead(strict, number, "reviewing", measures="explanation")
    strict.told()
    strict.work(number, "change", "reviewer", words="it was so after all", outcome="partly", measures="refund")
    [told] = strict.told()
    assert "部分情况属实" in told
    done = strict.work_of(number)
    assert (done.outcome, done.measures, done.remedies) == ("partly", ("refund",), ("refund",))


def test_a_review_can_have_it_investigated_anew_by_others(strict: Desk) -> None:
    number = strict.open()[0].number
    lead(strict, number, "reviewing")
    strict.later(minutes=1)
    again = strict.work(number, "redo", "reviewer", words="nobody was asked")
    assert (again.status, strict.work_of(number).round, again.closed_at) == ("investigating", 1, None)
    assert {"investigation", "result"} <= set(strict.running(number))
    assert all(row.started_at == strict.now for row in strict.rows(number) if row.round == 1)
    strict.later(minutes=1)
    strict.work(number, "assign", "head2", handler="investigator2")
    strict.work(number, "conclude", "investigator2", words=WORDS)
    assert strict.refused(number, "propose", "investigator2", outcome="partly", words=WORDS) == "act.opinion_first"


def test_who_investigated_before_a_redo_does_not_do_so_again(strict: Desk) -> None:
    number = strict.open()[0].number
    lead(strict, number, "reviewing")
    strict.later(minutes=1)
    strict.work(number, "redo", "reviewer", words="nobody was asked")
    strict.later(minutes=1)
    assert strict.refused(number, "conclude", "investigator", words=WORDS) == "act.worked_on_it_before"
    assert strict.work(number, "conclude", "investigator2", words=WORDS).status == "investigated"


@pytest.mark.parametrize("action", ["uphold", "change"])
def test_the_answer_to_a_review_ends_a_stop(strict: Desk, action: str) -> None:
    number = strict.open()[0].number
    lead(strict, number, "reviewing")
    strict.work(number, "suspend", "reception", reason="appraisal", words="at the laboratory")
    answered = strict.work(number, action, "reviewer", words=WORDS, outcome="partly")
    assert (answered.status, answered.wake_at, strict.work_of(number).paused) == ("closed", strict.now + DAY, "")
    assert "resumed" in strict.kinds(number)


def test_a_second_answer_can_be_reviewed_again(strict: Desk) -> None:
    number = strict.open()[0].number
    lead(strict, number, "reviewing")
    strict.work(number, "uphold", "reviewer", words=WORDS)
    assert strict.refused_complainant(number, "ask_review", WORDS) == "ask_review.once"
    strict.do(number, "reopen", "it is broken again")
    for action, by in (("conclude", "investigator2"), ("opine", "legal"), ("propose", "investigator2")):
        strict.work(number, action, by, words=WORDS, outcome="partly")
    strict.work(number, "approve", "head")
    strict.work(number, "close", "investigator2", words=WORDS)
    strict.later(minutes=1)
    assert strict.do(number, "ask_review", WORDS).status == "reviewing"


def test_the_archive_is_by_years_and_nothing_leaves_it(strict: Desk) -> None:
    strict.now = at("2026-12-20 10:00")
    number = strict.open()[0].number
    strict.now = at("2026-12-31 10:00")
    lead(strict, number, "closed")
    closed = strict.case(number)
    assert closed.closed_at
    assert local_day(closed.closed_at) == date(2026, 12, 31)
    strict.now = at("2027-02-20 10:00")
    assert strict.work(number, "archive", "reception").status == "archived"
    assert strict.work_of(number).volume == 2026
    assert strict.refused(number, "note", "head", words=WORDS) == "act.not_from_here"
    assert strict.refused_complainant(number, "reopen", WORDS) == "act.not_open"


def test_what_was_declined_goes_to_the_archive_at_once(strict: Desk) -> None:
    number = strict.open()[0].number
    lead(strict, number, "archived")
    assert strict.kinds(number)[1:] == ["declined", "archived"]


def test_what_ended_before_clocks_were_kept_goes_to_the_archive_too(strict: Desk) -> None:
    number = strict.open()[0].number
    lead(strict, number, "declined")
    strict.store.write(lambda uow: uow.connection.execute(delete(case_clock)))
    assert strict.work(number, "archive", "reception").status == "archived"
    assert strict.rows(number) == []


# ── rights ──────────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_deputy_acts_while_nobody_who_holds_the_post_is_there(strict: Desk) -> None:
    number = _proposed(strict)
    assert strict.refused(number, "approve", "director") == "act.other_post_approves"
    strict.away("head")
    assert strict.refused(number, "approve", "director") == "act.other_post_approves", "head2 is still there"
    strict.away("head2")
    assert strict.work(number, "approve", "director").status == "decided"
    director = strict.store.read(lambda uow: work.member_of(uow, "director"))
    taken = [
        (part.staff_id, part.post) for part in strict.store.read(lambda uow: parts.of_case(uow, strict.case(number).id))
    ]
    assert (director.id, "head") in taken


def test_a_deputy_acts_while_whoever_holds_the_post_must_not_know(strict: Desk) -> None:
    number = _proposed(strict)
    for account in ("head", "head2"):
        strict.work(number, "recuse", account, words="my aunt")
    assert strict.work(number, "approve", "director").status == "decided"


def test_everybody_acts_in_the_posts_they_have_now(strict: Desk) -> None:
    number = strict.open()[0].number
    assert strict.refused(number, "accept", "legal") == "act.not_your_post"
    strict.hire("new", "reception")
    assert strict.work(number, "accept", "new").status == "accepted"


def test_posts_that_are_kept_apart_do_not_meet_even_through_standing_in(strict: Desk) -> None:
    """An investigator who stands in for nobody; a director who stands in for the head, and took part as director before."""
    policy = strict.policy
    assert rights.meets_separate(policy, "head", ["investigator"])
    assert rights.meets_separate(policy, "head", ["reception", "legal"])
    assert not rights.meets_separate(policy, "head", ["head", "legal"])
    assert not rights.meets_separate(policy, "legal", ["head", "investigator"])
    number = strict.open()[0].number
    strict.hire("both", "investigator", "director")
    lead(strict, number, "investigating")
    strict.work(number, "record", "both", kind="visit", words=WORDS)
    assert strict.refused(number, "supervise", "both", words=WORDS) == "act.separate_posts"


# ── what was seen ───────────────────────────────────────────────────────────────────────────────────────────────────────


def test_who_saw_the_case_as_it_is_may_act(desk: Desk) -> None:
    case, _ = desk.open()
    assert desk.work(case.number, "assign", handler=WEI, seen=desk.seen(case.number)).status == "investigating"


def test_what_changed_since_is_told_with_who_and_when(desk: Desk) -> None:
    case, _ = desk.open()
    seen = desk.seen(case.number)
    desk.hire("xu", "officer", name="徐")
    desk.work(case.number, "assign", "xu", handler="xu")
    refused = desk.refusal(case.number, lambda: desk.work(case.number, "note", words=WORDS, seen=seen))
    assert str(refused) == "act.changed_since"
    assert "xu" in refused.facts["what"]
    assert "11-23 09:30" in refused.facts["what"]


def test_a_refusal_of_somebody_else_changes_nothing_for_who_saw_it_before(desk: Desk) -> None:
    case, _ = desk.open()
    seen = desk.seen(case.number)
    desk.refused(case.number, "archive")
    assert desk.kinds(case.number)[-1] == "refused"
    assert desk.work(case.number, "assign", handler=WEI, seen=seen).status == "investigating"


def test_an_attempt_is_kept_on_the_timeline_with_its_reason(desk: Desk) -> None:
    case, _ = desk.open()
    desk.refused(case.number, "archive")
    last = desk.entries(case.number)[-1]
    assert (last.kind, last.actor, last.public) == ("refused", f"staff:{WEI}", False)
    assert last.note.startswith("archive: ")
    assert "已登记" in last.note


def test_an_attempt_at_what_is_not_there_is_kept_by_the_office(desk: Desk) -> None:
    with pytest.raises(Refused, match=r"act\.not_yours"):
        desk.work("DT2611-99996", "close", words=WORDS)
    kind, actor, note = desk.office_lines(1)[0]
    assert (kind, actor) == ("refused", f"staff:{WEI}")
    assert note.startswith("DT2611-99996 close: ")


# ── under which rules ───────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_case_keeps_the_rules_it_was_opened_under(store: Store, now: datetime) -> None:
    """The institution no longer accepts first; what was promised before is done as it was promised."""
    before = Desk(store, now, "service-center")
    old, _ = before.open("old")
    plain = load("service-center")
    newer = plain.model_validate(
        plain.model_dump() | {"version": "next", "work": plain.work.model_dump() | {"acceptance": False}}
    )
    after = Desk(store, now, newer, crew=False)
    new, _ = after.open("new")
    assert (old.policy_version, new.policy_version) == (plain.version, "next")
    assert after.refused(old.number, "assign", handler=WEI) == "act.not_from_here"
    assert after.work(old.number, "accept").status == "accepted"
    assert after.work(new.number, "assign", handler=WEI).status == "investigating"
