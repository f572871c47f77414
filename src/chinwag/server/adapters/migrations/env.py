"""Alembic's entry: runs the migrations over the connection that the adapter gives it."""

from alembic import context

from chinwag.server.adapters.schema import schema

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=schema,
    render_as_batch=True,  # SQLite alters a table by copying it
    transactional_ddl=True,  # all migrations or none; both databases can
)
with context.begin_transaction():
    context.run_migrations()
