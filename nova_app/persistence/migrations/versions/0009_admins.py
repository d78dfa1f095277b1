"""Who administers the server, which accounts are programs of its own, and the links that admins make."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None
NOTICE = "registration: open until there is an admin (nova users make-admin NAME), then by invite (NOVA_REGISTRATION)"


def upgrade() -> None:
    """Go forward; there is no way back but a backup."""
    for name in ("is_admin", "is_service"):
        op.add_column("user", sa.Column(name, sa.Boolean(), nullable=False, server_default=sa.false()))
    op.create_table(
        "invite",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("secret_hash", sa.String(), nullable=False),
        sa.Column("created_by", sa.String(), nullable=True),
        sa.Column("created_at", sa.String(27), nullable=False),
        sa.Column("expires_at", sa.String(27), nullable=False),
        sa.Column("max_uses", sa.Integer(), nullable=True),
        sa.Column("uses", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["created_by"], ["user.id"], name="fk_invite_created_by_user"),
        sa.PrimaryKeyConstraint("id", name="pk_invite"),
        sa.UniqueConstraint("secret_hash", name="uq_invite_secret_hash"),
    )
    op.create_table(
        "password_reset",
        sa.Column("user_id", sa.String(), nullable=False),
        sa.Column("secret_hash", sa.String(), nullable=False),
        sa.Column("created_at", sa.String(27), nullable=False),
        sa.Column("expires_at", sa.String(27), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name="fk_password_reset_user_id_user"),
        sa.PrimaryKeyConstraint("user_id", name="pk_password_reset"),
        sa.UniqueConstraint("secret_hash", name="uq_password_reset_secret_hash"),
    )
    op.create_table(
        "readiness",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("checked_at", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_readiness"),
    )
    # The names that the prober gave its two accounts.
    op.execute("UPDATE user SET is_service = 1 WHERE username GLOB 'probe-writer-*' OR username GLOB 'probe-reader-*'")
