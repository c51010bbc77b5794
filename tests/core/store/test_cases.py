"""Cases get numbers without gaps, change one change at a time, and can be forgotten."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy.exc import IntegrityError

from core.errors import KeyDestroyed, StaleVersion, StoreError
from core.messages import Attachment, OutboundMessage
from core.store import cases, evidence, keys, queries, sessions, timeline
from core.store.cases import StoredCase
from core.store.unit_of_work import Store, UnitOfWork
from tests.core.store.samples import WANG, contact, filed, message, new_case, take_in


class Stumble(Exception):
    """A unit's own mistake."""


def test_sixteen_at_once_with_a_tenth_rolled_back_get_every_number_once(store: Store) -> None:
    def number(n: int) -> int | None:
        def work(uow: UnitOfWork) -> int:
            given = cases.next_sequence(uow, "2026")
            if n % 10 == 3:
                raise Stumble
            return given

        try:
            return store.write(work)
        except Stumble:
            return None

    with ThreadPoolExecutor(16) as threads:
        given = [found for found in threads.map(number, range(320)) if found is not None]
    assert sorted(given) == list(range(1, 289))


def test_each_scope_counts_for_itself(store: Store) -> None:
    given = [store.write(lambda uow, s=s: cases.next_sequence(uow, s)) for s in ("2026", "2027", "2026")]
    assert given == [1, 1, 2]


def test_a_filed_case_is_found_by_number_person_and_phone(store: Store, now: datetime) -> None:
    person = contact(store, now)
    case = filed(store, now, session_id=person.id, flags=("urgent",), wake_at=now)
    for found in (
        store.read(lambda uow: cases.by_number(uow, "2026-0001")),
        *store.read(lambda uow: cases.of_session(uow, person.id)),
        *store.read(lambda uow: cases.of_phone(uow, "13900000000")),
        *store.read(lambda uow: cases.due(uow, now, 10)),
    ):
        assert found == case
    assert case.registered_at == now
    assert store.read(lambda uow: cases.contents(uow, case)) == {"facts": "三食堂有虫", "phone": "13900000000"}


@pytest.mark.parametrize("typed", ["2026-0002", "", "2026-0001\0", "\ud83d", "' OR 1=1 --"])
def test_what_is_no_number_finds_nothing(store: Store, now: datetime, typed: str) -> None:
    filed(store, now)
    assert store.read(lambda uow: cases.by_number(uow, typed)) is None


def test_a_draft_or_a_number_is_filed_once(store: Store, now: datetime) -> None:
    case = filed(store, now)
    with pytest.raises(IntegrityError):
        filed(store, now, "2026-0002", draft=case.draft)
    with pytest.raises(IntegrityError):
        filed(store, now, "2026-0001", draft="another")


def test_the_last_four_digits_are_checked_and_bound_to_the_case(store: Store, now: datetime) -> None:
    one, other = filed(store, now), filed(store, now, "2026-0002", phone="")

    def fits(number: str, last_four: str) -> bool:
        return store.read(lambda uow: cases.secrets_fit(uow, number, b"", last_four))[1]

    assert fits(one.number, "0000")
    assert not fits(one.number, "0001")
    assert not fits(other.number, "0000")
    assert not fits(other.number, "")
    assert not fits("2026-9999", "0000")


def test_a_change_moves_the_version_and_a_stale_one_is_refused(store: Store, now: datetime) -> None:
    case = filed(store, now)
    changed = store.write(
        lambda uow: cases.update(
            uow, case, status="accepted", flags=("a",), rating=5, rating_reason="快", contents={"facts": "补充"}
        )
    )
    assert (changed.status, changed.flags, changed.rating, changed.version) == ("accepted", ("a",), 5, 1)
    assert store.read(lambda uow: cases.contents(uow, changed)) == {"facts": "补充"}
    assert store.read(lambda uow: cases.rating_reason(uow, changed)) == "快"
    with pytest.raises(StaleVersion):
        store.write(lambda uow: cases.update(uow, case, status="closed"))


@pytest.mark.parametrize("column", ["number", "version", "phone_blind", "policy_version", "nonsense"])
def test_what_must_not_change_cannot_be_changed(store: Store, now: datetime, column: str) -> None:
    case = filed(store, now)
    with pytest.raises(ValueError, match=column):
        store.write(lambda uow: cases.update(uow, case, **{column: 1}))


def test_an_archived_case_does_not_change_and_can_still_be_erased(store: Store, now: datetime) -> None:
    case = filed(store, now)
    archived = store.write(lambda uow: cases.update(uow, case, status="archived"))
    for change in ({"status": "closed"}, {"rating": 5}, {"contents": {}}):
        with pytest.raises(StoreError, match="archived"):
            store.write(lambda uow, change=change: cases.update(uow, archived, **change))
    with pytest.raises(StaleVersion):
        store.write(lambda uow: cases.update(uow, case, rating=5))
    store.write(lambda uow: cases.erase(uow, case.id))
    with pytest.raises(KeyDestroyed):
        store.read(lambda uow: cases.contents(uow, archived))


@pytest.mark.parametrize("wrong", [{"rating": 6}, {"rating": 0}, {"level": "huge"}, {"urged_count": -1}])
def test_the_database_itself_refuses_what_cannot_be(store: Store, now: datetime, wrong: dict[str, object]) -> None:
    case = filed(store, now)
    with pytest.raises(IntegrityError):
        store.write(lambda uow: cases.update(uow, case, **wrong))


def test_the_timeline_tells_what_happened_in_order(store: Store, now: datetime) -> None:
    case = filed(store, now)

    def work(uow: UnitOfWork) -> None:
        timeline.add(uow, case, now, "registered", "complainant")
        timeline.add(uow, case, now + timedelta(hours=1), "note", "staff", "打过电话", public=False)

    store.write(work)
    assert store.read(lambda uow: timeline.of_case(uow, case)) == [
        timeline.Entry(now, "registered", "complainant", "", True, 1),
        timeline.Entry(now + timedelta(hours=1), "note", "staff", "打过电话", False, 2),
    ]


def test_an_erased_case_keeps_number_and_dates_and_nothing_that_was_told(
    store: Store, now: datetime, data_dir: Path
) -> None:
    person = contact(store, now)
    case = filed_with_everything(store, now, person)
    [file] = store.read(lambda uow: evidence.list_for_case(uow, case.id))
    store.write(lambda uow: cases.erase(uow, case.id))

    detail = store.read(lambda uow: queries.case_detail(uow, case.number))
    assert detail is not None
    assert (detail.case.number, detail.case.registered_at) == (case.number, now)
    assert (detail.contents, detail.rating_reason, detail.evidence) == ({}, "", [])
    assert [entry.note for entry in detail.entries] == [""]
    assert store.read(lambda uow: cases.of_phone(uow, "13900000000")) == []
    assert store.read(lambda uow: queries.history(uow, person.id, None, 10)) == []
    assert not (data_dir / file.path).exists()
    with pytest.raises(KeyDestroyed):
        store.read(lambda uow: cases.contents(uow, case))


def test_an_erasure_that_is_rolled_back_keeps_the_files(store: Store, now: datetime, data_dir: Path) -> None:
    case = filed_with_everything(store, now, contact(store, now))
    [file] = store.read(lambda uow: evidence.list_for_case(uow, case.id))

    def work(uow: UnitOfWork) -> None:
        cases.erase(uow, case.id)
        raise Stumble

    with pytest.raises(Stumble):
        store.write(work)
    key = store.read(lambda uow: keys.open_key(uow, case.key_id))
    assert store.files.read(file.path, key) == b"a picture"
    (data_dir / file.path).unlink()
    with pytest.raises(StoreError, match="no longer"):
        store.files.read(file.path, key)


def filed_with_everything(store: Store, now: datetime, person: sessions.StoredSession) -> StoredCase:
    """A case with a picture on the disk, a note, a rating, and the message it was told in."""

    def work(uow: UnitOfWork) -> StoredCase:
        new = new_case(uow, now, session_id=person.id)
        take_in(uow, message(), sessions.load(uow, WANG, now), [OutboundMessage("收到")], now, draft=new.draft)
        evidence.add(uow, person.id, new.draft, None, new.key_id, Attachment("photo", "media"), now)
        case = cases.insert(uow, new)
        timeline.add(uow, case, now, "registered", "complainant", "三食堂有虫")
        return cases.update(uow, case, rating=1, rating_reason="慢")

    case = store.write(work)
    [claimed] = store.write(lambda uow: evidence.claim(uow, now, 1, 60))
    file = store.files.write(b"a picture", claimed.key)
    store.write(lambda uow: evidence.settle_stored(uow, claimed.id, "image/png", file.size, file.sha256, file.path))
    return case
