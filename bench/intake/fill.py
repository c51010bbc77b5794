"""Makes a database that has been in use for years: closed cases with all that belongs to them, written by SQL alone.

What is sealed is random bytes of the length that real ones have: nobody will ever open it.
"""

from __future__ import annotations

import os
from collections.abc import Mapping

from sqlalchemy import Connection, Engine, create_engine, make_url, text

MESSAGES_KEPT = 1
"""Of each conversation; the indexes are as deep as those of the tables with all of them."""

_IN_SQLITE = {
    "series": "(WITH RECURSIVE counting(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM counting WHERE n < :many)"
    " SELECT n FROM counting) AS series",
    "key": "randomblob(60)",
    "hash": "randomblob(32)",
    "short": "randomblob(188)",
    "long": "randomblob(464)",
    "draft": "lower(hex(randomblob(16)))",
    "moment": "strftime('%Y-%m-%d %H:%M:%f000', '2023-01-01', '+' || (n * 60) || ' seconds')",
    "false": "0",
    "true": "1",
}
_IN_POSTGRESQL = {
    "series": "generate_series(1, :many) AS series(n)",
    "key": "decode(repeat(md5(random()::text), 4), 'hex')",
    "hash": "sha256(convert_to(random()::text || n, 'UTF8'))",
    "short": "decode(repeat(md5(random()::text), 12), 'hex')",
    "long": "decode(repeat(md5(random()::text), 29), 'hex')",
    "draft": "md5(random()::text || n)",
    "moment": "timestamptz '2023-01-01' + n * interval '60 seconds'",
    "false": "false",
    "true": "true",
}

# Each person has two keys, one for the conversation and one for the case. :keys, :people and :cases are the last ids
# that were in use before.
_STATEMENTS = (
    "INSERT INTO data_key (id, master_id, wrapped) SELECT :keys + 2 * n - 1, 'filled', {key} FROM {series}",
    "INSERT INTO data_key (id, master_id, wrapped) SELECT :keys + 2 * n, 'filled', {key} FROM {series}",
    """INSERT INTO session (id, channel, peer_blind, peer_sealed, key_id, state_sealed, version, lines, updated_at)
    SELECT :people + n, 'wechat', {hash}, {key}, :keys + 2 * n - 1, {long}, 9, 18, {moment} FROM {series}""",
    """INSERT INTO case_file (id, number, policy_id, policy_version, channel, session_id, draft, key_id, status,
    category, level, anonymous, contents_sealed, phone_blind, last_four_blind, code_hash, registered_at, promised_on,
    promise_provisional, version, human_wanted, flags, urged_count, closed_at)
    SELECT :cases + n, 'LS2023-' || (1000000 + n), 'law-firm', '2026.1', 'wechat', :people + n, {draft}, :keys + 2 * n,
    'closed', 'fees', 'general', {false}, {long}, {hash}, {hash}, {hash}, {moment}, '2023-12-31',
    {false}, 3, {false}, '[]', 0, {moment} FROM {series}""",
    """INSERT INTO timeline (case_id, at, kind, actor, public)
    SELECT :cases + n, {moment}, 'registered', 'complainant', {true} FROM {series}""",
    """INSERT INTO timeline (case_id, at, kind, actor, note_sealed, public)
    SELECT :cases + n, {moment}, 'closed', 'staff:1', {short}, {true} FROM {series}""",
    """INSERT INTO outbox (session_id, dedupe_key, body_sealed, state, attempts, due_at, platform_id, last_code, line,
    made_at, sent_at)
    SELECT :people + n, 'filled:' || n, {long}, 'sent', 1, {moment}, '', '', 18, {moment}, {moment} FROM {series}""",
    *[
        f"""INSERT INTO inbox (channel, dedupe_blind, session_id, line, kind, body_sealed, reply_sealed, answered,
    draft, received_at)
    SELECT 'wechat', {{hash}}, :people + n, {2 * message + 1}, 'text', {{short}}, {{long}}, {{true}}, {{draft}},
    {{moment}} FROM {{series}}"""
        for message in range(MESSAGES_KEPT)
    ],
)


def fill(url: str, many: int) -> None:
    """Add so many cases to a database that has the tables and that nobody is writing to."""
    is_sqlite = url.startswith("sqlite")
    engine = create_engine(make_url(url) if is_sqlite else make_url(url).set(drivername="postgresql+psycopg"))
    spelled = _IN_SQLITE if is_sqlite else _IN_POSTGRESQL
    with engine.connect() as connection:
        _hurry(connection, is_sqlite=is_sqlite)
        with connection.begin():
            _write(connection, spelled, many)
    _tidy_up(engine)
    # What is still on its way to the disk would be counted against the run that follows.
    os.sync()


def _write(connection: Connection, spelled: Mapping[str, str], many: int) -> None:
    used = {
        name: connection.scalar(text(f"SELECT coalesce(max(id), 0) FROM {table}"))
        for name, table in (("keys", "data_key"), ("people", "session"), ("cases", "case_file"))
    }
    for statement in _STATEMENTS:
        connection.execute(text(statement.format(**spelled)), {"many": many, **used})


def _hurry(connection: Connection, *, is_sqlite: bool) -> None:
    """If this is interrupted the database is thrown away, so nothing needs to be safe."""
    in_sqlite = ("PRAGMA journal_mode=off", "PRAGMA synchronous=off", "PRAGMA cache_size=-1000000")
    in_postgresql = ("SET session_replication_role = replica", "SET work_mem = '256MB'")
    for statement in in_sqlite if is_sqlite else in_postgresql:
        connection.exec_driver_sql(statement)
    connection.commit()


def _tidy_up(engine: Engine) -> None:
    """Ids that we chose are unknown to PostgreSQL's counters; and both databases plan by what they have counted."""
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        if engine.dialect.name == "postgresql":
            for table in ("data_key", "session", "case_file"):
                counter = f"pg_get_serial_sequence('{table}', 'id')"
                connection.execute(text(f"SELECT setval({counter}, (SELECT max(id) FROM {table}))"))
            connection.execute(text("VACUUM ANALYZE"))
    engine.dispose()
