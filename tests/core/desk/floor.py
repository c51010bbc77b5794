"""An institution whose people write to the bot from their own chats: for each post somebody in each state, for each stage a case.

Every order is said in one unit of work, looked at there and taken back, so that one database serves all cells.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from datetime import datetime
from functools import cached_property, partial
from itertools import takewhile
from typing import NamedTuple

from sqlalchemy import text

from core import desk
from core.cases import numbers
from core.cases.lifecycle import possible
from core.cases.vocabulary import OPEN, features
from core.dialog import service as dialog
from core.dialog.service import House
from core.ladder import Limits
from core.messages import Address, Attachment, Choice, InboundMessage, OutboundMessage
from core.people import binding, staffing
from core.store import cases, claims, evidence, office_timeline, parts, sessions, settlements, staff, timeline
from core.store.cases import StoredCase
from core.store.settlements import Sent
from core.store.timeline import Entry
from core.store.unit_of_work import Store, UnitOfWork
from tests.core.cases.desk import PHONE, Desk, everything
from tests.core.cases.routes import lead, with_duty
from tests.core.desk.table import APART, PACKS

STORY, NAME, FILE, NOTE = "canary-story", "金丝雀", "canary-file.jpg", "canary-note"
CANARIES = (STORY, NAME, FILE, NOTE, PHONE)
"""What was told, who told it, what they sent, what others noted, and where the complainant is called back."""

NAMES = ("欧阳锦书", "司马长风", "诸葛明远", "上官云珠", "慕容雪松", "东方既白")
PAGE = "https://complaints.example/evidence"
"""Where the institution's staff look at evidence."""

UNIT, ACCUSED = "办理科", "稽查二队"

BOUND, AWAY, NAMED, OF_UNIT, ALONE, FORMER = "bound", "away", "named", "of_unit", "alone", "former_post"
UNBOUND, LEFT, DISABLED, TWICE = "unbound", "left", "disabled", "second_chat"
HEARD = (BOUND, AWAY, NAMED, OF_UNIT, ALONE, FORMER)
"""Whose chats are theirs. ``alone`` is whoever is there while everybody else is away, ``former_post`` in a post that the pack has not."""

NOBODYS = (UNBOUND, LEFT, DISABLED, TWICE)
"""Whose chats are anybody's: never bound; left, so that they were let go; left, and still bound by some mistake; the second one
from which a code came."""

STRANGER = Address("telegram", "a stranger")
BUTTONS = Limits(characters=4096, buttons=True)


class TakenBack(Exception):
    """An order that was said, and is undone."""


class Seen(NamedTuple):
    """What an order left: ``lines`` are new on the timeline of the case, ``office`` on that of the office, newest first."""

    replies: tuple[OutboundMessage, ...]
    lines: tuple[Entry, ...]
    office: tuple[Entry, ...]
    unchanged: bool
    told_staff: tuple[str, ...]

    @property
    def said(self) -> str:
        return "\n".join(bubble.text for bubble in self.replies)

    @property
    def choices(self) -> tuple[Choice, ...]:
        return tuple(choice for bubble in self.replies for choice in bubble.choices)

    @property
    def shown(self) -> str:
        """All that staff can read, or find behind a button."""
        return "\n".join((self.said, *(f"{each.key} {each.label}" for each in self.choices), *self.told_staff))

    def by(self, account: str, kind: str) -> list[Entry]:
        return [line for line in self.lines if (line.actor, line.kind) == (f"staff:{account}", kind)]


class Floor(Desk):
    """One pack. The crew who lead the cases are called like their posts; whoever says something is ``post.state``."""

    def __init__(self, store: Store, now: datetime, pack: str) -> None:
        super().__init__(store, now, pack, crew=False)
        self.pack = pack
        self.office.evidence_page = PAGE
        self.house = House(self.office, {"telegram": BUTTONS}, desk=partial(desk.hear, self.office))
        self.hire_for_each_post()
        for post, name in zip(PACKS[pack], NAMES, strict=False):
            for state in (*HEARD, *NOBODYS):
                unit = ACCUSED if state == OF_UNIT else UNIT
                self.settle(f"{post}.{state}", (post,), name if state == NAMED else "", unit, state)
        for index, row in enumerate(APART):
            if row[0] == pack:
                self.settle(f"both{index}", row[1])
        self.ids = {member.account: member.id for member in store.read(lambda uow: staff.everybody(uow, gone=True))}
        self.tasks = dict[str, int]()
        self._numbers = dict[str, str]()
        self._before = dict[str, object]()

    # ── people ──────────────────────────────────────────────────────────────────────────────────────────────────────

    def settle(
        self, account: str, posts: tuple[str, ...], name: str = "", unit: str = UNIT, state: str = BOUND
    ) -> None:
        member = self.hire(account, *posts, name=name, unit=unit)
        if state == TWICE:
            self.store.write(lambda uow: self._bind(uow, account, f"first of {account}", again=account))
        elif state != UNBOUND:
            self.store.write(lambda uow: self._bind(uow, account, account))
        if state == AWAY:
            self.away(account)
        if state in (LEFT, DISABLED):
            self.store.write(lambda uow: staffing.leave(uow, self.office, account, "operator", self.now))
        if state == DISABLED:
            self.store.write(
                lambda uow: sessions.bind(uow, sessions.load(uow, chat_of(account), self.now).id, member.id)
            )
        if state == FORMER:
            self.store.write(lambda uow: staff.change(uow, member, posts=("a_post_of_before",)))

    def _bind(self, uow: UnitOfWork, account: str, chat: str, again: str = "") -> None:
        """With ``again`` the same code is sent from another chat as well."""
        code = binding.invite(uow, account, "operator", self.now)
        assert binding.bind(uow, sessions.load(uow, chat_of(chat), self.now), code, self.now)
        if again:
            assert binding.bind(uow, sessions.load(uow, chat_of(again), self.now), code, self.now) is None

    # ── cases ───────────────────────────────────────────────────────────────────────────────────────────────────────

    def at(self, stage: str) -> str:
        """The number of a case in this stage, led there when it is first asked for."""
        if stage not in self._numbers:
            number = self._numbers[stage] = self._lead(stage)
            self.store.write(lambda uow: list(self._told_staff(uow)))
            self._before[stage] = self.store.read(lambda uow: _all(uow, _case(uow, number)))
        return self._numbers[stage]

    @cached_property
    def ghost(self) -> str:
        """A number like the others, of no case."""
        return numbers.render(self.policy.number, self.now, 87)

    def _lead(self, stage: str) -> str:
        number, master = self._file(f"draft of {stage}"), self._file(f"master of {stage}") if stage == "merged" else ""
        worked_on = "investigating" if self.policy.work.investigation else "accepted"
        lead(
            self,
            number,
            worked_on if stage == "stopped" else stage,
            words=NOTE,
            **({"master": master} if master else {}),
        )  # type: ignore[arg-type]
        if self.status(number) in OPEN:
            self._furnish(number, stage)
        return number

    def _file(self, draft: str) -> str:
        facts = f"{STORY}，{'、'.join(NAMES)}态度很差，他们是{ACCUSED}的"
        told = {field.key: NAME for field in self.policy.fields if field.kind == "name"}
        case, _ = self.open(draft, facts, answers=told)
        photo = Attachment("photo", f"photo of {draft}", FILE)
        self.store.write(lambda uow: evidence.add(uow, self.person, draft, case.id, case.key_id, photo, self.now))
        return case.number

    def _furnish(self, number: str, stage: str) -> None:
        """A task, an opinion, a request for more time, or for more from the complainant, as far as the stage has them."""
        front, opines = with_duty(self.policy, "reception"), self.policy.decision.opinion_by
        self.work(number, "add_task", front, words=NOTE)
        self.tasks[stage] = self.entries(number)[-1].position or 0
        if opines and "opine" in possible(self.status(number), "staff", features(self.policy)):
            self.work(number, "opine", opines, words=NOTE)
        if any(clock.extension and clock.key in self.running(number) for clock in self.policy.clocks):
            self.work(number, "ask_extension", front, words=NOTE)
        if stage == "stopped":
            self.work(number, "request_supplement", front, words=NOTE)

    # ── orders ──────────────────────────────────────────────────────────────────────────────────────────────────────

    def say(self, words: str, stage: str, account: str = "", *, alone: bool = False, took: str = "") -> Seen:
        """What comes of it; nothing of it stays. ``took`` is the post in which they took part in the case before.

        ``account`` is whose chat it is said in, a stranger's without one.
        """
        number, found = self.at(stage), list[Seen]()

        def cell(uow: UnitOfWork) -> None:
            case, before = _case(uow, number), self._before[stage]
            if took:
                parts.add(uow, case.id, self.ids[account], took, self.now)
                before = _all(uow, case)
            if alone:
                uow.connection.execute(text("update staff set absent = (account <> :me)"), {"me": account})
            found.append(self._hear(uow, case, before, chat_of(account) if account else STRANGER, words))
            raise TakenBack

        with contextlib.suppress(TakenBack):
            self.store.write(cell)
        return found[0]

    def _hear(self, uow: UnitOfWork, case: StoredCase, before: object, chat: Address, words: str) -> Seen:
        last, office = len(timeline.of_case(uow, case)), office_timeline.entries(uow, 1)
        messages = _messages(uow)
        message = InboundMessage(chat, "said", self.now, text=words)
        replies = dialog.receive(uow, self.house, message, self.now)
        unchanged = _all(uow, _case(uow, case.number)) == before and _messages(uow) == messages
        lines = timeline.of_case(uow, case)[last:]
        added = takewhile(lambda entry: [entry] != office, office_timeline.entries(uow, 5))
        told = () if unchanged else tuple(self._told_staff(uow))
        return Seen(replies, tuple(lines), tuple(added), unchanged, told)

    def _told_staff(self, uow: UnitOfWork) -> Iterator[str]:
        """What the staff's chats, all together and each alone, are told by it."""
        while claimed := claims.claim(uow, self.now.replace(year=2027), 50, 60):
            yield from (each.message.text for each in claimed if each.address.peer != "anna")
            settlements.settle_all_sent(uow, [Sent(each, "", self.now, on_page=True) for each in claimed])


def chat_of(account: str) -> Address:
    return Address("telegram", f"chat of {account}")


def _case(uow: UnitOfWork, number: str) -> StoredCase:
    found = cases.by_number(uow, number)
    assert found is not None
    return found


def _all(uow: UnitOfWork, case: StoredCase) -> object:
    """A case, without the lines that somebody was refused or only looked."""
    *rest, lines = everything(uow, case)  # type: ignore[misc]
    return *rest, [line for line in lines if line.kind != "read"]


def _messages(uow: UnitOfWork) -> int:
    found: int = uow.connection.execute(text("select count(*) from outbox")).scalar_one()
    return found
