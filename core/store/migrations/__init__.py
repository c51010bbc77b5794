"""The tables as they came to be: Alembic revisions, found beside this file wherever the package is installed."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from sqlalchemy import Connection, Engine, inspect, text

from core.errors import StoreError
from core.store.faults import translating

HERE = Path(__file__).parent

State = Literal["empty", "older", "current", "newer"]


def revisions() -> list[str]:
    """The names of all revisions, oldest first: a revision's file is called like it."""
    return sorted(path.stem for path in (HERE / "versions").glob("[0-9]*.py"))


def state(engine: Engine) -> State:
    """How the tables of this database compare with those of this program."""
    with translating(), engine.connect() as connection:
        if not inspect(connection).has_table("alembic_version"):
            return "empty"
        found = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    if found is None:
        return "empty"
    known = revisions()
    if found not in known:
        return "newer"
    return "current" if found == known[-1] else "older"


def ensure_current(engine: Engine, *, read_only: bool) -> None:
    """Make the tables where there are none; refuse to work on others than ours."""
    found = _known_state(engine)
    if found == "older" or (found == "empty" and read_only):
        raise StoreError("the database is not up to date; stop the service, make a backup and type: tousu db upgrade")
    if found == "empty":
        run(engine)


def upgrade(url: str) -> None:
    """Bring a database up to date. Nothing else may be writing an SQLite file meanwhile: raises AlreadyRunning."""
    from core.store.unit_of_work import connect

    database = connect(url)
    try:
        if _known_state(database.engine) != "current":
            run(database.engine)
    finally:
        database.close()


def _known_state(engine: Engine) -> State:
    found = state(engine)
    if found == "newer":
        raise StoreError("the database was written by a newer version of Tousu; install that version")
    return found


def run(engine: Engine) -> None:
    """Apply the revisions that are missing, in one transaction."""
    with translating(), engine.begin() as connection:
        make(connection, "head")


def make(connection: Connection, revision: str) -> None:
    """Bring the tables to a revision, as a part of a transaction that is open."""
    # Alembic takes half a second to import and is needed once in a database's life.
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(HERE).replace("%", "%%"))
    config.attributes["connection"] = connection
    command.upgrade(config, revision)
