"""What staff read in their chat: as long as their channel allows, in words for a chat, and with a button only for what it would do."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from functools import partial

import pytest

from bots.wechat.config import LIMITS
from core import desk
from core.cases import work
from core.dialog.service import House
from core.errors import Refused
from core.messages import Address
from core.people import staffing
from core.store.unit_of_work import Store
from tests.core.cases.desk import WEI
from tests.core.desk.chats import CHAT, OTHER, Office

LONG = "经查" * 400


@pytest.fixture
def bound(store: Store, now: datetime) -> Office:
    office = Office(store, now)
    office.bind()
    return office


@pytest.mark.parametrize(("channel", "whole"), [("telegram", True), ("wechat", False)])
def test_an_answer_is_as_long_as_its_channel_allows(bound: Office, channel: str, whole: bool) -> None:
    """A unit may have a name that is all too long."""
    bound.house = House(bound.office, bound.house.limits | {"wechat": LIMITS}, desk=partial(desk.hear, bound.office))
    number = bound.open()[0].number
    office = bound.office
    office.texts = replace(
        office.texts, sentences=office.texts.sentences | {"zh": office.texts.sentences["zh"] | {"desk.nobody": (LONG,)}}
    )
    chat = Address(channel, "wei's other chat")
    bound.bind(chat=chat)
    [shown] = bound.hear(f"看 {number}", chat)
    assert (LONG in shown.text) is whole
    assert shown.text.endswith("…") is not whole
    assert bound.house.limits[channel].hold(shown.text)


@pytest.mark.parametrize("key", ["act.needs_authority", "act.which_clock"])
def test_what_is_refused_in_words_of_the_command_line_has_others_here(
    bound: Office, monkeypatch: pytest.MonkeyPatch, key: str
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise Refused(key, known="investigation")

    number = bound.open()[0].number
    monkeypatch.setattr(work, "act_as_staff", refuse)
    answer = bound.say(f"申请延期 {number} 等鉴定结果")
    assert "在电脑上" in answer
    assert "=" not in answer
    assert "investigation" not in answer
    assert bound.kinds(number)[-1] == "refused"


def test_there_is_no_button_for_what_another_must_do(store: Store, now: datetime) -> None:
    """The director may approve, but for this amount the pack names the head; and nobody approves what they proposed."""
    office = Office(store, now, "service-complaint-office")
    number = office.open()[0].number
    for action, fields in (("assign", {"handler": WEI}), ("conclude", {}), ("propose", {"outcome": "partly"})):
        office.work(number, action, words="so it is", **fields)
    office.bind()
    office.hire("dong", "department")
    office.bind("dong", OTHER)
    before = office.case(number), office.work_of(number), office.rows(number)
    for chat in (CHAT, OTHER):
        [shown] = office.hear(f"看 {number}", chat)
        assert shown.choices == ()
        assert "同意" not in shown.text
        assert "已登记" not in office.say(f"同意 {number}", chat)
    assert (office.case(number), office.work_of(number), office.rows(number)) == before
    assert set(office.kinds(number)[-4:]) == {"read", "refused"}, "what was tried for a button was taken back"
    office.hire("li", "leader")
    office.bind("li", OTHER)
    [shown] = office.hear(f"看 {number}", OTHER)
    assert [choice.label for choice in shown.choices] == ["同意"]


def test_who_tries_by_a_part_of_the_number_is_written_down_in_the_case(bound: Office) -> None:
    number = bound.open(facts="窗口的wei态度差")[0].number
    part, missing = number.removeprefix("FW"), "2026-00099"
    for verb in ("看", "受理"):
        assert bound.say(f"{verb} {part}") == bound.say(f"{verb} {missing}")
    assert [entry.note.partition(":")[0] for entry in bound.entries(number) if entry.kind == "refused"] == [
        "read", "accept",
    ]  # fmt: skip


def test_whoever_only_audits_learns_of_no_case_how_it_stands(store: Store, now: datetime) -> None:
    office = Office(store, now, "report-center")
    number = office.open()[0].number
    office.hire("lin", "inspector")
    office.bind("lin")
    ghost = f"{number[:-3]}999"
    for said in ("受理 {}", "同意 {}", "备注 {} 看过", "看 {}"):
        assert office.say(said.format(number)) == office.say(said.format(ghost))
    assert office.kinds(number).count("refused") == 4


# ── numbers that are nothing but digits ──────────────────────────────────────────────────────────────────────────────


def test_where_numbers_are_bare_digits_before_words_are_a_day_unless_they_are_the_case_in_hand(
    store: Store, now: datetime
) -> None:
    office = Office(store, now, "manufacturer")
    office.bind()
    [first, second] = [office.open(f"draft {index}")[0].number for index in range(2)]
    assert first.isdecimal()
    answer = office.say(f"备注 {first} 那天的录像已调")
    assert "是哪一件" in answer
    assert "备注 #" in answer
    assert office.say(f"看 {first}").startswith(first)
    assert "已登记“备注”" in office.say(f"备注 {first} 看过了"), "the one that was looked at"
    assert "是哪一件" in office.say(f"备注 {second} 那天的录像已调")
    assert "是哪一件" in office.say(f"备注 {second[:2]}-{second[2:4]}-{second[4:]} 那天的录像已调")
    assert "已登记“备注”" in office.say(f"备注 #{second} 看过了"), "said to be a number"
    assert "已登记“受理”" in office.say(f"受理 {first}"), "nothing else can stand there"
    notes = [[entry.note for entry in office.entries(each) if entry.kind == "noted"] for each in (first, second)]
    assert notes == [["看过了"], ["看过了"]]
    assert "备注 #" in office.say("办理帮助")


@pytest.mark.parametrize("pack", ["service-hall", "internal-rules"])
def test_where_numbers_have_letters_or_a_check_they_are_known_by_themselves(
    store: Store, now: datetime, pack: str
) -> None:
    office = Office(store, now, pack)
    office.bind()
    number = office.open()[0].number
    assert "已登记“备注”" in office.say(f"备注 {number} 看过了")


# ── who is told of a clock ───────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("absent", "told"),
    [
        ((), {"lu"}),
        (("lu",), set()),
        (("lu", "second"), {"dong"}),
        (("lu", "second", "dong"), set()),
    ],
    ids=["there", "a second one is there", "nobody is there but the deputy", "nobody is there"],
)
def test_of_the_clocks_of_who_is_away_their_deputies_hear_while_nobody_else_has_the_post(
    store: Store, now: datetime, absent: tuple[str, ...], told: set[str]
) -> None:
    office = Office(store, now, "law-firm")
    posts = {"lu": "managing_partner", "second": "managing_partner", "dong": "director", "lin": "clerk"}
    for account, post in posts.items():
        office.hire(account, post)
        office.bind(account, Address("telegram", account))
    number = office.open()[0].number
    office.work(number, "accept")
    office.work(number, "assign", handler="lu")
    office.store.write(lambda uow: staffing.leave(uow, office.office, WEI, "operator", office.now))
    for account in absent:
        office.away(account)
    office.sent()
    office.now = min(row.alert_at for row in office.rows(number) if row.alert_at)
    office.watch_clocks()
    office.later(days=4)
    assert {peer for peer, words in office.sent() if number in words} - {"desk", "anna"} == told
