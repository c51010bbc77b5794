"""Some days of two institutions go as a year must go; and whatever is spoiled in what they left is found."""

from __future__ import annotations

import asyncio
import itertools
from collections import Counter
from collections.abc import Callable
from copy import copy
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from starlette.requests import Request

from app.texts_cli import say
from core.cases.clocks import ZONE
from core.messages import Address, OutboundMessage
from tests.simulators.wechat_api import WeChatApi
from tests.year.drawing import Bars, picture
from tests.year.evidence import Evidence
from tests.year.hearing import REPLY, TEMPLATE, WINDOW, Heard
from tests.year.page import Run, page
from tests.year.run import evidence_of
from tests.year.summary import summary
from tests.year.town import Alert, StaffChat
from tests.year.verdict import ALERT, judge

CASES, DAYS, SEED = 12, 9, 7
BEGINS = datetime(2026, 2, 5, tzinfo=ZONE)
"""The feast of spring lies in these days, and a Saturday that is worked."""

PACKS = ("general-handling", "service-center")

pytestmark = pytest.mark.timeout(300)


@pytest.fixture(scope="module")
def lived() -> dict[str, Evidence]:
    """What some days have left; lived once for all tests here."""
    return {pack: asyncio.run(evidence_of(pack, CASES, DAYS, SEED, BEGINS)) for pack in PACKS}


@pytest.mark.parametrize("pack", PACKS)
def test_each_notice_and_each_alert_came_once_in_order_and_in_time(lived: dict[str, Evidence], pack: str) -> None:
    wrong = {check.name: check.wrong for check in judge(lived[pack]) if check.wrong}
    assert wrong == {}


def test_there_was_something_to_go_wrong(lived: dict[str, Evidence]) -> None:
    ways = Counter(each.way for evidence in lived.values() for each in evidence.heard)
    assert min(ways[way] for way in (WINDOW, TEMPLATE, REPLY)) > 0
    looked_at: Counter[str] = Counter()
    for evidence in lived.values():
        assert evidence.figures["stray_dialogues"] == evidence.figures["faults_on_the_phone"] == 0
        looked_at.update(evidence.figures)
        for check in judge(evidence):
            looked_at.update(check.figures)
    assert min(looked_at[what] for what in ("kills_between", "kills_sending", "cut", "due", "alerts", "people")) > 0


def _dropped(evidence: Evidence) -> None:
    """A text that the platform took never came."""
    evidence.heard.remove(_text(evidence))


def _form_dropped(evidence: Evidence) -> None:
    evidence.heard.remove(_form(evidence))


def _doubled(evidence: Evidence) -> None:
    evidence.heard.append(_text(evidence))


def _form_doubled(evidence: Evidence) -> None:
    evidence.heard.append(_form(evidence))


def _exchanged(evidence: Evidence) -> None:
    """Somebody's second notice came before the first."""
    for notices in evidence.people.values():
        forms = [each.form_id for each in notices if each.took(TEMPLATE) and not each.came_back]
        places = [at for at, each in enumerate(evidence.heard) if each.way == TEMPLATE and each.words in forms]
        if len(places) > 1:
            first, second = places[:2]
            evidence.heard[first], evidence.heard[second] = evidence.heard[second], evidence.heard[first]
            return
    raise AssertionError("nobody got two forms")


def _unknown(evidence: Evidence) -> None:
    """A notice by whose day nobody knew of it, and nobody was asked to tell it."""
    place, notice = next(
        (at, each)
        for at, each in enumerate(evidence.notices)
        if each.record.legal_by and each.record.legal_by <= evidence.ends
    )
    late = replace(notice.record, delivered_at=None, told_at=None, asked_at=None)
    evidence.notices[place] = replace(notice, record=late)


def _refused(evidence: Evidence) -> None:
    evidence.codes["45047"] += 1


def _not_alerted(evidence: Evidence) -> None:
    evidence.alerts.remove(_alert(evidence))


def _alerted_twice(evidence: Evidence) -> None:
    evidence.alerts.append(_alert(evidence))


def _alerted_late(evidence: Evidence) -> None:
    alert = _alert(evidence)
    evidence.alerts.remove(alert)
    evidence.alerts.append(replace(alert, at=alert.at + timedelta(days=1)))


def _alerted_for_nothing(evidence: Evidence) -> None:
    evidence.alerts.append(replace(_alert(evidence), key="alert:clock:X-1:reply:0:2026-01-05T09:00:00+00:00:1"))


def _rewritten(evidence: Evidence) -> None:
    evidence.faults.append("chain: changed")


def _text(evidence: Evidence) -> Heard:
    """A message in which a notice came that nothing else was like, and that no kill cut off."""
    alike = Counter(each.record.words for each in evidence.notices)
    sure = [each for each in evidence.notices if each.took(WINDOW) and not evidence.cut[each.key]]
    words = {each.record.words for each in sure if alike[each.record.words] == 1}
    return next(each for each in evidence.heard if each.way == WINDOW and any(it in each.words for it in words))


def _form(evidence: Evidence) -> Heard:
    """A form that the platform did not give back afterwards."""
    kept = {each.form_id for each in evidence.notices if each.took(TEMPLATE) and not each.came_back}
    return next(each for each in evidence.heard if each.way == TEMPLATE and each.words in kept)


def _alert(evidence: Evidence) -> Alert:
    return next(each for each in evidence.alerts if ALERT.fullmatch(each.key) and not evidence.cut[each.key])


MISTAKES: dict[Callable[[Evidence], None], str] = {
    _dropped: "twice",
    _form_dropped: "twice",
    _doubled: "twice",
    _form_doubled: "twice",
    _exchanged: "order",
    _unknown: "legal",
    _refused: "windows",
    _not_alerted: "alerts",
    _alerted_twice: "alerts",
    _alerted_late: "alerts",
    _alerted_for_nothing: "alerts",
    _rewritten: "records",
}


@pytest.mark.parametrize("mistake", MISTAKES, ids=lambda mistake: mistake.__name__)
def test_a_mistake_is_found(lived: dict[str, Evidence], mistake: Callable[[Evidence], None]) -> None:
    spoiled = _copy(lived[PACKS[1]])
    mistake(spoiled)
    assert [check.name for check in judge(spoiled) if check.wrong] == [MISTAKES[mistake]]


def test_a_platform_that_loses_and_repeats_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    """Not in what is left, but as it happens: every other text is lost, the others come twice, and of what staff are told
    every third line is lost.
    """
    send, tell, texts, alerts = WeChatApi._custom_send, StaffChat.send, itertools.count(), itertools.count()

    def careless(api: WeChatApi, request: Request, body: dict[str, Any]) -> dict[str, Any]:
        if next(texts) % 2:
            return {"errcode": 0, "errmsg": "ok"}
        api.inbox[body["touser"]].append(body["text"]["content"])
        return send(api, request, body)

    async def forgetful(chat: StaffChat, to: Address, message: OutboundMessage, key: str) -> str:
        return "" if next(alerts) % 3 == 0 else await tell(chat, to, message, key)

    monkeypatch.setattr(WeChatApi, "_custom_send", careless)
    monkeypatch.setattr(StaffChat, "send", forgetful)
    evidence = asyncio.run(evidence_of("service-app", 8, 3, SEED, BEGINS))
    wrong = {check.name: check.wrong for check in judge(evidence) if check.wrong}
    assert wrong.keys() == {"twice", "alerts"}
    assert {"came 0 times" in each for each in wrong["twice"]} == {True, False}
    assert all("nobody was told" in each for each in wrong["alerts"])


def _copy(evidence: Evidence) -> Evidence:
    lists = ("notices", "clocks", "heard", "alerts", "faults")
    spoiled = copy(evidence)
    for name in lists:
        setattr(spoiled, name, list(getattr(evidence, name)))
    spoiled.codes = Counter(evidence.codes)
    for kept in ("people", "_by_person"):
        vars(spoiled).pop(kept, None)
    return spoiled


def test_the_page_says_what_was_found_and_what_was_wrong(lived: dict[str, Evidence]) -> None:
    run = Run("python -m tests.year.run", SEED, BEGINS.date().isoformat(), DAYS, 1)
    good = page(run, [summary(evidence, 1.0) for evidence in lived.values()])
    spoiled = _copy(lived[PACKS[1]])
    _not_alerted(spoiled)
    bad = page(run, [summary(spoiled, 1.0)])
    done = sum((evidence.acts for evidence in lived.values()), Counter[str]())
    assert good.startswith(f"# 模拟：2 个机构，{DAYS} 天，{2 * CASES} 件投诉\n")
    assert page(replace(run, days=365), [summary(lived[PACKS[0]], 1.0)]).startswith(f"# 一年：{CASES} 件投诉\n")
    assert all(f"{say('lifecycle_action', action)} {many}" in good for action, many in done.items())
    assert "没有一处不对" in good
    assert "nobody was told of" in bad
    assert "没有一处不对" not in bad


def test_a_column_is_as_high_as_its_parts_together() -> None:
    drawn = picture(Bars("t", {"a": {"x": 3, "y": 1}, "b": {"x": 0}}, {"x": "X", "y": "Y"}))
    assert drawn.count("<rect") == 1 + 2 + 2
    assert 'height="165.0"' in drawn
    assert 'height="55.0"' in drawn
