r"""The messaging socket over a C-level WebSocket protocol: the other thin shell around ``Connection``.

    introduced --identified--> open --hello ... close asked for, or the client left--> finished --> gone
         \--refused: error frame, close----------------------------------------------/

No task, timer or event object per socket at rest: frames are fed as they arrive, batches are written at the
end of the turn while the transport's buffer is empty, and everything that waits for time is in
``SocketRegistry.deadlines``.  Between a paused and a resumed write nothing is taken from the send queue, so
that a slow reader costs what the queue may hold and no more.
"""

from __future__ import annotations

import asyncio
import logging
import uuid
from collections.abc import Callable

from picows import WSCloseCode, WSFrame, WSListener, WSMsgType, WSTransport

from nova_app.domain.errors import ErrorCode, NovaError, Unavailable
from nova_app.domain.events import Identity
from nova_app.observability.request_context import RequestContext, current_request
from nova_app.protocol.codes import CLOSE_CODE_OF, HELLO_DEADLINE_SECONDS
from nova_app.protocol.event_frames import ServerFrame
from nova_app.protocol.gate import Admitted, Rejected, close_code
from nova_app.protocol.server_frames import encode, error_frame, join
from nova_app.realtime.connection import Connection
from nova_app.realtime.entrance import SocketEntrance
from nova_app.realtime.fragments import Fragments, TooLarge
from nova_app.realtime.frame_writer import write_text
from nova_app.realtime.metric_labels import end_reason
from nova_app.realtime.written import count_left, count_written

logger = logging.getLogger(__name__)

STALL_SECONDS = 10.0
"""A transport that takes nothing for this long ends the socket (1013)."""
CLOSE_SECONDS = 10.0
"""So long the client has to answer a close."""
ABORT_SECONDS = 2.0
"""So long a close may take that cannot even be written."""
UNANSWERED_PINGS_MAX = 512
"""A client that sends more pings than this without reading is cut off."""
NO_CLOSE_FRAME = 1005
"""How an end without a close frame is counted, as ASGI servers report it."""

_TEXT, _BINARY, _CONTINUATION = WSMsgType.TEXT, WSMsgType.BINARY, WSMsgType.CONTINUATION
_PING, _PONG = WSMsgType.PING, WSMsgType.PONG


class FastSocket(WSListener):
    """One socket, from its upgrade to its end."""

    __slots__ = (
        "_began_at", "_client_code", "_closing", "_connection", "_decision", "_entrance", "_fragments",
        "_is_catching_up", "_is_finished", "_is_gone", "_is_paused", "_last_ping", "_loop", "_on_gone", "_services",
        "_sockets", "_task", "_transport", "_unanswered_pings", "asked_at", "identity", "last_frame_at",
    )  # fmt: skip

    def __init__(
        self, entrance: SocketEntrance, decision: Admitted | Rejected, *, on_gone: Callable[[FastSocket], None]
    ) -> None:
        """Begin an upgrade that the gate let through.

        Args:
            decision: If rejected, the socket is accepted, sent the error and closed.
            on_gone: Called once the connection is closed.
        """
        self._entrance = entrance
        self._services, self._sockets = entrance.services, entrance.sockets
        self._decision: Admitted | Rejected | None = decision
        self._on_gone = on_gone
        self._loop = asyncio.get_running_loop()
        self._began_at = self.last_frame_at = self._loop.time()
        self.asked_at = 0.0
        self._fragments: Fragments | None = None
        self._connection: Connection | None = None
        self._closing: NovaError | None = None
        self._client_code: int | None = None
        self._is_paused = self._is_finished = self._is_gone = self._is_catching_up = False
        self._last_ping, self._unanswered_pings = b"", 0
        self._task: asyncio.Task[None] | None = None

    # What the registry asks of a socket

    def end(self, reason: NovaError) -> None:
        if self._connection is not None:
            self._connection.end(reason)

    def send_frame(self, frame: ServerFrame) -> None:
        if self._connection is not None:
            self._connection.send_frame(frame)

    @property
    def waiting_frames(self) -> int:
        return 0 if self._connection is None else self._connection.send_queue.waiting_frames

    # What the server asks when it stops

    def shutdown(self) -> None:
        if not self._is_finished:
            self._closing = self._closing or Unavailable(ErrorCode.RESTARTING)
            self._finish()
        if not self._is_gone:
            self._transport.disconnect()

    # What the WebSocket protocol reports

    def on_ws_connected(self, transport: WSTransport) -> None:
        self._transport = transport
        underlying = transport.underlying_transport
        underlying.set_write_buffer_limits(high=0)  # paused as soon as anything waits in the transport
        # The library would keep what the handshake said to the end of the socket, and nothing asks for it.
        transport.request.headers.clear()
        transport.response.headers.clear()
        decision, self._decision = self._decision, None
        if isinstance(decision, Rejected):
            self._refuse(decision.error)
        elif decision is not None:
            underlying.pause_reading()  # what comes before the look-up is done stays with the kernel
            self._task = self._loop.create_task(self._introduce(decision))

    def on_ws_frame(self, transport: WSTransport, frame: WSFrame) -> None:  # noqa: ARG002 - the library's signature
        kind = frame.msg_type
        if kind in (_TEXT, _BINARY, _CONTINUATION):
            self._take_data(kind, frame)
        elif kind == _PING:
            self._answer_ping(frame.get_payload_as_bytes())
        elif kind != _PONG:
            self._answer_close(frame)

    def on_ws_disconnected(self, transport: WSTransport) -> None:  # noqa: ARG002 - the library's signature
        self._is_gone = True
        self._sockets.deadlines.clear(self, "close")
        if self._client_code is None:
            self._client_code = NO_CLOSE_FRAME
        self._finish()
        self._on_gone(self)

    def pause_writing(self) -> None:
        self._is_paused = True
        if not self._is_finished:
            self._sockets.deadlines.set(self, "stall", self._loop.time() + STALL_SECONDS, self._stalled)

    def resume_writing(self) -> None:
        self._is_paused = False
        self._sockets.deadlines.clear(self, "stall")
        unanswered, self._unanswered_pings = self._unanswered_pings, 0
        if unanswered:
            self._transport.send_pong(self._last_ping)
        self._flush()

    # The way in

    async def _introduce(self, admitted: Admitted) -> None:
        current_request.set(RequestContext(admitted.request_id, admitted.address))
        try:
            result = await self._identify(admitted)
        finally:
            self._task = None
            self._set_reading(may_read=True)
        if isinstance(result, NovaError):
            self._refuse(result)
        else:
            self._open(result)

    async def _identify(self, admitted: Admitted) -> Identity | NovaError:
        try:
            return await self._entrance.identify(admitted.credentials, admitted.account)
        except NovaError as refusal:
            return refusal
        except Exception:
            logger.exception("a handshake failed")
            return Unavailable(ErrorCode.INTERNAL)

    def _open(self, identity: Identity) -> None:
        if self._is_finished:
            return  # the client left, or the server stops: nothing was opened
        now = self._loop.time()
        self.identity = identity
        self._connection = Connection(
            identity,
            str(uuid.uuid4()),
            self._services,
            wake=self._flush,
            close=self._close_later,
            set_reading=self._set_reading,
        )
        self._services.sockets.accepted(now - self._began_at)
        self._began_at = self.last_frame_at = now
        self._sockets.add(self)
        self._sockets.deadlines.set(self, "hello", now + HELLO_DEADLINE_SECONDS, self._connection.hello_is_late)

    def _refuse(self, refusal: NovaError) -> None:
        if self._is_finished:
            return
        self._entrance.count_refused(refusal)
        if refusal.code not in CLOSE_CODE_OF:
            logger.warning("a socket was refused", extra={"code": refusal.code})
        write_text(self._transport, encode(error_frame(refusal)).data)
        self._closing = refusal
        self._finish()

    def _take_data(self, kind: WSMsgType, frame: WSFrame) -> None:
        if self._connection is None or self._closing is not None or self._is_finished:
            return
        try:
            if kind == _TEXT and frame.fin and self._fragments is None and not frame.rsv1:
                data: str | bytes | None = frame.get_payload_as_utf8_text()
            else:
                self._fragments = self._fragments or Fragments()
                data = self._fragments.take(kind, frame)
        except UnicodeDecodeError:
            self._break(WSCloseCode.INVALID_TEXT)
        except TooLarge:
            self._break(WSCloseCode.MESSAGE_TOO_BIG)
        except ValueError:
            self._break(WSCloseCode.PROTOCOL_ERROR)
        else:
            if data is not None:
                self._fragments = None
                self.last_frame_at = self._loop.time()
                self._services.sockets.arrived(len(data))
                self._connection.feed(data)

    def _answer_ping(self, payload: bytes) -> None:
        """Answer a ping; of those that come while the client does not read, the last one once it does."""
        if not self._is_paused:
            self._transport.send_pong(payload)
            return
        self._last_ping = payload
        self._unanswered_pings += 1
        if self._unanswered_pings > UNANSWERED_PINGS_MAX:
            self._closing = self._closing or Unavailable(ErrorCode.READER_TOO_SLOW)
            self._finish()
            self._transport.disconnect(graceful=False)

    def _break(self, code: WSCloseCode) -> None:
        """End a socket whose client breaks the WebSocket protocol itself."""
        self._client_code = _number_of(code)
        self._transport.send_close(code)
        self._finish()
        self._expect_close(CLOSE_SECONDS)

    def _answer_close(self, frame: WSFrame) -> None:
        code = frame.get_close_code()
        if self._client_code is None:
            self._client_code = NO_CLOSE_FRAME if code == WSCloseCode.NO_INFO else _number_of(code)
        if not self._transport.is_close_frame_sent:
            # A close frame with the code 0 may not be sent.
            self._transport.send_close(WSCloseCode.OK if code == WSCloseCode.NO_INFO else code)
        self._transport.disconnect()

    def _set_reading(self, may_read: bool) -> None:  # noqa: FBT001 - a switch, called with its position only
        underlying = self._transport.underlying_transport
        if self._is_gone or underlying.is_closing():
            return
        if may_read:
            underlying.resume_reading()
        else:
            underlying.pause_reading()

    # The way out

    def _flush(self) -> None:
        connection = self._connection
        if connection is None or self._is_finished or self._is_paused:
            return
        queue = connection.send_queue
        if queue.has_work:
            batch = queue.take_batch()
            frame = join(batch.fragments, batch.frames)
            write_text(self._transport, frame)
            count_written(batch, len(frame), self._loop.time(), self._services.sockets, self._services.deliveries)
            if self._is_paused:  # the transport took part of it and says when it has taken the rest
                return
        if self._closing is not None:
            self._finish()
        elif not self._is_catching_up and queue.next_lag() is not None:
            self._is_catching_up = True
            self._task = self._loop.create_task(self._catch_up(connection))

    async def _catch_up(self, connection: Connection) -> None:
        try:
            await connection.catch_up()
        except NovaError as fault:
            self.end(fault if fault.code in CLOSE_CODE_OF else Unavailable(ErrorCode.INTERNAL, fault.detail))
        except Exception:
            logger.exception("a socket could not catch up", extra={"socket_id": connection.socket_id})
            self.end(Unavailable(ErrorCode.INTERNAL))
        finally:
            self._is_catching_up, self._task = False, None

    def _close_later(self, reason: NovaError) -> None:
        self._closing = self._closing or reason
        self._loop.call_soon(self._flush)

    def _stalled(self) -> None:
        if not self._is_finished:
            self._closing = self._closing or Unavailable(ErrorCode.READER_TOO_SLOW)
            self._services.sockets.failed("send", "timeout")
            self._finish()

    def _finish(self) -> None:
        """Stop all work of this socket, and close it unless the client has."""
        if self._is_finished:
            return
        self._is_finished = True
        if self._task is not None:
            self._task.cancel()
        if self._connection is not None:
            self._leave(self._connection)
        if not self._is_gone and self._closing is not None:
            self._transport.send_close(close_code(self._closing), self._closing.code)  # type: ignore[arg-type]
            self._expect_close(ABORT_SECONDS if self._is_paused else CLOSE_SECONDS)

    def _leave(self, connection: Connection) -> None:
        self._sockets.remove(self)
        for name in ("hello", "stall"):
            self._sockets.deadlines.clear(self, name)
        end = end_reason(self._closing, self._client_code)
        was_cut_off = self._is_gone and (self._is_paused or connection.send_queue.has_work)
        connection.detach(end)
        self._services.sockets.ended(end, self._loop.time() - self._began_at)
        left = connection.send_queue.take_batch().events
        count_left(
            left, end, was_cut_off=was_cut_off, sockets=self._services.sockets, deliveries=self._services.deliveries
        )

    def _expect_close(self, seconds: float) -> None:
        """Give the client time to answer the close; then the connection is cut."""
        abort = self._transport.underlying_transport.abort
        self._sockets.deadlines.set(self, "close", self._loop.time() + seconds, abort)


def _number_of(code: WSCloseCode) -> int:
    return int(code.value)
