"""The request body of a webhook."""

from __future__ import annotations

import json

from nova_app.domain.events import MessagePosted
from nova_app.protocol.file_body import file_body


def payload(message: MessagePosted) -> bytes:
    """Return the request body for a message."""
    data: dict[str, object] = {
        "conversation_id": message.conversation_id,
        "message_id": message.message_id,
        "seq": message.seq,
        "author_id": message.author_id,
        "author_name": message.author_name,
        "text": message.text,
        "created_at": message.created_at,
    }
    if message.files:
        data["files"] = [file_body(file) for file in message.files]
    return json.dumps({"type": "message.created", "timestamp": message.created_at, "data": data}).encode()
