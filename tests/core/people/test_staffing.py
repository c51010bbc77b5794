"""Who works here: joining, renamed, moved, away, gone and back; what each change keeps from them, and that it is written down."""

from __future__ import annotations

from datetime import datetime

import pytest

from core.cases import rights
from core.errors import Refused
from core.people import staffing
from core.people.staffing import Changed
from core.store import queries, staff
from core.store.staff import StaffMember
from core.store.unit_of_work import Store
from tests.core.cases.desk import Desk

BY = "operator"


@pytest.fixture
def desk(store: Store, now: datetime) -> Desk:
    desk = Desk(store, now, "service-hall", crew=False)
    desk.hire("xu", "officer", name="徐小苗", unit="三楼窗口")
    desk.hire("head", "head", name="陈立", unit="投诉科")
    return desk


def member(desk: Desk, account: str) -> StaffMember:
    found = desk.store.read(lambda uow: staff.by_account(uow, account))
    assert found
    return found


def sees(desk: Desk, account: str) -> set[str]:
    """The numbers of the cases that somebody can know of."""
    viewer = member(desk, account).id
    return {line.number for line in desk.store.read(lambda uow: queries.case_list(uow, 100, viewer=viewer))}


def change(desk: Desk, how: str, account: str, *words: object, **more: object) -> Changed:
    done: Changed = desk.store.write(
        lambda uow: getattr(staffing, how)(uow, desk.office, account, *words, BY, desk.now, **more)
    )
    return done


def test_posts_are_named_by_key_or_by_either_of_their_names(desk: Desk) -> None:
    post = desk.policy.post("director")
    for index, name in enumerate((post.key, post.label.zh, post.label.en)):
        assert desk.hire(f"new{index}", name).posts == ("director",)
    assert desk.hire("twice", "officer", "head", "officer").posts == ("officer", "head")


def test_a_change_is_written_down_without_the_name(desk: Desk) -> None:
    change(desk, "rename", "xu", "徐大苗")
    kind, actor, note = desk.office_lines(1)[0]
    assert (kind, actor, note) == ("staff_renamed", BY, "xu 三楼窗口 officer")


def test_somebody_new_is_kept_from_every_case_that_names_them(desk: Desk) -> None:
    about, _ = desk.open("about", "窗口的李大明态度很差")
    other, _ = desk.open("other", "电梯坏了")
    done = desk.store.write(
        lambda uow: staffing.join(uow, desk.office, "li", "李大明", "窗口", ["officer"], BY, desk.now)
    )
    assert done.recused == 1
    assert sees(desk, "li") == {other.number}
    assert sees(desk, "xu") == {about.number, other.number}


def test_a_new_name_is_looked_for_and_the_former_one_is_not_forgotten(desk: Desk) -> None:
    former, _ = desk.open("former", "徐小苗骂人")
    later, _ = desk.open("later", "徐大苗骂人")
    assert sees(desk, "xu") == {later.number}
    done = change(desk, "rename", "xu", "徐大苗")
    assert (done.member.name, done.member.names, done.recused) == ("徐大苗", ("徐大苗", "徐小苗"), 1)
    assert sees(desk, "xu") == set()
    again, _ = desk.open("again", "徐小苗又骂人")
    assert again.number not in sees(desk, "xu")
    assert former.number in sees(desk, "head")


def test_who_moves_to_the_unit_complained_of_is_kept_from_it_from_then_on(desk: Desk) -> None:
    respondent = desk.policy.first_of["respondent"].key
    case, _ = desk.open("about", "态度很差", answers={respondent: "二楼社保窗口"})
    assert sees(desk, "xu") == {case.number}
    assert change(desk, "move", "xu", "二楼社保窗口").recused == 1
    assert sees(desk, "xu") == set()
    change(desk, "move", "xu", "三楼窗口")
    assert sees(desk, "xu") == set(), "whoever was there then knows what they know"


def test_who_must_no_longer_know_loses_the_case(desk: Desk) -> None:
    case, _ = desk.open("about", "徐大苗骂人")
    desk.work(case.number, "assign", "xu", handler="xu")
    change(desk, "rename", "xu", "徐大苗")
    assert desk.work_of(case.number).handler_id is None
    assert desk.work_of(case.number).unit == "三楼窗口"


def test_who_loses_a_post_can_do_nothing_more_in_it(desk: Desk) -> None:
    case, _ = desk.open()
    desk.work(case.number, "assign", "xu", handler="xu")
    change(desk, "appoint", "xu", ["director"])
    assert desk.refused(case.number, "conclude", "xu", words="…") == "act.not_your_post"
    assert desk.office_lines(1)[0][0] == "staff_posts"


def test_who_is_away_does_nothing_and_their_deputy_does_it(desk: Desk) -> None:
    case, _ = desk.open()
    desk.hire("director", "director")
    desk.away("head")
    assert desk.refused(case.number, "supervise", "head", words="now") == "act.not_at_work"
    policy, everybody = desk.policy, desk.store.read(staff.everybody)
    assert rights.posts_held(policy, member(desk, "director"), everybody) == ("director", "head")
    desk.away("head", away=False)
    everybody = desk.store.read(staff.everybody)
    assert rights.posts_held(policy, member(desk, "director"), everybody) == ("director",)
    assert [line[0] for line in desk.office_lines(2)] == ["staff_present", "staff_away"]


def test_who_leaves_leaves_their_cases_to_others_who_hear_of_it(desk: Desk) -> None:
    case, _ = desk.open()
    desk.work(case.number, "assign", "xu", handler="xu")
    desk.alerts()
    change(desk, "leave", "xu")
    assert desk.work_of(case.number).handler_id is None
    [alert] = desk.alerts()
    assert "xu" in alert
    assert "1" in alert
    with pytest.raises(Refused, match=r"act\.nobody"):
        desk.work(case.number, "note", "xu", words="…")
    assert [who.account for who in desk.store.read(staff.everybody)] == ["head"]
    assert [entry.actor for entry in desk.entries(case.number)][-2:] == ["staff:xu", "staff:xu"], (
        "what they did keeps their name"
    )


def test_who_leaves_empty_handed_alerts_nobody(desk: Desk) -> None:
    change(desk, "leave", "xu")
    assert desk.alerts() == []
    with pytest.raises(Refused, match=r"act\.nobody"):
        change(desk, "leave", "xu")


def test_who_comes_back_is_the_same_person_in_a_new_post(desk: Desk) -> None:
    former = member(desk, "xu")
    about, _ = desk.open("about", "徐小苗骂人")
    change(desk, "leave", "xu")
    meanwhile, _ = desk.open("meanwhile", "徐大苗骂人")
    back = desk.hire("xu", "director", name="徐大苗", unit="二楼")
    assert (back.id, back.names, back.posts, back.unit) == (former.id, ("徐大苗", "徐小苗"), ("director",), "二楼")
    assert (back.left_at, back.absent) == (None, False)
    assert sees(desk, "xu") & {about.number, meanwhile.number} == set()
    assert [line[0] for line in desk.office_lines(2)] == ["staff_back", "staff_left"]


def test_a_complaint_about_somebody_who_is_gone_is_kept_from_them_when_they_come_back(desk: Desk) -> None:
    change(desk, "leave", "xu")
    about, _ = desk.open("about", "徐小苗以前骂过人")
    desk.hire("xu", "officer", name="徐小苗")
    assert about.number not in sees(desk, "xu")


@pytest.mark.parametrize("account", ["", " ", "two words", "x" * 41, "a/b", "a\nb"])
def test_an_account_is_one_short_word(desk: Desk, account: str) -> None:
    with pytest.raises(Refused, match=r"staff\.account"):
        desk.hire(account, "officer")


@pytest.mark.parametrize("account", ["王敏", "wang.min", "wang-min@hall", "w_1"])
def test_an_account_may_be_a_name_or_an_address(desk: Desk, account: str) -> None:
    assert desk.hire(account, "officer").account == account


@pytest.mark.parametrize(
    ("how", "words", "key"),
    [
        ("rename", [" "], "staff.name"),
        ("rename", ["x" * 41], "staff.name"),
        ("move", ["x" * 41], "staff.name"),
        ("appoint", [[]], "staff.no_such_post"),
        ("appoint", [["cook"]], "staff.no_such_post"),
        ("leave", [], "act.nobody"),
    ],
)
def test_what_cannot_be_changes_nothing(desk: Desk, how: str, words: list[object], key: str) -> None:
    before = desk.store.read(staff.everybody), desk.office_lines()
    with pytest.raises(Refused) as refused:
        change(desk, how, "nobody" if key == "act.nobody" else "xu", *words)
    assert str(refused.value) == key
    assert (desk.store.read(staff.everybody), desk.office_lines()) == before
