"""An office whose people are trained and assessed: accounts in the posts of a pack, and a clock that is moved by hand."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any, TypeVar

import pytest

from core.cases.clocks import local_day
from core.errors import Refused
from core.people import assessment, conduct, keeping, reminding, training
from core.people.assessment import Assessed
from core.people.owed import Owed
from core.people.training import Trained
from core.policies.policy import Policy
from core.store import dossiers, staff
from core.store.conduct import Pledge
from core.store.dossiers import Dossier
from core.store.staff import StaffMember
from core.store.unit_of_work import Store, UnitOfWork
from tests.core.cases.desk import Desk

T = TypeVar("T")

BY_HAND = {"attitude": 80, "ability": 80}


class People(Desk):
    """``officer`` and ``head`` of the service hall, and the ``director`` above them."""

    def __init__(self, store: Store, now: datetime, pack: str | Policy = "service-hall") -> None:
        super().__init__(store, now, pack, crew=False)
        self.hire_for_each_post()

    @property
    def today(self) -> date:
        return local_day(self.now)

    def member(self, account: str) -> StaffMember:
        found = self.store.read(lambda uow: staff.by_account(uow, account))
        assert found is not None
        return found

    def does(self, work: Callable[[UnitOfWork], T], by: str = "head") -> T:
        """As it is done everywhere: a refusal has words, and is written down."""
        return keeping.attempt(self.store, self.office, by, "people", self.now, work)

    def is_refused(self, work: Callable[[UnitOfWork], Any], by: str = "head") -> str:
        """It must be refused; the reason's key."""
        before = self.dossiers()
        with pytest.raises(Refused) as refused:
            self.does(work, by)
        for language in ("zh", "en"):
            self.office.texts.render(language, str(refused.value), **refused.value.facts)  # type: ignore[arg-type]
        assert self.dossiers() == before
        assert self.office_lines(1)[0][:2] == ("refused", f"staff:{by}")
        return str(refused.value)

    def dossiers(self) -> list[Dossier]:
        return self.store.read(dossiers.of_everybody)

    def dossier(self, account: str) -> Dossier:
        return self.store.read(lambda uow: dossiers.of_member(uow, self.member(account)))

    # ── what is done ────────────────────────────────────────────────────────────────────────────────────────────────

    def training(
        self, account: str = "officer", kind: str = "induction", mark: int | None = 90, *, by: str = "head",
        on: date | None = None, words: str = "",
    ) -> Callable[[UnitOfWork], Trained]:  # fmt: skip
        day = on or self.today
        return lambda uow: training.record_training(uow, self.office, by, account, kind, day, mark, words, self.now)

    def trains(self, *words: Any, **more: Any) -> Trained:
        return self.does(self.training(*words, **more), more.get("by", "head"))

    def assessing(
        self, account: str = "officer", *, by: str = "head", marks: dict[str, int] | None = None,
        words: dict[str, str] | None = None, day: date | None = None, again: bool = False,
    ) -> Callable[[UnitOfWork], Assessed]:  # fmt: skip
        given = BY_HAND if marks is None else marks
        return lambda uow: assessment.assess(
            uow, self.office, by, account, given, words or {}, self.now, day=day, again=again
        )

    def assesses(self, *words: Any, **more: Any) -> Assessed:
        return self.does(self.assessing(*words, **more), more.get("by", "head"))

    def conduct(
        self, account: str = "officer", kind: str = "praise", measure: str = "commended", words: str = "热心", *,
        by: str = "head", on: date | None = None,
    ) -> Callable[[UnitOfWork], Any]:  # fmt: skip
        day = on or self.today
        return lambda uow: conduct.record_conduct(uow, self.office, by, account, kind, measure, day, words, self.now)

    def acknowledges(self, account: str = "officer") -> Pledge:
        member = self.member(account)
        return self.store.write(lambda uow: conduct.acknowledge(uow, self.office, member, "chat", self.now))

    def signing(
        self, account: str = "officer", *, by: str = "head", on: date | None = None
    ) -> Callable[[UnitOfWork], Pledge]:
        day = on or self.today
        return lambda uow: conduct.acknowledged_on_paper(uow, self.office, by, account, day, self.now)

    def reminds(self) -> int:
        return self.store.write(lambda uow: reminding.remind_people(uow, self.office, self.now))

    def owed(self, account: str = "officer") -> Owed:
        found = self.store.write(lambda uow: reminding.whole(uow, self.office, self.now))
        return next(each for each in found if each.member.account == account)

    def next_quarter(self) -> None:
        """A day in the quarter behind this one."""
        self.later(days=92)

    def in_days(self, days: int) -> date:
        return self.today + timedelta(days=days)
