"""One connection of a load client to the messaging socket, and the frames that it understands."""

from __future__ import annotations

import asyncio
import contextlib
import socket

import msgspec

CONNECT_SECONDS = 15
HANDSHAKE = (
    "GET /api/v1/socket HTTP/1.1\r\nHost: localhost:{port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nAuthorization: Bearer {token}\r\n\r\n"
)
TEXT, CLOSE, PING, PONG = 1, 8, 9, 10
FIN, MASKED = 0x80, 0x80
NO_MASK = bytes(4)
"""A mask of zeros leaves the bytes as they are."""


class Failure(msgspec.Struct):
    """Why something was refused."""

    code: str = ""
    retryable: bool = False
    retry_after_ms: float | None = None


class Summary(msgspec.Struct):
    """A conversation of the welcome."""

    id: str
    last_seq: int


class Frame(msgspec.Struct):
    """A frame of the server; what it has not is empty."""

    type: str
    conversation_id: str = ""
    seq: int = 0
    last_seq: int = 0
    client_id: str = ""
    message_id: str = ""
    text: str = ""
    author_id: str = ""
    id: int | str = ""
    conversations: list[Summary] = []
    error: Failure | None = None
    retry_min_ms: float = 0
    retry_window_ms: float = 0


decode = msgspec.json.Decoder(Frame | list[Frame]).decode


class Line(asyncio.Protocol):
    """Hands every frame to ``take``, and the end to ``ended``, once."""

    def __init__(self, port, token, take, ended):
        self._handshake = HANDSHAKE.format(port=port, token=token).encode()
        self._take, self._ended = take, ended
        self._transport = None
        self._received = bytearray()
        self._message = bytearray()
        self.is_open = asyncio.get_running_loop().create_future()
        self.is_over = False

    def connection_made(self, transport):
        """Ask for the upgrade."""
        self._transport = transport
        transport.write(self._handshake)

    def data_received(self, data):
        """Take what arrived."""
        self._received += data
        if not self.is_open.done():
            head, found, rest = self._received.partition(b"\r\n\r\n")
            if not found:
                return
            if not head.startswith(b"HTTP/1.1 101 "):
                self.cut()
                return
            self._received = bytearray(rest)
            self.is_open.set_result(True)
        while not self.is_over and (found := split_frame(self._received)):
            first, payload, size = found
            del self._received[:size]
            self._on_frame(first, payload)

    def _on_frame(self, first, payload):
        code = first & 0x0F
        if code == CLOSE:
            self.cut()
        elif code == PING:
            self._transport.write(join_frame(PONG, payload))
        elif code in (0, TEXT):
            self._message += payload
            if first & FIN:
                message, self._message = bytes(self._message), bytearray()
                found = decode(message)
                for item in found if isinstance(found, list) else [found]:
                    self._take(self, item)

    def connection_lost(self, _reason):
        """Tell the device."""
        self._end()

    def _end(self):
        if not self.is_over:
            self.is_over = True
            if not self.is_open.done():
                self.is_open.set_result(False)
            self._ended(self)

    def send(self, *frames):
        """Send text frames, in one piece."""
        if not self.is_over:
            self._transport.write(b"".join(join_frame(TEXT, data) for data in frames))

    @property
    def waiting_bytes(self):
        """What was written and has not left."""
        return 0 if self.is_over else self._transport.get_write_buffer_size()

    def cut(self):
        """Break the connection, as a network does."""
        self._end()
        self._transport.abort()

    def narrow(self, size):
        """Let the system keep no more than about so many bytes that the server does not read."""
        if not self.is_over:
            self._transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, size)

    def pause(self):
        """Read nothing from now on."""
        if not self.is_over:
            self._transport.pause_reading()

    def resume(self):
        """Read again."""
        if not self.is_over:
            self._transport.resume_reading()


def join_frame(code, data):
    """A whole frame of a client."""
    size = len(data)
    if size < 126:
        head = bytes((FIN | code, MASKED | size))
    elif size < 1 << 16:
        head = bytes((FIN | code, MASKED | 126)) + size.to_bytes(2, "big")
    else:
        head = bytes((FIN | code, MASKED | 127)) + size.to_bytes(8, "big")
    return head + NO_MASK + data


def split_frame(received):
    """The first byte, the payload and the size of the first whole frame of a server; None while there is none."""
    if len(received) < 2:
        return None
    size, begin = received[1] & 0x7F, 2
    if size >= 126:
        begin += 2 if size == 126 else 8
        size = int.from_bytes(received[2:begin], "big")
    if len(received) < begin + size:
        return None
    return received[0], bytes(received[begin : begin + size]), begin + size


async def open_line(port, token, take, ended):
    """Connect; None if the server cannot be reached or refuses the upgrade."""
    with contextlib.suppress(OSError, asyncio.TimeoutError):
        async with asyncio.timeout(CONNECT_SECONDS):
            loop = asyncio.get_running_loop()
            _, line = await loop.create_connection(lambda: Line(port, token, take, ended), "127.0.0.1", port)
            if await line.is_open:
                return line
    return None
