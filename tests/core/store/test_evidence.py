"""Files are noted at once, fetched until they are there or never will be, and kept in their order."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from core.messages import Attachment
from core.store import evidence, keys, sessions
from core.store.sessions import StoredSession
from core.store.unit_of_work import Store, UnitOfWork
from tests.core.store.samples import WANG, contact, filed

PHOTO = Attachment("photo", "media-id", "虫.jpg", "image/jpeg", 5)


@pytest.fixture
def person(store: Store, now: datetime) -> StoredSession:
    return contact(store, now)


def add(store: Store, person: StoredSession, now: datetime, attachment: Attachment = PHOTO) -> int:
    def work(uow: UnitOfWork) -> int:
        sessions.load(uow, WANG, now)
        return evidence.add(uow, person.id, "draft", None, person.key_id, attachment, now)

    return store.write(work)


def claim(store: Store, at: datetime) -> list[evidence.ClaimedEvidence]:
    return store.write(lambda uow: evidence.claim(uow, at, 10, 60))


def positions(store: Store) -> list[int]:
    return [each.position for each in store.read(lambda uow: evidence.list_for_draft(uow, "draft"))]


def test_an_album_that_arrives_at_once_is_numbered_without_a_gap(
    store: Store, person: StoredSession, now: datetime
) -> None:
    with ThreadPoolExecutor(8) as threads:
        list(threads.map(lambda n: add(store, person, now, Attachment("photo", f"media-{n}")), range(8)))
    assert positions(store) == list(range(1, 9))


def test_a_removed_file_leaves_the_list_and_its_number_is_not_used_again(
    store: Store, person: StoredSession, now: datetime
) -> None:
    add(store, person, now)
    second = add(store, person, now)
    store.write(lambda uow: evidence.remove(uow, second))
    add(store, person, now)
    assert positions(store) == [1, 3]
    assert len(claim(store, now)) == 2


def test_a_fetched_file_is_stored_with_what_was_found_out_about_it(
    store: Store, person: StoredSession, now: datetime
) -> None:
    add(store, person, now)
    [claimed] = claim(store, now)
    assert (claimed.channel, claimed.attachment, claimed.attempts) == ("webchat", PHOTO, 1)
    file = store.files.write(b"\x89PNG\r\n\x1a\n...", claimed.key)
    assert store.write(
        lambda uow: evidence.settle_stored(uow, claimed.id, file.mime, file.size, file.sha256, file.path)
    )
    [stored] = store.read(lambda uow: evidence.list_for_draft(uow, "draft"))
    assert (stored.state, stored.mime, stored.size, stored.sha256) == ("stored", "image/png", 11, file.sha256)
    key = store.read(lambda uow: keys.open_key(uow, stored.key_id))
    assert store.files.read(stored.path, key) == b"\x89PNG\r\n\x1a\n..."
    assert claim(store, now + timedelta(days=1)) == []


def test_a_file_removed_while_it_was_fetched_is_removed_from_the_disk(
    store: Store, person: StoredSession, now: datetime, data_dir: Path
) -> None:
    noted = add(store, person, now)
    [claimed] = claim(store, now)
    file = store.files.write(b"x", claimed.key)
    store.write(lambda uow: evidence.remove(uow, noted))
    assert not store.write(lambda uow: evidence.settle_stored(uow, noted, "", 1, file.sha256, file.path))
    assert not (data_dir / file.path).exists()


def test_a_fetch_is_tried_later_and_a_lost_worker_is_replaced(
    store: Store, person: StoredSession, now: datetime
) -> None:
    add(store, person, now)
    [first] = claim(store, now)
    store.write(lambda uow: evidence.settle_later(uow, first.id, now + timedelta(seconds=30)))
    assert claim(store, now + timedelta(seconds=29)) == []
    assert [each.attempts for each in claim(store, now + timedelta(seconds=30))] == [2]
    assert claim(store, now + timedelta(seconds=89)) == []
    assert [each.attempts for each in claim(store, now + timedelta(seconds=90))] == [3]


def test_a_failure_is_told_once(store: Store, person: StoredSession, now: datetime) -> None:
    add(store, person, now)
    [claimed] = claim(store, now)
    store.write(lambda uow: evidence.settle_failed(uow, claimed.id, "too_large"))
    [failed] = store.read(lambda uow: evidence.untold(uow, 10))
    assert (failed.reason, failed.attachment.name, failed.session_id) == ("too_large", "虫.jpg", person.id)
    store.write(lambda uow: evidence.mark_told(uow, failed.id))
    assert store.read(lambda uow: evidence.untold(uow, 10)) == []
    assert positions(store) == [1], "staff still see it"


def test_a_filed_case_adopts_the_evidence_of_its_draft(store: Store, person: StoredSession, now: datetime) -> None:
    add(store, person, now)
    case = filed(store, now, draft="draft")
    [adopted] = store.read(lambda uow: evidence.list_for_case(uow, case.id))
    assert (adopted.case_id, adopted.draft) == (case.id, "draft")
