"""A delivery may be of an event that concerns no message: of a membership or of a new title."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Upgrade. Downgrade by restoring a backup."""
    with op.batch_alter_table("delivery") as table:
        table.alter_column("message_number", existing_type=sa.Integer(), nullable=True)
