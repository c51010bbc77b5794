"""A prepared statement does what SQLAlchemy would do with it: same values, same rows, same errors."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import String, bindparam, cast, insert, select, update
from sqlalchemy.exc import IntegrityError

from core.store import service_rows
from core.store.keyring import Keyring
from core.store.statements import Statement
from core.store.tables import case_file, session
from core.store.unit_of_work import Store, UnitOfWork
from tests.core.store.samples import contact, filed

NAMES = [column.name for column in case_file.columns]


def test_rows_are_what_sqlalchemy_reads(store: Store, now: datetime) -> None:
    filed(store, now, flags=("minor", "urgent"))
    clause = select(case_file).where(case_file.c.number == bindparam("called"))

    def both(uow: UnitOfWork) -> tuple[object, object]:
        values = {"called": "2026-0001"}
        ours = uow.run(Statement(clause), values).one()
        theirs = uow.connection.execute(clause, values).one()
        return ours._asdict(), dict(theirs._mapping)

    ours, theirs = store.read(both)
    assert ours == theirs


def test_a_change_says_how_many_rows_it_found(store: Store, now: datetime) -> None:
    contact(store, now)
    touch = Statement(update(session).where(session.c.version == bindparam("seen")).values(version=7))
    assert store.write(lambda uow: uow.run(touch, {"seen": 0}).rowcount) == 1
    assert store.write(lambda uow: uow.run(touch, {"seen": 0}).rowcount) == 0


def test_a_broken_rule_is_told_as_sqlalchemy_tells_it(store: Store, now: datetime) -> None:
    stored = contact(store, now)
    wrong = Statement(insert(session))
    values = {"channel": "webchat", "peer_blind": b"", "peer_sealed": b"", "key_id": stored.key_id, "updated_at": now}
    with pytest.raises(IntegrityError):
        store.write(lambda uow: uow.run(wrong, values | {"version": -1, "lines": 0}))
    store.write(lambda uow: service_rows.put(uow, "still", "alive"))
    assert store.read(lambda uow: service_rows.get(uow, "still")) == "alive"


def test_a_connection_that_is_gone_is_not_used_again(postgresql_url: str, data_dir: Path, keyring: Keyring) -> None:
    store = Store.open(postgresql_url, data_dir, keyring)
    tries: list[int] = []

    def cut_at_first(uow: UnitOfWork) -> str | None:
        tries.append(len(tries))
        if len(tries) == 1:
            uow.connection.connection.driver_connection.close()  # type: ignore[union-attr]
        return service_rows.get(uow, "heartbeat")

    assert store.write(cut_at_first) is None
    assert tries == [0, 1]
    store.close()


def test_a_moment_is_kept_as_sqlalchemy_keeps_it(store: Store, now: datetime) -> None:
    stored = contact(store, now)
    east = datetime(2026, 11, 24, 8, 30, 15, 250, tzinfo=ZoneInfo("Asia/Shanghai"))
    clause = update(session).where(session.c.id == bindparam("key")).values(wake_at=bindparam("at"))
    kept = select(cast(session.c.wake_at, String)).where(session.c.id == stored.id)

    def both(uow: UnitOfWork) -> tuple[object, object]:
        uow.run(Statement(clause), {"key": stored.id, "at": east})
        ours = uow.connection.execute(kept).scalar()
        uow.connection.execute(clause, {"key": stored.id, "at": east})
        return ours, uow.connection.execute(kept).scalar()

    ours, theirs = store.write(both)
    assert ours == theirs
    with pytest.raises(Exception, match=r"zone|naive"):
        store.write(lambda uow: uow.run(Statement(clause), {"key": stored.id, "at": east.replace(tzinfo=None)}))
