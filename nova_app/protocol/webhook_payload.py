"""The request body of a webhook."""

from __future__ import annotations

import json

from nova_app.domain.events import MessagePosted
from nova_app.protocol.bodies import message_body, to_fields

_PRIVATE = {"client_id"}
"""What only the author's own programs need."""


def payload(message: MessagePosted) -> bytes:
    """Return the request body for a message."""
    data = {name: value for name, value in to_fields(message_body(message)).items() if name not in _PRIVATE}
    return json.dumps({"type": "message.created", "timestamp": message.created_at, "data": data}).encode()
