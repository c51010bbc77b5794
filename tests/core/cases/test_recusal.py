"""Who is complained of is found however they are written, loses the case at once, and finds no trace of it by any way in."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from functools import cache
from typing import Any

import pytest

from core.cases import access, recusal, registration, work
from core.cases.naming import said
from core.cases.registration import Registration
from core.errors import Refused
from core.people import staffing
from core.policies.load import load
from core.store import cases, keys, queries, recusals, staff
from core.store.cases import StoredCase
from core.store.staff import StaffMember
from core.store.statements import Result, Statement
from core.store.unit_of_work import Store, UnitOfWork
from tests.core.cases.desk import WEI, Desk

ASKS, ASKS_NOT = "service-hall", "service-work"
"""A pack that asks who is complained of, and one that does not."""
BORN = datetime(2026, 1, 1).astimezone()

pack_of = cache(load)


@pytest.fixture
def desk(store: Store, now: datetime) -> Desk:
    return Desk(store, now, "internal-rules")


def member(*names: str, unit: str = "") -> StaffMember:
    return StaffMember(1, "account", names, unit, (), absent=False, added_at=BORN, left_at=None)


def told(facts: str = "", **answers: str) -> Mapping[str, Any]:
    return {
        "facts": facts,
        "answers": {key: {"value": words, "shown": words, "unsure": False} for key, words in answers.items()},
    }


def why(contents: Mapping[str, Any], *names: str, unit: str = "", pack: str = ASKS, added: tuple[str, ...] = ()) -> str:
    """Why somebody is concerned, "" where they are not."""
    found = list(recusal.concerned(pack_of(pack), contents, (member(*names, unit=unit),), added))
    return found[0][1] if found else ""


# ── names ────────────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "written",
    [
        "金丝雀", "金 丝 雀", "金　丝　雀", "金丝\n雀", "金·丝·雀", "金-丝-雀", "“金丝雀”", "金\u200b丝雀", "小金丝雀儿",
    ],
)  # fmt: skip
def test_a_name_is_found_however_it_is_written(written: str) -> None:
    assert why(told(f"窗口的{written}把材料扔了"), "金丝雀") == "named"
    assert why(told("窗口态度差", respondent=written), "金丝雀") == "named"


@pytest.mark.parametrize(
    ("name", "facts", "found"),
    [
        ("Li Ming", "then Li Ming shouted", True),
        ("Li Ming", "then Ｌｉ　Ｍｉｎｇ shouted", True),
        ("Li Ming", "then LI-MING shouted", True),
        ("Li Ming", "then Liming shouted", True),
        ("Li Ming", "then Ming Li shouted", True),
        ("Li Ming", "窗口的Li Ming骂我", True),
        ("Zoë", "zoe at the desk", True),
        ("Zoe", "Zo\u0308e at the desk", True),
        ("Li Ming", "Li Mingyuan shouted", False),
        ("Al", "also, I waited", False),
        ("阿依古丽·买买提", "阿依古丽.买买提没有理我", True),
        ("阿依古丽买买提", "阿依古丽·买买提没有理我", True),
        ("金丝", "金丝雀把材料扔了", True),
        ("金丝雀", "金丝把材料扔了", False),
        ("金丝雀", "金丝猴和孔雀", False),
        ("金", "金丝雀把材料扔了", False),
        ("A", "A man shouted", False),
        ("··", "材料··扔了", False),
        ("", "材料扔了", False),
    ],
)
def test_a_latin_name_is_words_and_a_chinese_one_may_stand_in_a_longer_one(name: str, facts: str, found: bool) -> None:
    """One of a single character is not looked for: it would be found in every story."""
    assert said((facts,)).names(name) is found
    assert (why(told(facts), name) == "named") is found


def test_a_former_name_names_somebody_as_well() -> None:
    assert why(told("是金丝雀收的钱"), "百灵", "金丝雀") == "named"


def test_nothing_is_found_that_begins_in_one_answer_and_ends_in_the_next() -> None:
    assert why(told("他姓金", respondent="丝雀"), "金丝雀") == ""


@pytest.mark.parametrize("key", ["facts", "respondent", "place"])
def test_a_name_is_found_in_every_answer(key: str) -> None:
    assert (
        why(told(**{key: "金丝雀的窗口"}) if key == "facts" else told("等了很久", **{key: "金丝雀的窗口"}), "金丝雀")
        == "named"
    )


def test_a_name_in_what_is_asked_for_or_said_later_is_found() -> None:
    assert why(told("断网四天", claim="让金丝雀道歉"), "金丝雀", pack=ASKS_NOT) == "named"
    assert why(told("断网四天"), "金丝雀", pack=ASKS_NOT, added=("经办的是金 丝雀",)) == "named"


def test_who_has_the_complainants_name_is_concerned_only_where_the_story_names_them_too() -> None:
    """Somebody called like a colleague complains, and introduces themselves."""
    assert why(told("窗口态度差", name="金丝雀"), "金丝雀") == ""
    assert why(told("我叫金丝雀，窗口态度差。", name="金丝雀"), "金丝雀") == ""
    assert why(told("我叫：金丝雀，窗口态度差。", name="金 丝 雀"), "金丝雀") == ""
    assert why(told("My name is Li Ming. Nobody came.", name="Li Ming"), "Li Ming") == ""
    assert why(told("窗口的金丝雀骂我", name="金丝雀"), "金丝雀") == "named"
    assert why(told("我叫金丝雀，窗口的金丝雀骂我。", name="金丝雀"), "金丝雀") == "named"
    assert why(told("态度差", name="金丝雀", respondent="金丝雀"), "金丝雀") == "named"
    assert why(told("我叫欧阳金丝雀，窗口态度差。", name="欧阳金丝雀"), "金丝雀") == ""


def test_what_is_introduced_as_another_name_is_no_introduction() -> None:
    assert why(told("我叫金丝雀过来，他不来", name="许小衡"), "金丝雀") == "named"


# ── units ────────────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("unit", "respondent", "found"),
    [
        ("社保科", "社保科", True),
        ("社保科", "市民中心社保科", True),
        ("社保科", "社保科的窗口", True),
        ("社保科", "社 保 科", True),
        ("市民中心社保科", "社保科", True),
        ("市民中心社保科", "社保科、二号窗口", True),
        ("市民中心社保科", "二号窗口，社保科", True),
        ("社保科", "医保科", False),
        ("社保科", "科", False),
        ("科", "社保科", False),
        ("", "社保科", False),
        ("社保科", "", False),
        ("Social security", "the social security desk", True),
        ("Office of the director", "the man at the desk", False),
        ("Office of the director", "director", True),
        ("IT", "the visitor desk", False),
        ("IT", "IT desk", True),
    ],
)
def test_a_unit_is_meant_by_a_longer_name_and_by_a_shorter_one(unit: str, respondent: str, found: bool) -> None:
    assert why(told("等了很久", respondent=respondent), "百灵", unit=unit) == ("unit" if found else "")


def test_a_unit_of_the_pack_is_meant_in_both_of_its_languages() -> None:
    named = told("nobody came", respondent="the window service section, second floor")
    assert why(named, "百灵", unit="窗口服务管理科") == "unit"
    assert why(named, "百灵", unit="后勤保障科") == ""
    assert why(told("没人理", respondent="后勤保障科"), "百灵", unit="Facilities section") == "unit"


def test_a_unit_in_the_story_is_meant_only_where_nobody_is_named_as_the_respondent() -> None:
    assert why(told("社保科让我去医保科", respondent="医保科"), "百灵", unit="社保科") == ""
    assert why(told("社保科让我等"), "百灵", unit="社保科") == "unit"
    assert why(told("报修三次，产品质量部的人没来"), "百灵", unit="产品质量部", pack=ASKS_NOT) == "unit"
    assert why(told("质量差"), "百灵", unit="产品质量部", pack=ASKS_NOT) == ""


def test_who_is_named_is_so_before_their_unit() -> None:
    assert why(told("态度差", respondent="社保科 金丝雀"), "金丝雀", unit="社保科") == "named"


# ── what follows ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def kept_from(desk: Desk, number: str) -> dict[str, str]:
    """The accounts that must not know of a case, and why."""

    def look(uow: UnitOfWork) -> dict[str, str]:
        rows = recusals.of_case(uow, desk.case(number).id)
        return {staff.by_id(uow, row.staff_id).account: row.why for row in rows if row.stands}

    return desk.store.read(look)


def staffed(desk: Desk, change: Callable[..., staffing.Changed], account: str, *what: Any, **more: Any) -> int:
    """A change of staff; how many cases it keeps from them."""
    return desk.store.write(lambda uow: change(uow, desk.office, account, *what, "operator", desk.now, **more)).recused


def rejoin(desk: Desk, account: str, name: str, unit: str = "") -> int:
    posts = [post.key for post in desk.policy.posts]
    return desk.store.write(
        lambda uow: staffing.join(uow, desk.office, account, name, unit, posts, "operator", desk.now)
    ).recused


def everything(desk: Desk, account: str, name: str = "", unit: str = "") -> StaffMember:
    return desk.hire(account, *(post.key for post in desk.policy.posts), name=name, unit=unit)


def open_case(desk: Desk, draft: str, facts: str = "没人理", **answers: str) -> StoredCase:
    return desk.open(draft, facts, answers=answers)[0]


def test_everybody_who_is_named_is_kept_out_when_it_is_registered(desk: Desk) -> None:
    everything(desk, "jin", "金丝雀")
    everything(desk, "bai", "百灵", "社保科")
    everything(desk, "gone", "画眉")
    staffed(desk, staffing.leave, "gone")
    case = open_case(desk, "d", "金 丝 雀和画眉都在", respondent="社保科")
    assert kept_from(desk, case.number) == {"jin": "named", "bai": "unit", "gone": "named"}


def test_who_joins_is_renamed_moved_or_back_is_looked_for_in_what_there_is(desk: Desk) -> None:
    case = open_case(desk, "d", "是金丝雀干的", respondent="社保科")
    assert rejoin(desk, "new", "金丝雀") == 1
    everything(desk, "bai", "百灵")
    assert staffed(desk, staffing.be_away, "bai", away=True) == 0
    assert staffed(desk, staffing.move, "bai", "社保科") == 1
    assert staffed(desk, staffing.move, "bai", "医保科") == 0
    everything(desk, "que", "云雀")
    assert staffed(desk, staffing.rename, "que", "金丝雀") == 1
    assert kept_from(desk, case.number) == {"new": "named", "bai": "unit", "que": "named"}


def test_who_was_moved_from_the_unit_complained_of_leaves_it_away_and_takes_no_other_with_them(desk: Desk) -> None:
    everything(desk, "bai", "百灵", "社保科")
    everything(desk, "jay", "松鸦", "医保科")
    case = open_case(desk, "d", respondent="社保科")
    staffed(desk, staffing.move, "bai", "医保科")
    desk.work(case.number, "accept")
    assert desk.refused(case.number, "assign", unit="社保科") == "act.unit_recused"
    assert desk.refused(case.number, "assign", unit="市民中心社保科") == "act.unit_recused"
    desk.work(case.number, "assign", unit="医保科")


def test_a_unit_without_anybody_or_of_one_who_is_named_is_away_too(desk: Desk) -> None:
    everything(desk, "jin", "金丝雀", "稽查科")
    case = open_case(desk, "d", "金丝雀收了钱", respondent="社保科")
    desk.work(case.number, "accept")
    assert desk.refused(case.number, "assign", unit="社保科") == "act.unit_recused"
    assert desk.refused(case.number, "assign", unit="稽查科") == "act.unit_recused"


def test_a_unit_is_let_in_once_all_of_it_are(desk: Desk) -> None:
    everything(desk, "bai", "百灵", "社保科")
    everything(desk, "jay", "松鸦", "社保科")
    case = open_case(desk, "d", respondent="社保科")
    desk.work(case.number, "accept")
    desk.work(case.number, "lift_recusal", staff="bai", words="只有他会办")
    assert desk.refused(case.number, "assign", unit="社保科") == "act.unit_recused"
    desk.work(case.number, "lift_recusal", staff="jay", words="只有他会办")
    desk.work(case.number, "assign", unit="社保科", handler="bai")


def test_who_had_the_case_loses_it_and_no_alert_names_them_any_more(desk: Desk) -> None:
    everything(desk, "bai", "百灵")
    case = open_case(desk, "d", "是金丝雀干的")
    desk.work(case.number, "accept")
    desk.work(case.number, "assign", handler="bai")
    staffed(desk, staffing.rename, "bai", "金丝雀")
    assert desk.work_of(case.number).handler_id is None
    desk.alerts()
    desk.later(days=60)
    while desk.watch_clocks():
        pass
    alerts = "\n".join(desk.alerts())
    assert case.number in alerts
    assert "金丝雀" not in alerts
    assert "百灵" not in alerts


def test_what_the_complainant_adds_is_read_for_names_too(desk: Desk) -> None:
    everything(desk, "jin", "金丝雀")
    case = open_case(desk, "d")
    desk.work(case.number, "accept")
    desk.work(case.number, "assign", handler="jin")
    desk.do(case.number, "supplement", "想起来了，经办的就是金丝雀")
    assert kept_from(desk, case.number) == {"jin": "named"}
    assert desk.work_of(case.number).handler_id is None
    # Whoever comes later is looked for in it as well.
    assert rejoin(desk, "jin2", "金丝雀") == 1


def test_what_staff_write_down_names_colleagues_without_keeping_them_out(desk: Desk) -> None:
    everything(desk, "jin", "金丝雀")
    case = open_case(desk, "d")
    desk.work(case.number, "note", words="请金丝雀看一下")
    assert kept_from(desk, case.number) == {}


def test_who_is_back_under_another_account_stays_out_of_what_they_were_kept_from(desk: Desk) -> None:
    everything(desk, "li", "李旧")
    staffed(desk, staffing.rename, "li", "李新")
    declared, lifted = open_case(desk, "d"), open_case(desk, "e", "李旧收了钱")
    desk.work(declared.number, "recuse", staff="li", words="是亲戚")
    desk.work(lifted.number, "lift_recusal", staff="li", words="同名不同人")
    staffed(desk, staffing.leave, "li")
    assert rejoin(desk, "li2", "李 新") == 2
    assert kept_from(desk, declared.number) == {"li": "ordered", "li2": "ordered"}
    # Under the new account nobody has lifted anything yet.
    assert kept_from(desk, lifted.number) == {"li2": "named"}
    assert kept_from(desk, open_case(desk, "f", "李旧又来了").number) == {"li": "named", "li2": "named"}
    # Somebody of the same name who is still there is somebody else.
    assert rejoin(desk, "li3", "李新") > 0
    assert "李旧" in desk.store.read(lambda uow: staff.by_account(uow, "li3")).names  # type: ignore[union-attr]
    everything(desk, "wang", "王一")
    desk.work(declared.number, "recuse", staff="wang", words="是亲戚")
    assert rejoin(desk, "wang2", "王一") == 0


def test_what_was_lifted_for_the_unit_stands_again_for_who_is_named(desk: Desk) -> None:
    everything(desk, "bai", "百灵", "社保科")
    case = open_case(desk, "d", respondent="社保科")
    desk.work(case.number, "lift_recusal", staff="bai", words="只有他会办")
    staffed(desk, staffing.move, "bai", "社保科")
    assert kept_from(desk, case.number) == {}
    desk.do(case.number, "supplement", "百灵也在场")
    assert kept_from(desk, case.number) == {"bai": "named"}
    desk.work(case.number, "lift_recusal", staff="bai", words="只有他会办")
    desk.do(case.number, "supplement", "百灵也在场")
    assert kept_from(desk, case.number) == {}


# ── cases that were joined ──────────────────────────────────────────────────────────────────────────────────────────────


def test_cases_that_are_joined_share_who_is_kept_out_then_and_afterwards(desk: Desk) -> None:
    for account, name in (("one", "画眉"), ("two", "百灵"), ("three", "云雀"), ("four", "松鸦")):
        everything(desk, account, name)
    desk.hire("boss", "head")
    master, second, third = (
        open_case(desk, draft, facts) for draft, facts in (("d", "画眉骂人"), ("e", "百灵骂人"), ("f", "没人理"))
    )
    desk.work(master.number, "accept")
    desk.work(master.number, "assign", handler="two")
    desk.work(third.number, "merge", master=second.number)
    desk.work(second.number, "merge", master=master.number)
    group = (master.number, second.number, third.number)
    assert [set(kept_from(desk, number)) for number in group] == [{"one", "two"}] * 3
    assert desk.work_of(master.number).handler_id is None

    desk.work(master.number, "recuse", "boss", staff="three", words="是亲戚")
    assert rejoin(desk, "five", "百灵") == 3
    staffed(desk, staffing.rename, "four", "画眉")
    assert [set(kept_from(desk, number)) for number in group] == [{"one", "two", "three", "four", "five"}] * 3
    desk.work(master.number, "lift_recusal", "boss", staff="one", words="同名不同人")
    assert [set(kept_from(desk, number)) for number in group] == [{"two", "three", "four", "five"}] * 3


def test_what_was_lifted_for_one_of_two_stands_for_both_once_they_are_joined(desk: Desk) -> None:
    everything(desk, "one", "画眉")
    master, other = open_case(desk, "d", "画眉骂人"), open_case(desk, "e", "画眉骂人")
    desk.work(master.number, "lift_recusal", staff="one", words="同名不同人")
    desk.work(other.number, "merge", master=master.number)
    assert set(kept_from(desk, master.number)) == set(kept_from(desk, other.number)) == {"one"}


def test_a_unit_complained_of_in_a_joined_case_is_away_from_the_master(desk: Desk) -> None:
    master, other = open_case(desk, "d"), open_case(desk, "e", respondent="社保科")
    desk.work(other.number, "merge", master=master.number)
    desk.work(master.number, "accept")
    assert desk.refused(master.number, "assign", unit="社保科") == "act.unit_recused"


def test_nobody_joins_a_case_to_one_that_they_must_not_know(desk: Desk) -> None:
    everything(desk, "jin", "金丝雀")
    hidden, other = open_case(desk, "d", "金丝雀骂人"), open_case(desk, "e")
    keys_ = [desk.refused(other.number, "merge", "jin", master=number) for number in (hidden.number, "TS2026-99999")]
    assert keys_ == ["act.no_such_master"] * 2


# ── assignment ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_nothing_is_given_to_who_must_not_know(desk: Desk) -> None:
    everything(desk, "jin", "金丝雀")
    everything(desk, "bai", "百灵")
    case = open_case(desk, "d", "金丝雀骂人")
    desk.work(case.number, "accept")
    assert desk.refused(case.number, "assign", handler="jin") == "act.is_recused"
    assert desk.refused(case.number, "add_task", handler="jin", words="去看看") == "act.is_recused"


def test_a_review_is_not_given_to_who_must_not_know(store: Store, now: datetime) -> None:
    desk = Desk(store, now, "general-handling")
    assert desk.policy.review.allowed
    everything(desk, "jin", "金丝雀")
    case = open_case(desk, "d", "金丝雀骂人")
    desk.closed(case.number)
    desk.work(case.number, "ask_review", words="不服")
    assert desk.refused(case.number, "assign_review", handler="jin") == "act.is_recused"


def test_a_deputy_stands_in_for_a_leader_who_must_not_know(desk: Desk) -> None:
    head, director = "head", "director"
    desk.hire("boss", head, name="金丝雀")
    desk.hire("vice", director, name="百灵")
    staffed(desk, staffing.appoint, WEI, ["reception", "investigator"])
    case = open_case(desk, "d", "金丝雀骂人")
    for action, fields in (("supervise", {"words": "快"}), ("lift_recusal", {"staff": "boss", "words": "同名"})):
        assert desk.refused(case.number, action, "boss", **fields) == "act.not_yours"
    desk.work(case.number, "supervise", "vice", words="快")


# ── missing and forbidden ───────────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def counted(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Every statement that is run, as it is typed."""
    run_, ran = Statement.run, []

    def counting(self: Statement, connection: Any, values: Mapping[str, Any]) -> Result:
        ran.append(" ".join(str(self._clause).split()[:3]))
        return run_(self, connection, values)

    monkeypatch.setattr(Statement, "run", counting)
    return ran


def test_a_case_that_must_not_be_known_takes_as_many_statements_as_none(desk: Desk, counted: list[str]) -> None:
    jin = everything(desk, "jin", "金丝雀")
    hidden = open_case(desk, "d", "金丝雀骂人").number

    def work_of(number: str) -> tuple[int, int, int]:
        counted.clear()
        detail = desk.store.read(lambda uow: queries.case_detail(uow, number, viewer=jin.id))
        seen = len(counted)
        looked = desk.store.write(lambda uow: access.look(uow, desk.office, jin, number, desk.now))
        assert (detail, looked) == (None, None)
        after = len(counted)
        with pytest.raises(Refused, match=r"act\.not_yours"):
            desk.work(number, "accept", "jin")
        return seen, after - seen, len(counted) - after

    # The first line of a chain takes one statement more, so that of the office has one already.
    for number in ("TS2026-99999", hidden):
        work_of(number)
    assert work_of(hidden) == work_of("TS2026-99999")


def test_an_attempt_is_written_where_the_one_who_tried_does_not_read_it(desk: Desk) -> None:
    jin = everything(desk, "jin", "金丝雀")
    hidden = open_case(desk, "d", "金丝雀骂人").number
    before = desk.seen(hidden)
    assert desk.refused(hidden, "accept", "jin") == "act.not_yours"
    line = desk.entries(hidden)[-1]
    assert (line.kind, line.actor, line.public) == ("refused", "staff:jin", False)
    assert line.note.startswith("accept: ")
    assert desk.store.read(lambda uow: queries.case_detail(uow, hidden, viewer=jin.id)) is None
    # For a colleague who had looked before it nothing has changed.
    desk.work(hidden, "accept", seen=before)


def test_no_alert_repeats_what_staff_wrote(desk: Desk) -> None:
    case = open_case(desk, "d")
    desk.alerts()
    desk.work(case.number, "accept")
    desk.work(case.number, "set_level", level="major", words="许小衡 13900001234 说被打")
    desk.work(case.number, "supervise", words="许小衡等着")
    alerts = "\n".join(desk.alerts())
    assert case.number in alerts
    assert "许小衡" not in alerts
    assert "13900001234" not in alerts


# ── at the same time ────────────────────────────────────────────────────────────────────────────────────────────────────


def together(desk: Desk, first: Callable[[UnitOfWork], Any], second: Callable[[UnitOfWork], Any]) -> None:
    """The second begins while the first is done but not yet written."""
    begun = threading.Event()

    def slow(uow: UnitOfWork) -> None:
        first(uow)
        begun.set()
        time.sleep(0.4)

    with ThreadPoolExecutor(2) as threads:
        running = threads.submit(desk.store.write, slow)
        assert begun.wait(10)
        threads.submit(desk.store.write, second).result(20)
        running.result(20)


def filing(desk: Desk, number: list[str]) -> Callable[[UnitOfWork], None]:
    def file(uow: UnitOfWork) -> None:
        told_ = Registration("d", desk.person, "chat", keys.new_key(uow), "other", told("金丝雀骂人"))
        number.append(registration.open_case(uow, desk.office, told_, desk.now)[0].number)

    return file


def joining(desk: Desk) -> Callable[[UnitOfWork], None]:
    posts = [desk.policy.posts[0].key]
    return lambda uow: staffing.join(uow, desk.office, "jin", "金丝雀", "", posts, "operator", desk.now) and None


def test_who_joins_while_they_are_complained_of_is_kept_out(desk: Desk) -> None:
    number: list[str] = []
    together(desk, filing(desk, number), joining(desk))
    assert set(kept_from(desk, number[-1])) == {"jin"}


def test_who_is_complained_of_while_they_join_is_kept_out(desk: Desk) -> None:
    number: list[str] = []
    together(desk, joining(desk), filing(desk, number))
    assert set(kept_from(desk, number[-1])) == {"jin"}


def test_two_changes_of_one_person_at_once_lose_no_name(desk: Desk) -> None:
    everything(desk, "jin", "一号")

    def rename(name: str) -> Callable[[UnitOfWork], Any]:
        return lambda uow: staffing.rename(uow, desk.office, "jin", name, "operator", desk.now)

    together(desk, rename("二号"), rename("三号"))
    found = desk.store.read(lambda uow: staff.by_account(uow, "jin"))
    assert found is not None
    assert set(found.names) == {"一号", "二号", "三号"}


def test_an_assignment_under_way_does_not_bring_back_who_is_renamed_meanwhile(desk: Desk) -> None:
    everything(desk, "bai", "百灵")
    case = open_case(desk, "d", "金丝雀骂人")
    desk.work(case.number, "accept")

    def assign(uow: UnitOfWork) -> None:
        actor = work.member_of(uow, WEI)
        work.act_as_staff(uow, desk.office, actor, case.number, "assign", {"handler": "bai"}, desk.now)

    together(desk, assign, lambda uow: staffing.rename(uow, desk.office, "bai", "金丝雀", "operator", desk.now))
    assert desk.work_of(case.number).handler_id is None
    assert set(kept_from(desk, case.number)) == {"bai"}


def test_an_erased_case_keeps_nobody_new_away_and_stops_no_change(desk: Desk) -> None:
    case = open_case(desk, "d", "金丝雀骂人")
    desk.store.write(lambda uow: cases.erase(uow, case.id))
    assert rejoin(desk, "jin", "金丝雀") == 0
