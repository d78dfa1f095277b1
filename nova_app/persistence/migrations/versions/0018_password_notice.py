"""Whether an account is asked for a longer password: ``due`` from a sign-in with a short one on, and then ``done``."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Upgrade. Downgrade by restoring a backup."""
    op.add_column("user", sa.Column("password_notice", sa.String(), nullable=False, server_default=""))
