"""Who works here: joining, changing posts, unit or name, being away, leaving. What changes names or units is looked through
for recusal."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from core.cases import recusal
from core.cases.clocks import local_day
from core.cases.naming import letters_of
from core.cases.office import Office
from core.cases.relay import letting_go
from core.cases.telling_staff import staff_alert
from core.errors import Refused
from core.people import binding
from core.policies.policy import Policy
from core.records import record
from core.store import holders, office_timeline, roster, staff, told
from core.store import work as works
from core.store.staff import StaffMember
from core.store.unit_of_work import UnitOfWork

ACCOUNT = re.compile(r"[\w.@-]{1,40}")
LONGEST = 40


@record(frozen=True, slots=True)
class Changed:
    """Somebody as they are now, and how many cases they must not know of by that change."""

    member: StaffMember
    recused: int


def join(
    uow: UnitOfWork, office: Office, account: str, name: str, unit: str, posts: Sequence[str], by: str, now: datetime
) -> Changed:
    """Somebody new, or back again, under their old account or another. Raises Refused."""
    account, name, unit = account.strip(), name.strip(), unit.strip()
    if not ACCOUNT.fullmatch(account):
        raise Refused("staff.account")
    if not name or max(len(name), len(unit)) > LONGEST:
        raise Refused("staff.name")
    known = known_posts(office.policy, posts)
    told.hold_still(uow)
    former = staff.by_account(uow, account)
    if former is not None and former.left_at is None:
        raise Refused("staff.there_already", account=account)
    if former is not None:
        back = {"names": _names(former, name), "unit": unit, "posts": known, "absent": False, "left_at": None}
        return _changed(uow, office, former, "staff_back", by, now, back)
    before = _who_was(uow, account, (name,))
    member = staff.add(uow, account, _all_names((name,), before), unit, known, now)
    assert member is not None
    office_timeline.add(uow, now, "staff_added", by, f"{account} {unit} {' '.join(known)}")
    return Changed(member, _kept_from(uow, office, member, before, now))


def rename(uow: UnitOfWork, office: Office, account: str, name: str, by: str, now: datetime) -> Changed:
    """A new name; the former ones stay known, since complaints may name them."""
    member = _alone(uow, account)
    if not name.strip() or len(name) > LONGEST:
        raise Refused("staff.name")
    return _changed(uow, office, member, "staff_renamed", by, now, {"names": _names(member, name.strip())})


def move(uow: UnitOfWork, office: Office, account: str, unit: str, by: str, now: datetime) -> Changed:
    """To another unit. What is complained of there must not be known from then on."""
    if len(unit) > LONGEST:
        raise Refused("staff.name")
    return _changed(uow, office, _alone(uow, account), "staff_moved", by, now, {"unit": unit.strip()})


def appoint(uow: UnitOfWork, office: Office, account: str, posts: Iterable[str], by: str, now: datetime) -> Changed:
    """Other posts, all of them: whoever loses one can do nothing more in it."""
    known = known_posts(office.policy, tuple(posts))
    return _changed(uow, office, somebody(uow, account), "staff_posts", by, now, {"posts": known})


def be_away(uow: UnitOfWork, office: Office, account: str, by: str, now: datetime, *, away: bool) -> Changed:
    """Away, so that deputies act; or back at work."""
    kind, member = "staff_away" if away else "staff_present", somebody(uow, account)
    if away:
        letting_go.take_all_from(uow, member.id, now)
    return _changed(uow, office, member, kind, by, now, {"absent": away})


def leave(uow: UnitOfWork, office: Office, account: str, by: str, now: datetime) -> Changed:
    """Gone for good; what they did keeps their name, their cases wait for somebody else, and no chat is theirs any more."""
    member = _alone(uow, account)
    binding.forget_chats(uow, member.id, now)
    roster.end_all(uow, member.id, local_day(now) - timedelta(days=1))
    numbers = _give_up(uow, member.id, now)
    if numbers:
        key = f"left:{account}:{now.isoformat()}"
        staff_alert(uow, office, "left_cases", key, now, account=account, count=str(numbers))
    return _changed(uow, office, member, "staff_left", by, now, {"left_at": now})


def _give_up(uow: UnitOfWork, member_id: int, now: datetime) -> int:
    held = works.held_by(uow, member_id)
    for work in held:
        works.put(uow, replace(work, handler_id=None))
        holders.hand_over(uow, work.case_id, None, now)
    return len(held)


def somebody(uow: UnitOfWork, account: str) -> StaffMember:
    """Who works here under this account. Raises Refused."""
    member = staff.by_account(uow, account.strip())
    if member is None or member.left_at is not None:
        raise Refused("act.nobody", account=account)
    return member


def _names(member: StaffMember, name: str) -> tuple[str, ...]:
    """Newest first; one that they had before counts as new again."""
    return tuple(dict.fromkeys((name, *member.names)))


def known_posts(policy: Policy, posts: Sequence[str]) -> tuple[str, ...]:
    """These posts, by key or by name. Raises Refused."""
    by_word = {word: post.key for post in policy.posts for word in (post.key, post.label.zh, post.label.en)}
    unknown = [post for post in posts if post.strip() not in by_word]
    if unknown or not posts:
        known = "、".join(f"{post.key} {post.label.zh}" for post in policy.posts)
        raise Refused("staff.no_such_post", post="、".join(unknown), known=known)
    return tuple(dict.fromkeys(by_word[post.strip()] for post in posts))


def _alone(uow: UnitOfWork, account: str) -> StaffMember:
    """Who works here under this account, while nobody else opens a case or changes anybody. Raises Refused."""
    told.hold_still(uow)
    return somebody(uow, account)


def _who_was(uow: UnitOfWork, account: str, names: Iterable[str]) -> list[StaffMember]:
    """Who left under another account and had one of these names: the same person, as far as anybody can know."""
    called = {letters_of(name) for name in names} - {""}
    return [
        former
        for former in staff.everybody(uow, gone=True)
        if former.left_at is not None and former.account != account and called & set(map(letters_of, former.names))
    ]


def _all_names(names: Iterable[str], before: Iterable[StaffMember]) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*names, *(name for former in before for name in former.names))))


def _changed(
    uow: UnitOfWork, office: Office, member: StaffMember, kind: str, by: str, now: datetime, values: dict[str, Any]
) -> Changed:
    """Write it down, without names: those are sealed where they are kept."""
    before = _who_was(uow, member.account, values["names"]) if "names" in values else []
    if before:
        values = values | {"names": _all_names(values["names"], before)}
    changed = staff.change(uow, member, **values)
    about = " ".join((changed.account, changed.unit, *changed.posts))
    office_timeline.add(uow, now, kind, by, about)
    if values.keys().isdisjoint(("names", "unit")):
        return Changed(changed, 0)
    return Changed(changed, _kept_from(uow, office, changed, before, now))


def _kept_from(
    uow: UnitOfWork, office: Office, member: StaffMember, before: Iterable[StaffMember], now: datetime
) -> int:
    """What names and unit keep from them, and what was kept from them under the accounts they had before."""
    followed = sum(recusal.follow(uow, former, member, now) for former in before)
    return followed + recusal.keep_away_from_all(uow, office, member, now)
