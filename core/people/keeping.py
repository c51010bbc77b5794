"""Who keeps the records of the office's people: by the duties of their posts, of others only; everybody sees their own."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from datetime import date, datetime
from functools import partial
from typing import TypeVar

from core.cases import rights
from core.cases.clocks import local_day
from core.cases.office import Office
from core.errors import Refused
from core.policies.policy import Duty, Policy
from core.store import office_timeline, staff
from core.store.staff import StaffMember
from core.store.unit_of_work import Store, UnitOfWork

LONGEST = 2000
"""Characters of what is said about a person at once."""

T = TypeVar("T")


def keeper(uow: UnitOfWork, office: Office, account: str, duties: Collection[Duty]) -> StaffMember:
    """Whoever acts, if one of their posts has one of these duties, their own or one they stand in for. Raises Refused."""
    member = _somebody(uow, account)
    if member.absent:
        raise Refused("act.not_at_work")
    if not may(office.policy, member, staff.everybody(uow), duties):
        named = "、".join(office.texts.render("zh", f"duty.{duty}") for duty in duties)
        raise Refused("act.not_your_post", duties=named)
    return member


def may(policy: Policy, member: StaffMember, everybody: Iterable[StaffMember], duties: Collection[Duty]) -> bool:
    return any(rights.with_duty(policy, rights.posts_held(policy, member, everybody), duties))


def other(uow: UnitOfWork, by: StaffMember, account: str) -> StaffMember:
    """Whose records these are, held until the unit ends; never the one who keeps them. Raises Refused."""
    member = _somebody(uow, account, for_update=True)
    if member.id == by.id:
        raise Refused("people.not_yourself")
    return member


def whom_to_see(uow: UnitOfWork, office: Office, by: str, account: str) -> StaffMember:
    """Somebody whose records ``by`` may read: their own, or with a duty for it anybody's, also of who left. Raises Refused."""
    if account.strip() in ("", by.strip()):
        return _somebody(uow, by)
    keeper(uow, office, by, office.personnel.rights.see)
    found = staff.by_account(uow, account.strip())
    if found is None:
        raise Refused("act.nobody", account=account)
    return found


def readers(uow: UnitOfWork, office: Office) -> list[int]:
    """The ids of all who may read the records of others, or may once somebody is away."""
    duties = {*office.personnel.rights.see, *office.personnel.rights.assess}
    posts = [post for post in office.policy.posts if duties & set(post.duties)]
    able = {post.key for post in posts} | {deputy for post in posts for deputy in post.deputies}
    return [member.id for member in staff.everybody(uow) if able & set(member.posts)]


def checked_day(day: date, now: datetime) -> date:
    """Raises Refused where it has not come yet."""
    if day > local_day(now):
        raise Refused("people.later_day")
    return day


def checked_words(words: str) -> str:
    """Raises Refused where they are too long."""
    if len(words) > LONGEST:
        raise Refused("people.too_long", most=str(LONGEST))
    return words.strip()


def checked_mark(mark: int) -> int:
    """Of 100. Raises Refused."""
    if not 0 <= mark <= 100:
        raise Refused("people.mark_of_100")
    return mark


def attempt(store: Store, office: Office, account: str, what: str, now: datetime, work: Callable[[UnitOfWork], T]) -> T:
    """Do it, and remember a refusal too, on the timeline of the office. Raises Refused."""
    try:
        return store.write(work)
    except Refused as refused:
        store.write(partial(remember_refusal, office=office, account=account, what=what, refused=refused, now=now))
        raise


def remember_refusal(uow: UnitOfWork, office: Office, account: str, what: str, refused: Refused, now: datetime) -> None:
    why = office.texts.render("zh", str(refused), **refused.facts)
    office_timeline.add(uow, now, "refused", f"staff:{account}", f"{what}: {why}")


def _somebody(uow: UnitOfWork, account: str, *, for_update: bool = False) -> StaffMember:
    member = staff.by_account(uow, account.strip(), for_update=for_update)
    if member is None or member.left_at is not None:
        raise Refused("act.nobody", account=account)
    return member
