"""What the files are made of, as the store gives it; on both databases."""

from __future__ import annotations

import zipfile
from dataclasses import replace
from datetime import datetime, timedelta
from io import BytesIO

from core.files.account import account_of
from core.files.archive import Chain, write_archive
from core.files.redacted import redacted_text, redacted_view
from core.policies.load import load
from core.store import case_clocks, chains, parts, queries, recusals, staff, timeline, work
from core.store.case_clocks import NewClock
from core.store.cases import StoredCase
from core.store.queries import CaseDetail, LedgerLine
from core.store.staff import StaffMember
from core.store.unit_of_work import Store, UnitOfWork
from tests.core.files.samples import FACTS, NAME, answers
from tests.core.store.samples import filed

LAW = load("law-firm")


def law_case(store: Store, now: datetime, number: str = "LS2026-00018", **more: object) -> StoredCase:
    about = {"policy_id": "law-firm", "policy_version": LAW.version, "category": "fees", "contents": answers()}
    return filed(store, now, number, **about, **more)


def joined(store: Store, now: datetime, account: str, name: str) -> StaffMember:
    member = store.write(lambda uow: staff.add(uow, account, (name,), "财务部", ("officer",), now))
    assert member is not None
    return member


def begin(store: Store, case: StoredCase, key: str, due_at: datetime, ended_at: datetime | None = None) -> None:
    ended_by = "closed" if ended_at else ""
    clock = NewClock(key, 0, due_at - timedelta(days=1), due_at, False, None, ended_at, ended_by)
    store.write(lambda uow: case_clocks.add(uow, case.id, [clock]))


def lines(store: Store, now: datetime, viewer: int | None = None) -> list[LedgerLine]:
    year = timedelta(days=365)
    return store.read(lambda uow: queries.ledger(uow, now - year, now + year, 0, 100, viewer=viewer))


def test_a_line_of_the_ledger_knows_who_has_the_case_what_came_out_and_how_its_clocks_stand(
    store: Store, now: datetime
) -> None:
    hour = timedelta(hours=1)
    plain, worked = law_case(store, now, "1"), law_case(store, now, "2")
    wang = joined(store, now, "wang", "王敏")
    made = work.CaseWork(worked.id, "财务部", wang.id, "partly", ("refund",), paused="hearing", volume=2026)
    store.write(lambda uow: work.put(uow, made))
    begin(store, worked, "work_plan", now, ended_at=now + hour)
    begin(store, worked, "first", now, ended_at=now)
    begin(store, worked, "reply", now + 3 * hour)
    begin(store, worked, "feedback", now + 2 * hour)
    untouched, line = lines(store, now)
    assert untouched.number == plain.number
    assert (untouched.handler_id, untouched.outcome, untouched.late, untouched.next_due) == (None, "", 0, None)
    assert (line.unit, line.handler_id, line.outcome, line.measures) == ("财务部", wang.id, "partly", ("refund",))
    assert (line.paused, line.volume, line.late) == ("hearing", 2026, 1)
    assert line.next_due == now + 2 * hour


def test_a_ledger_for_somebody_leaves_out_what_they_must_not_know_of(store: Store, now: datetime) -> None:
    for number in ("1", "2", "3"):
        law_case(store, now, number)
    wang, li = joined(store, now, "wang", "王敏"), joined(store, now, "li", "李合伙")
    second = lines(store, now)[1]
    store.write(lambda uow: recusals.add(uow, second.id, wang.id, "named", now))
    assert [line.number for line in lines(store, now, wang.id)] == ["1", "3"]
    assert [line.number for line in lines(store, now, li.id)] == ["1", "2", "3"]


def detail_of(store: Store, number: str) -> CaseDetail:
    detail = store.read(lambda uow: queries.case_detail(uow, number))
    assert detail is not None
    return detail


def test_an_account_and_an_archive_are_made_of_what_is_stored(store: Store, now: datetime) -> None:
    case, wang = law_case(store, now), joined(store, now, "wang", "王敏")

    def happen(uow: UnitOfWork) -> None:
        timeline.add(uow, case, now, "registered", "complainant")
        timeline.add(uow, case, now, "assigned", "staff:wang", "财务部 wang", public=False)
        parts.add(uow, case.id, wang.id, "officer", now)
        work.put(uow, replace(work.of(uow, case.id), unit="财务部", handler_id=wang.id))

    store.write(happen)
    begin(store, case, "reply", now)
    everybody = store.read(lambda uow: staff.everybody(uow, gone=True))
    told = account_of(detail_of(store, case.number), LAW, LAW, everybody)
    assert (told.unit, told.handler, told.people[0].words) == ("财务部", "王敏", "王敏")
    assert [(step.position, step.note) for step in told.steps] == [(1, ""), (2, "财务部 王敏")]
    assert [term.label for term in told.terms] == [LAW.clock("reply").label.zh]

    buffer = BytesIO()
    length, digest = store.read(lambda uow: chains.kept(uow, case.id))
    write_archive(buffer, told, (), lambda _: b"", now, Chain(length, digest))
    with zipfile.ZipFile(buffer) as packed:
        index = packed.read(f"{case.number}/00-index.txt").decode()
    assert length == 2
    assert f"流转记录链：2 条，末端摘要 {digest.hex()}" in index


def test_a_redacted_view_is_made_of_what_is_stored(store: Store, now: datetime) -> None:
    case = law_case(store, now)
    text = redacted_text(redacted_view(detail_of(store, case.number), LAW))
    assert FACTS in text
    assert NAME not in text
    assert case.number not in text
