"""Alembic's entry: runs the migrations over the connection that the adapter gives it, or, without
one, writes them out for PostgreSQL, whose driver here is not one of SQLAlchemy's.
"""

from alembic import context

from chinwag.server.adapters.schema import schema

context.configure(
    connection=context.config.attributes.get("connection"),
    dialect_name="postgresql" if context.is_offline_mode() else None,
    target_metadata=schema,
    render_as_batch=True,  # SQLite alters a table by copying it
    # All migrations or none; what is written out, the caller runs in a transaction of its own.
    transactional_ddl=not context.is_offline_mode(),
)
with context.begin_transaction():
    context.run_migrations()
