"""Files, and posts that show them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0001"
branch_labels = None
depends_on = None

MOMENT = sa.String(27)


def upgrade() -> None:
    """Go forward; there is no way back but a backup."""
    op.create_table(
        "upload",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("owner_id", sa.String(), nullable=False),
        sa.Column("creation_key", sa.String(), nullable=True),
        sa.Column("name", sa.String(255), nullable=False),
        sa.Column("size_bytes", sa.Integer(), nullable=False),
        sa.Column("content_type", sa.String(), nullable=False),
        sa.Column("width", sa.Integer(), nullable=False),
        sa.Column("height", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_upload"),
        # The owner first: the same index sums up how much space a user needs.
        sa.UniqueConstraint("owner_id", "creation_key", name="uq_upload_owner_id_creation_key"),
        sa.ForeignKeyConstraint(["owner_id"], ["user.id"], name="fk_upload_owner_id_user"),
    )
    op.create_table(
        "post",
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("author_id", sa.String(), nullable=False),
        sa.Column("creation_key", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_post"),
        sa.UniqueConstraint("id", name="uq_post_id"),
        sa.UniqueConstraint("author_id", "creation_key", name="uq_post_author_id_creation_key"),
        sa.ForeignKeyConstraint(["author_id"], ["user.id"], name="fk_post_author_id_user"),
    )
    op.create_table(
        "post_file",
        sa.Column("post_id", sa.String(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("upload_id", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("post_id", "position", name="pk_post_file"),
        sa.ForeignKeyConstraint(["post_id"], ["post.id"], name="fk_post_file_post_id_post"),
        sa.ForeignKeyConstraint(["upload_id"], ["upload.id"], name="fk_post_file_upload_id_upload"),
    )
    op.create_index("ix_post_file_upload_id", "post_file", ["upload_id"])
