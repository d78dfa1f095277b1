"""Hostile clients beside everybody else: without an account, from an address of their own, and with one."""

from __future__ import annotations

import asyncio
import contextlib
import json

from tests.chaos.scale.line import open_line
from tests.chaos.scale.operations import HOSTILE_LANE, Kind, Operation, client_id_of

ADDRESS = "127.0.0.9"
HANDSHAKE = (
    "GET {path} HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n"
)
BYTES = (
    HANDSHAKE.format(path="/api/v1/socket"),
    HANDSHAKE.format(path="/_event/?EIO=4&transport=websocket") + "\x81\x14" + '42/_event,["event",1',
    "GET / HTTP/1.1\r\n" + "X-Filler: " + "x" * 60_000 + "\r\n" * 2,
    "GET / HTTP/1.1\r\n" + "".join(f"X-{number}: y\r\n" for number in range(2_000)),
    "GET /api/v1/conversations HTTP/1.1\r\nHost: ",
    "POST /api/v1/auth/login HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000000\r\n\r\n{",
    "\x00\xff" * 500,
)
"""Half requests, endless heads, packets that mean nothing."""
FRAMES = (
    b"{",
    b'{"type":"send"}',
    b'{"type":"events","conversation_id":"x","after_seq":0,"until_seq":9007199254740991}',
    b'{"type":"no-such-frame"}' * 20,
    b'{"type":"hello","protocol":1}',
    b'{"type":"ping","id":"' + b"x" * 70_000 + b'"}',
)
KEPT_SECONDS = 3.0


class Hostile:
    """Attacks until it is cancelled."""

    def __init__(self, world, token, rooms):
        self.world, self._token, self._rooms = world, token, rooms
        self.attacks = 0
        self._number = 0

    async def knock(self, per_second):
        """Connect without an account, say something bad and stay a while."""
        while True:
            self.world.start(self._knock_once(self.world.chance.choice(BYTES)))
            self.attacks += 1
            await asyncio.sleep(1 / per_second)

    async def _knock_once(self, data):
        with contextlib.suppress(OSError):
            _, writer = await asyncio.open_connection("127.0.0.1", self.world.port, local_addr=(ADDRESS, 0))
            writer.write(data.encode("latin-1"))
            await asyncio.sleep(KEPT_SECONDS)
            writer.close()

    async def trespass(self, seconds):
        """As a member of nothing: write into the conversations of others, and send frames that are none."""
        while True:
            line = await open_line(self.world.port, self._token, lambda *_: None, lambda *_: None)
            if line is not None:
                line.send(b'{"type":"hello","protocol":1}')
                for _ in range(20):
                    line.send(self._intrusion())
                line.send(self.world.chance.choice(FRAMES))
                self.attacks += 21
                await asyncio.sleep(seconds)
                line.cut()
            await asyncio.sleep(seconds)

    def _intrusion(self):
        self._number += 1
        operation = Operation(Kind.MESSAGE, HOSTILE_LANE, self._number)
        frame = {"type": "send", "client_id": client_id_of(operation.code), "text": operation.text}
        return json.dumps(frame | {"conversation_id": self.world.chance.choice(self._rooms)}).encode()
