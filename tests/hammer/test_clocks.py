"""The machine's clock jumps: deadlines stay where they were told, nobody is reminded twice, no draft lives for ever."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from sqlalchemy import select

from core.messages import Address
from core.store import queries, sessions
from core.store.tables import outbox
from core.store.unit_of_work import UnitOfWork
from tests.hammer.citizens import DIALOGUE
from tests.hammer.house import House

FILED, DRAFTED = "o-who-filed", "o-who-has-a-draft"
HOURS = (2, -2, 0, 2, -2, 0)
NEXT_YEAR = datetime(2027, 2, 5, 10, tzinfo=UTC)
"""The day before a New Year's holiday that no calendar holds yet."""

A_DRAFTS_LIFE = timedelta(days=9)


async def _begin(house: House) -> str:
    """One complaint is filed and one begun; the answer to the first words."""
    for words in DIALOGUE[:-1]:
        await house.platform.say(FILED, words)
    for words in DIALOGUE[:3]:
        await house.platform.say(DRAFTED, words)
    return house.platform.replies[DRAFTED][0]


async def _jump(house: House, to: timedelta) -> None:
    house.ahead = to
    await house.work()


def _promised(house: House) -> object:
    [case] = house.service.store.read(lambda uow: queries.case_list(uow, 10))
    return case.promised_on


def _wakes(house: House) -> datetime | None:
    """When the draft will be looked at."""

    def work(uow: UnitOfWork) -> datetime | None:
        stored = sessions.find(uow, Address("wechat", DRAFTED))
        assert stored
        return stored.wake_at

    return house.service.store.read(work)


def _told(house: House, kind: str) -> int:
    """How many notices of a kind were put into the outbox, sent or not."""
    keys = house.service.store.read(lambda uow: list(uow.connection.execute(select(outbox.c.dedupe_key)).scalars()))
    return sum(kind in key for key in keys)


async def test_two_hours_forth_and_back_move_no_deadline_and_remind_nobody(house: House) -> None:
    await _begin(house)
    before = _promised(house), _wakes(house)
    for hours in HOURS:
        await _jump(house, timedelta(hours=hours))
        assert (_promised(house), _wakes(house)) == before
    assert (_told(house, "wake:"), _told(house, "promise_moved")) == (0, 0)


async def test_a_complaint_begun_by_a_wrong_clock_is_filed_by_the_right_one(house: House) -> None:
    house.ahead = timedelta(hours=2)
    for words in DIALOGUE[:5]:
        await house.platform.say(FILED, words)
    house.ahead = timedelta(hours=-2)
    for words in DIALOGUE[5:-1]:
        await house.platform.say(FILED, words)
    assert _promised(house)
    assert house.lines(FILED, "in") == list(DIALOGUE[:-1])


async def test_a_jump_into_the_next_year_and_back_apologises_and_reminds_once(house: House) -> None:
    await _begin(house)
    there = NEXT_YEAR - datetime.now(UTC)
    await _jump(house, there)
    moved = _promised(house)
    for ahead in (timedelta(), there, timedelta(), there + timedelta(hours=1)):
        await _jump(house, ahead)
        assert _promised(house) == moved
        assert (_told(house, "wake:"), _told(house, "promise_moved")) == (1, 1)


async def test_a_draft_that_met_a_wrong_clock_is_still_let_go(house: House) -> None:
    first_question = (await _begin(house)).partition("\n\n")[2]
    there = NEXT_YEAR - datetime.now(UTC)
    for ahead in (there, timedelta(), there + A_DRAFTS_LIFE):
        await _jump(house, ahead)
    assert _wakes(house) is None
    assert str(await house.platform.say(DRAFTED, DIALOGUE[0])).endswith(first_question)
