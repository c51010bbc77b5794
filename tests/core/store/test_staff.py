"""Who works here is found by account and id, keeps former names, and stays when they leave."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from core.store import staff
from core.store.staff import StaffMember
from core.store.unit_of_work import Store, UnitOfWork
from tests.core.store.test_canaries import dump_of, files_of, forms


def joined(store: Store, now: datetime, account: str = "li", **more: Any) -> StaffMember:
    row: dict[str, Any] = {"names": ("李卫国",), "unit": "社保科", "posts": ("handler", "reviewer")}
    found = store.write(lambda uow: staff.add(uow, account, now=now, **(row | more)))
    assert found is not None
    return found


def test_who_joined_is_found_by_account_and_by_id(store: Store, now: datetime) -> None:
    li, wang = joined(store, now), joined(store, now, "wang", names=("王芳",), posts=())
    assert store.read(lambda uow: staff.by_id(uow, li.id)) == li
    assert store.read(lambda uow: staff.by_account(uow, "wang")) == wang
    assert store.write(lambda uow: staff.by_account(uow, "wang", for_update=True)) == wang
    assert store.read(staff.everybody) == [li, wang]
    assert (li.name, li.posts, li.added_at, li.absent) == ("李卫国", ("handler", "reviewer"), now, False)


@pytest.mark.parametrize("typed", ["nobody", "", "li\0", "\ud83d"])
def test_what_is_no_account_finds_nobody(store: Store, now: datetime, typed: str) -> None:
    joined(store, now)
    assert store.read(lambda uow: staff.by_account(uow, typed)) is None


def test_an_account_is_given_once(store: Store, now: datetime) -> None:
    joined(store, now)
    assert store.write(lambda uow: staff.add(uow, "li", ["另一个"], "", [], now)) is None
    assert [member.name for member in store.read(staff.everybody)] == ["李卫国"]


def test_nobody_works_at_a_new_office(store: Store) -> None:
    assert store.read(staff.everybody) == []


def test_a_change_is_kept_and_former_names_stay(store: Store, now: datetime) -> None:
    li = joined(store, now)
    changed = store.write(
        lambda uow: staff.change(uow, li, names=["李强", *li.names], unit="医保科", posts=["chief"], absent=True)
    )
    assert store.read(lambda uow: staff.by_id(uow, li.id)) == changed
    assert (changed.name, changed.names, changed.posts) == ("李强", ("李强", "李卫国"), ("chief",))


def test_who_left_is_there_only_for_who_asks_for_those_too(store: Store, now: datetime) -> None:
    li, wang = joined(store, now), joined(store, now, "wang")
    gone = store.write(lambda uow: staff.change(uow, li, left_at=now))
    assert store.read(staff.everybody) == [wang]
    assert store.read(lambda uow: staff.everybody(uow, gone=True)) == [gone, wang]
    back = store.write(lambda uow: staff.change(uow, gone, left_at=None))
    assert store.read(staff.everybody) == [back, wang]


@pytest.mark.parametrize("column", ["account", "id", "added_at", "names_sealed", "nonsense"])
def test_what_must_not_change_cannot_be_changed(store: Store, now: datetime, column: str) -> None:
    li = joined(store, now)
    with pytest.raises(ValueError, match=column):
        store.write(lambda uow: staff.change(uow, li, **{column: 1}))


def test_the_directory_is_one_statement(store: Store, now: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    joined(store, now), joined(store, now, "wang")
    run, really = [], UnitOfWork.run

    def counting(uow: UnitOfWork, statement: Any, values: Any) -> Any:
        run.append(statement)
        return really(uow, statement, values)

    monkeypatch.setattr(UnitOfWork, "run", counting)
    assert len(store.read(staff.everybody)) == 2
    assert len(run) == 1


def test_a_name_is_in_no_file_and_no_dump(store: Store, store_url: str, data_dir: Path, now: datetime) -> None:
    joined(store, now)
    written = [*files_of(data_dir), *(dump_of(store_url) if store_url.startswith("postgresql") else ())]
    assert any(b"reviewer" in content for content in written), "what may be read is found, so the search works"
    assert not [form for form in forms("李卫国") for content in written if form in content]
