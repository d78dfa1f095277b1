"""Writes around membership; each runs inside the writer's transaction.

A direct conversation is found by its two people, a repeated creation by its key.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlmodel import Session, col, select

from nova_app.domain.events import MemberChanged
from nova_app.domain.models import ConversationId, ConversationKind, UserId, to_text
from nova_app.persistence.tables import Change, Conversation, Member, User


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
            Member(conversation_id=self.id, user_id=user_id, joined_at=self.created_at) for user_id in self._everyone
        )
        return self.id, True

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


def join(
    session: Session, conversation_id: ConversationId, user_id: UserId, actor_id: UserId, at: datetime
) -> MemberChanged | None:
    """Add a member and number the event; see ``ConversationRepository.add_member``."""
    if session.get(Member, (conversation_id, user_id)) is not None:
        return None
    event = _number(session, conversation_id, user_id, action="joined", actor_id=actor_id, at=at)
    session.add(
        Member(
            conversation_id=conversation_id,
            user_id=user_id,
            joined_at=at,
            delivered_seq=event.seq,
            read_seq=event.seq,
            joined_seq=event.seq,
        )
    )
    return event


def leave(
    session: Session, conversation_id: ConversationId, user_id: UserId, actor_id: UserId, at: datetime
) -> MemberChanged | None:
    """Remove a member and number the event; see ``ConversationRepository.remove_member``."""
    member = session.get(Member, (conversation_id, user_id))
    if member is None:
        return None
    session.delete(member)
    return _number(session, conversation_id, user_id, action="left", actor_id=actor_id, at=at)


def _number(
    session: Session,
    conversation_id: ConversationId,
    user_id: UserId,
    *,
    action: Literal["joined", "left"],
    actor_id: UserId,
    at: datetime,
) -> MemberChanged:
    """Write the event into the log at the next number."""
    conversation = session.exec(select(Conversation).where(col(Conversation.id) == conversation_id)).one()
    user = session.exec(select(User).where(col(User.id) == user_id)).one()
    conversation.last_seq += 1
    session.add(conversation)
    person = {"user_id": user.id, "username": user.username, "display_name": user.display_name, "action": action}
    session.add(
        Change(
            conversation_id=conversation_id,
            seq=conversation.last_seq,
            kind="member",
            actor_id=actor_id,
            body=json.dumps(person, ensure_ascii=False),
            created_at=at,
        )
    )
    return MemberChanged(
        conversation_id=conversation_id,
        seq=conversation.last_seq,
        user_id=user_id,
        username=user.username,
        display_name=user.display_name,
        action=action,
        actor_id=actor_id,
        created_at=to_text(at),
    )


def _first_id(found: str | None) -> ConversationId | None:
    return None if found is None else ConversationId(found)
