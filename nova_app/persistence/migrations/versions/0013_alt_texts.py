"""Descriptions of the files of messages; none for those that are stored already."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Upgrade. Downgrade by restoring a backup."""
    op.add_column("message_file", sa.Column("alt", sa.String(), nullable=False, server_default=""))
