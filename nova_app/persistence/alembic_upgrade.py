"""Runs Alembic's revisions on an open connection; loaded only when there is something to migrate."""

from __future__ import annotations

from collections.abc import Sequence

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from nova_app.persistence.revision import MIGRATIONS


def upgrade_to(connection: Connection, revision: str) -> None:
    """Run the revisions up to this one (``head``: all of them), in the transaction that is open."""
    config = _configure()
    config.attributes["connection"] = connection
    command.upgrade(config, revision)


def notices_since(revision: str) -> Sequence[str]:
    """Return the lines of the revisions after this one on what they change for people, in their order."""
    scripts = ScriptDirectory.from_config(_configure())
    later = reversed(list(scripts.iterate_revisions("head", revision)))
    return [script.module.NOTICE for script in later if hasattr(script.module, "NOTICE")]


def _configure() -> Config:
    """Return Alembic's configuration; it needs no ini file and sets up no logging."""
    config = Config()
    # Alembic expands % in its options.
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    return config
