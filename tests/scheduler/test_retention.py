"""What was kept long enough is erased by night: cases by the years of their pack, conversations that nobody went on with."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from core.cases import retention
from core.errors import KeyDestroyed
from core.messages import Address, OutboundMessage
from core.store import audit, cases, notifications, outbox, queries, sessions, timeline
from core.store.keyring import Keyring
from core.store.parcels import Parcels
from core.store.unit_of_work import Store, UnitOfWork
from scheduler import jobs
from scheduler.jobs import Workplace
from tests.core.cases.desk import Desk, at
from tests.scheduler.places import Chat, job, workplace

FILED = at("2023-11-20 10:00")
NIGHT = at("2026-11-23 02:00")


@pytest.fixture
def desk(store: Store) -> Desk:
    """A pack that keeps for three years."""
    desk = Desk(store, FILED, "internal-rules", crew=False)
    desk.hire_for_each_post("", "2")
    assert desk.policy.privacy.keep_years == 3
    return desk


@pytest.fixture
def place(desk: Desk, data_dir: Path) -> Workplace:
    return workplace(desk, data_dir, chat=Chat("chat"))


def readable(desk: Desk, number: str) -> bool:
    detail = desk.store.read(lambda uow: queries.case_detail(uow, number))
    assert detail
    return bool(detail.contents)


async def night(place: Workplace, desk: Desk, moment: str = "2026-11-23 02:00") -> None:
    desk.now = at(moment)
    await jobs.turn(place, job("erase_by_night"))


async def test_a_case_whose_years_are_over_is_erased_and_its_record_stays(desk: Desk, place: Workplace) -> None:
    case, _ = desk.open()
    desk.work(case.number, "decline", "reception", words="it is for the court")
    young, _ = desk.open("open")
    desk.sent()
    await night(place, desk)
    assert not readable(desk, case.number)
    assert readable(desk, young.number), "what is worked on is kept"
    assert desk.status(case.number) == "declined"
    assert desk.kinds(case.number)[-1] == "erased"
    assert all(entry.note == "" for entry in desk.entries(case.number))
    with pytest.raises(KeyDestroyed):
        desk.store.read(lambda uow: cases.contents(uow, desk.case(case.number)))
    [told] = desk.store.read(lambda uow: notifications.of_case(uow, case.id))
    assert told.words == ""
    assert not desk.store.read(audit.verify).findings


async def test_its_complainant_reads_no_word_of_it_any_more(desk: Desk, place: Workplace) -> None:
    case, _ = desk.open()
    desk.work(case.number, "decline", "reception", words="it is for the court")
    await night(place, desk)
    assert desk.told() == [], "what still waited is not sent"
    shown = desk.store.read(lambda uow: queries.history(uow, desk.person, None, 50))
    assert not any(case.number in line.text for line in shown)


async def test_a_case_is_kept_to_the_day(desk: Desk, place: Workplace) -> None:
    case, _ = desk.open()
    desk.work(case.number, "decline", "reception", words="it is for the court")
    await night(place, desk, "2026-11-20 03:00")
    assert readable(desk, case.number)
    await night(place, desk, "2026-11-21 03:00")
    assert not readable(desk, case.number)


async def test_a_batch_a_night(desk: Desk, place: Workplace, monkeypatch: pytest.MonkeyPatch) -> None:
    numbers = [desk.open(f"draft {index}")[0].number for index in range(3)]
    for number in numbers:
        desk.work(number, "decline", "reception", words="no")
    monkeypatch.setattr(retention.erase_by_night, "__defaults__", (2,))
    await night(place, desk)
    await night(place, desk, "2026-11-23 03:00")
    assert [readable(desk, number) for number in numbers] == [False, False, True]
    await night(place, desk, "2026-11-24 03:00")
    assert [readable(desk, number) for number in numbers] == [False, False, False]


async def test_nothing_is_erased_while_people_work(desk: Desk, place: Workplace) -> None:
    case, _ = desk.open()
    desk.work(case.number, "decline", "reception", words="no")
    await night(place, desk, "2026-11-23 10:00")
    assert readable(desk, case.number)
    await night(place, desk, "2026-11-23 18:00")
    assert not readable(desk, case.number)


def talks(desk: Desk, who: str, state: dict[str, object]) -> int:
    def say(uow: UnitOfWork) -> int:
        stored = sessions.load(uow, Address("chat", who), desk.now)
        sessions.save(uow, stored, state, desk.now)
        outbox.add(uow, stored, OutboundMessage("hello"), f"hello {who}", desk.now, now=desk.now)
        return stored.id

    return desk.store.write(say)


def remembered(desk: Desk, session_id: int) -> bool:
    return desk.store.read(lambda uow: sessions.get(uow, session_id)).state is not None


async def test_a_conversation_without_case_and_draft_is_forgotten_after_a_year(desk: Desk, place: Workplace) -> None:
    desk.now = NIGHT - timedelta(days=366)
    silent = talks(desk, "silent", {"session": {"language": "zh"}})
    drafting = talks(desk, "drafting", {"session": {"draft": {"id": "d"}}})
    with_case = talks(desk, "with case", {"session": {}})
    desk.open("theirs", who=with_case)
    desk.now = NIGHT - timedelta(days=364)
    recent = talks(desk, "recent", {"session": {}})
    await night(place, desk)
    assert not remembered(desk, silent)
    assert [remembered(desk, each) for each in (drafting, with_case, recent)] == [True, True, True]
    assert desk.told("silent") == []


def test_years_back_from_a_leap_day_are_counted_to_the_day_behind() -> None:
    assert retention.years_before(at("2028-02-29 02:00"), 3) == at("2025-03-01 02:00")
    assert retention.years_before(at("2026-11-23 02:00"), 3) == at("2023-11-23 02:00")


async def test_what_the_spool_set_aside_is_let_go_after_a_month(
    desk: Desk, place: Workplace, data_dir: Path, keyring: Keyring
) -> None:
    Parcels(data_dir / "spool", keyring).put(b"torn", int(desk.now.timestamp() * 1e9))
    await jobs.replay_spool(place)
    assert place.spool.waiting() == []
    desk.later(days=29)
    await jobs.tidy(place)
    assert len(list((data_dir / "spool").iterdir())) == 1
    desk.later(days=2)
    await jobs.tidy(place)
    assert list((data_dir / "spool").iterdir()) == []


def test_what_was_erased_once_is_not_looked_at_again(desk: Desk) -> None:
    case, _ = desk.open()
    desk.work(case.number, "decline", "reception", words="no")
    desk.now = NIGHT
    erased = [
        desk.store.write(lambda uow: retention.erase_cases(uow, desk.office, desk.now, limit=10)) for _ in range(2)
    ]
    assert erased == [1, 0]
    assert [entry.kind for entry in desk.store.read(lambda uow: timeline.of_case(uow, case))].count("erased") == 1
