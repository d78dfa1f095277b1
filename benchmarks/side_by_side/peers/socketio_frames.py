"""Socket.IO's packets over Engine.IO's WebSocket transport."""

from __future__ import annotations

import json
from collections.abc import Sequence

from benchmarks.side_by_side.load.plan import ID, TEXT, Part, Step, upgrade
from benchmarks.side_by_side.peers.base import Layout
from benchmarks.side_by_side.peers.frames import room_name

PATH = "/socket.io/?EIO=4&transport=websocket"


def socketio_parts(layout: Layout, port: int) -> Sequence[Part]:
    """Connect to the namespace, join the room, send with an ack."""
    return [_part(port, room_name(room), is_sender=is_sender) for room, is_sender in layout.seats()]


def _part(port: int, room: str, *, is_sender: bool) -> Part:
    message = {"client_id": ID, "conversation_id": room, "text": TEXT}
    return Part(
        steps=[
            upgrade(port, PATH),
            Step("", '0{"sid"'),
            Step("40", '40{"sid"'),
            Step(f"420{json.dumps(['join', room])}", "430["),
        ],
        message=f"421{json.dumps(['send', message], separators=(',', ':'))}",
        ack_mark="431[",
        is_sender=is_sender,
    )
