"""The staff of an institution: each case is led to its answer, in working hours, some of them late, with what may come between."""

from __future__ import annotations

import asyncio
from collections import Counter
from datetime import datetime, timedelta

from core.cases import clocks
from core.cases.lifecycle import FRONT, Transition
from core.cases.office import Office
from core.errors import Refused
from core.store import notifications
from core.store import work as works
from core.store.cases import StoredCase
from core.store.unit_of_work import Store
from tests.core.cases.desk import Desk
from tests.core.cases.routes import WORKING, fields_for, post_for, rows, shortest, with_duty
from tests.year.town import Town

ANOTHER = "2"
"""Behind the name of a post: the second person in it."""


class Clerks(Desk):
    """The desk of a running service, whose store is another one after each restart."""

    def __init__(self, town: Town) -> None:
        self.town, self.chance = town, town.chance
        self.acts: Counter[str] = Counter()
        self.open_numbers: list[str] = []
        self._said = 0
        self._way = {row.source: row for row in shortest(self.policy)["closed"]}
        self.hire_for_each_post("", ANOTHER)

    @property
    def store(self) -> Store:
        return self.town.service.store

    @property
    def office(self) -> Office:
        return self.town.service.office

    @property
    def now(self) -> datetime:
        return self.town.moment

    def words(self) -> str:
        """No two are alike, so that each can be found again with whom it was meant for."""
        self._said += 1
        return f"第{self._said:05}号说明，经办人已看过材料。"

    # ── when ────────────────────────────────────────────────────────────────────────────────────────────────────────

    def at_work(self, moment: datetime) -> datetime:
        """This moment, or some time after the office has opened again."""
        if clocks.is_open(self.policy, moment, self.office.calendar):
            return moment
        opening = clocks.next_opening(self.policy, moment, self.office.calendar)
        return opening + timedelta(minutes=self.chance.uniform(1, 110))

    def pace(self) -> float:
        """Days that a step takes for one case: most come in time, some do not."""
        limits = [clock.limit / (24 if clock.unit == "hour" else 1) for clock in self.policy.clocks]
        share = self.chance.uniform(0.1, 0.7) if self.chance.random() < 0.85 else self.chance.uniform(0.9, 1.9)
        return max(limits) * share / len(self._way)

    def marks_after(self) -> float:
        """Days after which a stage that only staff can end is looked at first: mostly before the shortest of them is over."""
        marked = [clock for clock in self.policy.clocks if clock.ends_on == "marked"]
        limits = [clock.limit / (24 if clock.unit == "hour" else 1) for clock in marked]
        return min(limits, default=1.0) * self.chance.uniform(0.1, 1.1)

    # ── what ────────────────────────────────────────────────────────────────────────────────────────────────────────

    async def does(self, number: str, action: str, by: str, **fields: str) -> bool:
        """Whether it was done, by this person or by the other one in their post."""
        for account in (by, f"{by}{ANOTHER}"):
            try:
                await asyncio.to_thread(self.work, number, action, account, **fields)
            except Refused:
                continue
            else:
                await self._was_done(action)
                return True
        return False

    async def _was_done(self, action: str) -> None:
        """Nobody does two things at one moment."""
        self.acts[action] += 1
        await self.town.until(self.town.moment + timedelta(seconds=self.chance.uniform(1, 40)))

    async def asks(self, number: str, action: str, words: str, session_id: int) -> bool:
        """What a complainant does to their own case."""
        try:
            await asyncio.to_thread(self.do, number, action, words, session_id)
        except Refused:
            return False
        await self._was_done(action)
        return True

    def row(self, case: StoredCase, action: str) -> Transition | None:
        there = (
            row for row in rows(self.policy) if (row.source, row.action, row.side) == (case.status, action, "staff")
        )
        return next(there, None)

    async def may(self, case: StoredCase, action: str, **fields: str) -> bool:
        """Do it where the table has it, by a post whose duty it is."""
        row = self.row(case, action)
        if row is None:
            return False
        given = fields_for(self.policy, row) | {"words": self.words()} | fields
        return await self.does(case.number, action, post_for(self.policy, action, row.duties), **given)

    async def goes_on(self, case: StoredCase) -> bool:
        """The next step on the way to the answer; whether there was one."""
        if case.status == "reviewing":
            return await self._reviewed(case)
        row = self._way.get(case.status)
        if row is None:
            return False
        if row.action == "propose" and self.policy.decision.opinion_by:
            await self.does(case.number, "opine", self.policy.decision.opinion_by, words=self.words())
        if row.action == "approve" and self.policy.decision.meeting_for == case.level:
            await self.may(case, "meet", authority="no")
        return await self.may(case, row.action)

    async def _reviewed(self, case: StoredCase) -> bool:
        """By somebody who had no part in it."""
        reviewer = with_duty(self.policy, "review") + self.chance.choice(("", ANOTHER))
        for account in (reviewer, f"{with_duty(self.policy, 'review')}{ANOTHER}"):
            if await self.may(case, "assign_review", handler=account):
                break
        action = self.chance.choices(("uphold", "change", "redo"), (6, 2, 1))[0]
        return await self.may(self.case(case.number), action)

    async def comes_between(self, case: StoredCase) -> None:
        """What a case may meet on its way."""
        dice = self.chance.random()
        if dice < 0.07 and "supplement" in self.policy.work.stops:
            await self.may(case, "request_supplement")
        elif dice < 0.19:
            await self.may(case, "report_progress")
        elif dice < 0.22:
            await self._stands_still(case)
        elif dice < 0.28:
            await self._extended(case)
        elif dice < 0.30:
            await self.may(case, "record")
        elif dice < 0.33:
            await self._ends_otherwise(case)

    async def _stands_still(self, case: StoredCase) -> None:
        others = [why for why in self.policy.work.stops if why != "supplement"]
        if others:
            await self.may(case, "suspend", reason=self.chance.choice(others))

    async def _extended(self, case: StoredCase) -> None:
        for row in self.rows(case.number):
            extension = self.policy.clock(row.clock).extension
            if extension and row.ended_at is None and await self.may(case, "ask_extension", clock=row.clock):
                await self.does(case.number, "extend", extension.approved_by, clock=row.clock, words=self.words())

    async def _ends_otherwise(self, case: StoredCase) -> None:
        others = [number for number in self.open_numbers if number != case.number]
        action = self.chance.choices(("decline", "refer", "merge"), (3, 2, 4))[0]
        if action != "merge":
            await self.may(case, action, ground="")
        elif others:
            await self.may(case, "merge", master=self.chance.choice(others))

    async def marks(self, case: StoredCase) -> None:
        """Stages that only staff can say are done; now and then they forget."""
        for row in self.rows(case.number):
            waits = row.ended_at is None and self.policy.clock(row.clock).ends_on == "marked"
            if waits and self.chance.random() < 0.6:
                await self.may(case, "mark", clock=row.clock)

    async def fulfils(self, case: StoredCase) -> None:
        for measure in self.store.read(lambda uow: works.of(uow, case.id)).remedies:
            await self.may(case, "fulfil", measure=measure)

    def calls(self) -> list[tuple[int, str]]:
        """What they were asked to tell, and have not told yet."""
        found = self.store.read(lambda uow: notifications.calls(uow, 10_000))
        return [(call.id, call.number) for call in found]

    async def tells(self, notice: int, number: str) -> None:
        """By telephone, and it is written down."""
        post = with_duty(self.policy, *FRONT, *WORKING)
        await self.does(number, "tell", post, notice=f"#{notice}", words=self.words())
