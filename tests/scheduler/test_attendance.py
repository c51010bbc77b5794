"""Late and missing are told the same day to whom it concerns, the month is told to be confirmed; each once."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.messages import Address
from core.people import binding
from core.store import sessions
from core.store.unit_of_work import Store
from scheduler import jobs
from scheduler.jobs import Workplace
from tests.core.cases.desk import at
from tests.core.people.attendance.clockwork import BOSS, Clockwork, csv_file
from tests.scheduler.places import Chat, job, workplace


class Told:
    """A service whose staff have bound their chats, each on a channel of that name."""

    def __init__(self, store: Store, data_dir: Path, pack: str) -> None:
        self.office = Clockwork(store, at("2026-04-30 10:00"), pack)
        self.chats = {name: Chat(name) for name in ("staff", "wang", "li", BOSS)}
        for account in ("wang", "li"):
            self.office.hire(account, "officer", name=f"姓名{account}")
        for account in ("wang", "li", BOSS):
            self._bind(store, account)
        self.place: Workplace = workplace(self.office, data_dir, **self.chats)

    def _bind(self, store: Store, account: str) -> None:
        now = self.office.now
        code = store.write(lambda uow: binding.invite(uow, account, "operator", now))
        store.write(lambda uow: binding.bind(uow, sessions.load(uow, Address(account, "x"), now), code, now))

    async def at(self, moment: str) -> dict[str, list[str]]:
        """What each hears then of attendance."""
        self.office.it_is(moment)
        await jobs.turn(self.place, job("tell_attendance"))
        for _ in range(3):
            await jobs.turn(self.place, job("deliver"))
        heard = {name: chat.heard() for name, chat in self.chats.items()}
        return {name: lines for name, lines in heard.items() if lines}


@pytest.fixture
def by_chat(store: Store, data_dir: Path) -> Told:
    return Told(store, data_dir, "attendance-standard")


@pytest.fixture
def by_device(store: Store, data_dir: Path) -> Told:
    return Told(store, data_dir, "attendance-fingerprint")


async def test_the_day_is_told_once_to_whom_it_concerns(by_chat: Told) -> None:
    office = by_chat.office
    office.checks("wang", "in", "2026-05-06 09:15")
    office.checks("li", "in", "2026-05-06 08:55")
    office.checks(BOSS, "in", "2026-05-06 08:56")
    for account in ("wang", "li", BOSS):
        office.checks(account, "out", "2026-05-06 18:05")
    assert await by_chat.at("2026-05-06 18:29") == {}
    heard = await by_chat.at("2026-05-06 18:30")
    assert heard["wang"] == ["5 月 6 日：迟到 15 分钟。有原因请今天向主管说明：补卡、外出，或“考勤帮助”。"]
    assert "li" not in heard
    assert heard[BOSS] == ["5 月 6 日 考勤要过问的：\nwang 迟到 15 分钟"]
    assert heard["staff"] == [
        "5 月 6 日 考勤：应到 3 人，迟到 1，早退或晚签退 0，漏签 0，旷工 0，请假外出 0。名单在主管自己的聊天里，或 tousu attendance day。"
    ]
    assert await by_chat.at("2026-05-06 18:31") == {}
    assert await by_chat.at("2026-05-07 09:00") == {}


async def test_no_name_and_no_account_is_told_to_the_staffs_chat(by_chat: Told) -> None:
    heard = await by_chat.at("2026-05-06 18:30")
    assert "旷工 3" in heard["staff"][0]
    for who in ("wang", "li", "姓名"):
        assert who not in heard["staff"][0]


async def test_a_rest_day_is_not_told_and_a_missed_evening_is_made_good(by_chat: Told) -> None:
    assert (await by_chat.at("2026-05-08 18:30"))["staff"][0].startswith("5 月 8 日")
    assert (await by_chat.at("2026-05-09 18:30"))["staff"][0].startswith("5 月 9 日"), "a Saturday that is worked"
    assert await by_chat.at("2026-05-10 18:30") == {}
    assert (await by_chat.at("2026-05-12 10:00"))["staff"][0].startswith("5 月 11 日"), (
        "nobody was there in the evening"
    )
    assert (await by_chat.at("2026-05-12 18:30"))["staff"][0].startswith("5 月 12 日")


async def test_where_a_device_is_read_the_day_waits_for_its_file(by_device: Told) -> None:
    heard = await by_device.at("2026-05-06 17:45")
    assert heard == {"staff": ["5 月 6 日 的打卡记录还没有导入，请运行：tousu attendance import 文件"]}
    by_device.office.imports(csv_file([("", "", "wang", "2026-05-06 02:10", "", "")]))
    assert await by_device.at("2026-05-06 17:46") == {}, "that was the day before"
    rows = [("", "", who, f"2026-05-06 {time}", "", "") for who in ("wang", "li", BOSS) for time in ("08:20", "17:31")]
    late = [("", "", "wang", "2026-05-06 08:50", "", ""), *rows[1:]]
    by_device.office.imports(csv_file(late))
    heard = await by_device.at("2026-05-06 18:10")
    assert "迟到 20 分钟" in heard["wang"][0]
    assert "li" not in heard


async def test_each_gets_last_month_to_confirm_once(by_chat: Told) -> None:
    by_chat.office.checks("wang", "in", "2026-05-29 08:55")
    by_chat.office.checks("wang", "out", "2026-05-29 18:05")
    await by_chat.at("2026-05-29 18:30")
    heard = await by_chat.at("2026-06-01 18:30")
    (statement,) = [line for line in heard["wang"] if line.startswith("2026-05")]
    assert "应出勤 19 天，出勤 1 天" in statement
    assert "确认考勤 2026-05" in statement
    morning = await by_chat.at("2026-06-02 09:00")
    assert morning == {"staff": ["2026-05 考勤表已发给 3 人确认：严重违纪 0 人，连续旷工 0 人。"]}, (
        "when the office is open again"
    )
    heard = await by_chat.at("2026-06-02 18:30")
    assert not any("2026-05" in line for lines in heard.values() for line in lines)


async def test_without_a_pack_or_a_first_day_nothing_is_told(by_chat: Told, store: Store) -> None:
    kept, by_chat.office.office.attendance = by_chat.office.office.attendance, None
    assert await by_chat.at("2026-05-06 18:30") == {}
    by_chat.office.office.attendance = kept
    store.write(lambda uow: uow.connection.exec_driver_sql("DELETE FROM service_row WHERE name = 'attendance.since'"))
    assert await by_chat.at("2026-05-06 18:30") == {}
