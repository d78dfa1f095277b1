"""Previews of links, which messages link them, and whether a user sees them; a full text index of posts."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from nova_app.persistence.engine import raw_connection
from nova_app.persistence.post_index import CREATE_INDEX, index_all_posts

revision = "0016"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Upgrade. Downgrade by restoring a backup."""
    op.create_table(
        "link_preview",
        sa.Column("url", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("description", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("url", name="pk_link_preview"),
    )
    op.create_table(
        "message_link",
        sa.Column("message_id", sa.String(), nullable=False),
        sa.Column("url", sa.String(), nullable=False),
        sa.Column("is_dismissed", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.PrimaryKeyConstraint("message_id", "url", name="pk_message_link"),
        sa.ForeignKeyConstraint(["message_id"], ["message.id"], name="fk_message_link_message_id_message"),
    )
    op.create_index("ix_message_link_url", "message_link", ["url"])
    op.add_column("user", sa.Column("link_previews", sa.Boolean(), nullable=False, server_default=sa.true()))
    op.execute(CREATE_INDEX)
    index_all_posts(raw_connection(op.get_bind()))
