"""并案: the same matter complained of twice, or by many. One master case is worked on; everybody hears, of nobody else."""

from __future__ import annotations

from dataclasses import replace

from core.cases import access, recusal
from core.cases.acts.acceptance import end
from core.cases.acts.doing import Doing
from core.cases.vocabulary import OPEN
from core.errors import Refused
from core.store import cases, recusals
from core.store import work as works
from core.store.cases import StoredCase

MOST_REPRESENTATIVES = 5


def merge(doing: Doing) -> None:
    """Join this case to another; what was joined to this one before goes along."""
    master = _master(doing)
    # Whoever must not know of one complaint must not learn of it through another one.
    group = {each for one in (doing.case.id, master.id) for each in recusal.joined(doing.uow, one)}
    if doing.work.handler_id in recusal.share(doing.uow, group, doing.now):
        doing.on_work["handler_id"] = None
    for joined in works.merged_into(doing.uow, doing.case.id):
        cases.by_id(doing.uow, joined, for_update=True)
        works.put(doing.uow, replace(works.of(doing.uow, joined), duplicate_of=master.id))
    doing.on_work["duplicate_of"] = master.id
    doing.note = " ".join(filter(None, (f"→ {master.number}", doing.note)))
    end(doing)


def _master(doing: Doing) -> StoredCase:
    assert doing.member is not None
    number = access.number_meant(doing.office.policy, doing.fields["master"])
    master = cases.by_number(doing.uow, number, for_update=True)
    if master is None or doing.member.id in recusals.away(doing.uow, master.id):
        raise Refused("act.no_such_master")
    if master.id == doing.case.id or master.status not in OPEN:
        raise Refused("act.no_master")
    return master


def represent(doing: Doing) -> None:
    """推选代表: up to five of those who complain together speak for them."""
    assert doing.work.duplicate_of is not None
    # Whoever chooses for the same group waits here, so that they count who was chosen.
    cases.by_id(doing.uow, doing.work.duplicate_of, for_update=True)
    group = works.merged_into(doing.uow, doing.work.duplicate_of)
    chosen = [work for work in works.of_many(doing.uow, group).values() if work.representative]
    if doing.work.representative:
        raise Refused("act.represents_already")
    if len(chosen) >= MOST_REPRESENTATIVES:
        raise Refused("act.representatives_enough", limit=str(MOST_REPRESENTATIVES))
    doing.on_work["representative"] = True
