"""Drives Nova's ASGI app in process: requests by httpx, sockets by ``SocketDriver``."""

from __future__ import annotations

import asyncio
import json
import uuid

import httpx

from nova_app.api.gate import Gate
from nova_app.protocol.gate import GatePolicy
from nova_app.protocol.origins import OriginPolicy

BASE = "http://localhost:3000"
PATIENCE_SECONDS = 30


async def eventually(is_it, seconds=PATIENCE_SECONDS):
    """Wait for the first truthy result of ``is_it`` and return it."""
    async with asyncio.timeout(seconds):
        while not (found := is_it()):
            await asyncio.sleep(0.01)
    return found


def services_of(container):
    """The services behind the API, for tests that make one of them fail or look inside."""
    return container.api.state.services


def gated(container):
    """The API behind its gate, as it is served."""
    settings = container.settings
    return Gate(container.api, GatePolicy(OriginPolicy(settings.public_origins), is_https=settings.is_https))


async def sign_up(container, name="ana"):
    """Make an account on another Nova than the fixture's; return its cookie."""
    transport = httpx.ASGITransport(gated(container))
    async with httpx.AsyncClient(base_url=BASE, transport=transport, headers={"Origin": BASE}) as client:
        body = {"username": name, "display_name": name.title(), "password": "correct horse battery"}
        answer = await client.post("/api/v1/auth/register", json=body)
        assert answer.status_code == 201, answer.text
        return "; ".join(f"{name}={value}" for name, value in client.cookies.items())


def a_send(conversation_id, text, client_id=None):
    """A ``send`` frame."""
    return {
        "type": "send",
        "client_id": client_id or str(uuid.uuid4()),
        "conversation_id": conversation_id,
        "text": text,
    }


class FrameReader:
    """What is read from a socket, whatever carries it: ``receive`` returns a frame, or None once it was closed."""

    async def expect(self, *types):
        """The next object of one of these types; others before it are passed over."""
        while (frame := await self.receive()) is not None:
            if frame["type"] in types:
                return frame
        raise AssertionError(f"expected {types}, got a close with {self.close_code}")

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


class SocketDriver(FrameReader):
    """The client's end of one messaging socket."""

    def __init__(self, app, *, cookie="", token="", origin=BASE, host="localhost:3000"):
        headers = [(b"host", host.encode())]
        headers += [(b"cookie", cookie.encode())] if cookie else []
        headers += [(b"authorization", f"Bearer {token}".encode())] if token else []
        headers += [(b"origin", origin.encode())] if origin else []
        self._app = app
        self._scope = {
            "type": "websocket",
            "asgi": {"version": "3.0"},
            "scheme": "ws",
            "http_version": "1.1",
            "path": "/api/v1/socket",
            "raw_path": b"/api/v1/socket",
            "query_string": b"",
            "root_path": "",
            "headers": headers,
            "subprotocols": [],
            "client": ("127.0.0.1", 5000),
            "server": ("127.0.0.1", 3000),
            "state": {},
        }
        self._to_app = asyncio.Queue()
        self._from_app = asyncio.Queue()
        self._readable = asyncio.Event()
        self._readable.set()
        self._is_gone = False
        self._frames = []
        self.close_code = None
        self.frame_count = 0
        self._task = None

    async def open(self):
        """Dial; ``close_code`` is set if the handshake was refused."""
        self._task = asyncio.create_task(self._app(self._scope, self._to_app.get, self._send))
        await self._to_app.put({"type": "websocket.connect"})
        first = await self._next_message()
        if first["type"] == "websocket.close":
            self.close_code = first["code"]

    async def hello(self, cursors):
        """Send ``hello`` and return the welcome."""
        self.send({"type": "hello", "protocol": 1, "cursors": cursors})
        return await self.expect("welcome")

    def stall(self):
        """Stop reading: the server's sends wait from now on."""
        self._readable.clear()

    def resume(self):
        """Read again."""
        self._readable.set()

    def send(self, frame):
        """Send a frame: an object, or text as it is."""
        text = frame if isinstance(frame, str) else json.dumps(frame)
        self._to_app.put_nowait({"type": "websocket.receive", "text": text})

    async def receive(self):
        """The next frame's object, whatever it is; None once the socket is closed."""
        while not self._frames:
            if self.close_code is not None:
                return None
            message = await self._next_message()
            if message["type"] == "websocket.close":
                self.close_code = message.get("code", 1000)
                return None
            self.frame_count += 1
            value = json.loads(message["text"])
            self._frames.extend(value if isinstance(value, list) else [value])
        return self._frames.pop(0)

    async def close(self, code=1005):
        """Hang up and wait until the server has let go."""
        self.resume()
        self.disconnect(code)
        await asyncio.wait_for(self._task, PATIENCE_SECONDS)

    def vanish(self):
        """Disconnect before the server notices: its sends fail from now on, as uvicorn's do."""
        self._is_gone = True
        self._readable.set()

    def disconnect(self, code=1005):
        """Report to the server that this end has disconnected."""
        self._to_app.put_nowait({"type": "websocket.disconnect", "code": code})

    async def _send(self, message):
        await self._readable.wait()
        if self._is_gone:
            raise OSError("the client has disconnected")
        self._from_app.put_nowait(message)

    async def _next_message(self):
        return await asyncio.wait_for(self._from_app.get(), PATIENCE_SECONDS)
