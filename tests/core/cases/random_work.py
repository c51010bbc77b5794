"""Days at an institution that nobody planned: anybody tries anything with any case, at any time, with any words."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import datetime

from core.cases.clocks import closing, local_day
from core.cases.expected import projected
from core.cases.lifecycle import Transition
from core.cases.telling import new_promise
from core.cases.vocabulary import OPEN, RECORD_KINDS
from core.errors import Refused
from core.messages import Address
from core.policies.policy import Policy
from core.store import audit
from core.store.cases import StoredCase
from core.store.unit_of_work import Store, UnitOfWork
from tests.core.cases.desk import Desk, in_words
from tests.core.cases.invariants import all_faults, faults
from tests.core.cases.routes import fields_for, rows

NAMED = "李大明"
"""Somebody who works there and is complained of now and then."""

PEOPLE = ("anna", "ben")
MOST_CASES = 6
NEW, OWN, STAFFING, DILIGENT = 0.06, 0.2, 0.03, 0.3
SENSIBLE = 0.8
"""So often somebody tries what the table allows, and somebody who may; else anything, and anybody."""

LIFE = (*OPEN, "closed")
OUTCOMES = ("substantiated", "partly", "unsubstantiated", "nonsense")


class Days(Desk):
    """``log`` is what was tried and what came of it."""

    def __init__(self, store: Store, now: datetime, pack: Policy, chance: random.Random) -> None:
        super().__init__(store, now, pack, crew=False)
        self.chance = chance
        self.log: list[str] = []
        self.numbers: list[str] = []
        self.ids: list[int] = []
        self.done: set[str] = set()
        self.sessions = [self.arrives(Address("chat", who)) for who in PEOPLE]
        self.owner: dict[str, int] = {}
        self.hire_for_each_post("", "2")
        self.hire("li", *(post.key for post in pack.posts), name=NAMED, unit="三楼窗口")
        self.hire("both", *(post.key for post in pack.posts[:2]))
        self.reviewers = [
            f"{post.key}{suffix}" for post in pack.posts if "review" in post.duties for suffix in ("", "2")
        ]
        self.accounts = [f"{post.key}{suffix}" for post in pack.posts for suffix in ("", "2")] + ["li", "both"]

    def live(self, steps: int) -> None:
        """So many things are tried; after each of them everything that must hold is looked at."""
        for _ in range(steps):
            self._time_passes()
            self._something()
        found = self.store.read(lambda uow: all_faults(uow, self.office, self.ids))
        assert not found, (found, self.log[-20:])
        chains = self.store.read(audit.verify)
        assert chains.finished
        assert not chains.findings, (chains.findings, self.log[-20:])

    def _time_passes(self) -> None:
        """Mostly minutes, now and then days; what happens with time happens."""
        self.later(minutes=self.chance.choice((1, 7, 45, 300, 1500, 1500, 9000)))
        before = self._cases()
        if self.look_after():
            for number, case in before.items():
                self._look(number, case, f"the promise of {number} is kept")
        self.watch_clocks()

    def _cases(self) -> dict[str, StoredCase]:
        return {number: self.case(number) for number in self.numbers}

    def _something(self) -> None:
        dice = self.chance.random()
        if not self.numbers or (dice < NEW and len(self.numbers) < MOST_CASES):
            self._somebody_complains()
        elif dice < NEW + STAFFING:
            self._somebody_comes_or_goes()
        elif dice < NEW + STAFFING + OWN:
            self._complainant_acts(self.chance.choice(self.numbers))
        elif dice < NEW + STAFFING + OWN + DILIGENT:
            self._somebody_does_their_work(self.chance.choice(self.numbers))
        else:
            self._staff_act(self.chance.choice(self.numbers))

    def _somebody_complains(self) -> None:
        facts = self.chance.choice(("the lift is broken", f"{NAMED}骂人", "摔伤住院，要求赔偿20000元"))
        who = self.chance.choice(self.sessions)
        case, _ = self.open(f"draft {len(self.numbers)}", facts, who=who)
        self.numbers.append(case.number)
        self.ids.append(case.id)
        self.owner[case.number] = who
        self._look(case.number, case, f"{case.number}: {facts}")

    def _somebody_comes_or_goes(self) -> None:
        account = self.chance.choice(self.accounts)
        away = self.chance.random() < 0.4
        self.away(account, away=away)
        self.log.append(f"{account} is {'away' if away else 'there'}")

    def _complainant_acts(self, number: str) -> None:
        closed = self.status(number) == "closed"
        action = self.chance.choice(
            ("rate", "ask_review", "ask_review", "reopen") if closed else ("urge", "supplement")
        )
        action = self.chance.choice((*[action] * 8, "withdraw", "ask_review", "rate"))
        who = self.chance.choice([self.owner[number]] * 4 + self.sessions)
        words = "4 well" if action == "rate" else self.chance.choice(("please", f"{NAMED} was there"))
        self._try(number, f"{who} {action}", lambda: self.do(number, action, words, who))

    def _staff_act(self, number: str) -> None:
        row = self._row(self.case(number).status)
        by = self._who(row)
        fields = self._fields(number, row)
        seen = self.chance.choice((None, None, self.seen(number), 1))
        self._try(number, f"{by} {row.action} {fields}", lambda: self.work(number, row.action, by, seen=seen, **fields))

    def _somebody_does_their_work(self, number: str) -> None:
        """The next step, by whom it is for, with what it needs: so that cases come to an answer and beyond."""
        here = [row for row in rows(self.policy) if row.source == self.status(number) and row.target in LIFE]
        onward = [row for row in here if row.side == "staff" and row.target != row.source]
        if not onward:
            return
        row = self.chance.choice(onward)
        for action in ("opine", "meet", "assign_review", row.action):
            duties = next((each.duties for each in here if each.action == action), ())
            able = [post.key for post in self.policy.posts if set(post.duties) & set(duties)]
            if able and (action == row.action or self.chance.random() < 0.5):
                by = self.chance.choice(able[-1:] * 2 + able) + self.chance.choice(("", "2"))
                given = {"measures": self.chance.choice(self.policy.decision.measures).key} | fields_for(
                    self.policy, row
                )
                self._try(
                    number,
                    f"{by} {action} on",
                    lambda action=action, by=by, given=given: self.work(number, action, by, **given),
                )

    def _row(self, status: str) -> Transition:
        known = [row for row in rows(self.policy) if row.side == "staff"]
        here = [row for row in known if row.source == status]
        if not here or self.chance.random() > SENSIBLE:
            return self.chance.choice(known)
        # What leads on is tried more often than what leads out, or nothing would ever come to an answer and beyond.
        onward = [row for row in here if row.target != status and row.target in LIFE]
        staying = [row for row in here if row.target == status]
        kinds = [each for each in (onward, onward, staying, staying, here) if each]
        return self.chance.choice(self.chance.choice(kinds))

    def _who(self, row: Transition) -> str:
        if self.chance.random() > SENSIBLE:
            return self.chance.choice(self.accounts)
        policy = self.policy
        able = [post.key for post in policy.posts if set(post.duties) & set(row.duties)]
        if row.action == "extend":
            able = [clock.extension.approved_by for clock in policy.clocks if clock.extension] or able
        if row.action == "approve" and policy.decision.approved_by:
            able = [policy.decision.approved_by]
        return self.chance.choice(able) + self.chance.choice(("", "2")) if able else self.chance.choice(self.accounts)

    def _fields(self, number: str, row: Transition) -> dict[str, str]:
        """Mostly what fits, for every field that any step takes."""
        pick, policy = self.chance.choice, self.policy
        tasks = [str(entry.position) for entry in self.entries(number) if entry.kind == "task_added"]
        measures = [each.key for each in policy.decision.measures]
        given = {
            "words": "so it is",
            "level": pick(("general", "major")),
            "category": pick(policy.categories).key,
            "kind": pick(RECORD_KINDS),
            "reason": pick((*policy.work.stops, "holidays")),
            "authority": pick(("yes", "no")),
            "handler": pick(self.accounts)
            if row.action != "assign_review"
            else pick((*self.accounts, *self.reviewers * 9)),
            "unit": pick(("", "", "三楼窗口")),
            "outcome": "" if row.source == "decided" else pick(OUTCOMES),
            "measures": pick(("", pick(measures), ",".join(measures[:2]))),
            "measure": pick(measures),
            "yuan": pick(("", "", "100", "5000", "200000")),
            "ground": pick(("", *(each.key for each in policy.exclusions))),
            "staff": pick(self.accounts),
            "task": pick(tasks) if tasks else "0",
            "clock": pick(policy.clocks).key if row.action == "mark" else pick(("", "", pick(policy.clocks).key)),
            "master": pick(self.numbers),
            "notice": pick((*self.notices(number), "0")),
        }
        dropped = pick(row.needs).split("|")[0] if row.needs and self.chance.random() > 0.95 else ""
        return {name: words for name, words in given.items() if name != dropped and self._is_wanted(name, row)}

    def _is_wanted(self, name: str, row: Transition) -> bool:
        """A clock named where a progress is reported is marked as done: not always."""
        return not (name == "clock" and row.action == "report_progress" and self.chance.random() < 0.5)

    def _try(self, number: str, what: str, attempt) -> None:  # type: ignore[no-untyped-def]
        before, all_before = self.case(number), self.all_of(number)
        try:
            attempt()
        except Refused as refused:
            in_words(self.office, refused, number)
            self.log.append(f"{number} {what}: {refused}")
            assert self.all_of(number) == all_before, ("a refusal changed something", self.log[-20:])
            return
        self.done.add(what.split()[1])
        self._look(number, before, f"{number} {what}: done")

    def _look(self, number: str, before: StoredCase, what: str) -> None:
        self.log.append(f"{self.now:%m-%d %H:%M} {what}")
        case = self.case(number)

        def found(uow: UnitOfWork) -> list[str]:
            return [*faults(uow, self.office, case), *self._day(before, case)]

        wrong = self.store.read(found)
        assert not wrong, (wrong, self.log[-20:])

    def _day(self, before: StoredCase, case: StoredCase) -> Iterator[str]:
        """A day that is newly named is the end of something, and not past."""
        if case.wake_at is None or case.promised_on == before.promised_on:
            return
        clocks = self.rows(case.number)
        ends = {row.due_at for row in clocks} | {new_promise(self.office, self.policy, self.now).at}
        ends |= {closing(before.promised_on, self.policy.institution.hours)}
        ahead = projected(self.policy, case.level, clocks, self.office.calendar, since=case.registered_at)
        ends |= {due.at for due in ahead.values()}
        promised = self.promise_ends(case.number)
        if promised not in ends:
            yield f"{case.number} promises {promised}, which is the end of nothing"
        if case.promised_on < local_day(self.now) and case.promised_on != before.promised_on:
            yield f"{case.number} promises {case.promised_on} on {self.now}"
