"""``tousu audit verify``: good where nothing was touched; whatever was changed by hand is named, and the exit code says so."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest

from tests.app.conftest import Tousu
from tests.app.desk import at_work, done
from tests.core.cases.desk import WEI, Desk


@pytest.fixture(params=["sqlite", "postgresql"])
def running(request: pytest.FixtureRequest, tousu: Tousu, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    """A service at work, with a case that was answered."""
    if request.param == "postgresql":
        monkeypatch.setenv("TOUSU_DATABASE_URL", request.getfixturevalue("postgresql_url"))
    with at_work("service-hall") as desk:
        desk.hire(WEI, *(post.key for post in desk.policy.posts))
        desk.closed(desk.open()[0].number)
        yield desk


def tampered(request: pytest.FixtureRequest, *statements: str) -> None:
    """By somebody who has the database in their hands: what guards the timeline is taken away first."""
    if "postgresql" in request.node.name:
        with psycopg.connect(request.getfixturevalue("postgresql_url"), autocommit=True) as connection:
            connection.execute("SET session_replication_role = replica")
            for statement in statements:
                connection.execute(statement)  # type: ignore[call-overload]
        return
    with sqlite3.connect(next(Path().rglob("tousu.db"))) as database:
        guards = database.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall()
        for (guard,) in guards:
            database.execute(f"DROP TRIGGER {guard}")
        for statement in statements:
            database.execute(statement)
    database.close()


def verified(tousu: Tousu) -> tuple[int, Any]:
    answer = tousu("audit", "verify", "--json")
    return answer.code, json.loads(answer.out)


def test_what_nobody_touched_is_good(tousu: Tousu, running: Desk) -> None:
    code, record = verified(tousu)
    assert (code, record["good"], record["found"], record["findings"]) == (0, True, 0, [])
    assert record["chains"] == 2, "the case's and the office's"
    assert record["entries"] == 4 + len(running.office_lines())
    assert done(tousu("audit", "verify"))


@pytest.mark.parametrize(
    ("statement", "what"),
    [
        ("UPDATE timeline SET actor = 'staff:other' WHERE position = 2", "changed"),
        ("DELETE FROM timeline WHERE position = 2", "missing"),
        ("DELETE FROM timeline WHERE position = 4", "cut"),
        ("UPDATE timeline SET note_sealed = NULL WHERE position = 4", "note_missing"),
        ("UPDATE office_timeline SET kind = 'staff_left' WHERE position = 1", "changed"),
    ],
)
def test_what_was_changed_by_hand_is_named_and_the_exit_code_is_one(
    tousu: Tousu, running: Desk, request: pytest.FixtureRequest, statement: str, what: str
) -> None:
    tampered(request, statement)
    code, record = verified(tousu)
    assert (code, record["good"]) == (1, False)
    assert what in {finding["what"] for finding in record["findings"]}
    answer = tousu("audit", "verify")
    assert answer.code == 1
    assert len(answer.out.splitlines()) >= 2
    assert "Traceback" not in answer.err


def test_a_line_that_is_found_names_the_case(tousu: Tousu, running: Desk, request: pytest.FixtureRequest) -> None:
    tampered(request, "UPDATE timeline SET actor = 'staff:other' WHERE position = 2")
    number = running.store.read(lambda uow: uow.connection.exec_driver_sql("SELECT number FROM case_file").scalar_one())
    assert number in tousu("audit", "verify").out


def test_without_a_database_there_is_one_line(tousu: Tousu) -> None:
    answer = tousu("audit", "verify")
    assert (answer.code, answer.err.count("\n")) == (1, 1)
