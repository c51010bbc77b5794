"""回避: who must not know of a case. The person and the unit complained of are found when a case is registered or its
complainant adds to it, and again whenever somebody joins, is renamed, or moves; whoever is found loses the case at once.

Cases that were joined are one matter: what keeps somebody from one of them keeps them from all."""

from __future__ import annotations

import unicodedata
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from functools import cached_property, lru_cache
from typing import Any

from core.cases import groups
from core.cases.naming import Said, letters_of, said, words_of
from core.cases.office import Office, rules, rules_of
from core.cases.relay import letting_go
from core.cases.telling_staff import tell_no_more
from core.errors import KeyDestroyed
from core.policies.policy import Policy
from core.store import cases, holders, recusals, staff, summons, told
from core.store import work as works
from core.store.cases import StoredCase
from core.store.staff import StaffMember
from core.store.told import Told
from core.store.unit_of_work import UnitOfWork
from core.understand.found import hide
from core.understand.names import find_names

PAGE = 500
_WHENEVER = datetime(2000, 1, 1, tzinfo=UTC)
"""No name depends on when it is read."""


def keep_away(
    uow: UnitOfWork,
    policy: Policy,
    case: StoredCase,
    contents: Mapping[str, Any],
    now: datetime,
    added: Sequence[str] = (),
) -> None:
    """Recuse everybody whom a complaint, or what its complainant ``added`` to it, concerns."""
    everybody = staff.everybody(uow, gone=True)
    for member, why in concerned(policy, contents, everybody, added):
        keep_out(uow, case.id, member.id, why, now)


def keep_away_after(uow: UnitOfWork, policy: Policy, case: StoredCase, words: str, now: datetime) -> None:
    """The complainant said more about their case, and may have named somebody who has it."""
    if words:
        keep_away(uow, policy, case, cases.contents(uow, case), now, (words,))


def keep_away_from_all(uow: UnitOfWork, office: Office, member: StaffMember, now: datetime) -> int:
    """Recuse somebody who is new, renamed or moved from every case that concerns them; how many they are.

    A case that was theirs has nobody then: it is alerted like every case that waits for somebody.
    """
    found = 0
    for case in _all_contents(uow):
        policy = rules(uow, office, case.policy_id, case.policy_version)
        for _, why in concerned(policy, case.contents, (member,), case.added):
            found += keep_out(uow, case.case_id, member.id, why, now)
    return found


def keep_out(uow: UnitOfWork, case_id: int, member_id: int, why: str, now: datetime) -> int:
    """Keep a case, and those it was joined with, from somebody; how many of them they might have known until now."""
    return sum(_keep_out_of_one(uow, each, member_id, why, now) for each in joined(uow, case_id))


def let_in(uow: UnitOfWork, case_id: int, member_id: int, by: int, now: datetime) -> None:
    """Let somebody know of a case, and of those it was joined with, after all."""
    for each in joined(uow, case_id):
        recusals.lift(uow, each, member_id, by, now)


def share(uow: UnitOfWork, case_ids: Iterable[int], now: datetime) -> frozenset[int]:
    """These cases are being joined: keep all of them from whoever must not know of one; who that is.

    By order, for it was lifted for the one case and not for the other.
    """
    together = list(case_ids)
    outside = frozenset[int]().union(*(recusals.away(uow, each) for each in together))
    for each in together:
        for member_id in outside:
            _keep_out_of_one(uow, each, member_id, "ordered", now)
    return outside


def follow(uow: UnitOfWork, former: StaffMember, member: StaffMember, now: datetime) -> int:
    """Somebody who left is back under another account: what was kept from them stays so; how many cases that is."""
    rows = recusals.of_member(uow, former.id)
    return sum(_keep_out_of_one(uow, row.case_id, member.id, row.why, now) for row in rows if row.stands)


def joined(uow: UnitOfWork, case_id: int) -> tuple[int, ...]:
    """A case with all that are one matter with it: its master, and what was joined to that."""
    master = works.of(uow, case_id).duplicate_of or case_id
    return (master, *works.merged_into(uow, master))


def unit_is_away(uow: UnitOfWork, office: Office, case: StoredCase, unit: str, there: Iterable[StaffMember]) -> bool:
    """Whether nobody in this unit may know of a case: it is complained of, or all of ``there`` who belong to it are recused.

    One that is complained of and where nobody is recused any more was let in, by lifting; one without people was not.
    """
    if not unit:
        return False
    outside = recusals.away(uow, case.id)
    kept_out = [member.id in outside for member in there if letters_of(member.unit) == letters_of(unit)]
    if any(_is_about_unit(uow, office, each, unit) for each in joined(uow, case.id)):
        return not kept_out or any(kept_out)
    return bool(kept_out) and all(kept_out)


def _is_about_unit(uow: UnitOfWork, office: Office, case_id: int, unit: str) -> bool:
    case = cases.by_id(uow, case_id)
    policy = rules_of(uow, office, case)
    try:
        return _Complaint(policy, cases.contents(uow, case)).is_about(unit)
    except KeyDestroyed:
        return False


def concerned(
    policy: Policy, contents: Mapping[str, Any], everybody: Iterable[StaffMember], added: Sequence[str] = ()
) -> Iterator[tuple[StaffMember, str]]:
    """Who is complained of: by a name anywhere in what was told, or by the unit that is named as the respondent.

    ``added`` is what the complainant said later.
    """
    complaint = _Complaint(policy, contents, added)
    for member in everybody:
        if any(map(complaint.names, member.names)):
            yield member, "named"
        elif complaint.is_about(member.unit):
            yield member, "unit"


class _Complaint:
    """What was told, as far as somebody may be named in it."""

    def __init__(self, policy: Policy, contents: Mapping[str, Any], added: Sequence[str] = ()) -> None:
        self._policy = policy
        answers = [
            (field.kind, words)
            for field in policy.fields
            for words in contents.get("answers", {}).get(field.key, {}).values()
            if isinstance(words, str) and words
        ]
        self._own = frozenset(letters_of(words) for kind, words in answers if kind == "name")
        self._about = tuple(
            dict.fromkeys(words for kind, words in answers if kind == "respondent" and letters_of(words))
        )
        # Facts are there twice, and most answers are shown as they were said.
        told = (str(contents.get("facts", "")), *(words for kind, words in answers if kind != "name"), *added)
        self._texts = tuple(dict.fromkeys(told))
        self._units: dict[str, bool] = {}

    def names(self, name: str) -> bool:
        """Where complainants introduce themselves by it, it is no colleague of that name."""
        return self._story.names(name) and (not self._is_own(name) or self._others.names(name))

    def _is_own(self, name: str) -> bool:
        return any(letters_of(name) in own for own in self._own)

    @cached_property
    def _story(self) -> Said:
        """All of it but the answers to what the complainant is called."""
        return said(self._texts)

    @cached_property
    def _others(self) -> Said:
        return said(_without(text, self._own) for text in self._texts)

    def is_about(self, unit: str) -> bool:
        """社保科 is meant by 市民中心社保科, and the other way round; both languages of a unit of the pack are one."""
        if unit not in self._units:
            self._units[unit] = any(map(self._means, _names_of_unit(self._policy, unit)))
        return self._units[unit]

    def _means(self, name: str) -> bool:
        return self._named.names(name) or any(map(said((name,)).names, self._shorter))

    @cached_property
    def _named(self) -> Said:
        """Where a unit is looked for: in the answer to who is complained of; without one, in everything."""
        return said(self._about) if self._about else self._story

    @cached_property
    def _shorter(self) -> frozenset[str]:
        """By what a unit may have been called that has a longer name. Single words of English are in too many names."""
        parts = (word for words in self._about for word in words_of(words) if not word.isascii())
        return frozenset((*self._about, *parts))


def _names_of_unit(policy: Policy, unit: str) -> frozenset[str]:
    if not letters_of(unit):
        return frozenset()
    known = ({row.unit.zh, row.unit.en} for row in policy.categories)
    same = (names for names in known if letters_of(unit) in map(_letters_of_pack, names))
    return frozenset({unit}).union(*same)


@lru_cache(maxsize=1024)
def _letters_of_pack(words: str) -> str:
    """Asked for every case again; nothing that is kept is about anybody."""
    return letters_of(words)


def _without(text: str, own: Collection[str]) -> str:
    """The text with the complainant's own name blanked where they introduce themselves by it."""
    flat = unicodedata.normalize("NFKC", text)
    return hide(flat, [found for found in find_names(flat, _WHENEVER) if letters_of(found.slot.value) in own])


def _keep_out_of_one(uow: UnitOfWork, case_id: int, member_id: int, why: str, now: datetime) -> bool:
    """Whoever works on the case is waited for: a handler whom they have just named would else be written back."""
    if not recusals.add(uow, case_id, member_id, why, now):
        return False
    cases.by_number(uow, cases.by_id(uow, case_id).number, for_update=True)
    work = works.of(uow, case_id)
    if work.handler_id == member_id:
        works.put(uow, replace(work, handler_id=None))
        holders.hand_over(uow, case_id, None, now)
    letting_go.take_from(uow, case_id, member_id, now)
    tell_no_more(uow, member_id, case_id)
    if any(row.is_open and row.called[-1:] == (member_id,) for row in summons.of_case(uow, case_id)):
        summons.hasten(uow, case_id, now)
    groups.keep_back(uow, case_id, now)
    return True


def _all_contents(uow: UnitOfWork) -> Iterator[Told]:
    after = 0
    while page := told.contents_after(uow, after, PAGE):
        yield from page
        after = page[-1].case_id
