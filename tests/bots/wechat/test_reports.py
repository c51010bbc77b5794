"""The platform's reports are answered first, and written down many at a time, each once."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import pytest

from bots.tencent.wire import read
from bots.wechat.config import NAME
from bots.wechat.parse import parse
from bots.wechat.reports import BATCH, Reports
from core.errors import StoreUnavailable
from core.messages import Address
from core.reports import Report
from tests.bots.wechat.account import OPENID
from tests.bots.wechat.conftest import Found
from tests.bots.wechat.town import GRANTED_FORM, TWO_DAYS, until
from tests.simulators.wechat_envelope import xml

WHO = Address(NAME, OPENID)
HEAD: dict[str, str | int] = {
    "ToUserName": "gh_0123456789ab", "FromUserName": OPENID, "CreateTime": 1795000000, "MsgType": "event",
}  # fmt: skip


class Desk:
    """Where reports are written down; ``known`` are the messages it knows, ``faults`` how often it cannot."""

    def __init__(self) -> None:
        self.batches: list[list[str]] = []
        self.known: set[str] | None = None
        self.faults = 0

    async def take(self, reports: Sequence[Report]) -> Sequence[Report]:
        await asyncio.sleep(0)
        if self.faults:
            self.faults -= 1
            raise StoreUnavailable
        self.batches.append([report.reference for report in reports])
        return [report for report in reports if self.known is not None and report.reference not in self.known]


def reports_in(fields: dict[str, str | int], rows: str = "") -> tuple[Report, ...]:
    return parse(read(xml(HEAD | fields).replace("</xml>", f"{rows}</xml>"))).reports


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        ("success", Report(WHO, "arrived", "200163840")),
        ("failed:user block", Report(WHO, "failed", "200163840", "failed:user block")),
        ("failed: system failed", Report(WHO, "failed", "200163840", "failed: system failed")),
        ("", Report(WHO, "failed", "200163840", "failed")),
        ("<b>" + "x" * 100, Report(WHO, "failed", "200163840", "b" + "x" * 63)),
    ],
)
def test_the_end_of_a_template_message_is_a_report_and_no_message(status: str, expected: Report) -> None:
    fields: dict[str, str | int] = {"Event": "TEMPLATESENDJOBFINISH", "MsgID": 200163840, "Status": status}
    assert reports_in(fields) == (expected,)
    assert parse(read(xml(HEAD | fields))).message is None


ROW = "<List><TemplateId>T1</TemplateId><SubscribeStatusString>{0}</SubscribeStatusString></List>"
SENT = (
    "<List><TemplateId>T1</TemplateId><MsgID>17</MsgID><ErrorCode>{0}</ErrorCode><ErrorStatus>{1}</ErrorStatus></List>"
)


@pytest.mark.parametrize(
    ("event", "rows", "expected"),
    [
        ("popup", ROW.format("accept"), [("granted", "T1", "")]),
        ("popup", ROW.format("accept") + ROW.format("accept"), [("granted", "T1", "")] * 2),
        ("popup", ROW.format("reject"), []),
        ("change", ROW.format("reject"), [("withdrawn", "T1", "")]),
        ("sent", SENT.format("0", "success"), [("arrived", "17", "")]),
        ("sent", SENT.format("48002", "user refused"), [("failed", "17", "user refused")]),
    ],
)
def test_rows_of_a_list_are_reports(event: str, rows: str, expected: list[tuple[str, str, str]]) -> None:
    nested = f"<SubscribeMsg{event.capitalize()}Event>{rows}</SubscribeMsg{event.capitalize()}Event>"
    found = reports_in({"Event": f"subscribe_msg_{event}_event"}, nested)
    assert [(report.kind, report.reference, report.code) for report in found] == expected


@pytest.mark.parametrize("listed", ['[{"TemplateId":"T1","SubscribeStatusString":"accept"}]',
                                    '{"TemplateId":"T1","SubscribeStatusString":"accept"}'])  # fmt: skip
def test_a_list_of_one_may_come_without_brackets(listed: str) -> None:
    body = (
        f'{{"ToUserName":"gh_0","FromUserName":"{OPENID}","CreateTime":1795000000,"MsgType":"event",'
        f'"Event":"subscribe_msg_popup_event","List":{listed}}}'
    )
    assert parse(read(body)).reports == (Report(WHO, "granted", "T1"),)


async def test_a_burst_is_written_down_in_few_batches_and_in_order() -> None:
    desk = Desk()
    reports = Reports(desk.take)
    for number in range(1000):
        reports.put(Report(WHO, "arrived", str(number)))
    await until(lambda: sum(map(len, desk.batches)) == 1000)
    assert [name for batch in desk.batches for name in batch] == [str(number) for number in range(1000)]
    assert max(map(len, desk.batches)) <= BATCH
    assert len(desk.batches) <= 5


async def test_a_report_that_is_too_early_is_kept_until_its_message_is_known() -> None:
    desk = Desk()
    desk.known = set()
    reports = Reports(desk.take, again_seconds=0.02)
    reports.put(Report(WHO, "arrived", "17"))
    await until(lambda: len(desk.batches) >= 3)
    desk.known.add("17")
    await asyncio.sleep(0.1)
    asked = len(desk.batches)
    await asyncio.sleep(0.1)
    assert len(desk.batches) == asked


async def test_while_the_database_is_away_reports_wait() -> None:
    desk = Desk()
    desk.faults = 3
    reports = Reports(desk.take, again_seconds=0.02)
    for name in ("1", "2"):
        reports.put(Report(WHO, "arrived", name))
    await until(lambda: bool(desk.batches))
    assert desk.batches == [["1", "2"]]


async def test_what_a_person_allows_on_the_platforms_own_page_is_a_grant_until_they_take_it_back(found: Found) -> None:
    town = found(kind="subscription")
    await town.phone.say(OPENID, "你好")
    await town.phone.allow(OPENID, "another form of the account")
    await asyncio.sleep(0.2)
    assert town.granted == frozenset()
    await town.phone.allow(OPENID, GRANTED_FORM)
    await until(lambda: town.granted == {"*"})
    await town.phone.allow(OPENID, GRANTED_FORM, "reject", "change")
    await until(lambda: town.granted == frozenset())


async def test_what_was_allowed_there_is_one_notice_on_a_form(found: Found) -> None:
    town = found(kind="subscription")
    await town.phone.say(OPENID, "你好")
    await town.phone.allow(OPENID, GRANTED_FORM)
    await until(lambda: town.granted == {"*"})
    number = town.begin()
    await town.deliver(TWO_DAYS)
    assert town.notice(number, "progress").rung == "subscription"
    [sent] = town.phone.api.subscribed
    assert sent["data"]["character_string1"]["value"] == number


async def test_what_was_allowed_there_is_not_lost_to_a_busy_platform(found: Found) -> None:
    town = found(kind="subscription")
    await town.phone.say(OPENID, "你好")
    await town.phone.allow(OPENID, GRANTED_FORM)
    await until(lambda: town.granted == {"*"})
    town.phone.api.fail("/cgi-bin/message/subscribe/bizsend", 45011)
    number = town.begin()
    await town.deliver(TWO_DAYS)
    assert town.notice(number, "progress").state == "pending"
    await town.deliver(61)
    assert town.notice(number, "progress").rung == "subscription"
