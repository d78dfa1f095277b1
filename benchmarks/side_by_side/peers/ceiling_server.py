"""The server of ``ceiling.py``: ``python -m … PORT``.

Each turn of the loop sends a member one frame with all that came for its rooms, as Nova does.
"""

from __future__ import annotations

import asyncio
import gc
import json
import sys

import msgspec
import uvloop
from picows import WSListener, WSMsgType, ws_create_server

from benchmarks.side_by_side.machine import raise_file_limit
from nova_app.realtime.port import READ_BUFFER_BYTES

MESSAGE = (
    b'{"type":"message","seq":1000000,"message_id":"00000000-0000-7000-8000-000000000000",'
    b'"author_id":"00000000-0000-4000-8000-000000000000","created_at":"2026-01-01T00:00:00.000000Z",'
    b'"client_id":"%b","conversation_id":"%b","text":"%b"}'
)
ACK = (
    b'{"type":"ack","client_id":"%b","conversation_id":"%b","message_id":"00000000-0000-7000-8000-000000000000",'
    b'"seq":1000000,"created_at":"2026-01-01T00:00:00.000000Z","duplicate":false}'
)


class Send(msgspec.Struct):
    """What a client says."""

    client_id: str
    conversation_id: str
    text: str


decode = msgspec.json.Decoder(Send).decode


class Room:
    """Its members, and what came for them in this turn."""

    def __init__(self):
        self.members, self.frames, self.acks = {}, [], {}

    def take(self, member, frame):
        if not self.frames:
            asyncio.get_running_loop().call_soon(self.flush)
        client_id, room = frame.client_id.encode(), frame.conversation_id.encode()
        self.frames.append(MESSAGE % (client_id, room, frame.text.encode()))
        self.acks.setdefault(member, []).append(ACK % (client_id, room))

    def flush(self):
        frames, acks = b",".join(self.frames), self.acks
        self.frames, self.acks = [], {}
        for member, transport in self.members.items():
            own = b",".join(acks[member]) + b"," if member in acks else b""
            transport.send(WSMsgType.TEXT, b"[" + own + frames + b"]")


rooms: dict[str, Room] = {}


class Member(WSListener):
    """One connection."""

    room = None

    def on_ws_frame(self, transport, frame):
        payload = frame.get_payload_as_memoryview()
        if self.room:
            self.room.take(self, decode(payload))
            return
        self.room = rooms.setdefault(json.loads(bytes(payload))["room"], Room())
        self.room.members[self] = transport
        transport.send(WSMsgType.TEXT, b'[{"type":"welcome"}]')

    def on_ws_disconnected(self, transport):  # noqa: ARG002 - the library's signature
        if self.room:
            del self.room.members[self]


async def serve(port):
    server = await ws_create_server(
        lambda _request: Member(), "127.0.0.1", port, backlog=8192, read_buffer_init_size=READ_BUFFER_BYTES
    )
    gc.freeze()
    await server.serve_forever()


if __name__ == "__main__":
    raise_file_limit()
    uvloop.run(serve(int(sys.argv[1])))
