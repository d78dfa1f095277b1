"""Alembic's environment: runs the revisions on the connection that ``migrate`` opened.

It configures no logging and opens no transaction of its own: the caller's
transaction makes all revisions one step.
"""

from __future__ import annotations

from alembic import context
from sqlmodel import SQLModel

import nova_app.persistence.change_tables
import nova_app.persistence.post_tables
import nova_app.persistence.tables  # noqa: F401 - declares the tables

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=SQLModel.metadata,
    render_as_batch=True,
    transactional_ddl=True,
)
with context.begin_transaction():
    context.run_migrations()
