"""The messaging socket as a plain ASGI application: a thin shell around ``Connection``."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import uuid
from typing import Any

from starlette.types import Receive, Scope, Send
from starlette.websockets import WebSocket, WebSocketDisconnect, WebSocketState

from nova_app.domain.errors import ErrorCode, NovaError, Unavailable
from nova_app.domain.events import Identity
from nova_app.protocol.codes import CLOSE_CODE_OF, HELLO_DEADLINE_SECONDS
from nova_app.protocol.event_frames import ServerFrame
from nova_app.protocol.gate import RequestHead, close_code, credentials_of, find_account
from nova_app.protocol.server_frames import encode, error_frame, join
from nova_app.realtime.connection import Connection
from nova_app.realtime.entrance import SocketEntrance
from nova_app.realtime.metric_labels import end_reason
from nova_app.realtime.send_queue import FrameBatch
from nova_app.realtime.socket_registry import SocketRegistry
from nova_app.realtime.socket_services import SocketServices
from nova_app.realtime.written import count_left, count_written

logger = logging.getLogger(__name__)

STALL_SECONDS = 10.0
"""A frame that cannot be written for this long ends the socket (1013)."""
CLOSE_SECONDS = 2.0


class SocketEndpoint:
    """``GET /api/v1/socket``. The gate let the handshake in before (``api.gate``)."""

    def __init__(self, entrance: SocketEntrance) -> None:
        """Serve the sockets that the entrance admits."""
        self._entrance = entrance

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one socket until it ends."""
        begin = asyncio.get_running_loop().time()
        websocket = WebSocket(scope, receive, send)
        head = RequestHead.from_scope(scope)
        await websocket.accept()
        try:
            identity = await self._entrance.identify(credentials_of(head), find_account(head))
        except NovaError as refusal:
            # A page cannot read a refused upgrade, so it is accepted, sent the error, and closed.
            self._entrance.count_refused(refusal)
            await _refuse(websocket, refusal)
            return
        await AsgiSocket(websocket, identity, self._entrance.services, self._entrance.sockets).run(begin)


class AsgiSocket:
    """One accepted socket: reads and writes concurrently until either ends."""

    def __init__(
        self, websocket: WebSocket, identity: Identity, services: SocketServices, sockets: SocketRegistry
    ) -> None:
        self._websocket = websocket
        self._sockets = sockets
        self._metrics, self._deliveries = services.sockets, services.deliveries
        self._client_code: int | None = None
        self._cut_off = 0
        self._is_lost = False
        self._ready = asyncio.Event()
        self._may_read = asyncio.Event()
        self._may_read.set()
        self._closing: NovaError | None = None
        self._connection = Connection(
            identity,
            str(uuid.uuid4()),
            services,
            wake=self._ready.set,
            close=self._close_later,
            set_reading=self._set_reading,
        )
        self._loop = asyncio.get_running_loop()
        self.identity = identity
        self.last_frame_at = self._loop.time()
        self.asked_at = 0.0

    def end(self, reason: NovaError) -> None:
        self._connection.end(reason)

    def send_frame(self, frame: ServerFrame) -> None:
        self._connection.send_frame(frame)

    @property
    def waiting_frames(self) -> int:
        return self._connection.send_queue.waiting_frames

    async def run(self, connect_started_at: float) -> None:
        accepted_at = self._loop.time()
        self._metrics.accepted(accepted_at - connect_started_at)
        self._sockets.add(self)
        hello_at = accepted_at + HELLO_DEADLINE_SECONDS
        self._sockets.deadlines.set(self, "hello", hello_at, self._connection.hello_is_late)
        reading = asyncio.create_task(self._read())
        writing = asyncio.create_task(self._write())
        try:
            await asyncio.wait((reading, writing), return_when=asyncio.FIRST_COMPLETED)
            if self._is_lost:  # how the client ended it is in what is still to be read
                await asyncio.wait((reading,), timeout=CLOSE_SECONDS)
        finally:
            self._sockets.deadlines.clear(self, "hello")
            self._sockets.remove(self)
            await _cancel(reading, writing)
            end = end_reason(self._closing, self._client_code)
            await self._connection.leave(end)
            self._note_end(end, self._loop.time() - accepted_at)
            await self._close()

    def _note_end(self, reason: str, seconds: float) -> None:
        self._metrics.ended(reason, seconds)
        left = self._connection.send_queue.take_batch().events + self._cut_off
        count_left(left, reason, was_cut_off=self._is_lost, sockets=self._metrics, deliveries=self._deliveries)

    async def _read(self) -> None:
        with contextlib.suppress(WebSocketDisconnect):
            while self._closing is None:
                message = await self._websocket.receive()
                if message["type"] == "websocket.disconnect":
                    self._client_code = message.get("code")
                    return
                self.last_frame_at = self._loop.time()
                data = _data(message)
                self._metrics.arrived(len(data))
                self._connection.feed(data)
                await self._may_read.wait()

    async def _write(self) -> None:
        send_queue = self._connection.send_queue
        while True:
            await self._ready.wait()
            self._ready.clear()
            if send_queue.has_work and not await self._send(send_queue.take_batch()):
                return
            if self._closing is not None and not send_queue.has_work:
                return
            await self._catch_up()

    async def _send(self, batch: FrameBatch) -> bool:
        frame = join(batch.fragments)
        try:
            async with asyncio.timeout(STALL_SECONDS):
                await self._websocket.send_text(frame.decode())
        except TimeoutError:
            self._closing = Unavailable(ErrorCode.READER_TOO_SLOW)
            self._note_stall(batch)
        except (WebSocketDisconnect, RuntimeError, OSError):
            # Whether that is a failure depends on how the client left, which is known at the end.
            self._is_lost, self._cut_off = True, batch.events
        except asyncio.CancelledError:
            self._cut_off = batch.events
            raise
        else:
            count_written(batch, len(frame), self._loop.time(), self._metrics, self._deliveries)
            return True
        return False

    def _note_stall(self, batch: FrameBatch) -> None:
        self._metrics.failed("send", "timeout")
        if batch.events:
            self._deliveries.failed(batch.events, "timeout")

    async def _catch_up(self) -> None:
        try:
            await self._connection.catch_up()
        except NovaError as fault:
            self.end(fault if fault.code in CLOSE_CODE_OF else Unavailable(ErrorCode.INTERNAL, fault.detail))

    def _set_reading(self, may_read: bool) -> None:  # noqa: FBT001 - a switch, called with its position only
        if may_read:
            self._may_read.set()
        else:
            self._may_read.clear()

    def _close_later(self, reason: NovaError) -> None:
        self._closing = self._closing or reason
        self._ready.set()

    async def _close(self) -> None:
        reason = self._closing
        if reason is None or self._websocket.client_state is WebSocketState.DISCONNECTED:
            return
        with contextlib.suppress(TimeoutError, RuntimeError, OSError, WebSocketDisconnect):
            async with asyncio.timeout(CLOSE_SECONDS):
                await self._websocket.close(close_code(reason), reason.code)


async def _refuse(websocket: WebSocket, refusal: NovaError) -> None:
    if refusal.code not in CLOSE_CODE_OF:
        logger.warning("a socket was refused", extra={"code": refusal.code})
    with contextlib.suppress(RuntimeError, OSError, WebSocketDisconnect):
        await websocket.send_text(encode(error_frame(refusal)).data.decode())
        await websocket.close(close_code(refusal), refusal.code)


def _data(message: Any) -> str | bytes:
    text = message.get("text")
    return text if text is not None else message.get("bytes") or b""


async def _cancel(*tasks: asyncio.Task[None]) -> None:
    for task in tasks:
        task.cancel()
    for result in await asyncio.gather(*tasks, return_exceptions=True):
        if isinstance(result, Exception):
            logger.error("a socket's loop failed", exc_info=result)
