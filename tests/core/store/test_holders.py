"""Who had a case in hand, one after the other; and what is known of it from before that was kept."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import text

from core.store import holders, migrations
from core.store.holders import Held
from core.store.keyring import Keyring
from core.store.unit_of_work import Store, connect
from tests.core.store.samples import filed
from tests.core.store.test_migrations import OF_BEFORE, _kept, empty_postgresql_url, empty_url
from tests.core.store.test_staff import joined

__all__ = ["empty_postgresql_url", "empty_url"]

HOUR = timedelta(hours=1)


def test_a_case_is_in_one_hand_after_the_other(store: Store, now: datetime) -> None:
    case, li, wang = filed(store, now), joined(store, now), joined(store, now, "wang")
    for hours, who in enumerate((li.id, li.id, wang.id, None, None, li.id)):
        at = now + hours * HOUR
        store.write(lambda uow, who=who, at=at: holders.hand_over(uow, case.id, who, at))
    assert store.read(lambda uow: holders.of_case(uow, case.id)) == [
        Held(li.id, now, now + 2 * HOUR),
        Held(wang.id, now + 2 * HOUR, now + 3 * HOUR),
        Held(li.id, now + 5 * HOUR, None),
    ]


def test_who_has_a_case_as_this_begins_has_had_it_since_it_was_last_assigned(
    empty_url: str, data_dir: Path, keyring: Keyring, now: datetime
) -> None:
    database = connect(empty_url)
    with database.engine.begin() as connection:
        migrations.make(connection, "0006_staff_chats")
        for statement in (*OF_BEFORE, *ASSIGNED_BEFORE):
            connection.execute(text(statement), {"now": _kept(now), "later": _kept(now + HOUR)})
    database.close()
    migrations.upgrade(empty_url)
    store = Store.open(empty_url, data_dir, keyring)
    assert store.read(lambda uow: [holders.of_case(uow, case_id) for case_id in (1, 2)]) == [
        [Held(1, now + HOUR, None)],
        [Held(1, now, None)],
    ]
    store.close()


ASSIGNED_BEFORE = (
    OF_BEFORE[1].replace("'n'", "'m'").replace("'d'", "'e'"),
    "INSERT INTO staff (account, names_sealed, unit, posts, absent, added_at) VALUES ('li', '', '', '[]', false, :now)",
    "INSERT INTO timeline (case_id, at, kind, actor, public) VALUES (1, :now, 'assigned', 'staff:li', false)",
    "INSERT INTO timeline (case_id, at, kind, actor, public) VALUES (1, :later, 'assigned', 'staff:li', false)",
    *(
        f"""INSERT INTO case_work (case_id, unit, handler_id, outcome, measures, remedies, paused, representative, supervised,
        supplement_asked, round) VALUES ({case_id}, '', 1, '', '[]', '[]', '', false, false, false, 0)"""
        for case_id in (1, 2)
    ),
)
"""Two cases in the same hands; of one it is known since when."""
