"""What a year has left: what people saw, what staff were told, and what the database says of both."""

from __future__ import annotations

import hashlib
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property

from sqlalchemy import select

from core.cases.calendar import Calendar
from core.messages import Address
from core.policies.policy import Policy
from core.store import audit, case_clocks, cases, notifications, sessions
from core.store.case_clocks import StoredClock
from core.store.notifications import Notification
from core.store.tables import case_file, outbox
from core.store.unit_of_work import UnitOfWork
from tests.core.cases.invariants import all_faults
from tests.year.hearing import TEMPLATE, Heard
from tests.year.living import Year
from tests.year.town import Alert

STAFF, NOBODY = "staff", "nobody"
SAYS_SO = ""
"""The code of a try that the platform took."""


@dataclass(frozen=True, slots=True)
class Notice:
    """One notice of a case: its record, for whom, and the key that it was sent by."""

    record: Notification
    openid: str
    key: str

    @property
    def form_id(self) -> str:
        """What the platform knows a template message by."""
        return hashlib.sha256(self.key.encode()).hexdigest()[:32]

    def took(self, *ways: str) -> int:
        """How often the platform took it by one of these ways."""
        return sum(each.rung in ways and each.code == SAYS_SO for each in self.record.tries)

    @property
    def came_back(self) -> int:
        """How often the platform took it first, and said later that it did not arrive."""
        codes = [each.code for each in self.record.tries if each.rung == TEMPLATE]
        return sum(code != SAYS_SO and SAYS_SO in codes[:at] for at, code in enumerate(codes))

    @property
    def way(self) -> str:
        """By which way its complainant came to know of it first."""
        record = self.record
        if record.told_at is not None and record.told_at == record.known_at:
            return STAFF
        if record.delivered_at is None:
            return STAFF if record.asked_at is not None else NOBODY
        last = [each.rung for each in record.tries if each.code == SAYS_SO]
        return last[-1] if last else NOBODY


@dataclass
class Evidence:
    """``cut`` counts the sends of each key that a kill cut off, ``acts`` what was done to cases; ``ends`` is the last moment."""

    policy: Policy
    calendar: Calendar
    ends: datetime
    notices: list[Notice]
    clocks: list[tuple[str, StoredClock]]
    heard: list[Heard]
    alerts: list[Alert]
    cut: Counter[str]
    codes: Counter[str]
    faults: list[str]
    acts: Counter[str]
    figures: dict[str, int] = field(default_factory=dict)

    @cached_property
    def people(self) -> dict[str, list[Notice]]:
        """The notices of each person, in the order in which they were made."""
        found: dict[str, list[Notice]] = {}
        for notice in self.notices:
            if notice.openid:
                found.setdefault(notice.openid, []).append(notice)
        return found

    def seen_by(self, openid: str) -> list[Heard]:
        return self._by_person.get(openid, [])

    @cached_property
    def _by_person(self) -> dict[str, list[Heard]]:
        found: dict[str, list[Heard]] = {}
        for each in self.heard:
            found.setdefault(each.openid, []).append(each)
        return found


def gather(year: Year) -> Evidence:
    """Everything that is judged, and nothing that is judged already."""
    town = year.town

    def look(uow: UnitOfWork) -> Evidence:
        ids = list(uow.connection.execute(select(case_file.c.id).order_by(case_file.c.id)).scalars())
        found = [cases.by_id(uow, each) for each in ids]
        keys = {row.id: row.dedupe_key for row in uow.connection.execute(select(outbox.c.id, outbox.c.dedupe_key))}
        notices = [
            Notice(record, _openid(uow, case.session_id), keys.get(record.outbox_id or 0, ""))
            for case in found
            for record in notifications.of_case(uow, case.id)
        ]
        notices.sort(key=lambda notice: (notice.record.outbox_id or 0, notice.record.id))
        chains = audit.verify(uow)
        return Evidence(
            policy=town.office.policy,
            calendar=town.office.calendar,
            ends=year.ends,
            notices=notices,
            clocks=[(case.number, row) for case in found for row in case_clocks.of_case(uow, case.id)],
            heard=list(town.phones.heard),
            alerts=list(town.staff_chat.told),
            cut=town.cut,
            codes=_codes(year),
            faults=[*all_faults(uow, town.office, ids), *(f"chain: {each}" for each in chains.findings)],
            acts=year.clerks.acts,
            figures=_figures(year, len(ids), chains.entries),
        )

    return town.service.store.read(look)


def _codes(year: Year) -> Counter[str]:
    """What the platform answered to what was sent to people."""
    found: Counter[str] = Counter()
    for (channel, _, code), many in (year.town.sends + Counter(year.town.service.sends.all())).items():
        if channel == "wechat":
            found[code] += many
    return found


def _openid(uow: UnitOfWork, session_id: int | None) -> str:
    if session_id is None:
        return ""
    address: Address = sessions.get(uow, session_id).address
    return address.peer


def _figures(year: Year, many: int, entries: int) -> dict[str, int]:
    return {
        "cases": many,
        "by_dialogue": year.told,
        "stray_dialogues": year.stray_dialogues,
        "by_staff": many - len([who for who in year.people.values() if who.numbers]),
        "acts": sum(year.clerks.acts.values()),
        "entries": entries,
        "kills_between": year.town.kills["between"],
        "kills_sending": year.town.kills["sending"],
        "cut": sum(year.town.cut.values()),
        "faults_on_the_phone": len(year.town.phones.faults),
    }
