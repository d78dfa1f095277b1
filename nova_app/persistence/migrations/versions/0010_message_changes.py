"""Messages can be edited, deleted, answered and reacted to; members have roles and settings of their own.

A delivery is of an event: of a message, or of a change of it.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None
NOTICE = "roles: whoever created a group owns it, renames it, appoints admins and deletes messages of others"

MOMENT = sa.String(27)


def upgrade() -> None:
    """Upgrade. Downgrade by restoring a backup."""
    _extend_messages()
    _extend_members()
    _create_tables()
    _extend_deliveries()


def _extend_messages() -> None:
    for column in (
        sa.Column("edited_seq", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("edited_at", MOMENT, nullable=True),
        sa.Column("first_text", sa.String(), nullable=True),
        sa.Column("deleted_seq", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("reply_seq", sa.Integer(), nullable=True),
        sa.Column("mentions", sa.String(), nullable=False, server_default="[]"),
        sa.Column("mentions_all", sa.Boolean(), nullable=False, server_default="0"),
    ):
        op.add_column("message", column)
    op.add_column("change", sa.Column("message_id", sa.String(), nullable=True))
    op.create_index("ix_change_message_id", "change", ["message_id"])


def _extend_members() -> None:
    op.add_column("member", sa.Column("role", sa.String(), nullable=True))
    op.add_column("member", sa.Column("receipt_seq", sa.Integer(), nullable=False, server_default="0"))
    op.execute("UPDATE member SET receipt_seq = read_seq")
    op.add_column("member", sa.Column("is_pinned", sa.Boolean(), nullable=False, server_default="0"))
    op.add_column("member", sa.Column("muted_until", sa.String(27), nullable=True))
    op.add_column("member", sa.Column("notify", sa.String(), nullable=True))
    op.add_column("user", sa.Column("notify", sa.String(), nullable=False, server_default="all"))
    op.add_column("user", sa.Column("quiet_hours", sa.String(), nullable=False, server_default=""))
    groups = "SELECT id FROM conversation WHERE kind = 'group'"
    op.execute(f"UPDATE member SET role = 'member' WHERE conversation_id IN ({groups})")  # noqa: S608 - constants
    # The creator, or, where they have left, the member of longest standing.
    op.execute("""
        UPDATE member SET role = 'owner' WHERE role = 'member' AND user_id = (
            SELECT m.user_id FROM member AS m
            JOIN conversation AS c ON c.id = m.conversation_id
            JOIN user AS u ON u.id = m.user_id
            WHERE m.conversation_id = member.conversation_id
            ORDER BY m.user_id != c.created_by, m.joined_at, m.joined_seq, u.username LIMIT 1
        )
    """)


def _create_tables() -> None:
    op.create_table(
        "reaction",
        sa.Column("message_id", sa.String(), nullable=False),
        sa.Column("emoji", sa.String(), nullable=False),
        sa.Column("user_id", sa.String(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("first_seq", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("message_id", "emoji", "user_id", name="pk_reaction"),
        sa.ForeignKeyConstraint(["message_id"], ["message.id"], name="fk_reaction_message_id_message"),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name="fk_reaction_user_id_user"),
    )
    op.create_index("ix_reaction_user_id", "reaction", ["user_id"])
    op.create_table(
        "mention",
        sa.Column("conversation_id", sa.String(), nullable=False),
        sa.Column("user_id", sa.String(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("conversation_id", "user_id", "seq", name="pk_mention"),
        sa.ForeignKeyConstraint(
            ["conversation_id"], ["conversation.id"], name="fk_mention_conversation_id_conversation"
        ),
    )
    op.create_table(
        "change_request",
        sa.Column("client_id", sa.String(), nullable=False),
        sa.Column("actor_id", sa.String(), nullable=False),
        sa.Column("content", sa.String(), nullable=False),
        sa.Column("conversation_id", sa.String(), nullable=False),
        sa.Column("message_id", sa.String(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("client_id", "actor_id", name="pk_change_request"),
        sa.ForeignKeyConstraint(["actor_id"], ["user.id"], name="fk_change_request_actor_id_user"),
    )


def _extend_deliveries() -> None:
    with op.batch_alter_table("delivery") as table:
        table.add_column(sa.Column("event_seq", sa.Integer(), nullable=False, server_default="0"))
        table.drop_constraint("uq_delivery_webhook_id_message_number", type_="unique")
        table.create_unique_constraint(
            "uq_delivery_webhook_id_message_number_event_seq", ["webhook_id", "message_number", "event_seq"]
        )
