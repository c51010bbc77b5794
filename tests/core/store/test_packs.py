"""The pack that a case was opened under stays as it was, whatever becomes of the file."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from core.errors import PolicyError
from core.policies.load import load, packs
from core.policies.policy import Calls, Policy
from core.store import packs as kept
from core.store import tables
from core.store.unit_of_work import Store
from tests.core.store.samples import filed


def renamed(policy: Policy, phone: str) -> Policy:
    """The same version with something else in it."""
    return policy.model_copy(update={"institution": policy.institution.model_copy(update={"phone": phone})})


def find(store: Store, policy: Policy) -> Policy | None:
    return store.read(lambda uow: kept.find(uow, policy.id, policy.version))


@pytest.mark.parametrize("name", packs())
def test_every_pack_comes_back_as_it_was_kept(store: Store, now: datetime, name: str) -> None:
    policy = load(name)
    for at in (now, now + timedelta(days=1)):
        store.write(lambda uow, at=at: kept.keep(uow, policy, at))
    assert find(store, policy) == policy


def test_what_was_never_kept_is_not_found(store: Store, now: datetime) -> None:
    policy = load("law-firm")
    store.write(lambda uow: kept.keep(uow, policy, now))
    assert store.read(lambda uow: kept.find(uow, policy.id, "1999.1")) is None
    assert store.read(lambda uow: kept.find(uow, "nobody", policy.version)) is None


def test_versions_stand_beside_each_other(store: Store, now: datetime) -> None:
    old = load("law-firm")
    new = renamed(old, "12345").model_copy(update={"version": "2099.1"})
    for policy in (old, new):
        store.write(lambda uow, policy=policy: kept.keep(uow, policy, now))
    assert (find(store, old), find(store, new)) == (old, new)


def test_a_version_without_cases_may_still_be_written_anew(store: Store, now: datetime) -> None:
    old = load("law-firm")
    new = renamed(old, "12345")
    filed(store, now, policy_id=old.id, policy_version="1999.1")
    filed(store, now, "2026-0002", policy_id="nobody", policy_version=old.version)
    for policy in (old, new):
        store.write(lambda uow, policy=policy: kept.keep(uow, policy, now))
    assert find(store, old) == new


def test_a_version_that_has_cases_is_not_changed_behind_their_backs(store: Store, now: datetime) -> None:
    old = load("law-firm")
    store.write(lambda uow: kept.keep(uow, old, now))
    filed(store, now, policy_id=old.id, policy_version=old.version)
    with pytest.raises(PolicyError) as error:
        store.write(lambda uow: kept.keep(uow, renamed(old, "12345"), now))
    assert old.id in str(error.value)
    assert old.version in str(error.value)
    assert find(store, old) == old
    store.write(lambda uow: kept.keep(uow, old, now))


def test_one_that_was_kept_before_packs_could_say_more_is_the_same(store: Store, now: datetime) -> None:
    policy = load("law-firm")
    store.write(lambda uow: kept.keep(uow, policy, now))
    older = policy.model_dump_json(exclude={"calls"})
    store.write(
        lambda uow: uow.connection.execute(tables.pack_version.update().values(body=older, sha256="of another body"))
    )
    filed(store, now, policy_id=policy.id, policy_version=policy.version)
    store.write(lambda uow: kept.keep(uow, policy, now))
    assert find(store, policy) == policy
    other = policy.model_copy(update={"calls": Calls(after_minutes=5)})
    with pytest.raises(PolicyError):
        store.write(lambda uow: kept.keep(uow, other, now))


def test_a_pack_that_this_program_cannot_read_is_named(store: Store, now: datetime) -> None:
    policy = load("law-firm")
    store.write(lambda uow: kept.keep(uow, policy, now))
    store.write(lambda uow: uow.connection.execute(tables.pack_version.update().values(body="{}")))
    with pytest.raises(PolicyError, match=policy.version):
        find(store, policy)
