"""What a night of kills and double deliveries has left: compared with what each person said and was told."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy import select

from core.messages import Address
from core.store import cases, sessions
from core.store.tables import outbox
from core.store.unit_of_work import Store, UnitOfWork
from tests.hammer.citizens import answered, history, numbers, said
from tests.hammer.crowd import Chat, Person


@dataclass
class Verdict:
    """``wrong``: person and what is wrong with theirs. ``sent_again``: answers a person was shown more than once."""

    people: int = 0
    wrong: dict[str, str] = field(default_factory=dict)
    numbers_twice: list[str] = field(default_factory=list)
    answers: int = 0
    sent_again: int = 0
    most_often: int = 0
    claimed_again: int = 0

    def __str__(self) -> str:
        right = self.people - len(self.wrong)
        return (
            f"{right} of {self.people} dialogues right; of {self.answers} answers {self.sent_again} sent again"
            f" ({self.claimed_again} claimed again, {self.most_often} times at most); numbers twice: {self.numbers_twice}"
        )


def judge(
    store: Store, chats: Mapping[str, Chat], people: Sequence[Person], undisturbed: Mapping[str, Person]
) -> Verdict:
    """Compare all people with how the same conversation goes when nothing happens."""
    verdict, given = Verdict(len(people)), Counter[str]()
    for person in people:
        if problem := _problem(store, person, undisturbed[person.channel]):
            verdict.wrong[person.peer] = problem
        given.update(numbers([answer for answer in person.heard[-2:-1] if answer]))
        for shown in chats[person.channel].shown(person):
            verdict.answers += 1
            verdict.sent_again += len(shown) - 1
            verdict.most_often = max(verdict.most_often, len(shown))
    verdict.numbers_twice = [number for number, times in given.items() if times > 1]
    verdict.claimed_again = store.read(_claimed_again)
    return verdict


def _problem(store: Store, person: Person, undisturbed: Person) -> str:
    """What is wrong with this person's conversation or case; "" where all is as it must be."""
    if None in person.heard:
        return f"message {person.heard.index(None) + 1} was acknowledged and never answered"
    if person.alike != undisturbed.alike:
        return f"answered otherwise than usual: {person.alike}"
    lines = history(store, person.peer, person.channel)
    if said(lines) != list(person.words):
        return f"the history has {said(lines)}"
    if not all(_squeezed(line) in "".join(map(_squeezed, person.heard)) for line in answered(lines)):
        return f"the history has answers {answered(lines)}"
    filed = store.read(lambda uow: _filed(uow, person))
    if [facts for _, facts in filed] != [person.facts]:
        return f"filed {filed}"
    return "" if {number for number, _ in filed} == numbers([it for it in person.heard if it]) else "another number"


def _squeezed(text: str | None) -> str:
    return "".join((text or "").split())


def _filed(uow: UnitOfWork, person: Person) -> list[tuple[str, dict[str, str]]]:
    stored = sessions.find(uow, Address(person.channel, person.peer))
    own = cases.of_session(uow, stored.id) if stored else []
    return [(case.number, _facts(cases.contents(uow, case)["answers"], person)) for case in own]


def _facts(answers: Mapping[str, Mapping[str, str]], person: Person) -> dict[str, str]:
    return {slot: answers[slot]["value"] for slot in person.facts}


def _claimed_again(uow: UnitOfWork) -> int:
    """How many times more than once messages were taken out of the outbox to be sent."""
    return sum(max(0, attempts - 1) for attempts in uow.connection.execute(select(outbox.c.attempts)).scalars())
