"""Each error code that we know, on every way a message can go: what becomes of it, and who is alarmed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from bots.wechat import codes
from core.delivery import STOPPED_SECONDS
from core.store.keyring import Keyring
from core.store.unit_of_work import Store
from tests.bots.wechat.account import OPENID
from tests.bots.wechat.conftest import Found
from tests.bots.wechat.town import TWO_DAYS, Town

STABLE, LIST = "/cgi-bin/stable_token", "/cgi-bin/template/get_all_private_template"
PATHS = {
    "window": "/cgi-bin/message/custom/send",
    "template": "/cgi-bin/message/template/send",
    "subscription": "/cgi-bin/message/template/subscribe",
}


class Fate(NamedTuple):
    """What becomes of a message: ``later`` by the same way, ``next`` by another, ``dead``; and whether staff are alarmed."""

    then: str
    alarm: bool = False


LATER, NEXT, CLOSED = Fate("later"), Fate("next"), Fate("next", alarm=True)
DEAD, STOPPED = Fate("dead"), Fate("later", alarm=True)

FATES: dict[int, Fate] = {
    -1: LATER, 45009: LATER, 45011: LATER, 45028: LATER, 99999: LATER,
    40001: STOPPED, 40014: STOPPED, 42001: STOPPED, 40013: STOPPED,
    40125: STOPPED, 40243: STOPPED, 40164: STOPPED, 89503: STOPPED,
    45015: NEXT, 45047: NEXT, 43004: NEXT, 50005: NEXT, 43019: NEXT, 48002: NEXT, 43101: NEXT,
    47003: CLOSED, 40037: CLOSED, 48001: CLOSED, 48004: CLOSED, 45002: CLOSED, 45008: CLOSED, 40007: CLOSED,
    87014: CLOSED,
    40003: DEAD,
}  # fmt: skip
WINDOW_IS_SHUT, STALE = (45015, 45047), (40001, 40014, 42001)


@pytest.fixture
def store(sqlite_url: str, data_dir: Path, keyring: Keyring) -> Iterator[Store]:
    """One kind of database: what is looked at here is the platform's word, and that is a state of a row on both."""
    opened = Store.open(sqlite_url, data_dir, keyring)
    yield opened
    opened.close()


async def standing_before(found: Found, rung: str) -> tuple[Town, str]:
    """A person with a notice on its way by this rung, and the token in nobody's hands yet."""
    town = found(**({"templates": {}} if rung == "subscription" else {}))
    await town.phone.say(OPENID, "你好")
    number = town.begin()
    if rung != "window":
        town.phone.advance(TWO_DAYS)
    town.grant(5)
    return town, number


def test_no_code_that_we_know_is_left_out() -> None:
    known = (codes._LATER, codes._SHUT, codes._HELD, codes._UNDELIVERABLE, codes._RUNG_CLOSED, codes._STOPPED)
    assert set().union(*known) <= FATES.keys()


@pytest.mark.parametrize("rung", PATHS)
@pytest.mark.parametrize(("code", "fate"), FATES.items(), ids=map(str, FATES))
async def test_each_code_on_each_rung(found: Found, rung: str, code: int, fate: Fate) -> None:
    town, number = await standing_before(found, rung)
    for path in (PATHS[rung], LIST) if code in STALE else (PATHS[rung],):
        town.phone.api.fail(path, code, times=-1)
    await town.deliver()
    sent = town.notice(number, "progress")
    assert (sent.tries[0].rung, sent.tries[0].code) == (rung, str(code))
    assert sent.tries[0].answer == "6087f0d0-5c83dcaa-438ebbcc"
    assert [code for _, code in town.alarms] == ([str(code)] if fate.alarm else [])
    assert _state_after(rung, fate) == (sent.state, sent.rung)
    if rung == "window":
        assert (town.left() == 0) == (code in WINDOW_IS_SHUT)
    assert town.phone.api.most_at_once[STABLE] == 1
    assert len(town.phone.api.calls) <= (4 if code in STALE else 5)


def _state_after(rung: str, fate: Fate) -> tuple[str, str]:
    """The rung is that of what was sent; what was not sent has none."""
    following = {"window": ("sent", "template"), "template": ("sent", "subscription"), "subscription": ("held", "")}
    return {"later": ("pending", ""), "dead": ("dead", ""), "next": following[rung]}[fate.then]


@pytest.mark.parametrize("rung", PATHS)
async def test_what_waited_for_a_right_goes_when_the_operator_has_seen_to_it(found: Found, rung: str) -> None:
    town, number = await standing_before(found, rung)
    town.phone.api.secret = "changed in the console"
    await town.deliver()
    assert town.alarms == [("wechat", "40125")]
    town.phone.api.secret = town.account.secret
    town.channel._token._quiet_until = 0.0
    if rung == "window":
        await town.phone.say(OPENID, "还在吗")
    await town.deliver(STOPPED_SECONDS + 1)
    assert town.notice(number, "progress").state in ("sent", "handed")


async def test_an_api_that_is_not_ours_is_passed(found: Found) -> None:
    town, number = await standing_before(found, "template")
    town.phone.api.forbidden.add(PATHS["template"])
    await town.deliver()
    assert town.alarms == [("wechat", "48001")]
    assert town.notice(number, "progress").rung == "subscription"


async def test_a_quota_of_the_minute_is_waited_for(found: Found) -> None:
    town, number = await standing_before(found, "template")
    town.phone.api.quota(PATHS["template"], a_minute=0)
    await town.deliver()
    assert town.notice(number, "progress").state == "pending"
    town.phone.api.quota(PATHS["template"], a_minute=60)
    await town.deliver(61)
    assert town.notice(number, "progress").rung == "template"


async def test_many_at_once_with_a_wrong_token_fetch_one(found: Found) -> None:
    town, _ = await standing_before(found, "template")
    for _ in range(5):
        town.begin()
    town.phone.api.fail(PATHS["template"], 40001, times=-1)
    town.phone.api.fail(LIST, 40001, times=-1)
    await town.deliver()
    assert town.phone.api.most_at_once[STABLE] == 1
    assert town.phone.api.count(STABLE) <= 2
    assert set(town.alarms) == {("wechat", "40001")}
