"""Runs migrations on the connection that :func:`webapp.db.engine.upgrade` hands over."""

from __future__ import annotations

from alembic import context

from webapp.db.base import Base

context.configure(
    connection=context.config.attributes["connection"],
    # So that constraints get the names that the models give them.
    target_metadata=Base.metadata,
    # SQLite cannot alter a table in place.
    render_as_batch=True,
)
with context.begin_transaction():
    context.run_migrations()
