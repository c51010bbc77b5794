"""A service at work on the database of the settings, and commands that are typed beside it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

from app.resources import open_store
from app.settings import load_settings
from tests.app.conftest import Answer, Tousu
from tests.core.cases.desk import Desk
from tests.sqlite import place


@contextmanager
def at_work(pack: str) -> Iterator[Desk]:
    """A service that runs all the while; nobody works there before ``tousu staff add``."""
    settings = load_settings()
    place(settings.database_url)
    store = open_store(settings)
    try:
        yield Desk(store, datetime.now(UTC), pack, crew=False)
    finally:
        store.close()


def done(answer: Answer) -> str:
    """What a command said that did what it was for."""
    assert (answer.code, answer.err) == (0, "")
    return answer.out


def refused(answer: Answer) -> str:
    """The one line of a command that did nothing."""
    assert (answer.code, answer.out) == (1, "")
    assert answer.err.count("\n") == 1
    return answer.err


def hire(tousu: Tousu, account: str, *posts: str, name: str = "", unit: str = "") -> None:
    words = [word for post in posts for word in ("--post", post)]
    done(tousu("staff", "add", account, "--name", name or account, "--unit", unit, *words))
