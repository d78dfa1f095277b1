"""Who may add a user to conversations: everybody, as before, or only those who share one with them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Upgrade. Downgrade by restoring a backup."""
    op.add_column("user", sa.Column("only_acquaintances_add", sa.Boolean(), nullable=False, server_default=sa.false()))
