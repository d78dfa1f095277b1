"""Posts can be edited, deleted, reacted to and commented on; users have a read position in them.

Messages whose words differ in the one Unicode form of the search are indexed anew.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from nova_app.persistence.engine import raw_connection
from nova_app.persistence.migrations.search_forms import index_in_one_form

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

MOMENT = sa.String(27)


def upgrade() -> None:
    """Upgrade. Downgrade by restoring a backup."""
    op.add_column("post", sa.Column("edited_at", MOMENT, nullable=True))
    op.add_column("post", sa.Column("deleted_at", MOMENT, nullable=True))
    op.add_column("user", sa.Column("posts_read", sa.Integer(), nullable=False, server_default="0"))
    # Whoever was here has had the time to read them.
    op.execute('UPDATE "user" SET posts_read = (SELECT coalesce(max(number), 0) FROM post)')
    _create_reactions()
    _create_comments()
    _create_requests()
    _extend_webhooks()
    index_in_one_form(raw_connection(op.get_bind()))


def _create_reactions() -> None:
    op.create_table(
        "post_reaction",
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("post_id", sa.String(), nullable=False),
        sa.Column("emoji", sa.String(), nullable=False),
        sa.Column("user_id", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_post_reaction"),
        sa.UniqueConstraint("post_id", "emoji", "user_id", name="uq_post_reaction_post_id_emoji_user_id"),
        sa.ForeignKeyConstraint(["post_id"], ["post.id"], name="fk_post_reaction_post_id_post"),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name="fk_post_reaction_user_id_user"),
    )


def _create_comments() -> None:
    op.create_table(
        "post_comment",
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("post_id", sa.String(), nullable=False),
        sa.Column("author_id", sa.String(), nullable=False),
        sa.Column("creation_key", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("deleted_at", MOMENT, nullable=True),
        sa.PrimaryKeyConstraint("number", name="pk_post_comment"),
        sa.UniqueConstraint("author_id", "creation_key", name="uq_post_comment_author_id_creation_key"),
        sa.UniqueConstraint("id", name="uq_post_comment_id"),
        sa.ForeignKeyConstraint(["post_id"], ["post.id"], name="fk_post_comment_post_id_post"),
        sa.ForeignKeyConstraint(["author_id"], ["user.id"], name="fk_post_comment_author_id_user"),
    )
    op.create_index("ix_post_comment_post_id", "post_comment", ["post_id"])


def _create_requests() -> None:
    op.create_table(
        "post_request",
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("actor_id", sa.String(), nullable=False),
        sa.Column("content", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("key", "actor_id", name="pk_post_request"),
        sa.ForeignKeyConstraint(["actor_id"], ["user.id"], name="fk_post_request_actor_id_user"),
    )


def _extend_webhooks() -> None:
    with op.batch_alter_table("webhook") as table:
        table.alter_column("conversation_id", existing_type=sa.String(), nullable=True)
    with op.batch_alter_table("delivery") as table:
        table.alter_column("message_number", existing_type=sa.Integer(), nullable=True)
        table.add_column(sa.Column("post_id", sa.String(), nullable=True))
        table.add_column(sa.Column("post_event", sa.String(), nullable=True))
        table.create_foreign_key("fk_delivery_post_id_post", "post", ["post_id"], ["id"])
        table.create_index("ix_delivery_post_id", ["post_id"])
