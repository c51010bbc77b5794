"""人员档案: all that is kept of a member of staff beside their account, read together; straight reads."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Protocol, TypeVar

from sqlalchemy import exists, or_, select

from core.records import record
from core.store import assessments, conduct, staff, trainings
from core.store.assessments import Assessment
from core.store.conduct import Conduct, Pledge
from core.store.staff import StaffMember
from core.store.statements import Statement
from core.store.tables import assessment, pledge, training
from core.store.tables import conduct as conduct_table
from core.store.trainings import Training
from core.store.unit_of_work import UnitOfWork


@record(frozen=True, slots=True)
class Dossier:
    """One member: each list with the oldest, or earliest due, first."""

    member: StaffMember
    trainings: tuple[Training, ...] = ()
    assessments: tuple[Assessment, ...] = ()
    conduct: tuple[Conduct, ...] = ()
    pledges: tuple[Pledge, ...] = ()


class _Of(Protocol):
    @property
    def staff_id(self) -> int: ...


R = TypeVar("R", bound=_Of)

_begun = Statement(
    select(or_(*(exists(select(table.c.id)) for table in (training, assessment, conduct_table, pledge))).label("begun"))
)


def are_kept(uow: UnitOfWork) -> bool:
    """Whether this office keeps such records: it has begun once anything was written down."""
    return bool(uow.run(_begun, {}).scalar())


def of_member(uow: UnitOfWork, member: StaffMember) -> Dossier:
    return Dossier(
        member,
        tuple(trainings.of_member(uow, member.id)),
        tuple(assessments.of_member(uow, member.id)),
        tuple(conduct.of_member(uow, member.id)),
        tuple(conduct.pledges_of(uow, member.id)),
    )


def of_everybody(uow: UnitOfWork, *, gone: bool = False) -> list[Dossier]:
    """Of all who work here, in the order they came; with ``gone`` also of who left."""
    trained, assessed = _by(trainings.everything(uow)), _by(assessments.everything(uow))
    behaved, pledged = _by(conduct.everything(uow)), _by(conduct.pledges(uow))
    return [
        Dossier(
            member,
            tuple(trained[member.id]),
            tuple(assessed[member.id]),
            tuple(behaved[member.id]),
            tuple(pledged[member.id]),
        )
        for member in staff.everybody(uow, gone=gone)
    ]


def _by(rows: Iterable[R]) -> defaultdict[int, list[R]]:
    found: defaultdict[int, list[R]] = defaultdict(list)
    for row in rows:
        found[row.staff_id].append(row)
    return found
