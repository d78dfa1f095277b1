"""Tokens have scopes, an end and a last use; those that are there keep all scopes for a year."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

NOTICE = "tokens: existing ones keep every scope and end after 365 days; new passwords have at least 15 characters"

_ALL = "messages:read messages:write files posts search profile"


def upgrade() -> None:
    """Upgrade. Downgrade by restoring a backup."""
    expires_at = (datetime.now(UTC) + timedelta(days=365)).isoformat(timespec="microseconds").replace("+00:00", "Z")
    op.add_column("api_token", sa.Column("scopes", sa.String(), nullable=False, server_default=_ALL))
    op.add_column("api_token", sa.Column("expires_at", sa.String(27), nullable=False, server_default=expires_at))
    op.add_column("api_token", sa.Column("used_at", sa.String(27), nullable=True))
