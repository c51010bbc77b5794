"""A leader is called by two ways to what must not wait; unconfirmed it goes on to the deputy, and on, until somebody confirms."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest

from core.cases import confirming, registration, summoning, work
from core.cases.registration import Registration
from core.cases.telling_staff import on_duty_at
from core.errors import Refused
from core.store import keys, summons
from core.store.unit_of_work import Store, UnitOfWork
from tests.core.cases.desk import at, in_words
from tests.core.cases.leaders import OFFICE, Leaders


@pytest.fixture
def office(store: Store, now: datetime) -> Leaders:
    return Leaders(store, now)


def calls(office: Leaders, number: str) -> list[tuple[str, str]]:
    """Who was called to a case, and who confirmed, in order: kind and the first word of what was noted, or the actor."""
    lines = [entry for entry in office.entries(number) if entry.kind.startswith("call")]
    return [(each.kind, each.note.partition(" ")[0] or each.actor) for each in lines]


def refused(office: Leaders, account: str, meant: str) -> str:
    with pytest.raises(Refused) as raised:
        office.confirms(account, meant)
    in_words(office.office, raised.value, meant)
    return str(raised.value)


def test_a_leader_hears_of_a_major_case_at_once_by_two_ways(office: Leaders) -> None:
    number = office.hurt().number
    heard = office.heard()
    assert set(heard) == {OFFICE, "tou"}
    [own] = heard["tou"]
    assert f"重大投诉 {number}（有人受伤）" in own
    assert f"收到 {number}" in own
    [shown] = heard[OFFICE]
    assert f"重大投诉 {number}（有人受伤），请客服负责人立即过问" in shown
    assert "已叫客服负责人陶大头（tou）" in shown
    assert "injured" not in own + shown
    assert calls(office, number) == [("called", "tou")]


def test_unconfirmed_for_ten_minutes_it_goes_on_to_the_deputy(office: Leaders) -> None:
    number = office.hurt().number
    office.heard()
    assert office.minutes(9.99) == {}
    heard = office.minutes(0.01)
    assert set(heard) == {OFFICE, "ling"}
    assert "10 分钟没人确认" in heard[OFFICE][0]
    assert "凌远（ling）" in heard[OFFICE][0]
    assert calls(office, number) == [("called", "tou"), ("call_passed_on", "ling")]


def test_whoever_confirms_ends_it_and_the_office_reads_who(office: Leaders) -> None:
    number = office.hurt().number
    office.minutes(10)
    assert number in office.confirms("tou"), "who was called first may still confirm"
    assert office.heard()[OFFICE] == [f"重大投诉 {number}（有人受伤）：tou 已确认收到，不再叫人。"]
    assert office.minutes(60 * 24 * 3) == {}
    assert calls(office, number)[-1] == ("call_confirmed", "staff:tou")
    [row] = office.store.read(lambda uow: summons.of_case(uow, office.case(number).id))
    assert (row.ended_by, row.ended_at is not None, row.next_at) == ("tou", True, None)
    assert refused(office, "ling", number) == "called.over"


def test_what_waits_for_others_is_taken_back_once_somebody_confirms(office: Leaders) -> None:
    number = office.hurt().number
    office.confirms("tou", number)
    assert "tou" not in office.heard(), "it had not gone out yet"


def test_when_all_were_called_it_begins_again_at_half_the_pace_and_never_ends(office: Leaders) -> None:
    number = office.hurt().number
    office.heard()
    began, told = office.now, list[tuple[float, str]]()
    for _ in range(14):
        office.now = next(row.next_at for row in office.summons() if row.next_at) - timedelta(seconds=1)
        assert office.call_leaders() == []
        office.now += timedelta(seconds=1)
        passed = (office.now - began) / timedelta(minutes=1)
        told += [(passed, peer) for peer in office.minutes(0) if peer != OFFICE]
    # Ten minutes each at first, then an hour each, then twice as long each time, at most a day.
    assert told == [
        (10, "ling"), (20, "tou"), (80, "ling"), (140, "tou"), (260, "ling"), (380, "tou"), (620, "ling"),
        (860, "tou"), (1340, "ling"), (1820, "tou"), (2780, "ling"), (3740, "tou"), (5180, "ling"), (6620, "tou"),
    ]  # fmt: skip
    assert len(calls(office, number)) == 15


def test_where_it_begins_again_the_office_reads_that_nobody_confirmed(office: Leaders) -> None:
    office.hurt()
    office.minutes(10)
    heard = office.minutes(10)
    assert "都叫过了，还没人确认，从头再叫。" in heard[OFFICE][0]
    assert "60 分钟没人确认就叫下一位" in heard[OFFICE][0]


def test_whoever_is_complained_of_is_never_called(office: Leaders) -> None:
    number = office.hurt(facts="somebody is injured, 陶大头 did it").number
    heard = office.heard()
    assert "tou" not in heard
    assert "凌远" in heard[OFFICE][0]
    assert "陶大头" not in heard[OFFICE][0]
    for _ in range(6):
        assert "tou" not in office.minutes(120)
    assert refused(office, "tou", number) == "called.nothing", "it looks like none"
    assert refused(office, "tou", "DJ2611-99999") == "called.nothing"


def test_whoever_must_not_know_of_it_any_more_is_followed_by_the_next_at_once(office: Leaders) -> None:
    number = office.hurt().number
    office.work(number, "recuse", "tou", words="my brother")
    heard = office.minutes(0.2)
    assert "tou" not in heard, "what waited for them is taken back"
    assert len(heard["ling"]) == 1


def test_who_was_not_called_may_be_kept_out_and_nobody_is_called_before_the_time(office: Leaders) -> None:
    number = office.hurt().number
    office.heard()
    office.work(number, "recuse", "ke", words="my brother")
    assert office.minutes(9) == {}


def test_who_is_off_duty_is_left_alone_as_long_as_somebody_on_duty_is_left(office: Leaders) -> None:
    """2026-09-30 is worked, 10-01 a holiday: the night between is the one of the 30th."""
    office.now = at("2026-09-30 23:55")
    office.hire("wan", "head", name="万里")
    office.has_a_chat("wan")
    office.is_on("tou", "休息日", "20:00-08:00")
    office.is_on("wan", "工作日", "20:00-08:00")
    office.is_on("ling", "每天", "20:00-08:00")
    office.hurt()
    assert set(office.heard()) == {OFFICE, "wan"}
    assert set(office.minutes(10)) == {OFFICE, "ling"}, "after midnight it still is wan's and ling's night"
    office.now = at("2026-10-01 20:30")
    office.hurt("holiday")
    assert set(office.heard()) == {OFFICE, "tou"}, "the night of the holiday is another's"


def test_where_nobody_on_duty_confirms_the_others_are_called_before_it_begins_again(office: Leaders) -> None:
    office.is_on("ling", "每天", "00:00-00:00")
    office.is_on("tou", "休息日", "08:00-20:00")
    office.hurt()
    assert set(office.heard()) == {OFFICE, "ling"}
    assert set(office.minutes(10)) == {OFFICE, "tou"}
    assert set(office.minutes(10)) == {OFFICE, "ling"}


def test_where_nobody_is_on_duty_somebody_is_called_all_the_same(office: Leaders) -> None:
    for account in ("tou", "ling"):
        office.is_on(account, "休息日", "08:00-20:00")
    office.hurt()
    assert set(office.heard()) == {OFFICE, "tou"}


def test_where_everybody_is_away_somebody_is_called_all_the_same(office: Leaders) -> None:
    office.away("tou")
    office.hurt()
    assert set(office.heard()) == {OFFICE, "ling"}
    assert set(office.minutes(10)) == {OFFICE, "ling"}, "who is away is left alone while somebody is there"
    office.away("ling")
    office.hurt("another")
    assert set(office.heard()) == {OFFICE, "tou"}


def test_where_there_is_no_leader_the_office_is_told_again_and_again(office: Leaders) -> None:
    number = office.hurt(facts="somebody is injured by 陶大头 and 凌远").number
    [first] = office.heard()[OFFICE]
    assert "没有可以叫的负责人" in first
    again = [office.minutes(minutes) for minutes in (10, 60, 120)]
    assert [list(each) for each in again] == [[OFFICE]] * 3
    assert all("没有可以叫的负责人" in each[OFFICE][0] for each in again)
    assert calls(office, number) == []


def test_who_has_no_chat_is_named_so_that_somebody_rings_them_up(office: Leaders) -> None:
    office.hire("wan", "head", name="万里")
    office.away("tou")
    number = office.hurt().number
    [shown] = office.heard()[OFFICE]
    assert "万里（wan），他没有绑定聊天：请马上打电话" in shown
    assert f"tousu roster confirm {number} --as wan" in shown
    office.confirms("wan", number)
    assert office.minutes(600) == {OFFICE: [f"重大投诉 {number}（有人受伤）：wan 已确认收到，不再叫人。"]}


def test_two_who_call_at_once_call_one_and_once(office: Leaders) -> None:
    office.hurt()
    office.heard()
    office.now += timedelta(minutes=10)
    [row] = office.summons()

    def call(_: int) -> bool:
        return office.store.write(lambda uow: summoning.call_next(uow, office.office, row.id, office.now))

    with ThreadPoolExecutor(4) as threads:
        done = list(threads.map(call, range(4)))
    assert sorted(done) == [False, False, False, True]
    heard = office.heard()
    assert {peer: len(words) for peer, words in heard.items()} == {OFFICE: 1, "ling": 1}


class KilledError(Exception):
    """The process ends here."""


def test_a_process_that_ends_between_telling_and_writing_has_told_nobody_and_another_calls(office: Leaders) -> None:
    number = office.hurt().number
    office.heard()
    office.now += timedelta(minutes=10)
    [row] = office.summons()

    def killed(uow: UnitOfWork) -> None:
        assert summoning.call_next(uow, office.office, row.id, office.now)
        raise KilledError

    with pytest.raises(KilledError):
        office.store.write(killed)
    assert office.heard() == {}
    assert office.summons() == [row]
    assert office.call_leaders() == [True]
    assert {peer: len(words) for peer, words in office.heard().items()} == {OFFICE: 1, "ling": 1}
    assert calls(office, number) == [("called", "tou"), ("call_passed_on", "ling")]


def test_a_confirmation_and_a_call_at_once_leave_it_confirmed(office: Leaders) -> None:
    office.hurt()
    office.now += timedelta(minutes=10)
    [row] = office.summons()
    tou = office.member("tou")
    both = (
        lambda uow: summoning.call_next(uow, office.office, row.id, office.now),
        lambda uow: confirming.confirm(uow, office.office, tou, row.id, office.now),
    )
    with ThreadPoolExecutor(2) as threads:
        list(threads.map(office.store.write, both))
    assert office.summons() == []
    assert office.minutes(600).keys() <= {OFFICE, "tou", "ling"}
    assert office.minutes(600) == {}


def test_who_was_called_and_does_something_to_the_case_has_it(office: Leaders) -> None:
    number = office.hurt().number
    office.work(number, "note", "ke", words="I look")
    assert len(office.summons()) == 1, "a clerk is no leader"
    office.work(number, "assign", "tou", handler="ke")
    assert office.summons() == []
    assert calls(office, number)[-1] == ("call_confirmed", "staff:tou")


def test_what_is_over_or_major_no_more_calls_nobody(office: Leaders) -> None:
    first, second = office.hurt("one"), office.hurt("two")
    office.work(first.number, "set_level", "ling", level="general")
    office.do(second.number, "withdraw", "it is well")
    assert office.summons() == []
    assert [calls(office, each.number)[-1][0] for each in (first, second)] == ["call_over", "call_over"]


def test_who_makes_a_case_major_is_not_called_to_it_but_somebody_above_is(office: Leaders) -> None:
    by_leader, by_clerk = office.open("one")[0].number, office.open("two")[0].number
    office.work(by_leader, "set_level", "tou", level="major")
    assert office.summons() == []
    office.heard()
    office.work(by_clerk, "set_level", "ling", level="major")
    assert set(office.heard()) == {OFFICE, "tou"}


def test_a_leader_above_confirms_too_a_clerk_does_not(office: Leaders) -> None:
    number = office.hurt().number
    assert refused(office, "ke", number) == "called.not_yours"
    assert number in office.confirms("ling", number), "though nobody called them yet"


def test_without_a_number_one_of_several_is_not_confirmed(office: Leaders) -> None:
    first, second = office.hurt("one").number, office.hurt("two").number
    assert refused(office, "tou", "") == "called.which"
    assert len(office.summons()) == 2
    office.confirms("tou", first)
    assert second in office.confirms("tou"), "one is left"


def test_what_a_button_of_a_case_knew_is_not_changed_by_calls(office: Leaders) -> None:
    number = office.hurt().number
    seen = work.seen_so_far(office.entries(number))
    office.minutes(10)
    assert work.seen_so_far(office.entries(number)) == seen


# ── danger ──────────────────────────────────────────────────────────────────────────────────────────────────────────────


def danger(office: Leaders, key: str = "danger:1") -> None:
    office.store.write(
        lambda uow: summoning.summon_to_danger(
            uow, office.office, office.person, key, office.now, channel="chat", about="燃气泄漏"
        )
    )


def test_danger_without_a_case_calls_a_leader_by_a_number_of_its_own(office: Leaders) -> None:
    danger(office)
    heard = office.heard()
    [row] = office.summons()
    assert f"chat 有人说到燃气泄漏（#{row.id}）" in heard["tou"][0]
    assert "紧急：chat 有人说到燃气泄漏，请立即查看" in heard[OFFICE][0]
    assert set(office.minutes(10)) == {OFFICE, "ling"}
    office.confirms("ling", f"#{row.id}")
    assert office.summons() == []
    assert [line[0] for line in office.office_lines(3)] == ["call_confirmed", "call_passed_on", "called"]


def test_of_one_danger_one_leader_is_called_however_often_it_is_said(office: Leaders) -> None:
    danger(office)
    office.heard()
    danger(office, "danger:2")
    assert set(office.heard()) == {OFFICE}, "the office reads every word of it"
    office.confirms("tou")
    danger(office, "danger:3")
    assert office.summons() == []
    office.now += summoning.QUIET + timedelta(minutes=1)
    danger(office, "danger:4")
    assert len(office.summons()) == 1


def test_what_was_said_twice_under_one_key_is_one(office: Leaders) -> None:
    for _ in range(2):
        danger(office)
    assert len(office.summons()) == 1
    assert len(office.heard()[OFFICE]) == 1


def test_danger_that_becomes_a_case_is_on_its_timeline_and_keeps_away_whoever_it_names(office: Leaders) -> None:
    danger(office)
    office.heard()
    contents = {"facts": "陶大头 left the gas on", "answers": {}}

    def file(uow: UnitOfWork) -> str:
        filing = Registration(
            "draft", office.person, "chat", keys.new_key(uow), "other", contents, flags=("danger:gas",)
        )
        return registration.open_case(uow, office.office, filing, office.now)[0].number

    number = office.store.write(file)
    assert calls(office, number) == [("called", "tou")]
    assert set(office.minutes(0.2)) == {OFFICE, "ling"}, "tou is complained of"
    assert number in office.confirms("ling")
    assert calls(office, number)[-1] == ("call_confirmed", "staff:ling")


# ── messages of every day ───────────────────────────────────────────────────────────────────────────────────────────────


def hand_over(office: Leaders) -> str:
    """A case comes into ke's hands by somebody else."""
    number = office.open()[0].number
    office.work(number, "assign", "tou", handler="ke")
    return number


def own(office: Leaders) -> list[str]:
    return [words for peer, words in office.sent() if peer == "ke"]


def test_who_is_off_duty_hears_of_a_case_as_their_next_turn_begins(office: Leaders) -> None:
    office.has_a_chat("ke")
    office.is_on("ke", "每天", "20:00-08:00")
    number = hand_over(office)
    assert own(office) == []
    office.now = at("2026-11-23 19:59")
    assert own(office) == []
    office.now = at("2026-11-23 20:00")
    assert [number in words for words in own(office)] == [True]
    office.now = at("2026-11-24 02:00")
    hand = office.open("night")[0].number
    office.work(hand, "assign", "tou", handler="ke")
    assert [hand in words for words in own(office)] == [True], "across midnight it is still their turn"


def test_without_a_roster_everybody_hears_as_before(office: Leaders) -> None:
    office.has_a_chat("ke")
    hand_over(office)
    assert len(own(office)) == 1


def test_in_an_office_with_hours_the_roster_adds_to_them(store: Store) -> None:
    friday = at("2026-11-27 22:00")
    office = Leaders(store, friday, "service-hall")
    ke = office.hire("wei", "officer").id

    def told_at(moment: datetime) -> datetime:
        return store.read(lambda uow: on_duty_at(uow, office.office, ke, moment))

    assert told_at(friday) == at("2026-11-30 09:00")
    office.is_on("wei", "休息日", "10:00-16:00")
    assert told_at(friday) == at("2026-11-28 10:00"), "Saturday's duty comes first"
    assert told_at(at("2026-11-29 16:00")) == at("2026-11-30 09:00"), "then the office opens"
    assert told_at(at("2026-11-30 10:00")) == at("2026-11-30 10:00"), "by day they are there without a roster"


def test_what_is_over_before_somebodys_turn_is_told_at_once(office: Leaders) -> None:
    office.is_on("ke", "每天", "20:00-08:00")
    ke, soon = office.member("ke").id, office.now + timedelta(hours=1)
    assert office.store.read(lambda uow: on_duty_at(uow, office.office, ke, office.now, soon)) == office.now
