"""Who has the code of a case may look at it; wrong, unknown and locked look the same; what staff look at is written down."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from core.cases import access
from core.store import cases
from core.store.cases import StoredCase
from core.store.queries import CaseDetail
from core.store.staff import StaffMember
from core.store.unit_of_work import Store
from tests.core.cases.desk import PHONE, Desk


@pytest.fixture
def desk(store: Store, now: datetime) -> Desk:
    return Desk(store, now)


def look_up(desk: Desk, number: str, code: str, asker: str = "ip:192.0.2.1") -> StoredCase | None:
    return desk.store.write(lambda uow: access.by_code(uow, desk.policy, number, code, asker, desk.now))


@pytest.mark.parametrize(("pack", "allowed"), [("service-hall", False), ("bus-company", True)])
def test_the_phones_last_four_count_only_where_the_pack_says_so(
    store: Store, now: datetime, pack: str, allowed: bool
) -> None:
    desk = Desk(store, now, pack)
    case, code = desk.open()
    assert look_up(desk, case.number, code) == case
    assert (look_up(desk, case.number, PHONE[-4:]) == case) is allowed
    assert look_up(desk, case.number, "0041") is None
    assert look_up(desk, case.number, PHONE[-3:]) is None


def test_a_code_fits_however_it_is_typed_and_only_its_own_case(desk: Desk) -> None:
    case, code = desk.open("draft-1")
    other, _ = desk.open("draft-2")
    assert look_up(desk, case.number.lower(), f" {code.lower().replace('-', ' ')} ") == case
    assert look_up(desk, other.number, code) is None


def test_the_lock_counts_failures_of_a_number_and_ends(desk: Desk) -> None:
    case, code = desk.open()
    for index in range(desk.policy.lookup.failures):
        assert look_up(desk, case.number, code, f"ip:{index}") == case
        assert look_up(desk, case.number, "AAAA-AAAA", f"ip:{index}") is None
    assert look_up(desk, case.number, code) is None
    desk.now += timedelta(hours=desk.policy.lookup.lock_hours, seconds=1)
    assert look_up(desk, case.number, code) == case


# ── by staff ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def look(desk: Desk, member: StaffMember | None, number: str, kind: str = "read") -> CaseDetail | None:
    return desk.store.write(lambda uow: access.look(uow, desk.office, member, number, desk.now, kind))


@pytest.mark.parametrize("kind", ["read", "exported", "redacted"])
def test_whoever_looks_at_a_case_is_written_down_and_the_complainant_does_not_see_it(desk: Desk, kind: str) -> None:
    case, _ = desk.open()
    officer = desk.hire("xu", "officer")
    found = look(desk, officer, case.number.lower(), kind)
    assert found
    assert found.contents["facts"]
    last = desk.entries(case.number)[-1]
    assert (last.kind, last.actor, last.public) == (kind, "staff:xu", False)


def test_a_look_does_not_outdate_what_somebody_else_saw(desk: Desk) -> None:
    case, _ = desk.open()
    seen = desk.seen(case.number)
    look(desk, desk.hire("xu", "officer"), case.number)
    assert desk.work(case.number, "assign", handler="xu", seen=seen).status == "investigating"


def test_who_only_administers_or_audits_reads_nothing(store: Store, now: datetime) -> None:
    desk = Desk(store, now, "report-center")
    case, _ = desk.open()
    assert look(desk, desk.hire("auditor", "inspector"), case.number) is None
    assert look(desk, desk.hire("digger", "investigator"), case.number)


def test_a_case_that_must_not_be_known_looks_like_none_and_the_try_is_kept(desk: Desk) -> None:
    case, _ = desk.open(facts="窗口的李大明态度很差")
    li = desk.hire("li", "officer", name="李大明")
    assert look(desk, li, case.number) is None
    assert look(desk, li, "DT2611-99996") is None
    assert [(entry.kind, entry.actor) for entry in desk.entries(case.number)][1:] == [("refused", "staff:li")]
    assert desk.office_lines(1)[0][:2] == ("refused", "staff:li")


def test_who_tries_in_an_erased_case_is_kept_without_words(desk: Desk) -> None:
    case, _ = desk.open(facts="窗口的李大明态度很差")
    li = desk.hire("li", "officer", name="李大明")
    desk.store.write(lambda uow: cases.erase(uow, case.id))
    assert look(desk, li, case.number) is None
    assert desk.refused(case.number, "accept", "li") == "act.not_yours"
    lines = [(entry.actor, entry.note) for entry in desk.entries(case.number) if entry.kind == "refused"]
    assert lines == [("staff:li", "")] * 2


def test_whoever_runs_the_machine_is_written_down_too(desk: Desk) -> None:
    case, _ = desk.open()
    assert look(desk, None, case.number)
    assert [entry.actor for entry in desk.entries(case.number)] == ["complainant", access.OPERATOR]
