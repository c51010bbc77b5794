"""What has not gone out is seen by its facts alone, and what waits is measured only where it could go."""

from __future__ import annotations

import re
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from core.store import claims, gauges, keys, outbox, platform_ids, sessions, settlements, stranded
from core.store.keyring import Keyring
from core.store.unit_of_work import Store, UnitOfWork
from tests.core.store.test_outbox import SECOND, Post

MINUTE = timedelta(minutes=1)


@pytest.fixture
def post(store: Store, now: datetime) -> Post:
    return Post(store, now)


def seen(post: Post, state: str) -> list[tuple[str, str, int]]:
    found = post.store.read(lambda uow: stranded.waiting(uow, state, 10))
    return [(each.channel, each.code, each.attempts) for each in found]


def oldest(post: Post, after: int = 0) -> datetime | None:
    return post.store.read(lambda uow: stranded.oldest_due(uow, post.now + after * SECOND))


def test_held_and_dead_messages_are_listed_with_the_platforms_word(post: Post, store: Store) -> None:
    post.add("w1")
    post.add("l1", post.li)
    held, dead = post.claim()
    store.write(lambda uow: settlements.settle_held(uow, held, "45015", post.now))
    store.write(lambda uow: settlements.settle_dead(uow, dead, "43004", post.now))
    assert seen(post, "held") == [(post.wang.channel, "45015", 1)]
    assert seen(post, "dead") == [(post.li.channel, "43004", 1)]
    assert seen(post, "pending") == []


def test_what_was_taken_back_or_can_no_longer_be_read_is_not_to_be_sent_again(post: Post, store: Store) -> None:
    post.add("w1", slot="draft")
    store.write(lambda uow: outbox.cancel(uow, post.wang.id, "draft"))
    post.add("l1", post.li)
    [dead] = post.claim()
    store.write(lambda uow: settlements.settle_dead(uow, dead, "43004", post.now))
    store.write(lambda uow: keys.destroy(uow, post.li.key_id))
    assert seen(post, "dead") == []


def test_the_oldest_that_is_due_counts_and_none_that_is_still_to_come(post: Post) -> None:
    assert oldest(post) is None
    post.add("w1", after=60)
    assert oldest(post, after=59) is None
    assert oldest(post, after=90) == post.now + MINUTE


def test_what_waits_behind_a_try_that_is_still_to_come_does_not_wait_for_us(post: Post, store: Store) -> None:
    post.add("w1")
    post.add("w2")
    [first] = post.claim()
    assert oldest(post, after=30) is None
    store.write(lambda uow: settlements.settle_later(uow, first, post.now + 3600 * SECOND, "busy", post.now))
    assert oldest(post, after=3000) is None
    assert oldest(post, after=4000) == post.now + 3600 * SECOND


def test_a_lease_that_ran_out_waits_like_any_other(post: Post) -> None:
    post.add("w1")
    post.claim()
    assert oldest(post, after=59) is None
    assert oldest(post, after=61) == post.now


def test_all_numbers_are_counted(post: Post, store: Store) -> None:
    post.add("w1")
    post.add("w2")
    [held] = post.claim()
    store.write(lambda uow: settlements.settle_held(uow, held, "45015", post.now))
    found = store.read(lambda uow: gauges.look(uow, post.now + MINUTE))
    assert found.outbox == {"pending": 1, "leased": 0, "held": 1, "dead": 0}
    assert found.oldest_due_at == post.now
    assert (found.cases, found.clocks_overdue, found.inbox, found.evidence, found.beat_at) == ({}, 0, 0, {}, None)


def test_looking_for_what_waits_walks_no_more_than_that(
    sqlite_url: str, data_dir: Path, keyring: Keyring, now: datetime
) -> None:
    """So SQLite plans it: however much was sent before, it is not read. PostgreSQL plans by how many there are."""
    asked = {
        "the oldest": (stranded._oldest, {"now": now}, {"outbox": "ix_outbox_due", "other": "ix_outbox_of_person"}),
        "held": (stranded._waiting["held"], {"after": 0, "most": 1}, {"outbox": "ix_outbox_stranded"}),
        "dead": (gauges._outbox["dead"], {}, {"outbox": "ix_outbox_stranded"}),
        "a person": (sessions._by_id, {"key": 1}, {"outbox": "ix_outbox_of_person"}),
        "forgetting": (sessions._forget_outbox, {"key": 1}, {"outbox": "ix_outbox_over"}),
        "a report": (platform_ids._find, {"to": 1, "named": "x"}, {"outbox": "ix_outbox_over"}),
        "claiming": (claims._claimed, {"ids": [1]}, {"outbox": "PRIMARY KEY"}),
        "settling": (settlements._settle_sent, {"ids": [1], "by_rung": "", "now": now}, {"outbox": "PRIMARY KEY"}),
    }

    def steps(uow: UnitOfWork) -> dict[str, list[str]]:
        driver: Any = uow.connection.connection.driver_connection
        plans = {what: each._prepare(uow.connection.dialect, values) for what, (each, values, _) in asked.items()}
        return {
            what: [row[3] for row in driver.execute(f"EXPLAIN QUERY PLAN {plan.text}", plan.arguments(asked[what][1]))]
            for what, plan in plans.items()
        }

    with closing(Store.open(sqlite_url, data_dir, keyring)) as store:
        found = store.read(steps)
    for what, (_, _, indexes) in asked.items():
        walked = dict(
            re.findall(
                r"SEARCH (outbox|other) USING (?:COVERING INDEX|INDEX|INTEGER) (\w+ KEY|\w+)", "\n".join(found[what])
            )
        )
        assert walked == indexes, what
        assert not any(step.startswith(("SCAN outbox", "SCAN other")) for step in found[what]), what
