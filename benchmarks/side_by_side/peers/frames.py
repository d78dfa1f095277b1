"""Nova's frames, which every peer without a protocol of its own speaks, too."""

from __future__ import annotations

import json
from collections.abc import Sequence

from benchmarks.side_by_side.load.plan import ID, TEXT, Part, Step, upgrade
from benchmarks.side_by_side.peers.base import Layout

ACK = '"type":"ack"'
WELCOME = '"type":"welcome"'


def send_frame(room: str) -> str:
    """A message to a room."""
    return json.dumps({"type": "send", "client_id": ID, "conversation_id": room, "text": TEXT}, separators=(",", ":"))


def room_name(room: int) -> str:
    """A room's id, as long as Nova's."""
    return f"00000000-0000-4000-8000-{room:012d}"


def room_parts(layout: Layout, port: int, path: str = "/api/v1/socket") -> Sequence[Part]:
    """What connections say to a server that asks only for the room."""
    return [
        Part(
            steps=[upgrade(port, path), Step(f'{{"type":"hello","room":"{room_name(room)}"}}', WELCOME)],
            message=send_frame(room_name(room)),
            ack_mark=ACK,
            is_sender=is_sender,
        )
        for room, is_sender in layout.seats()
    ]
