"""The staff of a transcript: two of them in every post of the pack. Each line of theirs is done by the first who may."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from app.wiring import LogChannel
from core.cases import registration, work
from core.cases.office import Office
from core.errors import Refused
from core.messages import Address, OutboundMessage
from core.store import staff
from core.store.staff import StaffMember
from core.store.unit_of_work import Store, UnitOfWork
from tests.conversations.play import as_lines

NOT_THEIRS = "act.not_your_post"
SOMEBODY_ELSE = frozenset(
    {NOT_THEIRS, "act.separate_posts", "act.other_post_approves", "act.own_approval", "act.own_proposal",
     "act.worked_on_it", "act.other_reviewer", "act.not_yours"}
)  # fmt: skip
"""Refusals that concern who asks, not what is asked."""

LINE = re.compile(r"(?P<action>\w+) (?P<about>\S+)(?P<fields>(?: \w+=\S+)*) ?(?P<words>.*)")


class Alerts(LogChannel):
    """The staff's chat: keeps what they are told."""

    def __init__(self) -> None:
        self.told: list[str] = []

    async def send(self, to: Address, message: OutboundMessage, key: str) -> str:
        self.told.append(message.text)
        return ""

    def lines(self) -> Iterator[str]:
        told, self.told = self.told, []
        return (line for text in told for line in as_lines(text, "<*"))


@dataclass(frozen=True, slots=True)
class Line:
    """What staff do: ``close 2611-0001 outcome=partly 已更换``, or ``register phone facts=…``."""

    action: str
    about: str
    fields: Mapping[str, str]

    @classmethod
    def read(cls, text: str) -> Line:
        found = LINE.fullmatch(text)
        assert found is not None, text
        fields = dict(each.split("=", 1) for each in found["fields"].split())
        return cls(found["action"], found["about"], {**fields, "words": found["words"]})


def hire(uow: UnitOfWork, office: Office, now: datetime) -> None:
    """Accounts are named like the post; the second in it has a ``2`` behind its name."""
    for post in office.policy.posts:
        for account, name in ((post.key, "甲"), (f"{post.key}2", "乙")):
            staff.add(uow, account, (f"{post.label.zh}{name}",), "", (post.key,), now)


def take(store: Store, office: Office, text: str, now: datetime) -> Iterator[str]:
    """Do it, as whoever may; what they read then: the slip, or why it cannot be done."""
    line = Line.read(text)
    refused = None
    for member in store.read(staff.everybody):
        try:
            yield from store.write(partial(_do, office=office, member=member, line=line, now=now))
            return
        except Refused as error:
            if str(error) not in SOMEBODY_ELSE:
                refused = error
                break
            if refused is None or str(refused) == NOT_THEIRS:
                refused = error
    assert refused is not None
    yield office.texts.render("zh", str(refused), number=line.about, **refused.facts)


def _do(uow: UnitOfWork, office: Office, member: StaffMember, line: Line, now: datetime) -> list[str]:
    if line.action != "register":
        work.act_as_staff(uow, office, member, line.about, work.action_named(line.action), line.fields, now)
        return []
    answers = {key: words for key, words in line.fields.items() if key != "words"}
    case, code = registration.register(uow, office, member, line.about, answers, now)
    return [f"{case.number} {code}"]
