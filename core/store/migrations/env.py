"""What Alembic runs to apply revisions on the connection it was given."""

from alembic import context
from sqlalchemy import text

from core.store.tables import metadata

# Any number will do, as long as nothing else locks it: two processes may start on a new database at once.
UPGRADING = 7_460_201

connection = context.config.attributes["connection"]
if connection.dialect.name == "postgresql":
    connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": UPGRADING})

context.configure(connection=connection, target_metadata=metadata, render_as_batch=True)
context.run_migrations()
