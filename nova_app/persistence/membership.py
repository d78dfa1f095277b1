"""Creates conversations inside the writer's transaction, and reads a member's place in one.

A direct conversation is found by its two people, a repeated creation by its key.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select

from nova_app.domain.authorization import Standing
from nova_app.domain.models import ConversationId, ConversationKind, Role, UserId
from nova_app.persistence.tables import Conversation, Member


@dataclass(frozen=True, slots=True)
class NewConversation:
    """A conversation to create or find."""

    id: ConversationId
    kind: ConversationKind
    title: str
    creator_id: UserId
    member_ids: Sequence[UserId]
    creation_key: str | None
    created_at: datetime

    def find_or_add(self, session: Session) -> tuple[ConversationId, bool]:
        """Return the id of the one that is meant, and whether it is new."""
        found = self._find_by_key(session) or self._find_by_pair(session)
        if found is not None:
            return found, False
        session.add(
            Conversation(
                id=self.id,
                kind=self.kind,
                title=self.title,
                created_by=self.creator_id,
                created_at=self.created_at,
                direct_key=self._direct_key,
                creation_key=self.creation_key,
            )
        )
        session.flush()
        session.add_all(
            Member(conversation_id=self.id, user_id=user_id, joined_at=self.created_at, role=self._role_of(user_id))
            for user_id in self._everyone
        )
        return self.id, True

    def _role_of(self, user_id: UserId) -> Role | None:
        if self.kind is ConversationKind.DIRECT:
            return None
        return Role.OWNER if user_id == self.creator_id else Role.MEMBER

    @property
    def _everyone(self) -> list[UserId]:
        return list(dict.fromkeys((self.creator_id, *self.member_ids)))

    @property
    def _direct_key(self) -> str | None:
        return ":".join(sorted(self._everyone)) if self.kind is ConversationKind.DIRECT else None

    def _find_by_key(self, session: Session) -> ConversationId | None:
        if self.creation_key is None:
            return None
        statement = select(Conversation.id).where(
            Conversation.created_by == self.creator_id, Conversation.creation_key == self.creation_key
        )
        return _first_id(session.exec(statement).first())

    def _find_by_pair(self, session: Session) -> ConversationId | None:
        if self._direct_key is None:
            return None
        return _first_id(
            session.exec(select(Conversation.id).where(Conversation.direct_key == self._direct_key)).first()
        )


def read_standing(session: Session, conversation_id: ConversationId, user_id: UserId) -> Standing | None:
    """Return a member's place in a conversation; None for a user who is no member."""
    statement = (
        select(Conversation.kind, Member.role)
        .join(Member, col(Member.conversation_id) == col(Conversation.id))
        .where(Conversation.id == conversation_id, Member.user_id == user_id)
    )
    row = session.exec(statement).first()
    return None if row is None else to_standing(*row)


def to_standing(kind: str, role: str | None) -> Standing:
    """Return a member's place from its columns."""
    return Standing(ConversationKind(kind), None if role is None else Role(role))


def _first_id(found: str | None) -> ConversationId | None:
    return None if found is None else ConversationId(found)
