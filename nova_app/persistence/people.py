"""Users as authors and members, in SQL."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import Row, exists, select
from sqlmodel import Session, col

from nova_app.domain.events import Person
from nova_app.domain.models import ConversationId, UserId
from nova_app.persistence.tables import Member, User

PERSON_COLUMNS: tuple[Any, ...] = (
    col(User.id),
    col(User.username),
    col(User.display_name),
    col(User.status),
    col(User.avatar_id),
)
"""What :func:`person_of` reads."""


def person_of(row: Row[Any]) -> Person:
    """Return the person in a row of ``PERSON_COLUMNS``."""
    return Person(UserId(row.id), row.username, row.display_name, row.status, row.avatar_id)


def author_name_column(message: str) -> str:
    """Return SQL for the author's present display name, which does not depend on membership.

    Args:
        message: What the statement calls the table of messages.
    """
    return f"(SELECT display_name FROM user WHERE user.id = {message}.author_id)"  # noqa: S608 - constants


def read_former_authors(
    session: Session, conversation_id: ConversationId, author_ids: Collection[UserId]
) -> Sequence[Person]:
    """Return those of these authors who are not members of the conversation any more."""
    is_member = exists().where(col(Member.conversation_id) == conversation_id, col(Member.user_id) == col(User.id))
    statement = select(*PERSON_COLUMNS).where(col(User.id).in_(author_ids), ~is_member).order_by(col(User.username))
    return [person_of(row) for row in session.connection().execute(statement)]
