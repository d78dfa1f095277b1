"""Both shells of the messaging socket over a real connection, and the client's end of it."""

from __future__ import annotations

import asyncio
import contextlib
import json
import socket
import uuid

import uvicorn
import websockets
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed, InvalidStatus

from nova_app.api.gate import Gate
from nova_app.realtime.port import FastShell, SocketPort
from nova_app.serve import WS_MAX_BYTES
from tests.asgi import BASE, PATIENCE_SECONDS

SHELLS = ("asgi", "fast")
BUFFER_BYTES = 16_384
"""Small enough that a reader who stalls is felt by the server at once."""


@contextlib.asynccontextmanager
async def serving(container, shell, *, find_verdict=lambda _head: None):
    """Serve a container on a port of its own; gives the address of its socket."""
    made = FastShell(entrance=container.entrance, policy=container.policy, find_verdict=find_verdict)
    port = type("Port", (SocketPort,), {"find_shell": staticmethod(lambda: made)})
    gate = Gate(container.api, container.policy, lambda _path: container.instruments.sockets.rejected("origin"))
    config = uvicorn.Config(
        gate,
        http=port if shell == "fast" else "httptools",
        ws="websockets-sansio",
        ws_max_size=WS_MAX_BYTES,
        ws_ping_interval=None,
        ws_per_message_deflate=False,
        lifespan="off",
        log_config=None,
        access_log=False,
    )
    config.load()
    state = uvicorn.server.ServerState()
    listener = socket.create_server(("127.0.0.1", 0))
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, BUFFER_BYTES)
    server = await asyncio.get_running_loop().create_server(
        lambda: config.http_protocol_class(config=config, server_state=state, app_state={}), sock=listener
    )
    try:
        yield f"ws://127.0.0.1:{listener.getsockname()[1]}/api/v1/socket"
    finally:
        server.close()
        for connection in list(state.connections):
            connection.shutdown()
        await asyncio.wait_for(_until_empty(state), PATIENCE_SECONDS)


async def _until_empty(state):
    while state.connections or state.tasks:
        await asyncio.sleep(0.01)


class WireDriver:
    """The client's end of one messaging socket over TCP; used as ``tests.asgi.SocketDriver`` is."""

    def __init__(self, address, *, cookie="", token="", origin=BASE, host="localhost:3000", headers=()):
        sent = [("Cookie", cookie)] if cookie else []
        sent += [("Authorization", f"Bearer {token}")] if token else []
        self._address, self._host, self._origin = address, host, origin or None
        self._headers = [*sent, *headers]
        self._socket = None
        self._frames = []
        self._close_reason = ""
        self.close_code = None
        self.status = None
        self.frame_count = 0

    async def open(self):
        """Dial; ``close_code`` and ``status`` are set if the handshake was refused."""
        raw = socket.socket()
        raw.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, BUFFER_BYTES)
        raw.setblocking(False)
        host, _, port = self._address.removeprefix("ws://").partition("/")[0].partition(":")
        await asyncio.get_running_loop().sock_connect(raw, (host, int(port)))
        try:
            self._socket = await connect(
                self._address.replace(f"{host}:{port}", self._host),
                sock=raw,
                origin=self._origin,
                additional_headers=self._headers,
                compression="deflate",
                max_size=None,
                max_queue=None,
                ping_interval=None,
                proxy=None,
            )
        except InvalidStatus as refused:
            self.status, self.close_code = refused.response.status_code, 1006

    @property
    def wire(self):
        """The connection itself, for what only a WebSocket client can do."""
        return self._socket

    async def hello(self, cursors):
        """Send ``hello`` and return the welcome."""
        self.send({"type": "hello", "protocol": 1, "cursors": cursors})
        return await self.expect("welcome")

    def stall(self):
        """Stop reading: what the server writes stays on the wire."""
        self._socket.transport.pause_reading()

    def resume(self):
        """Read again."""
        self._socket.transport.resume_reading()

    def send(self, frame):
        """Send a frame: an object, or text as it is."""
        text = frame if isinstance(frame, str) else json.dumps(frame)
        # The library's own send has to be awaited; one call after another keeps the order, too.
        self._socket.protocol.send_text(text.encode())
        self._socket.send_data()

    async def receive(self):
        """The next frame's object, whatever it is; None once the socket is closed."""
        while not self._frames:
            if self.close_code is not None:
                return None
            try:
                text = await asyncio.wait_for(self._socket.recv(), PATIENCE_SECONDS)
            except ConnectionClosed as closed:
                self.close_code = closed.rcvd.code if closed.rcvd else 1006
                self._close_reason = closed.rcvd.reason if closed.rcvd else ""
                return None
            self.frame_count += 1
            value = json.loads(text)
            self._frames.extend(value if isinstance(value, list) else [value])
        return self._frames.pop(0)

    async def expect(self, *types):
        """The next object of one of these types; others before it are passed over."""
        while (frame := await self.receive()) is not None:
            if frame["type"] in types:
                return frame
        raise AssertionError(f"expected {types}, got a close with {self.close_code} {self._close_reason}")

    async def collect(self, count, *types):
        """The next ``count`` objects of these types."""
        return [await self.expect(*types) for _ in range(count)]

    async def settle(self):
        """Everything that was sent before now, found by a ping that goes through after it."""
        seen, mark = [], str(uuid.uuid4())
        self.send({"type": "ping", "id": mark})
        while (frame := await self.receive()) is not None and frame != {"type": "pong", "id": mark}:
            seen.append(frame)
        return seen

    async def closed(self):
        """Wait for the close and return its code."""
        while await self.receive() is not None:
            pass
        return self.close_code

    async def closed_with(self):
        """Wait for the close and return its code and reason."""
        return await self.closed(), self._close_reason

    async def close(self, code=1000):
        """Hang up."""
        if self._socket is not None:
            with contextlib.suppress(websockets.WebSocketException, OSError, RuntimeError):
                self._socket.transport.resume_reading()
            await self._socket.close(code)
