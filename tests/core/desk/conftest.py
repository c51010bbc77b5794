"""A store on one kind of database, for what is told of each kind in another dose."""

from tests.core.cases.conftest import postgresql_store, sqlite_store

__all__ = ["postgresql_store", "sqlite_store"]
