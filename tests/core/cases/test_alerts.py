"""An alert goes to the staff's own chat and to every robot, to each of them once."""

from __future__ import annotations

from datetime import datetime

import pytest

from core.cases import telling_staff
from core.cases.calendar import calendar
from core.cases.office import Office
from core.cases.telling_staff import STAFF, staff_alert, stopped_channel
from core.messages import Address
from core.policies.load import load
from core.store import claims, outbox
from core.store.unit_of_work import Store
from core.texts import load_texts

ROBOTS = (Address("robot.wecom.a1b2c3", "desk"), Address("robot.feishu.d4e5f6", "desk"))


@pytest.fixture
def house() -> Office:
    return Office(load("service-hall"), calendar(), load_texts(), robots=ROBOTS)


def told(store: Store, now: datetime) -> dict[str, list[str]]:
    """What each chat would get first."""
    found = store.write(lambda uow: claims.claim(uow, now, 50, 60))
    return {each.address.channel: [each.message.text, each.dedupe_key] for each in found}


def test_it_is_told_in_each_chat_once(store: Store, now: datetime, house: Office) -> None:
    def tell() -> bool:
        return store.write(lambda uow: staff_alert(uow, house, "human", "human:7", now, channel="telegram"))

    assert [tell(), tell()] == [True, False]
    words = "telegram 有人要找工作人员，请查看。"
    assert told(store, now) == {
        STAFF.channel: [words, "alert:human:7"],
        ROBOTS[0].channel: [words, "alert:human:7:robot.wecom.a1b2c3"],
        ROBOTS[1].channel: [words, "alert:human:7:robot.feishu.d4e5f6"],
    }
    assert store.write(lambda uow: claims.claim(uow, now, 50, 60)) == []


def test_that_a_robot_is_stopped_is_told_by_the_others(store: Store, now: datetime, house: Office) -> None:
    store.write(lambda uow: stopped_channel(house, lambda: now, uow, ROBOTS[0].channel, "310000 sign"))
    words = told(store, now)[ROBOTS[1].channel][0]
    assert words == "robot.wecom.a1b2c3 发不出消息（310000 sign），请管理员运行 tousu doctor 查看。"


def test_what_nobody_may_sleep_over_goes_before_clocks_and_clocks_before_the_rest() -> None:
    kinds = {kind.partition(".")[2] for kind in load_texts().sentences["zh"] if kind.startswith("alert.")}
    assert kinds >= telling_staff.URGENT | telling_staff.OF_CLOCKS
    assert [kind for kind in sorted(kinds) if telling_staff.urgency(kind) == 2] == [
        "confirmed", "danger", "human", "major", "stopped", "supervised", "target_ended", "unconfirmed",
    ]  # fmt: skip
    assert [kind for kind in sorted(kinds) if telling_staff.urgency(kind) == 1] == ["clock_before", "clock_over"]
    assert {telling_staff.urgency(kind) for kind in kinds} == {0, 1, 2}


def test_what_waits_for_a_robot_that_is_set_no_more_is_taken_back(store: Store, now: datetime, house: Office) -> None:
    store.write(lambda uow: staff_alert(uow, house, "human", "human:7", now, channel="telegram"))
    store.write(lambda uow: outbox.cancel_gone(uow, "robot.", {ROBOTS[1].channel}))
    assert told(store, now).keys() == {STAFF.channel, ROBOTS[1].channel}
