"""Drives one socket between its session, the services and the hub, without a transport.

A shell (see ``endpoint``) feeds frames in and carries frames out.  For turns, see ``protocol.session``.
"""

from __future__ import annotations

import asyncio
import contextlib
import contextvars
import functools
import logging
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from typing import Any

from nova_app.domain.errors import ErrorCode, NovaError, Refused, Unavailable
from nova_app.domain.events import Draft, Identity, Posted, Summary
from nova_app.domain.message_changes import Changed, MessageChange
from nova_app.domain.models import ConversationId
from nova_app.observability.audit import record_refusals
from nova_app.observability.request_context import current_account
from nova_app.protocol import event_frames, server_frames
from nova_app.protocol.bodies import summary_body
from nova_app.protocol.server_frames import encode, error_frame
from nova_app.protocol.session import Session, Turn, answer_all
from nova_app.realtime.backpressure import Backpressure
from nova_app.realtime.frame_metrics import FrameMetrics
from nova_app.realtime.greeting import Greeting
from nova_app.realtime.latch import Latch
from nova_app.realtime.log_feed import LogFeed
from nova_app.realtime.metric_labels import cut_off_cause, error_cause, is_ours
from nova_app.realtime.send_queue import SendQueue
from nova_app.realtime.socket_services import SocketServices
from nova_app.realtime.token_rights import refuse_all

logger = logging.getLogger(__name__)

_Requests = Sequence[Draft] | Sequence[MessageChange]
_Store = Callable[[Any], Awaitable[Sequence[Posted | Changed | NovaError]]]


class Connection:
    """Drives one socket.

    Ordering: what the send queue holds leaves in that order; drafts are committed in the order they were sent.
    """

    __slots__ = (
        "_backpressure", "_close", "_context", "_cut_off_cause", "_feed", "_forget_session", "_frame_metrics",
        "_services", "_showing", "_tasks", "_turn_is_due", "_welcomed", "identity", "send_queue", "session",
        "socket_id",
    )  # fmt: skip

    def __init__(
        self,
        identity: Identity,
        socket_id: str,
        services: SocketServices,
        *,
        wake: Callable[[], None],
        close: Callable[[NovaError], None],
        set_reading: Callable[[bool], None],
    ) -> None:
        """Begin before ``hello``.

        Args:
            wake: Called when there is something to send.
            close: End the socket, after what waits was sent.
            set_reading: Called with False when no more frames are to be read, and with True once there is room.
        """
        self.identity = identity
        self.socket_id = socket_id
        self.session = Session(identity.user_id)
        self.send_queue = SendQueue(
            identity.user_id,
            identity.session_id,
            wake=wake,
            on_conversation=self._on_conversation,
            is_page=not identity.is_token,
        )
        self._feed = LogFeed(self.send_queue, services, self.send_frame)
        self._backpressure = Backpressure(set_reading)
        self._services = services
        self._frame_metrics = FrameMetrics(services.sockets, services.deliveries, services.usage)
        self._showing: dict[ConversationId, bool] = {}
        self._close = close
        self._turn_is_due = False
        self._welcomed = Latch()
        self._context = contextvars.copy_context()
        self._tasks: dict[asyncio.Task[None], bool] = {}  # whether it stores what was sent
        self._cut_off_cause = cut_off_cause("abnormal")
        services.hub.add(self.send_queue)
        self._forget_session = services.hub.on_revoke(identity.session_id, lambda code: self.end(Refused(code)))

    def feed(self, data: str | bytes) -> None:
        """Take a frame; it is handled at the end of this turn, with all others of it."""
        kind = self.session.receive(data)
        self._schedule_turn()
        wait = self._services.charge_frame(self.identity.user_id, kind, len(data))
        if wait > 0:
            self._backpressure.wait(wait)

    def hello_is_late(self) -> None:
        """Refuse a client that sent no ``hello`` within the deadline."""
        self.session.hello_is_late()
        self._schedule_turn()

    def end(self, reason: NovaError) -> None:
        """Send the client the reason, then close."""
        self.send_queue.reply(encode(error_frame(reason)))
        self._close(reason)

    def send_frame(self, frame: event_frames.ServerFrame) -> None:
        """Queue one frame and send it at the end of this turn."""
        self.send_queue.reply(encode(frame))
        if self.send_queue.is_overfull:
            self._close(Unavailable(ErrorCode.READER_TOO_SLOW))
        self._services.hub.wake_later(self.send_queue)

    async def catch_up(self) -> None:
        """Read more of the log for one conversation that lags, if there is room.

        Raises:
            NovaError: The log cannot be read now.
        """
        current_account.set(self.identity.user_id)
        await self._feed.catch_up()

    async def leave(self, end: str) -> None:
        """Detach, and wait until all work has stopped."""
        tasks = list(self._tasks)
        self.detach(end)
        await asyncio.gather(*tasks, return_exceptions=True)

    def detach(self, end: str) -> None:
        """Stop all work of a closed socket. What the client sent is still committed.

        Args:
            end: Why the socket ended (``ws_disconnections_total``).
        """
        self._cut_off_cause = cut_off_cause(end)
        self._backpressure.close()
        self._forget_session()
        self._services.hub.remove(self.send_queue)
        for task in list(self._tasks):
            task.cancel()

    def _schedule_turn(self) -> None:
        if not self._turn_is_due:
            self._turn_is_due = True
            asyncio.get_running_loop().call_soon(self._end_turn, context=self._context)

    def _end_turn(self) -> None:
        self._turn_is_due = False
        turn = self.session.end_turn()
        for reply in turn.replies:
            self.send_frame(reply)
        self._frame_metrics.count_turn(turn)
        self._start_storing(turn.drafts, self._services.messaging.post if self.identity.may_write else refuse_all)
        self._start_storing(turn.changes, self._services.changes.change if self.identity.may_write else refuse_all)
        if turn.asked:
            answering = self._answer(turn) if turn.hello is None else self._greet(turn)
            self._start(answering, is_vital=turn.hello is not None, frames_count=turn.asked)
        if turn.close is not None:
            self._close(turn.close)

    def _start(
        self,
        work: Coroutine[Any, Any, int],
        *,
        is_vital: bool = False,
        is_storing: bool = False,
        frames_count: int = 0,
    ) -> None:
        """Start work; where ``is_vital`` work fails, the socket ends: the client reconnects and resumes.

        Args:
            work: Gives how many of the frames it failed on, for which it has counted the causes.
            is_storing: It stores what was sent, which is acked or refused whatever else fails.
            frames_count: So many frames of the client asked for this.
        """
        task = asyncio.ensure_future(self._guard(work, is_vital=is_vital, frames_count=frames_count))
        self._tasks[task] = is_storing
        task.add_done_callback(self._tasks.pop)

    async def _guard(self, work: Coroutine[Any, Any, int], *, is_vital: bool, frames_count: int) -> None:
        cause = ""
        current_account.set(self.identity.user_id)
        try:
            failed = await work
        except asyncio.CancelledError:
            cause = self._cut_off_cause
            raise
        except NovaError as fault:
            cause = error_cause(fault) if is_ours(fault) else ""
            if is_vital:
                await self._give_up(fault)
            else:
                self.send_frame(error_frame(fault))
        except Exception:
            cause = "handler"
            logger.exception("a socket's work failed", extra={"socket_id": self.socket_id})
            await self._give_up(Unavailable(ErrorCode.INTERNAL))
        else:
            frames_count -= failed
        finally:
            self._frame_metrics.count_finished(frames_count, cause)

    async def _give_up(self, fault: NovaError) -> None:
        """End the socket, after what was sent is acked or refused."""
        self._welcomed.fail(fault)
        if (this := asyncio.current_task()) is not None:
            self._tasks[this] = False  # two that fail do not wait for each other
        storing = [task for task, is_storing in self._tasks.items() if is_storing]
        await asyncio.gather(*storing, return_exceptions=True)
        self.end(fault)

    def _start_storing(self, requests: _Requests, store: _Store) -> None:
        if requests:
            self._backpressure.count(len(requests))
            self._start(self._store(requests, store), is_storing=True, frames_count=len(requests))

    async def _store(self, requests: _Requests, store: _Store) -> int:
        begin = asyncio.get_running_loop().time()
        try:
            # A client that does not wait for its welcome still gets it before any ack.
            await self._welcomed.wait()
            results = await store(requests)
        except NovaError as fault:
            results = [fault] * len(requests)
        finally:
            self._backpressure.count(-len(requests))
        record_refusals(results, account=self.identity.user_id, route="socket")
        for frame in answer_all(requests, results):
            self.send_frame(frame)
        return self._frame_metrics.count_stored(results, asyncio.get_running_loop().time() - begin)

    async def _greet(self, turn: Turn) -> int:
        assert turn.hello is not None
        place = (self.identity.user_id, self.socket_id, self._services, self.send_queue)
        await Greeting(*place, self._feed, self.send_frame).answer(turn.hello)
        self._welcomed.open()
        return await self._answer(turn)

    async def _answer(self, turn: Turn) -> int:
        """Do what each frame asks for; what is refused to one costs the others nothing."""
        messaging = self._services.messaging
        works: list[Callable[[], Awaitable[None]]] = []
        if self.identity.may_write:
            works += [functools.partial(messaging.advance, position) for position in turn.positions]
        works += [functools.partial(messaging.typing, typing) for typing in turn.typing]
        works += [functools.partial(self._feed.answer_range, wanted) for wanted in turn.ranges]
        faults = []
        for work in works:
            try:
                await work()
            except NovaError as fault:
                faults.append(fault)
                self.send_frame(error_frame(fault))
        record_refusals(faults, account=self.identity.user_id, route="socket")
        return sum(map(self._frame_metrics.count_failed, faults))

    def _on_conversation(self, conversation_id: ConversationId) -> None:
        """Send a conversation as it is now; a change during the read causes one more read."""
        is_running = conversation_id in self._showing
        self._showing[conversation_id] = is_running
        if not is_running:
            # Until it is sent, its events are held: a socket that failed to would hold them for ever.
            self._start(self._show_conversation(conversation_id), is_vital=True)

    async def _show_conversation(self, conversation_id: ConversationId) -> int:
        try:
            # The welcome tells of it, and joins and replays it first.
            await self._welcomed.wait()
            await self._show_once(conversation_id)
            while self._showing[conversation_id]:
                self._showing[conversation_id] = False
                await self._show_once(conversation_id)
        finally:
            del self._showing[conversation_id]
        return 0

    async def _show_once(self, conversation_id: ConversationId) -> None:
        is_new = not self._services.hub.receives(self.send_queue, conversation_id)
        if is_new:
            self._feed.listen([conversation_id])
        summary = await self._find_summary(conversation_id)
        if summary is None:
            self._services.hub.leave(self.send_queue, conversation_id)
            return
        self.send_frame(server_frames.ConversationFrame(summary_body(summary)))
        if is_new:
            self.send_queue.resume_after(conversation_id, summary.last_seq)
        self._services.hub.add_circle(self.send_queue, summary)

    async def _find_summary(self, conversation_id: ConversationId) -> Summary | None:
        with contextlib.suppress(Refused):
            return await self._services.conversations.get_summary(self.identity.user_id, conversation_id)
        return None
