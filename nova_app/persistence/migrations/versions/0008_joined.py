"""The number from which on a member is in a conversation: earlier messages were never sent to them.

For those who are in already, the log knows it.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward; there is no way back but a backup."""
    op.add_column("member", sa.Column("joined_seq", sa.Integer(), nullable=False, server_default="0"))
    op.execute("""
        UPDATE member SET joined_seq = coalesce((
            SELECT max(change.seq) FROM change
            WHERE change.conversation_id = member.conversation_id AND change.kind = 'member'
              AND json_extract(change.body, '$.user_id') = member.user_id
              AND json_extract(change.body, '$.action') = 'joined'
        ), 0)
    """)
