"""An institution whose leaders read their own chats, and are called to what must not wait."""

from __future__ import annotations

from datetime import datetime, timedelta

from core.cases import confirming, summoning
from core.messages import Address
from core.people import roster as rosters
from core.people import shift_words
from core.people.roster import Wanted
from core.policies.policy import MajorRule, Words
from core.store import sessions, staff, summons
from core.store.cases import StoredCase
from core.store.roster import Shift
from core.store.staff import StaffMember
from core.store.summons import Summons
from core.store.unit_of_work import Store
from tests.core.cases.desk import Desk

HURT = MajorRule(label=Words(zh="有人受伤", en="somebody is hurt"), any_of=("injured",))
OFFICE = "desk"
CREW = {"service-app": ("agent", "head", "leader"), "service-hall": ("officer", "head", "director")}


class Leaders(Desk):
    """``tou`` is head, ``ling`` leads, ``ke`` takes complaints; the office is open day and night. Heads and leaders have chats."""

    def __init__(self, store: Store, now: datetime, pack: str = "service-app") -> None:
        super().__init__(store, now, pack, crew=False)
        self.changed(major=(HURT,))
        clerk, head, leader = CREW[pack]
        self.hire("ke", clerk, name="小柯")
        self.hire("tou", head, name="陶大头")
        self.hire("ling", leader, name="凌远")
        for account in ("tou", "ling"):
            self.has_a_chat(account)

    def member(self, account: str) -> StaffMember:
        found = self.store.read(lambda uow: staff.by_account(uow, account))
        assert found is not None
        return found

    def has_a_chat(self, account: str) -> None:
        chat = self.arrives(Address("telegram", account))
        self.store.write(lambda uow: sessions.bind(uow, chat, self.member(account).id))

    def is_on(self, account: str, when: str, hours: str) -> Shift:
        begins, ends = shift_words.hours(hours)
        wanted = Wanted(account, shift_words.when(when), begins, ends, written=when)
        return self.store.write(lambda uow: rosters.put(uow, wanted, "operator", self.now))

    def hurt(self, draft: str = "hurt", facts: str = "somebody is injured") -> StoredCase:
        return self.open(draft, facts)[0]

    def summons(self) -> list[Summons]:
        return self.store.read(summons.all_open)

    def call_leaders(self) -> list[bool]:
        due = self.store.read(lambda uow: summons.due(uow, self.now, 50))
        return [
            self.store.write(lambda uow, each=each: summoning.call_next(uow, self.office, each, self.now))
            for each in due
        ]

    def minutes(self, many: float) -> dict[str, list[str]]:
        """Time passes, the next leader is called where it is due; what everybody heard since this was asked last."""
        self.now += timedelta(minutes=many)
        self.call_leaders()
        return self.heard()

    def heard(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for peer, words in self.sent():
            found.setdefault(peer, []).append(words)
        return {peer: words for peer, words in found.items() if peer in ("ke", "tou", "ling", "wan", OFFICE)}

    def confirms(self, account: str, meant: str = "") -> str:
        return self.store.write(
            lambda uow: confirming.confirm_as(uow, self.office, self.member(account), meant, self.now)
        )
