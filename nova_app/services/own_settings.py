"""A member's own settings of a conversation: pinned, muted, what they are notified of, what counts as read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from nova_app.domain.authorization import Action, authorize
from nova_app.domain.events import Position, Summary
from nova_app.domain.history import parse_moment
from nova_app.domain.models import ConversationId, Notify, UserId, to_text
from nova_app.domain.ports import ConversationRepository, EventPublisher
from nova_app.services.conversations import Conversations
from nova_app.services.ids import invalid_field
from nova_app.services.messaging import Messaging

FOREVER = "forever"


@dataclass(frozen=True, slots=True)
class OwnSettings:
    """Settings to change.

    Attributes:
        values: Of ``is_pinned``, ``muted_until`` and ``notify`` those that change; None ends muting, and lets the
            user's default apply.
        read_seq: Where the member has read up to, in either direction; None to leave it.
    """

    values: Mapping[str, str | bool | None]
    read_seq: int | None = None


class OwnConversationSettings:
    """Change them, and send the conversation to all devices of the user."""

    def __init__(
        self,
        *,
        members: ConversationRepository,
        conversations: Conversations,
        messaging: Messaging,
        publisher: EventPublisher,
    ) -> None:
        self._members = members
        self._conversations = conversations
        self._messaging = messaging
        self._publisher = publisher

    async def change(self, user_id: UserId, conversation_id: ConversationId, wanted: OwnSettings) -> Summary:
        """Change what is named, and return the conversation as the member sees it then.

        Raises:
            Refused: ``NOT_FOUND``; ``INVALID_FIELDS`` with a sentence for ``muted_until``.
            Unavailable: ``STORAGE_UNAVAILABLE``.
        """
        authorize(await self._members.find_standing(conversation_id, user_id), Action.CHANGE_OWN_SETTINGS)
        values = _checked(wanted.values)
        if values:
            await self._members.change_member(conversation_id, user_id, values)
        if wanted.read_seq is not None:
            await self._members.set_back(conversation_id, user_id, wanted.read_seq)
            await self._messaging.advance(Position("read", conversation_id, user_id, wanted.read_seq))
        self._publisher.announce([user_id], conversation_id)
        return await self._conversations.get_summary(user_id, conversation_id)


def _checked(values: Mapping[str, str | bool | None]) -> dict[str, str | bool | None]:
    checked = dict(values)
    until = checked.get("muted_until")
    if isinstance(until, str) and until != FOREVER:
        moment = parse_moment(until)
        if moment is None:
            raise invalid_field("muted_until", 'Expected "forever" or a moment such as 2026-01-31T09:00:00Z.')
        checked["muted_until"] = to_text(moment)
    if checked.get("notify") is not None:
        checked["notify"] = Notify(str(checked["notify"]))
    return checked
