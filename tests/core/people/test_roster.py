"""The roster is set, ended, handed over and taken, by whoever may, and all of it is on the office's timeline."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, time, timedelta

import pytest

from core.cases.shifts import Turn
from core.errors import Refused
from core.people import roster, staffing
from core.store import roster as rows
from core.store.unit_of_work import Store
from tests.core.cases.desk import at, in_words
from tests.core.cases.leaders import Leaders

FIRST = date(2026, 12, 1)


@pytest.fixture
def office(store: Store, now: datetime) -> Leaders:
    return Leaders(store, now)


def refused(office: Leaders, why: str, work: object) -> None:
    with pytest.raises(Refused) as raised:
        office.store.write(work)  # type: ignore[arg-type]
    in_words(office.office, raised.value, "")
    assert str(raised.value) == f"roster.{why}"


def who(office: Leaders, moment: str) -> list[str]:
    found = office.store.read(lambda uow: roster.standing(uow, office.office, at(moment)))
    return [member.account for member, _ in found.now]


def ask(office: Leaders, giver: str, taker: str, on: date = FIRST, begins: time | None = None) -> Turn:
    return office.store.write(
        lambda uow: roster.ask(uow, office.office, office.member(giver), on, begins, taker, office.now)
    )[1]


def take(office: Leaders, taker: str, swap_id: int) -> Turn:
    return office.store.write(lambda uow: roster.take(uow, office.office, office.member(taker), swap_id, office.now))


def lines(office: Leaders) -> list[tuple[str, str, str]]:
    return [line for line in office.office_lines() if line[0].startswith("roster")]


def test_a_shift_that_is_set_is_there_and_written_down(office: Leaders) -> None:
    shift = office.is_on("tou", "每天", "20:00-08:00")
    assert who(office, "2026-11-24 03:00") == ["tou"]
    assert lines(office) == [("roster_put", "operator", f"#{shift.id} tou every 2026-11-23.. 20:00-08:00")]


def test_one_that_is_there_already_is_not_set_again(office: Leaders) -> None:
    office.is_on("tou", "周一、周三", "20:00-08:00")
    with pytest.raises(Refused, match="there_already"):
        office.is_on("tou", "周三、周一", "20:00-08:00")
    office.is_on("ling", "周一、周三", "20:00-08:00")


def test_a_shift_keeps_all_that_was_said_of_it(office: Leaders) -> None:
    put = [
        office.is_on("tou", "周六、周日", "08:00-08:00"),
        office.is_on("ling", "2026-12-01..2026-12-03", "20:00-08:00"),
    ]
    kept = office.store.read(lambda uow: rows.since(uow, date(2026, 11, 23))).shifts
    assert list(kept) == put
    assert office.store.read(lambda uow: rows.since(uow, date(2026, 12, 4))).shifts == (put[0],)
    assert office.store.read(lambda uow: rows.since(uow, date(2030, 1, 1))).shifts == (put[0],)


def test_a_cycle_needs_the_day_it_is_counted_from(office: Leaders) -> None:
    with pytest.raises(Refused, match="needs_first"):
        office.is_on("tou", "每4天", "08:00-08:00")


def test_an_end_leaves_what_was_worked_and_no_more(office: Leaders) -> None:
    shift = office.is_on("tou", "每天", "20:00-08:00")
    office.store.write(lambda uow: roster.end(uow, shift.id, FIRST, "operator", office.now))
    assert who(office, "2026-12-01 03:00") == ["tou"], "the night of the day before"
    assert who(office, "2026-12-01 21:00") == []
    refused(office, "is_over", lambda uow: roster.end(uow, shift.id, FIRST, "operator", office.now))
    refused(office, "no_such_shift", lambda uow: roster.end(uow, 999, FIRST, "operator", office.now))


def test_one_is_asked_in_their_own_chat_and_has_it_once_they_agree(office: Leaders) -> None:
    office.is_on("tou", "每天", "20:00-08:00")
    ask(office, "tou", "凌远")
    [asked] = office.heard()["ling"]
    assert "陶大头请您替他 12-01 20:00 到 12-02 08:00 的班" in asked
    assert who(office, "2026-12-01 21:00") == ["tou"], "it is theirs until the other one agrees"
    [mark] = [word for word in asked.replace("”", " ").split() if word.isdecimal()]
    take(office, "ling", int(mark))
    assert who(office, "2026-12-01 21:00") == ["ling"]
    assert who(office, "2026-12-02 21:00") == ["tou"]
    assert take(office, "ling", int(mark)), "who says it twice is answered alike"
    office.now = at("2026-11-23 20:00")
    assert [words for words in office.heard()["tou"] if "凌远接了您" in words], "told once they are on duty"
    assert lines(office)[0] == ("roster_swapped", "staff:ling", "#1 2026-12-01 tou → ling")


def test_what_cannot_be_taken_is_refused_in_words(office: Leaders) -> None:
    office.is_on("tou", "每天", "20:00-08:00")
    ask(office, "tou", "ling")
    me = office.member("tou")
    office.hire("wan", "head", name="万里")
    tries = {
        "no_such_swap": lambda uow: roster.take(uow, office.office, me, 1, office.now),
        "nobody": lambda uow: roster.ask(uow, office.office, me, FIRST, None, "nobody", office.now),
        "own": lambda uow: roster.ask(uow, office.office, me, FIRST, None, "tou", office.now),
        "no_chat": lambda uow: roster.ask(uow, office.office, me, FIRST, None, "wan", office.now),
        "not_yours": lambda uow: roster.ask(uow, office.office, office.member("ling"), FIRST, None, "tou", office.now),
        "not_on_that_day": lambda uow: roster.hand_over(
            uow, office.office, 1, date(2026, 1, 1), "ling", "x", office.now
        ),
        "is_over": lambda uow: roster.hand_over(
            uow, office.office, 1, FIRST, "ling", "x", office.now + timedelta(days=30)
        ),
    }
    for why, work in tries.items():
        refused(office, why, work)


def test_of_two_who_are_asked_for_one_shift_the_first_has_it(office: Leaders) -> None:
    office.hire("wan", "head", name="万里")
    office.has_a_chat("wan")
    office.is_on("tou", "每天", "20:00-08:00")
    for taker in ("ling", "wan"):
        ask(office, "tou", taker)

    def agree(each: tuple[str, int]) -> str:
        try:
            take(office, *each)
        except Refused as why:
            return str(why)
        return "taken"

    with ThreadPoolExecutor(2) as threads:
        done = list(threads.map(agree, (("ling", 1), ("wan", 2))))
    assert sorted(done) == ["roster.changed_since", "taken"]
    assert who(office, "2026-12-01 21:00") == [("ling", "wan")[done.index("taken")]]


def test_of_several_shifts_of_one_day_the_hour_says_which(office: Leaders) -> None:
    for hours in ("08:00-12:00", "20:00-08:00"):
        office.is_on("tou", "每天", hours)
    refused(
        office,
        "which_shift",
        lambda uow: roster.ask(uow, office.office, office.member("tou"), FIRST, None, "ling", office.now),
    )
    assert ask(office, "tou", "ling", begins=time(20)).begins_at == at("2026-12-01 20:00")


def test_by_order_it_is_anothers_at_once_even_without_a_chat(office: Leaders) -> None:
    office.hire("wan", "head", name="万里")
    shift = office.is_on("tou", "每天", "20:00-08:00")
    office.store.write(lambda uow: roster.hand_over(uow, office.office, shift.id, FIRST, "wan", "operator", office.now))
    assert who(office, "2026-12-01 21:00") == ["wan"]


def test_who_is_away_or_has_left_is_not_on_duty(office: Leaders) -> None:
    for account in ("tou", "ling"):
        office.is_on(account, "每天", "20:00-08:00")
    office.away("tou")
    assert who(office, "2026-12-01 21:00") == ["ling"]
    office.store.write(lambda uow: staffing.leave(uow, office.office, "ling", "operator", office.now))
    assert who(office, "2026-12-01 21:00") == []
    office.hire("ling", "leader", name="凌远")
    assert who(office, "2026-12-01 21:00") == [], "who comes back has no shift of before"
