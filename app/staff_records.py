"""What ``tousu staff`` shows and does: records for programs, lines for people. Works beside a running service."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from app.act_command import written
from app.resources import at_the_desk
from app.texts_cli import say
from core.cases.clocks import ZONE
from core.files.words import word_for
from core.people import binding
from core.policies.load import load
from core.policies.policy import Policy
from core.store import sessions, staff
from core.store.staff import StaffMember

if TYPE_CHECKING:
    from app.settings import Settings
    from core.cases.office import Office
    from core.people.staffing import Changed
    from core.store.unit_of_work import UnitOfWork

Record = dict[str, Any]


def everybody(settings: Settings) -> list[Record]:
    """All who work here or did, in the order in which they came."""
    with at_the_desk(settings, read_only=True) as (store, office):

        def listed(uow: UnitOfWork) -> list[Record]:
            bound = sessions.bound(uow)
            return [
                _record(member, office.policy) | {"chats": [channel for owner, channel in bound if owner == member.id]}
                for member in staff.everybody(uow, gone=True)
            ]

        return store.read(listed)


def change(settings: Settings, work: Callable[[UnitOfWork, Office], Changed]) -> Record:
    """Change somebody; who they are now, and from how many cases they are kept by that. Raises Refused."""
    changed, policy = written(settings, lambda uow, office: (work(uow, office), office.policy))
    return _record(changed.member, policy) | {"recused": changed.recused}


def invite(settings: Settings, account: str, by: str, now: datetime) -> Record:
    """A code by which this member of staff proves that a chat is theirs. Raises Refused."""
    minutes = int(binding.CODE_HOLDS.total_seconds() // 60)
    return {
        "account": account,
        "code": written(settings, lambda uow, _: binding.invite(uow, account, by, now)),
        "minutes": minutes,
    }


def unbind(settings: Settings, account: str, by: str, now: datetime) -> Record:
    """None of their chats is theirs any more. Raises Refused."""
    return {"account": account, "chats": written(settings, lambda uow, _: binding.unbind_all(uow, account, by, now))}


def lines(records: Iterable[Record]) -> list[str]:
    return [line(record) for record in records]


def first_step(settings: Settings) -> str:
    """How somebody is added where nobody works yet, in a post that this institution has."""
    return say("staff", "nobody", post=load(settings.policy).posts[0].key)


def line(record: Mapping[str, Any]) -> str:
    posts = "、".join(record["post_names"]) or say("staff", "no_post")
    state = say("staff_state", record["state"])
    shown = say("staff", "row", posts=posts, state_words=state, **{k: record[k] for k in ("account", "name", "unit")})
    if record.get("chats"):
        shown += say("staff", "chats", channels="、".join(word_for("channel", channel) for channel in record["chats"]))
    return shown + (say("staff", "recused", count=record["recused"]) if record.get("recused") else "")


def _record(member: StaffMember, policy: Policy) -> Record:
    names = {post.key: post.label.zh for post in policy.posts}
    state = "left" if member.left_at else "away" if member.absent else "there"
    return {
        "account": member.account,
        "name": member.name,
        "former_names": list(member.names[1:]),
        "unit": member.unit,
        "posts": list(member.posts),
        "post_names": [names.get(key, key) for key in member.posts],
        "state": state,
        "added_at": member.added_at.astimezone(ZONE).isoformat(timespec="seconds"),
    }
