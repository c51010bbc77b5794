"""Staff check in, ask, decide, look and confirm in their own chat, in a few words."""

from __future__ import annotations

from datetime import date, datetime
from functools import partial

import pytest

from bots.wechat.config import LIMITS
from core import desk
from core.desk import attendance_orders, orders
from core.dialog import service as dialog
from core.dialog.service import House
from core.ladder import Limits
from core.messages import Address, InboundMessage, OutboundMessage
from core.people import binding
from core.policies.attendance import Attendance, load
from core.store import attendance
from core.store.unit_of_work import Store
from core.texts import load_texts
from tests.core.cases.desk import at
from tests.core.people.attendance.clockwork import BOSS, Clockwork

WANG, HEAD = Address("telegram", "wang's own chat"), Address("telegram", "boss's own chat")


class Office(Clockwork):
    """Both have bound their chats."""

    def __init__(self, store: Store, now: datetime, pack: str | Attendance = "attendance-standard") -> None:
        super().__init__(store, now, pack)
        self.house = House(self.office, {"telegram": Limits(buttons=True)}, desk=partial(desk.hear, self.office))
        self.messages = 0
        self.hire("wang", "officer")
        for account, chat in (("wang", WANG), (BOSS, HEAD)):
            code = self.store.write(lambda uow, a=account: binding.invite(uow, a, "operator", self.now))  # type: ignore[misc]
            self.say(f"绑定 {code}", chat)

    def hear(self, words: str, chat: Address = WANG, key: str = "", kind: str = "text") -> tuple[OutboundMessage, ...]:
        self.messages += 1
        message = InboundMessage(chat, key or f"m{self.messages}", self.now, kind=kind, text=words)  # type: ignore[arg-type]
        return self.store.write(lambda uow: dialog.receive(uow, self.house, message, self.now))

    def say(self, words: str, chat: Address = WANG) -> str:
        return "\n".join(bubble.text for bubble in self.hear(words, chat))

    def punches(self) -> list[str]:
        found = self.store.read(lambda uow: attendance.punches(uow, at("2026-01-01"), at("2027-01-01")))
        return [f"{each.at:%H:%M} {each.way}" for each in found]


@pytest.fixture
def office(store: Store) -> Office:
    return Office(store, at("2026-05-06 08:00"))


def test_one_checks_in_and_out_by_a_word(office: Office) -> None:
    assert "8:50" in office.say("签到").replace("08:50", "8:50")
    office.it_is("2026-05-06 08:58")
    assert office.say("签到") == "已签到 08:58。"
    office.it_is("2026-05-06 09:20")
    assert "08:58 已经签到" in office.say("上班签到")
    office.it_is("2026-05-06 17:30")
    assert "早退 30 分钟" in office.say("签退")
    office.it_is("2026-05-06 18:02")
    assert office.say("签退") == "已签退 18:02。"
    assert "18:02 已经签退" in office.say("签退")
    found = office.day("wang", "2026-05-06")
    assert found is not None
    assert found.early == 0


def test_a_message_that_comes_twice_is_one_check(office: Office) -> None:
    office.it_is("2026-05-06 09:00")
    assert office.hear("签到", key="same") == office.hear("签到", key="same")
    assert len(office.punches()) == 1


def test_an_edited_message_checks_nobody_in(office: Office) -> None:
    office.it_is("2026-05-06 09:00")
    [answer] = office.hear("签到", kind="edit")
    assert "改消息不会" in answer.text
    assert office.punches() == []


def test_nobody_checks_in_for_another_and_who_is_not_bound_is_a_citizen(office: Office) -> None:
    office.it_is("2026-05-06 09:00")
    stranger = Address("telegram", "somebody else")
    assert "已签到" not in office.say("签到", stranger)
    assert "已签到" not in office.say("签到 boss")
    assert office.punches() == []


def test_leave_is_asked_for_told_to_whoever_decides_and_told_back(office: Office) -> None:
    office.it_is("2026-05-06 10:00")
    asked = office.say("请假 明天 下午 看病")
    assert "wang 请假 5 月 7 日 13:00–5 月 7 日 18:00" in asked
    heard = "\n".join(office.told(HEAD.peer))
    assert "考勤待批" in heard
    assert "看病" not in heard, "why is read where it is asked for"
    assert "看病" in office.say("考勤待批", HEAD)
    assert "不批考勤" in office.say("考勤待批")
    number = office.store.read(attendance.asked)[0].id
    assert "不批考勤" in office.say(f"批准 {number}")
    assert office.office_lines(1)[0][:2] == ("refused", "staff:wang")
    assert "已批准" in office.say(f"批准 {number}", HEAD)
    assert "已经批过" in office.say(f"批准 {number}", HEAD)
    assert "批准了" in "\n".join(office.told(WANG.peer))
    assert "没有等您批" in office.say("考勤待批", HEAD)
    office.it_is("2026-05-07 19:00")
    found = office.day("wang", "2026-05-07")
    assert found is not None
    assert found.leave_halves == 1


def test_a_refusal_needs_a_reason_and_tells_it(office: Office) -> None:
    office.it_is("2026-05-06 10:00")
    office.say("加班 明天 18:30-20:30 月底归档")
    number = office.store.read(attendance.asked)[0].id
    assert "请写原因" in office.say(f"驳回 {number}", HEAD)
    office.say(f"驳回 {number} 不需要", HEAD)
    assert "不需要" in "\n".join(office.told(WANG.peer))


@pytest.mark.parametrize(
    ("said", "kind", "becomes", "begins", "ends", "words"),
    [
        ("请假 5月8日 看病", "leave", "leave", "05-08 09:00", "05-08 18:00", "看病"),
        ("请假 5月8日-5月11日 回老家", "leave", "leave", "05-08 09:00", "05-11 18:00", "回老家"),
        ("请假 2026-05-08 上午 看病", "leave", "leave", "05-08 09:00", "05-08 12:00", "看病"),
        ("请假 后天 10:00-11:30 开家长会", "leave", "leave", "05-08 10:00", "05-08 11:30", "开家长会"),
        ("补卡 上班 8:55 忘了", "forgot", "in", "05-06 08:55", "05-06 08:55", "忘了"),
        ("补卡 上班 忘了", "forgot", "in", "05-06 09:00", "05-06 09:00", "忘了"),
        (
            "外出 今天 市局开会，证明：公函12号",
            "business",
            "business",
            "05-06 09:00",
            "05-06 18:00",
            "市局开会\n公函12号",
        ),
        ("出差 5月8日至5月9日 培训（证明 通知）", "business", "business", "05-08 09:00", "05-09 18:00", "培训\n通知"),
        ("加班 5月9日 18:30-20:30 归档", "overtime", "overtime", "05-09 18:30", "05-09 20:30", "归档"),
        ("加班 5月9日 22:00-01:00 值守", "overtime", "overtime", "05-09 22:00", "05-10 01:00", "值守"),
        ("更正考勤 今天 上班 8:55 手机没电", "correction", "in", "05-06 08:55", "05-06 08:55", "手机没电"),
        ("更正考勤 今天 上午 外出 去法院", "correction", "business", "05-06 09:00", "05-06 12:00", "去法院"),
    ],
)
def test_what_is_asked_for_is_understood(
    office: Office, said: str, kind: str, becomes: str, begins: str, ends: str, words: str
) -> None:
    office.it_is("2026-05-06 09:30") if kind in ("forgot", "correction") else None
    answer = office.say(said)
    [asked] = office.store.read(attendance.asked) or [None]
    assert asked is not None, answer
    moments = [
        f"{each:%m-%d %H:%M}"
        for each in (asked.begins_at.astimezone(office.now.tzinfo), asked.ends_at.astimezone(office.now.tzinfo))
    ]
    assert (asked.kind, asked.becomes, *moments, asked.words) == (kind, becomes, begins, ends, words)


@pytest.mark.parametrize(
    "said",
    [
        "请假",
        "请假 看病",
        "请假 6月31日 看病",
        "补卡",
        "加班 明天 归档",
        "更正考勤 今天",
        "批准",
        "驳回 不行",
        "外出 市局",
    ],
)
def test_who_says_too_little_is_shown_how(office: Office, said: str) -> None:
    assert "请这样写" in office.say(said)
    assert office.store.read(attendance.asked) == []


def test_ones_month_is_looked_at_and_confirmed_as_it_was_seen(office: Office) -> None:
    office.it_is("2026-06-01 10:00")
    shown = office.hear("我的考勤 5月")
    assert "旷工 19 天" in shown[0].text
    [button] = shown[0].choices
    office.is_granted("wang", "correction", "2026-05-06 09:00", "2026-05-29 18:00", becomes="leave")
    changed = office.hear(button.key)
    assert "有变动，没有确认" in changed[0].text
    assert "请假 19 天" in changed[1].text
    [again] = changed[1].choices
    assert "您已确认" in office.say(again.key)
    assert "（已确认）" in office.say("我的考勤 2026-05")
    assert "没有过完" in office.say("确认考勤 6月")
    assert "没有过完" not in office.say("确认考勤")


def test_a_month_is_ones_own(office: Office) -> None:
    assert "wang" not in office.say("我的考勤", HEAD)
    office.it_is("2026-05-06 09:00")
    office.say("签到")
    assert "出勤" in office.say("我的考勤")


def test_where_no_attendance_is_kept_its_words_say_so(office: Office) -> None:
    office.office.attendance = None
    for words in ("签到", "请假 明天 看病", "我的考勤", "批准 1", "考勤帮助"):
        assert office.say(words) == "这里没有启用考勤。"


def test_where_it_has_not_begun_that_is_said(store: Store) -> None:
    office = Office(store, at("2026-05-06 09:00"))
    office.store.write(
        lambda uow: uow.connection.exec_driver_sql("DELETE FROM service_row WHERE name = 'attendance.since'")
    )
    assert "还没有开始" in office.say("签到")


def test_an_answer_to_the_bot_is_no_request(office: Office) -> None:
    office.say("我要投诉")
    assert "请这样写" not in office.say("请假 三天没人批")


def test_the_help_fits_one_bubble_and_each_example_is_understood(office: Office) -> None:
    shown = office.say("考勤帮助")
    assert LIMITS.hold(shown)
    for does, verbs in attendance_orders.verbs().items():
        said = attendance_orders.example(does) or verbs[0]
        order = attendance_orders.order_in(said)
        assert order is not None
        assert (order.does, order.verb) == (does, verbs[0])


def test_no_word_of_attendance_is_one_about_cases() -> None:
    ours = {verb for verbs in attendance_orders.verbs().values() for verb in verbs}
    theirs = {verb for kind in orders.kinds() for verb in kind.verbs}
    assert not ours & theirs


@pytest.mark.parametrize(
    "said", ["签到了吗", "签到 谁负责", "加班费没发", "批准了吗", "请假条", "我的考勤怎么了", "我要签到", ""]
)
def test_what_only_begins_like_a_word_of_attendance_is_none(said: str) -> None:
    assert attendance_orders.order_in(said) is None


def test_a_day_without_a_year_is_the_nearest() -> None:
    today = date(2026, 12, 30)
    assert attendance_orders.asking_in("1月4日 看病", today).first == date(2027, 1, 4)
    assert attendance_orders.asking_in("12月1日 看病", today).first == date(2026, 12, 1)
    assert attendance_orders.month_in("9999-12", today) is None
    assert attendance_orders.month_in("12月", date(2027, 1, 4)) == (date(2026, 12, 1), "")


def test_every_pack_of_the_product_can_be_decided_upon(office: Office) -> None:
    for each in ("attendance-standard", "attendance-fingerprint"):
        assert load(each).asking.decided_by
    assert load_texts().render("zh", "attendance.off")
