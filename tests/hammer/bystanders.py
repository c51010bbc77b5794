"""An organisation that anything may happen to, beside a model of who must not know of what.

The model knows whom and which unit each complaint was made to name; of the product it knows only what the decision on recusal
promises. What it says must be what the product does, in both directions: nobody who is named knows, and nobody else is kept out.
"""

from __future__ import annotations

import contextlib
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from core.cases import registration, work
from core.cases.clocks import ZONE
from core.cases.registration import Registration
from core.errors import Refused
from core.messages import Address, Attachment
from core.people import staffing
from core.policies.policy import Policy
from core.store import evidence, keys, queries, recusals, staff, summons
from core.store import work as works
from core.store.unit_of_work import Store, UnitOfWork
from tests.core.cases.desk import Desk

PACKS = ("internal-rules", "service-work", "statutory-procedure", "service-center", "report-center", "general-handling")
NAMES = ("金丝雀", "欧阳金丝雀", "李明", "李明远", "Li Ming", "阿依古丽·买买提")
"""Some stand within others."""
UNITS = ("社保科", "市民中心社保科", "医保科", "Social desk", "")
ACCOUNTS = tuple(f"a{n}" for n in range(7))
PEOPLE = st.tuples(st.sampled_from(ACCOUNTS), st.sampled_from(NAMES), st.sampled_from(UNITS))


class Plan(NamedTuple):
    """A complaint to be made: whom it names and how, in which answer, which unit, and how its complainant is called."""

    named: list[tuple[str, Callable[[str], str]]]
    where: str
    unit: str
    own: str
    by_chat: bool


COMPLAINANTS = ("许小衡", "诸葛琉璃", "慕容翡翠", "司徒珊瑚", "东方玛瑙", "上官琥珀")
CHIEF, SECOND = "chief", "second"
"""Two who hold every post and whom nobody complains of, so that there is always somebody to do something."""
MOST_CASES = 5

BEGINNING = ("accept", "assign", "assign", "assign", "set_level", "merge")
"""So that most cases have a handler who may be recused later, and some are joined."""
OFTEN = (
    "accept", "assign", "assign", "recuse", "recuse", "lift_recusal", "merge", "conclude", "propose", "approve", "close",
    "ask_review", "assign_review", "set_level", "add_task", "ask_extension", "extend",
)  # fmt: skip
UNTOLD = frozenset(
    {"set_level", "supervise", "note", "recuse", "lift_recusal", "add_task", "record", "conclude", "opine"}
)
"""What staff write with these is told to nobody outside; it may repeat what the complainant said."""


def wide(text: str) -> str:
    return "".join(chr(ord(sign) + 0xFEE0) if "!" <= sign <= "~" else sign for sign in text)


DISGUISES: tuple[Callable[[str], str], ...] = (
    str,
    wide,
    lambda name: name.upper() if name.isascii() else " ".join(name),
    lambda name: name.replace(" ", "-").replace("·", " "),
    lambda name: f"“{name}”",
    lambda name: name if name.isascii() else "\u3000".join(name),
)


PLANS = st.builds(
    Plan,
    st.lists(st.tuples(st.sampled_from(NAMES), st.sampled_from(DISGUISES)), max_size=2),
    st.sampled_from(("story", "respondent", "claim")),
    st.sampled_from(UNITS),
    st.sampled_from(("", "金丝雀", "李明", "Li Ming")),
    st.booleans(),
)


def bare(text: str) -> str:
    return "".join(filter(str.isalnum, text)).casefold()


def within(shorter: str, longer: str) -> bool:
    """Whether one name stands in another; Latin ones are words, and here always whole names."""
    one, other = bare(shorter), bare(longer)
    return bool(one) and (one == other if one.isascii() or other.isascii() else one in other)


@dataclass
class Person:
    """An account: all names it ever had, and where it stands now."""

    account: str
    names: list[str]
    unit: str
    here: bool = True

    def called(self, *names: str) -> None:
        self.names += [name for name in names if name not in self.names]


@dataclass
class Matter:
    """A complaint: whom it names, which unit, and what nobody else may read."""

    number: str
    peer: str
    person: int
    names: set[str]
    unit: str
    asked: bool
    canaries: tuple[str, ...]
    group: list[Matter] = field(default_factory=list)

    def concerns(self, person: Person) -> str:
        if any(within(own, named) for own in person.names for named in self.names):
            return "named"
        if within(person.unit, self.unit) or (self.asked and within(self.unit, person.unit)):
            return "unit"
        return ""


class Knowledge:
    """Who must not know of which matter, and why; or that this was lifted."""

    def __init__(self) -> None:
        self.people: dict[str, Person] = {}
        self.matters: dict[str, Matter] = {}
        self._rows: dict[tuple[str, str], tuple[str, bool]] = {}

    def barred(self, account: str, number: str) -> bool:
        return self._rows.get((account, number), ("", False))[1]

    def hidden_from(self, account: str) -> list[Matter]:
        return [matter for matter in self.matters.values() if self.barred(account, matter.number)]

    def outside(self, number: str) -> set[str]:
        return {account for account in self.people if self.barred(account, number)}

    def looks_at(self, matter: Matter) -> None:
        """A complaint is new, or there is more of it."""
        for person in self.people.values():
            self._found(person, matter)

    def looks_for(self, person: Person) -> None:
        """Somebody is new, or has another name or unit."""
        for matter in self.matters.values():
            self._found(person, matter)

    def _found(self, person: Person, matter: Matter) -> None:
        why = matter.concerns(person)
        if why:
            self.bar(person.account, matter, why)

    def follows(self, person: Person) -> None:
        """Who left under another account and had one of their names: it is them."""
        own = {bare(name) for name in person.names}
        for former in list(self.people.values()):
            if former is not person and not former.here and own & {bare(name) for name in former.names}:
                person.called(*former.names)
                for matter in self.hidden_from(former.account):
                    self._put(person.account, matter.number, self._rows[former.account, matter.number][0])

    def bar(self, account: str, matter: Matter, why: str) -> None:
        for each in matter.group:
            self._put(account, each.number, why)

    def _put(self, account: str, number: str, why: str) -> None:
        before = self._rows.get((account, number))
        by_somebody = why in ("declared", "ordered")
        if before is None or (not before[1] and (by_somebody or (before[0], why) == ("unit", "named"))):
            self._rows[account, number] = (why, True)

    def lift(self, account: str, matter: Matter) -> None:
        for each in matter.group:
            if self.barred(account, each.number):
                self._rows[account, each.number] = (self._rows[account, each.number][0], False)

    def join(self, matter: Matter, master: Matter) -> None:
        together = [*master.group, *matter.group]
        outside = {account for each in together for account in self.outside(each.number)}
        for each in together:
            each.group = together
            for account in outside:
                self._put(account, each.number, "ordered")


class Organisation(RuleBasedStateMachine):
    """Rules are what happens in an office; after each of them the product must know what the model knows."""

    def __init__(self, opens: Callable[[], Store], snoops: Callable[[Organisation], None]) -> None:
        super().__init__()
        self._opens, self._snoops = opens, snoops
        self.model = Knowledge()
        self.alerts: list[str] = []
        self._sound = False

    @initialize(
        pack=st.sampled_from(PACKS),
        seed=st.integers(0, 2**32),
        people=st.lists(PEOPLE, min_size=3, max_size=5, unique_by=lambda who: who[0]),
        plans=st.lists(PLANS, min_size=1, max_size=3),
    )
    def found(self, pack: str, seed: int, people: list[tuple[str, str, str]], plans: list[Plan]) -> None:
        # What is chosen in great number would use up what hypothesis has for one organisation.
        self.chance = random.Random(seed)
        self.desk = Desk(self._opens(), datetime(2026, 3, 2, 9, 30, tzinfo=ZONE), pack, crew=False)
        for account, name in ((CHIEF, "主管一"), (SECOND, "主管二")):
            self._hire(account, name, "", [post.key for post in self.policy.posts])
        for who in people:
            self._joins(*who)
        for plan in plans:
            self.somebody_complains(plan)
        for matter in list(self.model.matters.values()):
            for action in BEGINNING:
                self._whoever_can_does(action, matter)
        self._sound = True

    @property
    def policy(self) -> Policy:
        return self.desk.policy

    @property
    def here(self) -> list[Person]:
        return [person for person in self.model.people.values() if person.here]

    # ── people ──────────────────────────────────────────────────────────────────────────────────────────────────────

    def _hire(self, account: str, name: str, unit: str, posts: list[str]) -> None:
        self.desk.store.write(
            lambda uow: staffing.join(uow, self.desk.office, account, name, unit, posts, "operator", self.desk.now)
        )
        person = self.model.people.setdefault(account, Person(account, [], unit))
        person.called(name)
        person.unit, person.here = unit, True
        self.model.follows(person)
        self.model.looks_for(person)

    @rule(who=PEOPLE)
    def somebody_joins_or_is_back(self, who: tuple[str, str, str]) -> None:
        self._joins(*who)

    def _joins(self, account: str, name: str, unit: str) -> None:
        person = self.model.people.get(account)
        if person is None or not person.here:
            posts = [post.key for post in self.policy.posts]
            self._hire(account, name, unit, self.chance.sample(posts, self.chance.randint(1, len(posts))))

    def _changed(self, change: Callable[..., Any], *what: Any, **more: Any) -> Person | None:
        """One of those who are here, after that change; None where nobody is."""
        chosen = [person for person in self.here if person.account not in (CHIEF, SECOND)]
        if not chosen:
            return None
        # Whoever has a case is who has most to lose.
        busy = {self.handler(number) for number in self.model.matters}
        person, desk = self.chance.choice([each for each in chosen if each.account in busy] or chosen), self.desk
        desk.store.write(lambda uow: change(uow, desk.office, person.account, *what, "operator", desk.now, **more))
        return person

    @rule(name=st.sampled_from(NAMES))
    def somebody_is_renamed(self, name: str) -> None:
        if person := self._changed(staffing.rename, name):
            person.called(name)
            self.model.follows(person)
            self.model.looks_for(person)

    @rule(unit=st.sampled_from(UNITS))
    def somebody_moves(self, unit: str) -> None:
        if person := self._changed(staffing.move, unit):
            person.unit = unit
            self.model.looks_for(person)

    @rule(away=st.booleans())
    def somebody_is_away(self, away: bool) -> None:
        self._changed(staffing.be_away, away=away)

    @rule()
    def somebody_leaves(self) -> None:
        if person := self._changed(staffing.leave):
            person.here = False

    # ── complaints ──────────────────────────────────────────────────────────────────────────────────────────────────

    @precondition(lambda self: self._sound and len(self.model.matters) < MOST_CASES)
    @rule(plan=PLANS)
    def somebody_complains(self, plan: Plan) -> None:
        keys_ = {row.kind: row.key for row in self.policy.fields}
        index = len(self.model.matters)
        complainant = plan.own or COMPLAINANTS[index]
        canaries = (f"第{index}把紫砂茶壶", f"1391234{index:04}", *(() if plan.own else (complainant,)))
        asked = "respondent" in keys_ and bool(plan.unit or (plan.named and plan.where == "respondent"))
        story, answers = self._words(keys_, plan, canaries[0], asked=asked)
        told = {keys_[kind]: words for kind, words in answers.items() if kind in keys_ and words}
        told |= {keys_["name"]: complainant} if "name" in keys_ else {}
        told |= {keys_["phone"]: canaries[1]}
        number, peer, person = self._file(story, told, canaries[1], index, by_chat=plan.by_chat)
        names = {name for name, _ in plan.named}
        matter = Matter(number, peer, person, names, plan.unit, asked, canaries)
        matter.group = [matter]
        self.model.matters[number] = matter
        self.model.looks_at(matter)

    def _words(self, keys_: dict[str, str], plan: Plan, canary: str, *, asked: bool) -> tuple[str, dict[str, str]]:
        """Whom it is about, in one answer or another; in the story where nobody asks."""
        place = plan.where if plan.where in keys_ else "story"
        said = "、".join(disguise(name) for name, disguise in plan.named)
        hello = ("My name is Li Ming. " if plan.own.isascii() else f"我叫{plan.own}，") if plan.own else ""
        about = "，".join(filter(None, (plan.unit if asked else "", said if place == "respondent" else "")))
        story = f"{hello}{canary}坏了。{said if place == 'story' else ''}，{'' if asked else plan.unit}，没人管"
        return story, {"facts": story, "respondent": about, "claim": f"请{said}道歉" if place == "claim" else ""}

    def _file(self, story: str, told: dict[str, str], phone: str, index: int, *, by_chat: bool) -> tuple[str, str, int]:
        """By chat with a file, or put down by the chief; the number, and who hears of it."""
        peer = f"peer-canary-{index}"
        person = self.desk.arrives(Address("chat", peer))
        answers = {key: {"value": words, "shown": words, "unsure": False} for key, words in told.items()}
        contents = {"facts": story, "answers": answers, "relation": "", "consent": ""}
        now, draft, office = self.desk.now, f"draft{index}", self.desk.office

        def file(uow: UnitOfWork) -> str:
            key = keys.new_key(uow)
            filing = Registration(draft, None, "phone", key, "other", contents, phone, registered_by=f"staff:{CHIEF}")
            if by_chat:
                attachment = Attachment("photo", f"ref{index}", name=f"canary-{index}.jpg")
                evidence.add(uow, person, draft, None, key, attachment, now)
                filing = Registration(draft, person, "chat", key, "other", contents, phone)
            return registration.open_case(uow, office, filing, now)[0].number

        return self.desk.store.write(file), peer, person

    def _any_matter(self) -> Matter:
        return self.chance.choice(list(self.model.matters.values()))

    @precondition(lambda self: self._sound and bool(self.model.matters))
    @rule(
        action=st.sampled_from(("supplement", "urge", "reopen", "ask_review", "withdraw")),
        name=st.sampled_from(("", *NAMES)),
        disguise=st.sampled_from(DISGUISES),
    )
    def the_complainant_adds(self, action: str, name: str, disguise: Callable[[str], str]) -> None:
        matter = self._any_matter()
        if action == "withdraw" and self.chance.random() < 0.8:
            return
        with contextlib.suppress(Refused):
            self.desk.do(matter.number, action, f"还有{disguise(name)}，在场" if name else "请快点", matter.person)
            matter.names |= {name} - {""}
            self.model.looks_at(matter)

    # ── work ────────────────────────────────────────────────────────────────────────────────────────────────────────

    def fields(self, action: str, matter: Matter) -> dict[str, str]:
        """What the action needs, and what it may take; sometimes somebody or something that cannot be."""
        chance, policy = self.chance, self.policy
        accounts = [*self.model.people, *(person.account for person in self.here)]
        fields = {
            "words": f"{matter.canaries[0]} {matter.canaries[1]}" if action in UNTOLD else "已经核实。",
            "ground": next((row.key for row in policy.exclusions), ""),
            "level": chance.choice(("general", "major")),
            "category": chance.choice(policy.categories).key,
            "kind": "interview",
            "task": f"#{chance.randint(1, 9)}",
            "reason": next(iter(policy.work.stops), ""),
            "outcome": "partly",
            "measure": next((row.key for row in policy.decision.measures), ""),
            "clock": chance.choice(policy.clocks).key,
            "master": chance.choice(list(self.model.matters)),
            "staff": chance.choice(accounts),
            "handler": chance.choice(accounts),
            "unit": chance.choice(UNITS),
            "authority": "yes",
        }
        wants = {
            "assign": ("unit", "handler"), "add_task": ("words", "handler"), "recuse": ("words", "staff"),
            "assign_review": ("words", "handler"), "meet": ("words", "authority"), "propose": ("words", "outcome"),
        }.get(action)  # fmt: skip
        if wants is None:
            wants = tuple(name for name in fields if name not in ("handler", "unit"))
        given = {name: fields[name] for name in wants if chance.random() < 0.9}
        # What was decided already is not said again where the case is closed.
        if action == "close" and self.desk.status(matter.number) == "decided":
            given.pop("outcome", None)
        return given

    @precondition(lambda self: self._sound and bool(self.model.matters))
    @rule(action=st.sampled_from(work.staff_actions()))
    def anybody_tries_anything(self, action: str) -> None:
        matter = self._any_matter()
        self.tries(self.chance.choice(list(self.model.people)), matter, action, self.fields(action, matter))

    @precondition(lambda self: self._sound and bool(self.model.matters))
    @rule(actions=st.lists(st.sampled_from(OFTEN), min_size=2, max_size=6))
    def there_is_work(self, actions: list[str]) -> None:
        for action in actions:
            self._whoever_can_does(action, self._any_matter())

    def _whoever_can_does(self, action: str, matter: Matter) -> None:
        fields = self.fields(action, matter)
        for account in self.chance.sample(list(self.model.people), len(self.model.people)):
            if self.tries(account, matter, action, fields):
                return

    def tries(self, account: str, matter: Matter, action: str, fields: dict[str, str]) -> bool:
        """Whether it was done. Who must not know of it is told what everybody is told of a number that there is not."""
        try:
            self.desk.work(matter.number, action, account, **fields)
        except Refused as refused:
            if account in self.model.people and self.model.people[account].here and self.hides(account, matter):
                assert (str(refused), refused.facts) == ("act.not_yours", {})  # noqa: PT017 - it may be done, too
            return False
        assert not self.hides(account, matter)
        self._has_happened(account, matter, action, fields)
        return True

    def hides(self, account: str, matter: Matter) -> bool:
        return self.model.barred(account, matter.number)

    def _has_happened(self, account: str, matter: Matter, action: str, fields: dict[str, str]) -> None:
        if action == "recuse":
            other = fields.get("staff", "") or account
            self.model.bar(other, matter, "declared" if other == account else "ordered")
        elif action == "lift_recusal":
            self.model.lift(fields["staff"], matter)
        elif action == "merge":
            self.model.join(matter, self.model.matters[fields["master"]])

    @precondition(lambda self: self._sound)
    @rule(hours=st.sampled_from((1, 30, 100, 400)))
    def time_passes(self, hours: int) -> None:
        self.desk.later(hours=hours)
        while self.desk.watch_clocks():
            pass
        self.desk.look_after()
        self.hear()

    def hear(self) -> None:
        """What was sent: to staff nothing of what was told, to complainants nothing of one another."""
        for peer, text in self.desk.sent():
            for matter in self.model.matters.values():
                if peer != matter.peer:
                    assert not [canary for canary in (*matter.canaries, matter.peer) if canary in text], text
            if peer == "desk":
                self._check_addressees(text)
                self.alerts.append(text)

    def _check_addressees(self, text: str) -> None:
        """Nobody is named in an alert but who has the case, or is called to it."""
        for matter in self.model.matters.values():
            if matter.number in text:
                handler = self.handler(matter.number)
                known = [*self.called_to(matter.number), *(self.model.people[handler].names if handler else ())]
                others = [name for name in (*NAMES, "主管一", "主管二") if not any(within(name, own) for own in known)]
                assert not [name for name in others if name in text], text

    def called_to(self, number: str) -> set[str]:
        """The names of the leaders who were called to this case."""

        def look(uow: UnitOfWork) -> set[str]:
            rows = summons.of_case(uow, self.desk.case(number).id)
            return {name for row in rows for member in row.told for name in staff.by_id(uow, member).names}

        return self.desk.store.read(look)

    def handler(self, number: str) -> str:
        """The account of who has the case, "" where nobody has."""

        def look(uow: UnitOfWork) -> str:
            held = works.of(uow, self.desk.case(number).id).handler_id
            return staff.by_id(uow, held).account if held else ""

        return self.desk.store.read(look)

    # ── what must always be so ──────────────────────────────────────────────────────────────────────────────────────

    @invariant()
    def who_must_not_know_is_who_is_kept_out_and_no_list_or_count_has_it(self) -> None:
        if self._sound:
            self._sound = False
            for number in self.model.matters:
                found = self.desk.store.read(lambda uow, n=number: self._kept_out(uow, n))
                assert found == self.model.outside(number), (number, found ^ self.model.outside(number))
                assert self.handler(number) not in found
            for person in self.here:
                self._check_lists(person)
            self.hear()
            self._sound = True

    def _kept_out(self, uow: UnitOfWork, number: str) -> set[str]:
        return {staff.by_id(uow, member).account for member in recusals.away(uow, self.desk.case(number).id)}

    def _check_lists(self, person: Person) -> None:
        def look(uow: UnitOfWork) -> tuple[set[str], int]:
            viewer = self.member(uow, person.account)
            listed = {line.number for line in queries.case_list(uow, 1000, viewer=viewer)}
            return listed, queries.count(uow, viewer=viewer)

        hidden = {matter.number for matter in self.model.hidden_from(person.account)}
        listed, counted = self.desk.store.read(look)
        assert listed == set(self.model.matters) - hidden, person
        assert counted == len(listed), person

    def member(self, uow: UnitOfWork, account: str) -> int:
        return work.member_of(uow, account).id

    def pairs(self) -> Iterator[tuple[Person, Matter]]:
        """Everybody who works here, with each case that they must not know of."""
        for person in self.here:
            for matter in self.model.hidden_from(person.account):
                yield person, matter

    def teardown(self) -> None:
        """At last everybody looks for what is hidden from them, by every way in. Not where something went wrong before."""
        if self._sound:
            self._snoops(self)
