"""uvicorn's protocols with bounds from the first byte: heads, pauses, idle lines, unread answers.

uvicorn's parsers take whatever comes. These subclasses count what has arrived without becoming
a request, watch the clock, and end a line that says nothing, says half a thing, or does not read.
"""

from __future__ import annotations

import asyncio
import contextlib
import functools
import ipaddress
from collections import OrderedDict, defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol

from nova_app.api.strangers import CONNECTION

HEAD_MAX_BYTES = 64 * 1024
"""Of a request's first line and headers, and of whatever else in a body is not its content."""
HEADERS_MAX = 200
UNREAD_MAX_BYTES = 64 * 1024
"""So many bytes of pongs may wait for a client that does not read."""
STALL_SECONDS = 60.0
"""A client that takes none of an answer for so long is cut off."""
CLOSE_SECONDS = 10.0
TICK_SECONDS = 1.0
GRACE_SECONDS = 1.0
"""So long a new line may take to show its session, however many others come at the same time."""
CROWD = 16
"""So many times as many lines as an address may keep are let in for that long."""
_END_OF_HEAD = b"\r\n\r\n"
_UNREADABLE = (
    b"HTTP/1.1 400 Bad Request\r\ncontent-type: text/plain; charset=utf-8\r\n"
    b"x-content-type-options: nosniff\r\nconnection: close\r\ncontent-length: "
)
_TOO_MANY = (
    b"HTTP/1.1 429 Too Many Requests\r\nretry-after: 1\r\n"
    b"x-content-type-options: nosniff\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"
)


@dataclass(slots=True)
class LineLimits:
    """The clocks of a line, and how many an address may have that belong to no session.

    Attributes:
        proxies: Addresses and networks whose lines carry those of many people; they are not counted.
        has_room: Returns whether a stranger's connection from an address would be let in.
    """

    head_seconds: float = 10.0
    body_pause_seconds: float = 20.0
    strangers_max: int = 64
    proxies: tuple[str, ...] = ()
    has_room: Callable[[str], bool] = lambda _address: True
    strangers: defaultdict[str, OrderedDict[BoundedHttp, None]] = field(
        default_factory=lambda: defaultdict(OrderedDict)
    )

    def add(self, address: str, line: BoundedHttp) -> None:
        """Note a line of nobody yet."""
        self.strangers[address][line] = None
        self.trim(address, line.made_at)

    def trim(self, address: str, now: float) -> None:
        """Cut the oldest lines of an address with too many: those that had time to show a session, and did not."""
        lines = self.strangers.get(address)
        while lines and len(lines) > self.strangers_max:
            oldest = next(iter(lines))
            if now - oldest.made_at < GRACE_SECONDS and len(lines) <= self.strangers_max * CROWD:
                return
            del lines[oldest]
            oldest.cut()

    def remove(self, address: str, line: BoundedHttp) -> None:
        """Note that a line has ended, or belongs to a session."""
        if lines := self.strangers.get(address):
            lines.pop(line, None)
            if not lines:
                del self.strangers[address]


class BoundedHttp(HttpToolsProtocol):
    """One line of HTTP; ``limits`` are shared by all lines of a server."""

    limits: LineLimits

    @property
    def is_first(self) -> bool:
        """Whether no request came on this line before."""
        return self._requests <= 1

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Start the clock of the first head."""
        super().connection_made(transport)
        self._address = str(self.client[0]) if self.client else ""
        self._unclear = 0
        self._headers = self._requests = 0
        self._is_clear = False
        self._in_head = True
        self._waits_for_body = False
        self.made_at = self._since = self._stalled_at = self.loop.time()
        self._tick: asyncio.TimerHandle | None = self.loop.call_later(self._pace(), self._look)
        self._is_counted = bool(self._address) and not _is_within(self._address, self.limits.proxies)
        if self._is_counted:
            self.limits.add(self._address, self)

    def connection_lost(self, exc: Exception | None) -> None:
        """Stop the clock."""
        self._stop()
        super().connection_lost(exc)

    def prove(self) -> None:
        """Count the line as its account's from now on, not as its address's."""
        if self._is_counted:
            self._is_counted = False
            self.limits.remove(self._address, self)

    def cut(self) -> None:
        """End the line at once."""
        self._is_counted = False
        self.transport.abort()

    def data_received(self, data: bytes) -> None:
        """Count what comes before it is parsed."""
        if not self._in_head and not self._waits_for_body:
            # An idle line speaks again.
            self._in_head, self._since = True, self.loop.time()
        if self._in_head:
            end = data.find(_END_OF_HEAD)
            self._unclear += len(data) if end < 0 else end
            if self._unclear > HEAD_MAX_BYTES:
                self.send_400_response("The head of this request is too large.")
                return
        was_in_body, self._is_clear = not self._in_head, False
        super().data_received(data)
        if was_in_body and not self._is_clear:
            self._unclear += len(data)
            if self._unclear > HEAD_MAX_BYTES and not self.transport.is_closing():
                self.send_400_response("The body of this request cannot be read.")

    def send_400_response(self, msg: str) -> None:
        """Refuse what cannot be read; no application sets this answer's headers."""
        text = msg.encode("ascii", "replace")
        self.transport.write(_UNREADABLE + str(len(text)).encode() + b"\r\n\r\n" + text)
        self.transport.close()

    def on_message_begin(self) -> None:
        """Begin a head."""
        super().on_message_begin()
        self._requests += 1
        self._in_head, self._headers = True, 0
        self.scope["state"][CONNECTION] = self

    def on_header(self, name: bytes, value: bytes) -> None:
        """Refuse endless lists of small headers, trailers included."""
        self._headers += 1
        if self._headers > HEADERS_MAX:
            raise ValueError(f"expected at most {HEADERS_MAX} headers")
        super().on_header(name, value)

    def on_headers_complete(self) -> None:
        """Go on to the body, with its own clock."""
        self._in_head, self._waits_for_body = False, True
        self._note_progress()
        super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        """Note that the body goes on."""
        self._note_progress()
        super().on_body(body)

    def on_message_complete(self) -> None:
        """Note that the request is whole."""
        self._note_progress()
        self._waits_for_body = False
        super().on_message_complete()

    def pause_writing(self) -> None:
        """Start the clock of an answer that is not read."""
        self._stalled_at = self.loop.time()
        super().pause_writing()

    def handle_websocket_upgrade(self) -> None:
        """Hand the line over; it stays counted until it belongs to a session or ends."""
        self._stop_clock()
        if self._is_counted and not self._shows_credentials() and not self.limits.has_room(self._address):
            # The same verdict as the gate's, for a hundredth of its price.
            self.transport.write(_TOO_MANY)
            self.transport.close()
            return
        super().handle_websocket_upgrade()
        protocol = self.transport.get_protocol()
        if not isinstance(protocol, BoundedSocket):
            # Another shell, which lets nobody stay who has no session.
            self.prove()
            return
        protocol.line = self
        if hasattr(protocol, "scope"):
            protocol.scope["state"][CONNECTION] = self

    def _shows_credentials(self) -> bool:
        return any(name in (b"cookie", b"authorization") for name, _ in self.headers)

    def _note_progress(self) -> None:
        self._unclear, self._is_clear, self._since = 0, True, self.loop.time()

    def _stop(self) -> None:
        self._stop_clock()
        self.prove()

    def _stop_clock(self) -> None:
        if self._tick is not None:
            self._tick.cancel()
            self._tick = None

    def _pace(self) -> float:
        return min(TICK_SECONDS, self.limits.head_seconds / 4, self.limits.body_pause_seconds / 4)

    def _look(self) -> None:
        """End a line whose time is over, or look again later."""
        now = self.loop.time()
        if self._is_counted:
            self.limits.trim(self._address, now)
            if not self._is_counted:
                return
        if self.flow.write_paused:
            is_over = now - self._stalled_at > STALL_SECONDS
        elif self._in_head:
            is_over = now - self._since > self.limits.head_seconds
        else:
            # While the application does not read, the client has no say.
            self._since = now if self.flow.read_paused else self._since
            is_over = self._waits_for_body and now - self._since > self.limits.body_pause_seconds
        if is_over:
            self.transport.abort()
            return
        self._tick = self.loop.call_later(self._pace(), self._look)


class BoundedSocket(WebSocketsSansIOProtocol):
    """One WebSocket, which ends where its client does not read what it asked for."""

    line: BoundedHttp | None = None
    _stall: asyncio.TimerHandle | None = None

    def connection_lost(self, exc: Exception | None) -> None:
        """Stop the clocks, and give the line back to its address."""
        self._forget_stall()
        if self.line is not None:
            self.line.prove()
        super().connection_lost(exc)

    def handle_ping(self) -> None:
        """Answer a ping only where earlier answers are read."""
        if self.transport.get_write_buffer_size() > UNREAD_MAX_BYTES:
            self.transport.abort()
            return
        super().handle_ping()

    def pause_writing(self) -> None:
        """Start the clock of a client that does not read."""
        super().pause_writing()
        self._forget_stall()
        self._stall = self.loop.call_later(STALL_SECONDS, self.transport.abort)

    def resume_writing(self) -> None:
        """Stop that clock."""
        super().resume_writing()
        self._forget_stall()

    def on_task_complete(self, task: asyncio.Task[None]) -> None:
        """Cut off a client that does not let the line end."""
        super().on_task_complete(task)
        if not self.disconnected:
            self.loop.call_later(CLOSE_SECONDS, self._abort)

    def _abort(self) -> None:
        with contextlib.suppress(RuntimeError, OSError):
            self.transport.abort()

    def _forget_stall(self) -> None:
        if self._stall is not None:
            self._stall.cancel()
            self._stall = None


@functools.lru_cache(maxsize=4_096)
def _is_within(address: str, networks: tuple[str, ...]) -> bool:
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return False
    return any(found in ipaddress.ip_network(network) for network in networks)


def http_within(limits: LineLimits, *others: type[HttpToolsProtocol]) -> type[BoundedHttp]:
    """Return the protocol of a server whose lines share these limits.

    Args:
        others: What else the protocol does, behind the limits.
    """
    attributes: dict[str, Any] = {"limits": limits}
    return type("Line", (BoundedHttp, *others), attributes)
