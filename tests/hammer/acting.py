"""A member of staff who does one thing after the other, until the process is killed: ``SEED``. Says what is done once it is."""

from __future__ import annotations

import random
import sys
from datetime import UTC, datetime

from app.resources import at_the_desk
from app.settings import load_settings
from core.cases import work
from core.cases.lifecycle import TABLE, Transition
from core.cases.office import Office
from core.cases.vocabulary import OPEN, features
from core.errors import Refused
from core.store import queries
from core.store.unit_of_work import Store
from tests.core.cases.routes import fields_for

READY = "ready"


def main() -> None:
    chance = random.Random(int(sys.argv[1]))
    with at_the_desk(load_settings()) as (store, office):
        print(READY, flush=True)
        while True:
            _one(store, office, chance)


def _one(store: Store, office: Office, chance: random.Random) -> None:
    line = chance.choice(store.read(lambda uow: queries.case_list(uow, 1000)))
    row = chance.choice(_rows(office, line.status))
    posts = [post.key for post in office.policy.posts if set(post.duties) & set(row.duties)]
    by = chance.choice(posts) + chance.choice(("", "2"))
    try:
        work.attempt(store, office, by, line.number, row.action, fields_for(office.policy, row), datetime.now(UTC))
    except Refused:
        return
    print(f"{line.number} {row.entry}", flush=True)


def _rows(office: Office, status: str) -> list[Transition]:
    """What can be done from there; what leads on more often than what does not."""
    here = [row for row in TABLE if row.source == status and row.side == "staff" and row.holds(features(office.policy))]
    onward = [row for row in here if row.target != status and row.target in (*OPEN, "closed")]
    return [*here, *onward * 6] or [row for row in TABLE if row.action == "note"]
