"""收到: somebody who was called has it, by their word or by doing something to the case; and what still waits for that."""

from __future__ import annotations

import re
from datetime import datetime

from core.cases import access, summoning
from core.cases.office import Office
from core.cases.summoning import Matter
from core.errors import Refused
from core.records import record
from core.store import cases, recusals
from core.store import summons as rows
from core.store.cases import StoredCase
from core.store.staff import StaffMember
from core.store.summons import Summons
from core.store.unit_of_work import UnitOfWork

MARK = re.compile(r"#(\d{1,9})", re.ASCII)
"""How what has no case is named."""


@record(frozen=True, slots=True)
class Waiting:
    """What nobody confirmed yet: how it is named, what it is about, since when, and the ids of who was called."""

    ref: str
    about: str
    begun_at: datetime
    told: tuple[int, ...]


def waiting(uow: UnitOfWork, office: Office) -> list[Waiting]:
    """All that nobody confirmed yet, oldest first."""
    found = (_matter(uow, office, row) for row in rows.all_open(uow))
    return [Waiting(each.ref, each.about(), each.row.begun_at, each.row.told) for each in found]


def _matter(uow: UnitOfWork, office: Office, row: Summons) -> Matter:
    case = cases.by_id(uow, row.case_id) if row.case_id is not None else None
    return Matter.of(uow, office, row, case)


def called_to(uow: UnitOfWork, member: StaffMember) -> list[Summons]:
    """What this member was called to and nobody confirmed, oldest first."""
    return [row for row in rows.all_open(uow) if member.id in row.told]


def confirm_as(uow: UnitOfWork, office: Office, member: StaffMember, meant: str, now: datetime) -> str:
    """Confirm what is ``meant``: a case's number, “#7”, or nothing, for the one thing they were called to. Return what it is
    about. Raises Refused."""
    found = _meant(uow, office, member, meant)
    is_open = [row for row in found if row.is_open]
    if not found:
        raise Refused("called.nothing")
    if not meant and len(is_open) > 1:
        raise Refused("called.which", refs="、".join(_matter(uow, office, row).ref for row in is_open))
    return "、".join([confirm(uow, office, member, row.id, now) for row in is_open or found[-1:]])


def _meant(uow: UnitOfWork, office: Office, member: StaffMember, meant: str) -> list[Summons]:
    if not meant:
        return called_to(uow, member)
    mark = MARK.fullmatch(meant)
    if mark is not None:
        found = rows.by_id(uow, int(mark[1]))
        return [found] if found is not None else []
    case = cases.by_number(uow, access.number_meant(office.policy, meant))
    return rows.of_case(uow, case.id) if case is not None else []


def confirm(uow: UnitOfWork, office: Office, member: StaffMember, summons_id: int, now: datetime) -> str:
    """This member has it from now on, and nobody else is called; return what it is about. Raises Refused: it is not theirs to
    confirm, or somebody did."""
    matter = summoning.held(uow, office, summons_id, now)
    if matter is None or not _may_know(matter, member):
        raise Refused("called.nothing")
    if not matter.row.is_open:
        raise Refused("called.over", ref=matter.ref, by=matter.row.ended_by or matter.say("its_end"))
    if member.id not in matter.row.told and not set(member.posts) & set(matter.policy.call_order):
        raise Refused("called.not_yours", ref=matter.ref)
    summoning.end(matter, member.account, now, told_in_chat=True)
    return matter.about()


def _may_know(matter: Matter, member: StaffMember) -> bool:
    return matter.case is None or not recusals.keeps_away(matter.uow, matter.case.id, member.id)


def acted(uow: UnitOfWork, office: Office, case: StoredCase, member: StaffMember | None, now: datetime) -> None:
    """Something was done to a case, under its lock: whoever was called and did it has it, unless it was to keep
    out of it; what is over calls nobody."""
    for seen in rows.of_case(uow, case.id):
        matter = summoning.held(uow, office, seen.id, now) if seen.is_open else None
        if matter is None or not matter.row.is_open:
            continue
        if member is not None and member.id in matter.row.told and _may_know(matter, member):
            summoning.end(matter, member.account, now)
        elif not summoning.goes_on(matter):
            summoning.end(matter, "", now)
