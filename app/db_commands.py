"""What ``tousu db`` does."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.resources import open_store
from app.texts_cli import say
from core.store import keys, migrations

if TYPE_CHECKING:
    from app.settings import Settings


def upgrade_database(settings: Settings) -> str:
    """Bring the tables up to date, and see that our keys open them."""
    migrations.upgrade(settings.database_url)
    open_store(settings).close()
    return say("db", "upgraded", revision=migrations.revisions()[-1])


def rotate_keys(settings: Settings) -> str:
    """Wrap every data key with the first of the secret keys."""
    store = open_store(settings)
    try:
        count = store.write(keys.rewrap_all)
    finally:
        store.close()
    return say("db", "rotated", count=count)
