"""What ``tousu alerts`` shows and does: records for programs, lines for people. Works beside a running service."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from app.act_command import written
from app.resources import at_the_desk
from app.texts_cli import say
from core.cases.clocks import ZONE
from core.desk import targets
from core.people.binding import CODE_HOLDS
from core.store import staff
from core.store import targets as kept
from core.store.targets import Target
from core.store.unit_of_work import UnitOfWork

if TYPE_CHECKING:
    from app.settings import Settings

Record = dict[str, Any]


def every(settings: Settings) -> list[Record]:
    """All targets there are or were, by name."""
    with at_the_desk(settings, read_only=True) as (store, _):
        return store.read(lambda uow: [_record(uow, target) for target in kept.every(uow)])


def invite(settings: Settings, name: str, members: Sequence[str], by: str, now: datetime) -> Record:
    """A code by which a group becomes the target of this name. Raises Refused."""
    code = written(settings, lambda uow, _: targets.invite(uow, name, members, by, now))
    return {"name": name, "code": code, "minutes": int(CODE_HOLDS.total_seconds() // 60)}


def remove(settings: Settings, name: str, by: str, now: datetime) -> Record:
    """No alert goes there any more. Raises Refused."""
    written(settings, lambda uow, office: targets.remove(uow, office, name, by, now))
    return {"name": name}


def lines(records: Iterable[Record]) -> list[str]:
    return [_line(record) for record in records]


def _line(record: Mapping[str, Any]) -> str:
    people = "、".join(record["members"]) or say("alerts", "no_members")
    return say("alerts", "row", name=record["name"], state_words=say("alerts_state", record["state"]), people=people)


def _record(uow: UnitOfWork, target: Target) -> Record:
    known = kept.members(uow, target.id)
    accounts = {each.staff_id: staff.by_id(uow, each.staff_id).account for each in known}
    return {
        "name": target.name,
        "state": "ended" if target.ended_at else "live" if target.session_id else "waiting",
        "why": target.ended_why,
        "members": [accounts[each.staff_id] for each in known if each.named],
        "seen": [accounts[each.staff_id] for each in known if not each.named],
        "added_at": target.added_at.astimezone(ZONE).isoformat(timespec="seconds"),
    }
