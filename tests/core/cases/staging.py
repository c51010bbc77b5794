"""What must have happened before a step can be tried: the stage is set for it in the unit of work that tries it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from core.cases import work
from core.cases.lifecycle import Transition
from core.cases.office import Office
from core.cases.vocabulary import Action
from core.policies.policy import Clock, Duty, Policy
from core.store import case_clocks, cases, timeline
from core.store import work as works
from core.store.cases import StoredCase
from core.store.staff import StaffMember
from core.store.unit_of_work import UnitOfWork
from tests.core.cases.desk import notice_without_a_chat
from tests.core.cases.routes import WORKING, fields_for, with_duty

BYSTANDER = "bystander"
"""Somebody who works there and has nothing to do with any case."""


@dataclass
class Stage:
    """One step about to be tried. ``impossible`` is the key of the refusal where it cannot be made possible."""

    uow: UnitOfWork
    office: Office
    members: Mapping[str, StaffMember]
    number: str
    row: Transition
    member: StaffMember
    now: datetime
    master: str = ""
    impossible: str = ""

    def __post_init__(self) -> None:
        case = cases.by_number(self.uow, self.number)
        assert case is not None
        self.case: StoredCase = case
        self.fields = given(self.policy, self.row, self.master)
        SET.get(self.row.action, lambda stage: None)(self)

    @property
    def policy(self) -> Policy:
        return self.office.policy

    def before(self, action: Action, *duties: Duty, by: str = "", **fields: str) -> None:
        """Something that somebody else does first."""
        actor = self.members[by or with_duty(self.policy, *duties)]
        first = {"words": "so it is", "reason": next(iter(self.policy.work.stops), ""), "authority": "no"}
        work.act_as_staff(self.uow, self.office, actor, self.number, action, first | fields, self.now)

    def alive(self, fits: Callable[[Clock], object] = lambda clock: True) -> list[str]:
        """The clocks that run and fit."""
        running = [row.clock for row in case_clocks.of_case(self.uow, self.case.id) if row.ended_at is None]
        return [key for key in running if fits(self.policy.clock(key))]


def given(policy: Policy, row: Transition, master: str) -> dict[str, str]:
    """Every field that this step could ask for."""
    more = {
        "master": master,
        "staff": "" if row.action == "recuse" else BYSTANDER,
        "measure": "none",
        "task": "none",
        "notice": "none",
    }
    return fields_for(policy, row) | more | ({"clock": "none"} if row.action == "mark" else {})


def _resume(stage: Stage) -> None:
    stage.before("suspend", "reception")


def _finish_task(stage: Stage) -> None:
    stage.before("add_task", "reception")
    stage.fields["task"] = f"#{timeline.of_case(stage.uow, stage.case)[-1].position}"


def _lift_recusal(stage: Stage) -> None:
    stage.before("recuse", "leadership", staff=BYSTANDER)


def _propose(stage: Stage) -> None:
    if stage.policy.decision.opinion_by:
        stage.before("opine", by=stage.policy.decision.opinion_by)


def _approve(stage: Stage) -> None:
    if stage.policy.decision.meeting_for == stage.case.level:
        stage.before("meet", "approval")


def _fulfil(stage: Stage) -> None:
    followed = [each.key for each in stage.policy.decision.measures if each.followed]
    works.put(stage.uow, replace(works.of(stage.uow, stage.case.id), remedies=tuple(followed)))
    stage.fields["measure"] = next(iter(followed), "none")
    stage.impossible = "" if followed else "act.no_remedies"


def _tell(stage: Stage) -> None:
    stage.fields["notice"] = str(notice_without_a_chat(stage.uow, stage.case, stage.now))


def _archive(stage: Stage) -> None:
    for key in stage.alive(lambda clock: clock.ends_on == "marked"):
        stage.before("mark", *WORKING, clock=key)
    stage.now += timedelta(days=400)


def _mark(stage: Stage) -> None:
    able = stage.alive(lambda clock: clock.ends_on in ("marked", "told"))
    others = stage.alive()
    stage.fields["clock"] = next(iter(able or others), "none")
    if not able:
        stage.impossible = "act.ends_by_itself" if others else "act.no_such_clock"


def _ask_extension(stage: Stage) -> None:
    able = stage.alive(lambda clock: clock.extension)
    stage.fields["clock"] = next(iter(able), "")
    stage.impossible = "" if able else "act.not_extendable"


def _extend(stage: Stage) -> None:
    able = stage.alive(lambda clock: clock.extension)
    if not able:
        stage.impossible = "act.nobody_asked"
        return
    stage.before("ask_extension", *WORKING)
    extension = stage.policy.clock(able[0]).extension
    if extension and extension.approved_by not in stage.member.posts:
        stage.impossible = "act.other_post_approves"


SET: Mapping[Action, Callable[[Stage], None]] = {
    "resume": _resume,
    "finish_task": _finish_task,
    "lift_recusal": _lift_recusal,
    "propose": _propose,
    "approve": _approve,
    "fulfil": _fulfil,
    "tell": _tell,
    "archive": _archive,
    "mark": _mark,
    "ask_extension": _ask_extension,
    "extend": _extend,
}
