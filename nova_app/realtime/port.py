"""Takes the messaging socket's handshakes over from the HTTP server on the same port.

Everything else, and every handshake that is not plain, stays with the server's own protocols, which hand the
messaging socket to the ASGI shell.
"""

from __future__ import annotations

import asyncio
import logging
import re
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

# The protocol itself is no public name of the library: its version is pinned, and tests hold what is used of it.
from picows.picows import WSProtocol  # type: ignore[attr-defined]
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
from uvicorn.protocols.utils import get_remote_addr

from nova_app.domain.errors import NovaError
from nova_app.protocol.gate import SOCKET_PATH, GatePolicy, Rejected, RequestHead, decide
from nova_app.realtime.entrance import SocketEntrance
from nova_app.realtime.fast_socket import FastSocket
from nova_app.realtime.fragments import MESSAGE_MAX_BYTES

READ_BUFFER_BYTES = 1_024
READ_MAX_BYTES = 16_384

logger = logging.getLogger(__name__)
_KEY = re.compile(rb"[A-Za-z0-9+/]{22}==")


class _OwnFaults(logging.LoggerAdapter[logging.Logger]):
    """Logs what failed in Nova; what clients do wrong is counted, not logged line by line."""

    def isEnabledFor(self, level: int) -> bool:  # noqa: ARG002, N802 - the library's signature
        return False

    def exception(self, msg: object, *args: object, **_kwargs: object) -> None:
        logger.exception(str(msg), *args)


_OWN_FAULTS = _OwnFaults(logger, {})


class _BoundedProtocol(WSProtocol):  # type: ignore[misc]
    """Reads at most so much at once: at each full read the library doubles its buffer, and keeps it."""

    __slots__ = ()

    def get_buffer(self, size_hint: int) -> memoryview:
        whole: memoryview = super().get_buffer(size_hint)
        return whole[:READ_MAX_BYTES]

    def data_received(self, data: bytes) -> None:  # noqa: ARG002 - the signature of a protocol
        """Stand where uvloop would otherwise keep the HTTP protocol that was there before."""
        raise RuntimeError("expected to be read through get_buffer")


@dataclass(frozen=True, slots=True, kw_only=True)
class FastShell:
    """What the port needs to serve sockets.

    Attributes:
        find_verdict: Why the limits refuse a handshake, None where they do not.
    """

    entrance: SocketEntrance
    policy: GatePolicy
    find_verdict: Callable[[RequestHead], NovaError | None] = lambda _head: None


class SocketPort(HttpToolsProtocol):
    """The HTTP protocol of the port; subclassed with ``find_shell`` by who serves."""

    find_shell: ClassVar[Callable[[], FastShell | None]]

    def handle_websocket_upgrade(self) -> None:
        shell = type(self).find_shell()
        path, _, query = self.url.partition(b"?")
        if shell is None or path != SOCKET_PATH.encode() or not _is_plain(self.scope["method"], self.headers):
            super().handle_websocket_upgrade()
            return
        self.connections.discard(self)
        client = get_remote_addr(self.transport)
        head = RequestHead(
            method=self.scope["method"],
            path=SOCKET_PATH,
            headers=[
                (name.decode("latin-1"), value.decode("latin-1")) for name, value in shell.policy.bind(self.headers)
            ],
            query=query.decode("latin-1"),
            peer=client[0] if client else "",
            is_socket=True,
        )
        decision = decide(head, shell.policy, fresh_id=str(uuid.uuid4()), verdict=shell.find_verdict(head))
        if isinstance(decision, Rejected) and decision.before_upgrade:
            shell.entrance.count_refused(decision.error)
            _refuse_upgrade(self.transport)
            return
        connections: set[Any] = self.connections
        socket = FastSocket(shell.entrance, decision, on_gone=connections.discard)
        connections.add(socket)
        _upgrade(self.transport, socket, head.find("sec-websocket-key") or "")


def _is_plain(method: str, headers: Sequence[tuple[bytes, bytes]]) -> bool:
    """Return whether a handshake is one that needs no word about what is wrong with it."""
    keys = [value for name, value in headers if name == b"sec-websocket-key"]
    versions = [value for name, value in headers if name == b"sec-websocket-version"]
    return method == "GET" and versions == [b"13"] and len(keys) == 1 and _KEY.fullmatch(keys[0]) is not None


def _refuse_upgrade(transport: asyncio.Transport) -> None:
    transport.write(
        b"HTTP/1.1 403 Forbidden\r\nX-Content-Type-Options: nosniff\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
    )
    transport.close()


def _upgrade(transport: asyncio.Transport, socket: FastSocket, key: str) -> None:
    protocol = _BoundedProtocol(
        host_port=None,
        ws_path=None,
        is_client_side=False,
        ws_listener_factory=lambda _request: socket,
        logger=_OWN_FAULTS,
        disconnect_on_exception=True,
        websocket_handshake_timeout=None,
        enable_auto_ping=False,
        auto_ping_idle_timeout=None,
        auto_ping_reply_timeout=None,
        auto_ping_strategy=1,
        enable_auto_pong=False,
        max_frame_size=MESSAGE_MAX_BYTES,
        extra_headers=None,
        read_buffer_init_size=READ_BUFFER_BYTES,
    )
    transport.set_protocol(protocol)
    protocol.connection_made(transport)
    # The head was read already: the protocol gets as much of it as it answers by.
    head = (
        f"GET {SOCKET_PATH} HTTP/1.1\r\nHost: nova\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        f"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: {key}\r\n\r\n"
    ).encode("latin-1")
    protocol.get_buffer(-1)[: len(head)] = head
    protocol.buffer_updated(len(head))
