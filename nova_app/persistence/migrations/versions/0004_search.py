"""Messages get a lasting number, and an index of their words.

The number is the table's own row number, which SQLite may change in a compaction unless
it is a column.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from nova_app.domain.events import MessagePosted
from nova_app.domain.models import ClientId, ConversationId, MessageId, UserId
from nova_app.domain.tokenizer import index_text_as_written
from nova_app.persistence.engine import raw_connection
from nova_app.persistence.search_index import CREATE_INDEX, index_messages

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

MOMENT = sa.String(27)
BATCH = 10_000


def upgrade() -> None:
    """Go forward; there is no way back but a backup."""
    op.create_table(
        "message_new",
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("conversation_id", sa.String(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("author_id", sa.String(), nullable=False),
        sa.Column("client_id", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_message"),
        sa.UniqueConstraint("id", name="uq_message_id"),
        sa.UniqueConstraint("client_id", "author_id", name="uq_message_client_id_author_id"),
        sa.UniqueConstraint("conversation_id", "seq", name="uq_message_conversation_id_seq"),
        sa.ForeignKeyConstraint(
            ["conversation_id"], ["conversation.id"], name="fk_message_conversation_id_conversation"
        ),
        sa.ForeignKeyConstraint(["author_id"], ["user.id"], name="fk_message_author_id_user"),
    )
    columns = "id, conversation_id, seq, author_id, client_id, text, created_at"
    op.execute(f"INSERT INTO message_new ({columns}) SELECT {columns} FROM message ORDER BY created_at, rowid")  # noqa: S608 - fixed names
    op.drop_table("message")
    op.rename_table("message_new", "message")
    op.execute(CREATE_INDEX)
    _index_all()


def _index_all() -> None:
    raw = raw_connection(op.get_bind())
    last = 0
    while rows := raw.execute(
        "SELECT number, conversation_id, author_id, text FROM message WHERE number > ? ORDER BY number LIMIT ?",
        (last, BATCH),
    ).fetchall():
        index_messages(raw, [(number, _message(*rest)) for number, *rest in rows], index_text_as_written)
        last = rows[-1][0]


def _message(conversation_id: ConversationId, author_id: UserId, text: str) -> MessagePosted:
    return MessagePosted(conversation_id, 0, MessageId(""), ClientId(""), author_id, text, "")
