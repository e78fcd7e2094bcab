"""Runs the migrations on the connection that ``ledger.storage.migrate`` hands over; there is no ini file."""

from alembic import context

from ledger.storage.schema import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    # SQLite can roll DDL back too, given an explicit BEGIN: a crash leaves the old tables or the new ones.
    transactional_ddl=True,
)
with context.begin_transaction():
    context.run_migrations()
