"""Runs Alembic's revisions on an open connection; loaded only when there is something to migrate."""

from __future__ import annotations

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection

from nova_app.persistence.revision import MIGRATIONS


def upgrade_to(connection: Connection, revision: str) -> None:
    """Run the revisions up to this one (``head``: all of them), in the transaction that is open."""
    config = Config()  # needs no ini file and sets up no logging
    # Alembic expands % in its options.
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = connection
    command.upgrade(config, revision)
