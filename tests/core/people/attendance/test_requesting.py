"""What is asked for is decided by whose post it is, once, never by oneself; a correction reopens what was confirmed."""

from __future__ import annotations

from datetime import timedelta

import pytest

from core.errors import Refused
from core.people import staffing
from core.people.attendance import requesting
from core.people.attendance.requesting import LONGEST_WORDS, Wish
from core.store import attendance
from core.store.unit_of_work import Store
from tests.core.cases.desk import at
from tests.core.people.attendance.clockwork import BOSS, Clockwork, csv_file

LEAVE = ("leave", "2026-05-18 08:30", "2026-05-18 17:30")


@pytest.fixture
def office(store: Store) -> Clockwork:
    office = Clockwork(store, at("2026-04-30 10:00"), "attendance-fingerprint")
    office.hire("wang", "officer")
    office.hire("li", "officer")
    office.it_is("2026-05-14 10:00")
    return office


def test_who_may_decide_is_by_post_and_nobody_decides_on_their_own(office: Clockwork) -> None:
    asked, own = office.asks("wang", *LEAVE), office.asks(BOSS, *LEAVE)
    assert office.cannot_decide(asked, "li") == "not_yours_to_decide"
    assert office.cannot_decide(own) == "own_request"
    office.hire("head", "leader")
    assert office.decides(own, "head").state == "approved"
    assert office.decides(asked).state == "approved"
    assert [line[:2] for line in office.office_lines(2)] == [
        ("attendance_approved", f"staff:{BOSS}"),
        ("attendance_approved", "staff:head"),
    ]


def test_a_deputy_decides_while_whoever_decides_is_away(office: Clockwork) -> None:
    asked = office.asks("wang", *LEAVE)
    office.away(BOSS)
    assert office.cannot_decide(asked) == "not_yours_to_decide"
    office.hire("head", "leader")
    assert office.decides(asked, "head").decided_by == office.member("head").id


def test_the_same_asked_twice_is_asked_once(office: Clockwork) -> None:
    first = office.asks("wang", *LEAVE)
    assert office.asks("wang", *LEAVE) == first
    check = ("forgot", "2026-05-14 08:30", "", "in")
    assert office.asks("wang", *check) == office.asks("wang", *check)
    assert len(office.store.read(attendance.asked)) == 2
    office.decides(first, note="有检查", approve=False)
    assert office.asks("wang", *LEAVE).id != first.id, "what was refused can be asked again"


def test_a_decision_is_made_once_needs_a_reason_against_and_can_be_taken_back(office: Clockwork) -> None:
    asked = office.asks("wang", *LEAVE)
    assert office.cannot_decide(asked, approve=False) == "needs_note"
    office.decides(asked)
    assert office.cannot_decide(asked) == "decided_already"
    taken_back = office.decides(asked, note="临时有检查", approve=False)
    assert (taken_back.state, taken_back.note) == ("refused", "临时有检查")
    assert office.cannot_decide(asked, note="再驳", approve=False) == "decided_already"


def test_there_is_no_such_request(office: Clockwork) -> None:
    asked = office.asks("wang", *LEAVE)
    ghost = type(asked)(**{name: getattr(asked, name) for name in asked.__dataclass_fields__} | {"id": 999})
    assert office.cannot_decide(ghost) == "no_such_request"


@pytest.mark.parametrize(
    ("kind", "begins", "ends", "becomes", "why"),
    [
        ("leave", "2026-05-18 17:30", "2026-05-18 08:30", "", "span"),
        ("leave", "2026-05-18 08:30", "2026-05-18 08:30", "", "span"),
        ("leave", "2026-05-18 08:30", "2027-05-18 08:30", "", "span"),
        ("leave", "2026-05-14 08:30", "2026-05-14 17:30", "", "leave_beforehand"),
        ("overtime", "2026-05-14 08:30", "2026-05-14 17:30", "", "overtime_beforehand"),
        ("forgot", "2026-05-14 17:30", "", "out", "not_yet"),
        ("forgot", "2026-05-13 17:30", "", "out", "forgot_late"),
        ("business", "2026-05-11 08:30", "2026-05-12 17:30", "", "business_late"),
        ("correction", "2026-05-15 08:30", "", "in", "not_yet"),
    ],
)
def test_what_cannot_be_asked_for_is_said(
    office: Clockwork, kind: str, begins: str, ends: str, becomes: str, why: str
) -> None:
    assert office.cannot_ask("wang", kind, begins, ends, becomes) == why
    assert office.store.read(attendance.asked) == []


def test_what_is_asked_for_has_a_reason_and_no_novel(office: Clockwork) -> None:
    def why_not(words: str, proof: str = "") -> str:
        wish = Wish("leave", "leave", at(LEAVE[1]), at(LEAVE[2]), words, proof)
        with pytest.raises(Refused) as raised:
            office.store.write(lambda uow: requesting.ask(uow, office.office, office.member("wang"), wish, office.now))
        return office.words(raised.value)

    assert why_not(" \n") == "needs_reason"
    assert why_not("长" * (LONGEST_WORDS + 1)) == "words_too_long"
    assert why_not("看病", "长" * LONGEST_WORDS) == "words_too_long"
    assert office.store.read(attendance.asked) == []
    asked = office.asks("wang", *LEAVE)
    assert office.cannot_decide(asked, note="长" * (LONGEST_WORDS + 1), approve=False) == "words_too_long"


def test_nothing_is_asked_for_under_another_name(office: Clockwork) -> None:
    with pytest.raises(ValueError, match="correction does not become overtime"):
        office.asks("wang", "correction", "2026-05-13 18:00", "2026-05-13 20:00", "overtime")


def test_a_check_that_was_made_was_not_forgotten(office: Clockwork) -> None:
    office.imports(csv_file([("", "", "wang", "2026-05-14 08:40", "", "")]))
    assert office.cannot_ask("wang", "forgot", "2026-05-14 08:30", becomes="in") == "not_forgotten"


def test_a_trip_that_ended_on_friday_is_reported_on_monday(office: Clockwork) -> None:
    office.it_is("2026-05-18 20:00")
    assert office.asks("wang", "business", "2026-05-15 08:30", "2026-05-15 17:30").state == "asked"
    office.it_is("2026-05-19 08:00")
    assert office.cannot_ask("li", "business", "2026-05-15 08:30", "2026-05-15 17:30") == "business_late"


def test_what_somebody_wrote_is_sealed(office: Clockwork) -> None:
    asked = office.asks("wang", *LEAVE)
    assert asked.words == "事由"
    raw = office.store.read(
        lambda uow: uow.connection.exec_driver_sql("SELECT words_sealed FROM attendance_request").scalar()
    )
    assert "事由".encode() not in bytes(raw)


def _may_is_over(office: Clockwork) -> None:
    """May of two people: all punched, but for one check of wang's."""
    rows = [
        ("", "", who, f"2026-05-{day:02} {time}", "", "")
        for who in ("wang", "li")
        for day in (6, 7, 8, 9, 11, 12, 13, 14, 15, 18, 19, 20, 21, 22, 25, 26, 27, 28, 29)
        for time in ("08:20", "17:40")
        if (who, day, time) != ("wang", 29, "17:40")
    ]
    office.it_is("2026-06-01 09:00")
    office.imports(csv_file(rows))


def test_a_month_is_confirmed_by_its_person_once_it_is_over(office: Clockwork) -> None:
    office.it_is("2026-05-31 23:00")
    with pytest.raises(Refused, match="month_open"):
        office.confirms("wang", "2026-05-01")
    _may_is_over(office)
    assert office.confirms("li", "2026-05-01")
    confirmed = office.month("li", "2026-05-01").confirmed_at
    assert confirmed == office.now
    office.now += timedelta(days=1)
    assert office.confirms("li", "2026-05-01")
    assert office.month("li", "2026-05-01").confirmed_at == confirmed, "it stays as it was"
    assert office.month("wang", "2026-05-01").confirmed_at is None


def test_a_month_of_before_attendance_counted_is_confirmed_by_nobody(office: Clockwork) -> None:
    with pytest.raises(Refused) as raised:
        office.confirms("wang", "2026-04-01")
    assert office.words(raised.value) == "no_month"


def test_what_is_corrected_behind_a_confirmation_is_to_be_confirmed_again(office: Clockwork) -> None:
    _may_is_over(office)
    assert office.confirms("wang", "2026-05-01")
    assert office.month("wang", "2026-05-01").figures.absent_halves == 2
    seen = office.month("wang", "2026-05-01").figures.digest
    asked = office.asks("wang", "correction", "2026-05-29 17:30", becomes="out")
    assert office.month("wang", "2026-05-01").figures.absent_halves == 2, "nothing changes before it is approved"
    office.decides(asked)
    own = office.month("wang", "2026-05-01")
    assert (own.figures.absent_halves, own.stale, own.confirmed_at) == (0, True, None)
    assert not office.confirms("wang", "2026-05-01", seen[:8]), "it is not what they saw"
    assert office.confirms("wang", "2026-05-01", own.figures.digest[:8])
    assert not office.month("wang", "2026-05-01").stale


def test_whoever_left_and_whoever_is_new_have_their_own_days(office: Clockwork) -> None:
    _may_is_over(office)
    office.hire("new", "officer")
    office.store.write(lambda uow: staffing.leave(uow, office.office, "li", "operator", office.now))
    assert office.month("new", "2026-05-01").days == ()
    assert office.day("new", "2026-06-01") is not None
    assert office.day("li", "2026-06-01") is None
    assert office.month("li", "2026-05-01").figures.due_days == 19
