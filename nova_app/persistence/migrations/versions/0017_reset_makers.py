"""Which admin made a link to reset a password; a link that is there already counts as made by command, for its day."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Upgrade. Downgrade by restoring a backup."""
    op.add_column("password_reset", sa.Column("created_by", sa.String(), nullable=True))
