"""One institution with its people, a complainant on a chat, and a clock moved by hand: what the scenarios of its rules are played on."""

from __future__ import annotations

import asyncio
import io
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from docx import Document

from core.cases import access, confirming, running, work
from core.cases.calendar import calendar
from core.cases.clocks import ZONE
from core.cases.office import Office, rules_of
from core.cases.telling_staff import STAFF
from core.dialog import service as dialog
from core.dialog.service import House
from core.dialog.session import Session
from core.dialog.spool import Spool
from core.errors import Refused
from core.files.account import account_of
from core.files.letter import reply_letter
from core.files.redacted import redacted_text, redacted_view
from core.ladder import Limits
from core.messages import Address, Attachment, FetchedFile, InboundMessage, OutboundMessage
from core.people import roster, shift_words, staffing
from core.people.roster import Wanted
from core.policies.load import load
from core.store import audit, case_clocks, cases, packs, queries, sessions, timeline
from core.store import work as works
from core.store.case_clocks import StoredClock
from core.store.cases import StoredCase
from core.store.keyring import Keyring
from core.store.parcels import Parcels
from core.store.queries import CaseDetail
from core.store.unit_of_work import Store, UnitOfWork
from core.store.work import CaseWork
from core.texts import load_texts
from scheduler import jobs

CHANNEL = "chat"
PICTURE = b"\x89PNG\r\n\x1a\n" + bytes(64)
CODE = "refused: "


def at(text: str) -> datetime:
    """A moment at the institution: ``2026-09-28 10:00``."""
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)


@dataclass
class Chat:
    """A channel that keeps what is pushed: the complainants' chat, and the one of staff."""

    name: str
    limits: Limits = field(default_factory=Limits)
    pushed: list[tuple[str, str]] = field(default_factory=list)

    async def send(self, to: Address, message: OutboundMessage, key: str) -> str:
        self.pushed.append((to.peer, message.text))
        return ""

    async def fetch(self, attachment: Attachment) -> FetchedFile:
        return FetchedFile(PICTURE, attachment.name)


OF_THE_WHOLE = ("早报（", "周报 ", "月报 ", "年放假安排还没有录入")


class Institution:
    """Plays one pack. Staff act by the account they were hired under; nothing reaches a rule but by the ways users have."""

    def __init__(self, store: Store, folder: Path, keyring: Keyring, pack: str, now: str) -> None:
        self.store, self.now = store, at(now)
        self.office = Office(load(pack), calendar(), load_texts())
        self.house = House(self.office, {CHANNEL: Limits()}, "http://127.0.0.1:8000/status")
        self.people, self.desk = Chat(CHANNEL), Chat(STAFF.channel)
        self._spool = Spool(Parcels(folder / "spool", keyring))
        self._said = 0
        self.receipt = ""
        self.heard: list[str] = []
        store.write(lambda uow: packs.keep(uow, self.office.policy, self.now))

    # ── people ──────────────────────────────────────────────────────────────────────────────────────────────────────

    def hires(self, account: str, *posts: str, name: str = "", unit: str = "") -> None:
        self.store.write(
            lambda uow: staffing.join(uow, self.office, account, name or account, unit, posts, "operator", self.now)
        )

    def is_away(self, account: str, *, away: bool = True) -> None:
        self.store.write(lambda uow: staffing.be_away(uow, self.office, account, "operator", self.now, away=away))

    def has_a_chat(self, account: str) -> None:
        """This member of staff works in a chat of their own from now on."""

        def bind(uow: UnitOfWork) -> None:
            chat = sessions.load(uow, Address(CHANNEL, account), self.now)
            sessions.bind(uow, chat.id, work.member_of(uow, account).id)

        self.store.write(bind)

    def is_on_duty(self, account: str, when: str, hours: str, **days: date) -> None:
        """A shift in the roster, as people write it; with ``first_on`` and ``last_on``."""
        begins, ends = shift_words.hours(hours)
        wanted = Wanted(account, shift_words.when(when), begins, ends, written=when, **days)
        self.store.write(lambda uow: roster.put(uow, wanted, "operator", self.now))

    def is_swapped(self, giver: str, day: str, taker: str) -> None:
        """One asks another to take a shift of theirs, and that one agrees."""

        def swap(uow: UnitOfWork) -> None:
            members = [work.member_of(uow, account) for account in (giver, taker)]
            asked = roster.ask(uow, self.office, members[0], date.fromisoformat(day), None, taker, self.now)
            roster.take(uow, self.office, members[1], asked[2], self.now)

        self.store.write(swap)

    def confirms(self, account: str) -> None:
        """A leader says that they have what they were called to."""
        self.store.write(
            lambda uow: confirming.confirm_as(uow, self.office, work.member_of(uow, account), "", self.now)
        )

    def on_duty(self, moment: str) -> list[str]:
        """Who is on duty by the roster, by account."""
        found = self.store.read(lambda uow: roster.standing(uow, self.office, at(moment)))
        return sorted(member.account for member, _ in found.now)

    # ── time ────────────────────────────────────────────────────────────────────────────────────────────────────────

    def it_is(self, moment: str) -> None:
        """The clock is moved on, and everything that happens with time happens."""
        self.now = at(moment)
        self.time_passes()

    def later(self, **span: float) -> None:
        self.now += timedelta(**span)
        self.time_passes()

    def time_passes(self) -> None:
        place = jobs.Workplace(
            self.store, self.house, {CHANNEL: self.people, STAFF.channel: self.desk}, self._spool, lambda: self.now
        )
        asyncio.run(_all_jobs(place))

    # ── the complainant ─────────────────────────────────────────────────────────────────────────────────────────────

    def says(self, *texts: str, who: str = "anna") -> str:
        """What the complainant writes, one message after the other; the whole answer to the last one."""
        for text in texts:
            answer = self._hears(who, kind="text", text=text)
        return answer

    def shows(self, who: str = "anna") -> str:
        """The complainant sends a photo; the whole answer."""
        return self._hears(who, kind="files", attachments=(Attachment("photo", f"photo:{self._said}"),))

    def _hears(self, who: str, **what: Any) -> str:
        self._said += 1
        message = InboundMessage(Address(CHANNEL, who), f"m:{self._said}", self.now, **what)
        replies = self.store.write(lambda uow: dialog.receive(uow, self.house, message, self.now))
        self.heard.append("\n".join(reply.text for reply in replies))
        return self.heard[-1]

    def complains(self, facts: str, answers: Mapping[str, str], who: str = "anna") -> StoredCase:
        """A complaint by chat, from the first message to the receipt. ``answers`` by the field's key, and ``category``.

        Whatever is asked is answered from ``answers``; what has none there is skipped. The facts may hold some of it already.
        """
        before = self._numbers()
        heard = self.says(facts, who=who)
        for _ in range(30):
            new = self._numbers() - before
            if new:
                self.receipt = heard
                return self.case(new.pop())
            heard = self.says(self._next_answer(answers, who), who=who)
        raise AssertionError(f"no receipt after thirty answers; last heard: {heard}")

    def _next_answer(self, answers: Mapping[str, str], who: str) -> str:
        step = self._open_question(who)
        if step.startswith("field:"):
            return answers.get(step.removeprefix("field:"), "跳过")
        return {
            "category": answers.get("category", "其他"), "consent": "同意", "evidence": "好了", "summary": "提交",
            "alike": "2", "excluded": "2",
        }.get(step, answers.get(step, "继续"))  # fmt: skip

    def _open_question(self, who: str) -> str:
        stored = self.store.read(lambda uow: sessions.find(uow, Address(CHANNEL, who)))
        assert stored is not None
        step = Session.from_state((stored.state or {}).get("session")).step
        return f"field:{step.about}" if step.name == "field" else step.name

    def _numbers(self) -> set[str]:
        return {line.number for line in self.store.read(lambda uow: queries.case_list(uow, 1000))}

    # ── staff ───────────────────────────────────────────────────────────────────────────────────────────────────────

    def does(self, account: str, case: StoredCase, action: str, **fields: str) -> StoredCase:
        """A member of staff does something; then what follows from it happens."""
        done = work.attempt(self.store, self.office, account, case.number, action, fields, self.now)
        self.time_passes()
        return done

    def is_refused(self, account: str, case: StoredCase, action: str, **fields: str) -> str:
        """It must be refused: the reason's key."""
        try:
            work.attempt(self.store, self.office, account, case.number, action, fields, self.now)
        except Refused as refused:
            # A refusal that has no words would reach nobody.
            self.office.texts.render("zh", str(refused), number=case.number, **refused.facts)
            return str(refused)
        raise AssertionError(f"{account} could {action}")

    def registers(
        self, account: str, channel: str, *, category: str = "", relation: str = "", **answers: str
    ) -> tuple[StoredCase, str]:
        more = {"category": category, "relation": relation}
        registered: tuple[StoredCase, str] = self.store.write(
            lambda uow: work.register(uow, self.office, account, channel, answers, self.now, **more)
        )
        return registered

    def cannot_register(self, account: str, channel: str, **answers: str) -> str:
        """It must be refused: the reason's key."""
        try:
            self.registers(account, channel, **answers)
        except Refused as refused:
            self.office.texts.render("zh", str(refused), **refused.facts)
            return str(refused)
        raise AssertionError(f"{account} could register")

    # ── what can be seen ────────────────────────────────────────────────────────────────────────────────────────────

    def case(self, number: str) -> StoredCase:
        found = self.store.read(lambda uow: cases.by_number(uow, number))
        assert found is not None
        return found

    def status(self, case: StoredCase) -> str:
        return self.case(case.number).status

    def told(self, who: str = "anna") -> str:
        """What was pushed to a complainant since this was asked last."""
        self.time_passes()
        heard = "\n".join(text for peer, text in self.people.pushed if peer == who)
        self.people.pushed = [(peer, text) for peer, text in self.people.pushed if peer != who]
        return heard

    def alerts(self) -> str:
        """What the staff's chat was told of cases since this was asked last; what it reads of the whole is another matter."""
        self.time_passes()
        heard, self.desk.pushed = [text for _, text in self.desk.pushed], []
        return "\n".join(text for text in heard if not any(words in text for words in OF_THE_WHOLE))

    def clocks(self, case: StoredCase) -> dict[str, StoredClock]:
        """The clocks of the latest round by key."""
        rows = self.store.read(lambda uow: case_clocks.of_case(uow, case.id))
        return {row.clock: row for row in rows}

    def due(self, case: StoredCase, clock: str) -> str:
        """When a clock ends, at the institution: ``2026-10-09 18:00``."""
        return f"{self.clocks(case)[clock].due_at.astimezone(ZONE):%Y-%m-%d %H:%M}"

    def is_running(self, case: StoredCase, clock: str) -> bool:
        row = self.clocks(case).get(clock)
        return row is not None and row.ended_at is None

    def expected(self, case: StoredCase, clock: str) -> str:
        """When a clock will end if every stage before it takes as long as it may."""

        def work_(uow):  # type: ignore[no-untyped-def]
            now = cases.by_id(uow, case.id)
            rows = case_clocks.of_case(uow, case.id)
            policy = rules_of(uow, self.office, now)
            return running.projected(policy, now.level, rows, self.office.calendar, since=now.registered_at)[clock]

        return f"{self.store.read(work_).at.astimezone(ZONE):%Y-%m-%d %H:%M}"

    def history(self, case: StoredCase) -> list[str]:
        """The kinds of what happened, oldest first."""
        return [entry.kind for entry in self.store.read(lambda uow: timeline.of_case(uow, self.case(case.number)))]

    def detail(self, case: StoredCase, viewer: int | None = None) -> CaseDetail | None:
        return self.store.read(lambda uow: queries.case_detail(uow, case.number, viewer=viewer))

    def noted(self, case: StoredCase, kind: str) -> list[str]:
        """What was written down with each thing of this kind, oldest first."""
        entries = self.store.read(lambda uow: timeline.of_case(uow, self.case(case.number)))
        return [entry.note for entry in entries if entry.kind == kind]

    def task(self, case: StoredCase) -> str:
        """The task that was added last, as staff name it: ``#7``."""
        entries = self.store.read(lambda uow: timeline.of_case(uow, self.case(case.number)))
        return f"#{[entry.position for entry in entries if entry.kind == 'task_added'][-1]}"

    def work_of(self, case: StoredCase) -> CaseWork:
        return self.store.read(lambda uow: works.of(uow, case.id))

    def knows_of(self, account: str, case: StoredCase) -> bool:
        """Whether somebody who works here finds the case: in any list, count, search or ledger, or by its number."""

        def look(uow: UnitOfWork) -> set[bool]:
            member = work.member_of(uow, account)
            listed = queries.case_list(uow, 100, text=case.number, viewer=member.id)
            counted = queries.count(uow, text=case.number, viewer=member.id)
            began = case.registered_at
            ledger = queries.ledger(uow, began, began + timedelta(1), case.id - 1, 1, viewer=member.id)
            detail = access.look(uow, self.office, member, case.number, self.now)
            return {bool(listed), bool(counted), [line.number for line in ledger] == [case.number], detail is not None}

        found: set[bool] = self.store.write(look)
        (everywhere,) = found
        return everywhere

    def letter(self, case: StoredCase) -> str:
        """The words of the reply as a letter, which is written from the record whenever it is wanted."""
        detail = self.detail(case)
        assert detail is not None
        policy = self.store.read(lambda uow: rules_of(uow, self.office, detail.case))
        document = Document(io.BytesIO(reply_letter(account_of(detail, policy, self.office.policy), self.now)))
        return "\n".join(paragraph.text for paragraph in document.paragraphs)

    def other_side_reads(self, case: StoredCase) -> str:
        """What whoever is complained of may be shown."""
        detail = self.detail(case)
        assert detail is not None
        return redacted_text(redacted_view(detail, self.office.policy))

    def goes_to_the_archive(self, account: str, case: StoredCase) -> None:
        """After the days in which the complainant may object; then nothing more can be done, and the record is whole."""
        assert self.is_refused(account, case, "archive") == "act.too_early_to_archive"
        self.later(days=40)
        self.does(account, case, "archive")
        self.is_locked(account, case)

    def is_locked(self, account: str, case: StoredCase) -> None:
        assert self.status(case) == "archived"
        assert self.is_refused(account, case, "note", words="…") == "act.not_from_here"
        found = self.store.read(audit.verify)
        assert found.finished
        assert not found.findings


async def _all_jobs(place: jobs.Workplace) -> None:
    """Every job, twice: what one puts into the outbox another sends."""
    for job in (*jobs.JOBS, *jobs.JOBS):
        await job.run(place)
