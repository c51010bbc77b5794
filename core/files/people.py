"""Who of the staff is who: by the account that a timeline names, and by the id that a case names. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import field

from core.files.words import word_for
from core.records import record
from core.store.staff import StaffMember

STAFF = "staff:"


@record(frozen=True, slots=True)
class People:
    """``names`` by account, ``accounts`` by id; who is not in them is shown as they are named where they occur."""

    names: Mapping[str, str] = field(default_factory=dict)
    accounts: Mapping[int, str] = field(default_factory=dict)

    @classmethod
    def of(cls, staff: Iterable[StaffMember]) -> People:
        """Of everybody, also of those who left: what they did keeps their name."""
        members = list(staff)
        return cls({one.account: one.name for one in members}, {one.id: one.account for one in members})

    def actor(self, actor: str) -> str:
        """Whoever did something, in words."""
        account = actor.removeprefix(STAFF)
        return word_for("actor", actor) if account == actor else self.called(account)

    def called(self, account: str) -> str:
        return self.names.get(account, account)

    def by_id(self, staff_id: int) -> str:
        return self.called(self.accounts.get(staff_id, f"#{staff_id}"))


NOBODY = People()
