"""Files of messages."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward; there is no way back but a backup."""
    op.create_table(
        "message_file",
        sa.Column("message_number", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("upload_id", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("message_number", "position", name="pk_message_file"),
        sa.ForeignKeyConstraint(["message_number"], ["message.number"], name="fk_message_file_message_number_message"),
        sa.ForeignKeyConstraint(["upload_id"], ["upload.id"], name="fk_message_file_upload_id_upload"),
    )
    op.create_index("ix_message_file_upload_id", "message_file", ["upload_id"])
