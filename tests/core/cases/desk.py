"""An institution in a database: who works there, a complainant on a chat, and a clock that is moved by hand."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from core.cases import following_up, registration, watching, work
from core.cases.calendar import calendar
from core.cases.clocks import ZONE
from core.cases.office import Office
from core.cases.registration import Registration
from core.errors import Refused
from core.ladder import Facts
from core.messages import Address
from core.people import staffing
from core.policies.load import load
from core.policies.policy import Policy
from core.store import (
    case_clocks,
    cases,
    claims,
    keys,
    notifications,
    office_timeline,
    packs,
    parts,
    queries,
    recusals,
    sessions,
    settlements,
    timeline,
)
from core.store import work as works
from core.store.case_clocks import StoredClock
from core.store.cases import StoredCase
from core.store.notifications import NewNotification
from core.store.settlements import Sent
from core.store.staff import StaffMember
from core.store.timeline import Entry
from core.store.unit_of_work import Store, UnitOfWork
from core.store.work import CaseWork
from core.texts import load_texts

WEI = "wei"
"""Who holds every post, where no other person is named."""

ANNA = Address("chat", "anna")
PHONE = "13900000042"
FACTS = "the lift is broken"


def at(text: str) -> datetime:
    """A moment at the institution: ``2026-11-23 10:00``."""
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)


class Desk:
    """Plays one pack by the services behind chat and desk. Without a ``crew`` nobody works there yet."""

    def __init__(self, store: Store, now: datetime, pack: str | Policy = "service-hall", *, crew: bool = True) -> None:
        self.store, self.now = store, now
        policy = load(pack) if isinstance(pack, str) else pack
        self.office = Office(policy, calendar(), load_texts())
        store.write(lambda uow: packs.keep(uow, policy, now))
        self.person = self.arrives(ANNA)
        if crew:
            self.hire(WEI, *(post.key for post in policy.posts))

    @property
    def policy(self) -> Policy:
        return self.office.policy

    def changed(self, **sections: Any) -> None:
        """The same institution from now on under other rules. Its version stays, so do this before anything is opened."""
        kept = {name: getattr(self.policy, name) for name in Policy.model_fields}
        self.office.policy = Policy.model_construct(**(kept | sections))

    # ── people ──────────────────────────────────────────────────────────────────────────────────────────────────────

    def arrives(self, who: Address) -> int:
        """Somebody on a chat: their session."""
        return self.store.write(lambda uow: sessions.load(uow, who, self.now)).id

    def hire(self, account: str, *posts: str, name: str = "", unit: str = "") -> StaffMember:
        return self.store.write(
            lambda uow: staffing.join(uow, self.office, account, name or account, unit, posts, "operator", self.now)
        ).member

    def hire_for_each_post(self, *suffixes: str) -> None:
        """For each post somebody who is called like it, for each suffix one."""
        for post in self.policy.posts:
            for suffix in suffixes or ("",):
                self.hire(f"{post.key}{suffix}", post.key, unit=f"unit of {post.key}{suffix}")

    def away(self, account: str, *, away: bool = True) -> None:
        self.store.write(lambda uow: staffing.be_away(uow, self.office, account, "operator", self.now, away=away))

    # ── cases ───────────────────────────────────────────────────────────────────────────────────────────────────────

    def open(
        self,
        draft: str = "draft",
        facts: str = FACTS,
        *,
        answers: Mapping[str, str] | None = None,
        who: int | None = None,
    ) -> tuple[StoredCase, str]:
        """A complaint by chat; the case and its code."""
        told = {key: {"value": value, "shown": "", "unsure": False} for key, value in (answers or {}).items()}
        contents = {"facts": facts, "answers": told}

        def file(uow: UnitOfWork) -> tuple[StoredCase, str]:
            filing = Registration(draft, who or self.person, "chat", keys.new_key(uow), "other", contents, PHONE)
            return registration.open_case(uow, self.office, filing, self.now)

        return self.store.write(file)

    def register(self, by: str = WEI, channel: str = "phone", **answers: str) -> StoredCase:
        """A complaint that staff put down, with whatever the pack asks for."""
        return self.store.write(lambda uow: work.register(uow, self.office, by, channel, answers, self.now))[0]

    def do(self, number: str, action: str, words: str = "", who: int | None = None) -> StoredCase:
        """What the complainant does."""
        return self.store.write(
            lambda uow: work.act_as_complainant(uow, self.office, who or self.person, number, action, words, self.now)  # type: ignore[arg-type]
        )

    def work(self, number: str, action: str, by: str = WEI, *, seen: int | None = None, **fields: str) -> StoredCase:
        """What a member of staff does."""
        return work.attempt(self.store, self.office, by, number, action, fields, self.now, seen=seen)

    def investigated(self, number: str, by: str = WEI) -> StoredCase:
        """Taken, assigned and investigated, as far as the pack has these steps."""
        if self.policy.work.acceptance and self.status(number) == "registered":
            self.work(number, "accept", by)
        case = self.work(number, "assign", by, handler=by)
        return self.work(number, "conclude", by, words="so it was") if self.policy.work.investigation else case

    def closed(self, number: str, words: str = "the lift runs", by: str = WEI, **outcome: str) -> StoredCase:
        """Answered, where nobody has to approve anything."""
        self.investigated(number, by)
        return self.work(number, "close", by, words=words, **({"outcome": "substantiated"} | outcome))

    def refused(self, number: str, action: str, by: str = WEI, *, seen: int | None = None, **fields: str) -> str:
        """It must be refused in words, and leave nothing but the line that says so; the reason's key."""
        return str(self.refusal(number, lambda: self.work(number, action, by, seen=seen, **fields)))

    def refused_complainant(self, number: str, action: str, words: str = "", who: int | None = None) -> str:
        return str(self.refusal(number, lambda: self.do(number, action, words, who)))

    def refusal(self, number: str, attempt: Callable[[], object]) -> Refused:
        before = self.all_of(number)
        with pytest.raises(Refused) as refused:
            attempt()
        in_words(self.office, refused.value, number)
        assert self.all_of(number) == before, f"{refused.value} changed something"
        return refused.value

    def notices(self, number: str) -> list[str]:
        """The numbers of the notices of a case, as staff name them."""
        found = self.store.read(lambda uow: notifications.of_case(uow, self.case(number).id))
        return [f"#{each.id}" for each in found]

    # ── time ────────────────────────────────────────────────────────────────────────────────────────────────────────

    def later(self, **span: float) -> None:
        self.now += timedelta(**span)

    def look_after(self) -> int:
        return self.store.write(lambda uow: following_up.look_after_cases(uow, self.office, self.now))

    def watch_clocks(self) -> int:
        return self.store.write(lambda uow: watching.watch_clocks(uow, self.office, self.now))

    # ── what can be seen ────────────────────────────────────────────────────────────────────────────────────────────

    def case(self, number: str) -> StoredCase:
        found = self.store.read(lambda uow: cases.by_number(uow, number))
        assert found is not None
        return found

    def promise_ends(self, number: str) -> datetime:
        """The moment at which the promised day is over."""
        case = self.case(number)
        return self.store.read(lambda uow: following_up.promise_ends(uow, self.office, self.policy, case))

    def status(self, number: str) -> str:
        return self.case(number).status

    def work_of(self, number: str) -> CaseWork:
        return self.store.read(lambda uow: works.of(uow, self.case(number).id))

    def entries(self, number: str) -> list[Entry]:
        return self.store.read(lambda uow: timeline.of_case(uow, self.case(number)))

    def kinds(self, number: str) -> list[str]:
        return [entry.kind for entry in self.entries(number)]

    def seen(self, number: str) -> int:
        """Where the timeline ends for whoever looks at the case now."""
        return max(entry.position or 0 for entry in self.entries(number))

    def rows(self, number: str) -> list[StoredClock]:
        return self.store.read(lambda uow: case_clocks.of_case(uow, self.case(number).id))

    def clock(self, number: str, key: str) -> StoredClock:
        """The latest clock of this key."""
        return next(row for row in reversed(self.rows(number)) if row.clock == key)

    def running(self, number: str) -> list[str]:
        return [row.clock for row in self.rows(number) if row.ended_at is None]

    def ended(self, number: str) -> dict[str, str]:
        """The clocks that have ended, and by what."""
        return {row.clock: row.ended_by for row in self.rows(number) if row.ended_at is not None}

    def office_lines(self, limit: int = 50) -> list[tuple[str, str, str]]:
        """What happened to the office, newest first: kind, actor, note."""
        found = self.store.read(lambda uow: office_timeline.entries(uow, limit))
        return [(entry.kind, entry.actor, entry.note) for entry in found]

    def all_of(self, number: str) -> object:
        """Everything that a refusal must leave as it is. That it was refused is written down, and nothing else."""

        def look(uow: UnitOfWork) -> object:
            return everything(uow, cases.by_number(uow, number)), queries.overview(uow)

        return self.store.read(look)

    def sent(self) -> list[tuple[str, str]]:
        """What waited to be sent, and is sent now: to whom, and the words, in order."""
        taken: list[tuple[str, str]] = []

        def send(uow: UnitOfWork) -> bool:
            claimed = claims.claim(uow, self.now, 50, 60)
            for each in claimed:
                taken.append((each.address.peer, each.message.text))
                settlements.settle_all_sent(uow, [Sent(each, "", self.now, on_page=True)])
            return bool(claimed)

        while self.store.write(send):
            pass
        return taken

    def told(self, who: str = "anna") -> list[str]:
        """What somebody heard since this was asked last; the rest is lost with it."""
        return [words for peer, words in self.sent() if peer == who]

    def alerts(self) -> list[str]:
        return self.told("desk")


def notice_without_a_chat(uow: UnitOfWork, case: StoredCase, now: datetime) -> int:
    """A notice that only staff can tell; its number."""
    words = "we have your complaint"
    facts = Facts(case.number, "received", "service", "", "the hall", now)
    digest = hashlib.sha256(words.encode()).digest()
    new = NewNotification(case.id, case.key_id, None, "accepted", digest, words, facts, now, now, now)
    return notifications.add(uow, new)


def everything(uow: UnitOfWork, case: StoredCase | None) -> object:
    """A case with its work, clocks, parts, recusals, notices and timeline, without the lines of refusals."""
    if case is None:
        return None
    lines = [replace(entry, position=None) for entry in timeline.of_case(uow, case) if entry.kind != "refused"]
    found = (works.of(uow, case.id), case_clocks.of_case(uow, case.id), parts.of_case(uow, case.id))
    told = notifications.of_case(uow, case.id)
    return case, *found, told, recusals.of_case(uow, case.id), lines


def in_words(office: Office, refused: Refused, number: str) -> list[str]:
    """A refusal in both languages: one that has no words would reach nobody."""
    facts = {"number": number} | refused.facts
    return [office.texts.render(language, str(refused), **facts) for language in ("zh", "en")]
