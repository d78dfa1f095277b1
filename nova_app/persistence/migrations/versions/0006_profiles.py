"""What people say of themselves, what they share, and from which device they signed in.

SQLite adds a column with a foreign key only where its default is NULL, so the picture's
key is added without one; an upload that is a user's picture is never deleted.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None
NOTICE = "passwords: people change their own under Settings, where they also end sessions and tokens"


def upgrade() -> None:
    """Go forward; there is no way back but a backup."""
    op.add_column("user", sa.Column("status", sa.String(100), nullable=False, server_default=""))
    op.add_column("user", sa.Column("avatar_id", sa.String(), nullable=True))
    op.add_column("user", sa.Column("shares_read", sa.Boolean(), nullable=False, server_default=sa.true()))
    op.add_column("user", sa.Column("shares_presence", sa.Boolean(), nullable=False, server_default=sa.true()))
    op.create_index("ix_user_avatar_id", "user", ["avatar_id"])
    op.add_column("session", sa.Column("device", sa.String(64), nullable=False, server_default=""))
