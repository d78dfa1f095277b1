"""The request body of a webhook."""

from __future__ import annotations

import json

from nova_app.domain.events import ConversationRenamed, Event, MemberChanged
from nova_app.domain.message_changes import MessageDeleted, MessageEdited, ReactionChanged
from nova_app.domain.webhooks import PostEvent
from nova_app.protocol.bodies import to_fields
from nova_app.protocol.event_bodies import event_body

_PRIVATE = {"client_id"}
"""What only the author's own programs need."""


def payload(event: Event | PostEvent) -> bytes:
    """Return the request body for an event."""
    if isinstance(event, PostEvent):
        return json.dumps({"type": event.type, "timestamp": event.created_at, "data": event.data}).encode()
    data = {name: value for name, value in to_fields(event_body(event)).items() if name not in _PRIVATE}
    return json.dumps({"type": _type_of(event), "timestamp": event.created_at, "data": data}).encode()


def _type_of(event: Event) -> str:
    match event:
        case MessageEdited():
            return "message.edited"
        case MessageDeleted():
            return "message.deleted"
        case ReactionChanged():
            return "reaction.added" if event.is_on else "reaction.removed"
        case MemberChanged():
            return f"member.{event.action}"
        case ConversationRenamed():
            return "conversation.renamed"
        case _:
            return "message.created"
