"""Alembic's entry: migrates on the connection handed over by ``coach.store.engine.migrate``."""

from alembic import context

from coach.store.tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,
    compare_type=True,
)
with context.begin_transaction():
    context.run_migrations()
