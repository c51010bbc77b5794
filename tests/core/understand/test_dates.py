"""Days as people say them, on Monday 23 November 2026."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.understand.dates import ZONE, find_dates
from core.understand.normal import plain

NOW = datetime(2026, 11, 23, 10, 0, tzinfo=ZONE)

DAYS = {
    "昨天": "2026-11-22", "前天": "2026-11-21", "大前天": "2026-11-20", "今天早上": "2026-11-23", "昨晚": "2026-11-22", "上周三": "2026-11-18",
    "周一": "2026-11-23", "星期三": "2026-11-18", "礼拜天": "2026-11-22", "上上周五": "2026-11-13", "11月20日": "2026-11-20", "11月20号": "2026-11-20",
    "十一月二十号": "2026-11-20", "11-22": "2026-11-22", "2026/11/20": "2026-11-20", "2026-11-20": "2026-11-20", "2026.11.20": "2026-11-20",
    "2025年12月1日": "2025-12-01", "二〇二五年十二月一日": "2025-12-01", "三天前": "2026-11-20", "3天前": "2026-11-20", "两周前": "2026-11-09",
    "半个月前": "2026-11-08", "上个月5号": "2026-10-05", "本月3日": "2026-11-03", "20号下午": "2026-11-20", "25号下午": "2026-10-25",
    "国庆期间": "2026-10-01/2026-10-07", "国庆节那天": "2026-10-01", "元旦": "2026-01-01", "去年国庆": "2025-10-01", "五一假期": "2026-05-01/2026-05-05",
    "除夕": "2026-02-16", "春节": "2026-02-17", "大年初三": "2026-02-19", "中秋": "2026-09-25", "端午节": "2026-06-19", "清明": "2026-04-05",
    "农历八月十五": "2026-09-25", "上周": "2026-11-16/2026-11-22", "上周末": "2026-11-21/2026-11-22", "上个月": "2026-10-01/2026-10-31",
    "去年12月1日": "2025-12-01", "12月25日": "2025-12-25", "双十一": "2026-11-11",
    "yesterday": "2026-11-22", "last Friday": "2026-11-20", "3 days ago": "2026-11-20", "Nov 20": "2026-11-20", "20 November 2025": "2025-11-20",
    "the day before yesterday": "2026-11-21",
}  # fmt: skip

SHOWN = {
    "昨天": "昨天（11月22日）", "11月20日": "11月20日", "2025年12月1日": "2025年12月1日", "去年国庆": "去年国庆（2025年10月1日）",
    "国庆期间": "国庆期间（10月1日至10月7日）", "yesterday": "yesterday (2026-11-22)",
}  # fmt: skip


def days(text: str) -> list[str]:
    return [found.slot.value for found in find_dates(plain(text), NOW)]


@pytest.mark.parametrize(("said", "value"), DAYS.items())
def test_a_spoken_day_becomes_a_date(said: str, value: str) -> None:
    assert days(said) == [value]


@pytest.mark.parametrize(("said", "value"), DAYS.items())
def test_a_day_is_found_inside_a_sentence(said: str, value: str) -> None:
    assert value in days(f"就是{said}，他们没有来" if not said.isascii() else f"it was {said}, they did not come")


@pytest.mark.parametrize(("said", "shown"), SHOWN.items())
def test_a_day_is_said_back_with_its_date(said: str, shown: str) -> None:
    assert [found.slot.shown for found in find_dates(plain(said), NOW)] == [shown]


@pytest.mark.parametrize(
    ("said", "value"),
    [("明天", "2026-11-24"), ("12月1日", "2026-12-01"), ("2027年1月5日", "2027-01-05"), ("下周三", "2026-12-02")],
)
def test_a_future_day_is_flagged(said: str, value: str) -> None:
    assert [(found.slot.value, found.slot.future) for found in find_dates(said, NOW)] == [(value, True)]


@pytest.mark.parametrize(
    "text",
    [
        "3号楼",
        "人民路20号",
        "五一路",
        "五一广场",
        "13月40日",
        "2月30日",
        "每天",
        "十一点",
        "1.2万",
        "地铁2号线",
        "三天",
        "3-5个",
        "国庆路",
    ],
)
def test_a_likeness_is_no_day(text: str) -> None:
    assert days(text) == []


def test_today_is_the_institutions_day() -> None:
    late = datetime(2026, 11, 22, 17, 0, tzinfo=UTC)
    assert [found.slot.value for found in find_dates("今天", late)] == ["2026-11-23"]


@given(st.dates(date(2001, 1, 1), date(2099, 12, 31)))
def test_every_written_date_is_read_back(day: date) -> None:
    for written in (
        f"{day:%Y-%m-%d}",
        f"{day.year}年{day.month}月{day.day}日",
        f"{day.year}/{day.month}/{day.day}",
        f"{day.year}.{day.month}.{day.day}",
    ):
        assert days(written) == [day.isoformat()]


@given(st.integers(1, 999))
def test_so_many_days_ago_is_counted(count: int) -> None:
    assert days(f"{count}天前") == [(NOW.date() - timedelta(days=count)).isoformat()]


@given(
    st.datetimes(datetime(2010, 1, 1), datetime(2090, 1, 1)),
    st.sampled_from(["除夕", "春节", "中秋", "端午", "清明", "元旦", "国庆", "腊八", "小年", "重阳"]),
)
def test_a_feast_is_one_of_the_past_year_or_near(moment: datetime, feast: str) -> None:
    now = moment.replace(tzinfo=ZONE)
    (found,) = find_dates(feast, now)
    distance = now.date() - date.fromisoformat(found.slot.value)
    assert timedelta(days=-31) <= distance <= timedelta(days=400)
