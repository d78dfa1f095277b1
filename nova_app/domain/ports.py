"""What the services need from outside, as contracts; adapters fulfil them.

Each port has one contract test that runs over every inside.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol

from nova_app.domain.authorization import Standing
from nova_app.domain.errors import ErrorCode
from nova_app.domain.events import (
    ConversationRenamed,
    Event,
    ListPlace,
    MemberChanged,
    Person,
    Position,
    PreviewsRemoved,
    Summary,
    Typing,
)
from nova_app.domain.models import (
    Access,
    ApiToken,
    ConversationId,
    ConversationKind,
    Role,
    Session,
    SessionId,
    User,
    UserId,
)
from nova_app.domain.registration import Admission, Population


class Clock(Protocol):
    """The time of day."""

    def now(self) -> datetime:
        """Return an aware moment in UTC."""
        ...


class EventPublisher(Protocol):
    """Publishes to connected clients, best effort; correctness comes from ``seq`` and the log."""

    def publish(self, events: Sequence[Event]) -> None:
        """Publish committed events to every member's sockets, in this order.

        Called on the event loop, once per commit, after the commit.
        """
        ...

    def announce(self, user_ids: Sequence[UserId], conversation_id: ConversationId) -> None:
        """Send these users a conversation that appeared or changed for them."""
        ...

    def relay(self, state: Position | Typing | PreviewsRemoved) -> None:
        """Send the conversation's members a state that is not in the log; typing may be dropped under load."""
        ...

    def share_presence(self, user_id: UserId, *, shares: bool) -> None:
        """Show or hide from now on, to others, that this user is here."""
        ...

    def publish_profile(self, user_ids: Sequence[UserId], person: Person) -> None:
        """Send these users a changed profile."""
        ...

    def revoke(self, session_id: SessionId, code: ErrorCode = ErrorCode.NOT_SIGNED_IN) -> None:
        """Close every socket that this session (or token) opened, with the reason."""
        ...


class AccountRepository(Protocol):
    """Users, their sessions and tokens."""

    async def add_user(self, user: User) -> None:
        """Store a new user.

        Raises:
            Refused: ``USERNAME_TAKEN``.
        """
        ...

    async def register(self, user: User, admission: Admission) -> User:
        """Store a new person if the mode of registration allows it, in one transaction.

        The first person becomes the server's admin; an invite counts one use more.

        Raises:
            Refused: ``USERNAME_TAKEN``, ``REGISTRATION_CLOSED``, ``INVITE_REQUIRED``; nothing was stored or counted.
        """
        ...

    async def count_people(self) -> Population:
        """Count the accounts of people, and the admins among them."""
        ...

    async def find_user(self, user_id: UserId) -> User | None:
        """Return the user with this id."""
        ...

    async def find_user_by_name(self, username: str) -> User | None:
        """Return the user with this (lower-case) name."""
        ...

    async def change_user(self, user_id: UserId, values: Mapping[str, str | bool | None]) -> None:
        """Set these columns of a user."""
        ...

    async def replace_password(
        self,
        user_id: UserId,
        *,
        was: str,
        password_hash: str,
        only_session: SessionId | None = None,
        end_tokens: bool = False,
    ) -> list[SessionId] | None:
        """Set the hash if it is still ``was``, and end the user's other sessions, in one commit.

        Args:
            only_session: The one that stays; None ends no session and no token.
            end_tokens: End the user's tokens, too.

        Returns:
            Those that ended; None if the hash was another by then.
        """
        ...

    async def list_acquaintances(self, user_id: UserId) -> list[UserId]:
        """Return all users who share a conversation with this user, each once, the user included."""
        ...

    async def find_people(self, wanted: str, *, limit: int) -> list[User]:
        """Return users whose user or display name contains this text, in any case, by display name."""
        ...

    async def add_session(self, session: Session) -> None:
        """Store a new session."""
        ...

    async def find_session(self, secret_hash: str) -> tuple[Session, User] | None:
        """Return the session with this secret, and its user."""
        ...

    async def find_access(self, ids: Sequence[SessionId]) -> Sequence[Access]:
        """Return those of these sessions and tokens that there are."""
        ...

    async def touch_session(self, session_id: SessionId, seen_at: datetime) -> None:
        """Note that a session was used."""
        ...

    async def delete_session(self, session_id: SessionId, user_id: UserId) -> bool:
        """Delete a session of this user; return False if there is none."""
        ...

    async def list_sessions(self, user_id: UserId) -> list[Session]:
        """Return the user's sessions, the most recently used first."""
        ...

    async def delete_ended_sessions(self, *, seen_before: datetime, created_before: datetime) -> int:
        """Delete sessions last used, or created, at or before these moments; return how many."""
        ...

    async def add_token(self, token: ApiToken) -> None:
        """Store a new token."""
        ...

    async def find_token(self, secret_hash: str) -> tuple[ApiToken, User] | None:
        """Return the token with this secret, and its user."""
        ...

    async def touch_token(self, token_id: SessionId, used_at: datetime) -> None:
        """Note that a token was used."""
        ...

    async def list_tokens(self, user_id: UserId) -> list[ApiToken]:
        """Return the user's tokens, the newest first."""
        ...

    async def delete_token(self, token_id: SessionId, user_id: UserId) -> bool:
        """Delete a token of this user; return False if there is none."""
        ...


class ConversationRepository(Protocol):
    """Conversations and who is in them."""

    async def create(
        self,
        *,
        conversation_id: ConversationId,
        kind: ConversationKind,
        title: str,
        creator_id: UserId,
        member_ids: Sequence[UserId],
        creation_key: str | None,
        created_at: datetime,
    ) -> tuple[ConversationId, bool]:
        """Store a conversation with its first members, or find the one that is meant.

        Returns:
            Its id, and whether it is new: False for a repeated ``creation_key`` of
            the same creator, or a direct conversation that these two already have.
        """
        ...

    async def add_member(
        self, conversation_id: ConversationId, user_id: UserId, actor_id: UserId, at: datetime
    ) -> MemberChanged | None:
        """Add a member and number the event in one transaction.

        Like a message, the event is handed to the publisher after the commit, in
        the order of the log. The new member's positions begin at the event, so
        that earlier messages do not count as unread.

        Returns:
            The event, or None if they were a member already.
        """
        ...

    async def remove_member(
        self, conversation_id: ConversationId, user_id: UserId, actor_id: UserId, at: datetime
    ) -> MemberChanged | None:
        """Let a member leave, or remove them, likewise; return None if they were none.

        Where the last owner goes, the member of longest standing becomes the owner.

        Raises:
            Refused: ``NOT_FOUND``, ``NOT_ALLOWED`` where the actor may not remove this member.
        """
        ...

    async def rename(
        self, conversation_id: ConversationId, title: str, actor_id: UserId, at: datetime
    ) -> ConversationRenamed | None:
        """Give a conversation another title likewise; return None if it has this one.

        Raises:
            Refused: ``NOT_FOUND``, ``NOT_ALLOWED``.
        """
        ...

    async def change_role(self, conversation_id: ConversationId, user_id: UserId, role: Role, actor_id: UserId) -> bool:
        """Give a member another role; return whether it changed. There is no event.

        Raises:
            Refused: ``NOT_FOUND``, also for a user who is no member; ``NOT_ALLOWED``; ``LAST_OWNER``.
        """
        ...

    async def find_standing(self, conversation_id: ConversationId, user_id: UserId) -> Standing | None:
        """Return a member's place in a conversation; None for a user who is no member."""
        ...

    async def find_people(self, usernames: Sequence[str]) -> Mapping[str, UserId]:
        """Return the ids of those names that exist and are not disabled."""
        ...

    async def find_unaddable(self, user_ids: Sequence[UserId], actor_id: UserId) -> Sequence[str]:
        """Return the user names of those whom the actor may not add: they want acquaintances only, and it is none."""
        ...

    async def list_summaries(self, user_id: UserId, only: Sequence[ConversationId] | None = None) -> list[Summary]:
        """Return the user's conversations, the most recently active first."""
        ...

    async def list_page(self, user_id: UserId, before: ListPlace | None, limit: int) -> list[Summary]:
        """Return the first conversations of that list, or of those that come after a place in it."""
        ...

    async def change_member(
        self, conversation_id: ConversationId, user_id: UserId, values: Mapping[str, str | bool | None]
    ) -> None:
        """Set these columns of a membership; does nothing for a user who is no member."""
        ...

    async def set_back(self, conversation_id: ConversationId, user_id: UserId, read_seq: int) -> None:
        """Set a member's own read position back; what others see stays the highest it ever was."""
        ...

    async def advance(self, position: Position) -> Position | None:
        """Move a member's position forward, never past the newest number.

        Being read includes being delivered.

        Returns:
            The new position, or None if nothing moved or this is no member.
        """
        ...
