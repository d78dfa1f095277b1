"""Brings into one socket's queue what must come from the log: missed events, ranges asked for, what lagged."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence

from nova_app.domain.events import Event
from nova_app.domain.models import ConversationId, from_text
from nova_app.protocol import event_frames, frames
from nova_app.protocol.codes import LIMITS
from nova_app.protocol.server_frames import ResetFrame, encode
from nova_app.protocol.session import Replay
from nova_app.realtime.send_queue import SendQueue
from nova_app.realtime.socket_services import SocketServices


class LogFeed:
    """Reads the log for one socket."""

    __slots__ = ("_send_frame", "_send_queue", "_services")

    def __init__(
        self, send_queue: SendQueue, services: SocketServices, send_frame: Callable[[event_frames.ServerFrame], None]
    ) -> None:
        self._send_queue = send_queue
        self._services = services
        self._send_frame = send_frame

    def listen(self, conversation_ids: Sequence[ConversationId]) -> None:
        """Hold the events of these conversations from now on, until it is known after which number to send them."""
        for conversation_id in conversation_ids:
            self._send_queue.hold(conversation_id)
        self._services.hub.join(self._send_queue, conversation_ids)

    async def replay(self, plan: Replay, newest: Mapping[ConversationId, int]) -> None:
        """Send what a client missed, and from there on what happens.

        Raises:
            NovaError: The log cannot be read now.
        """
        for conversation_id, last_seq in plan.resets:
            self._send_frame(ResetFrame(conversation_id, last_seq))
        for conversation_id, after in plan.after.items():
            reached = after
            if after < newest[conversation_id]:
                reached = await self._send_events(conversation_id, after) or after
            self._send_queue.resume_after(conversation_id, reached)
        self._services.hub.wake_later(self._send_queue)

    async def catch_up(self) -> None:
        """Read more for one conversation that lags, if there is room.

        Raises:
            NovaError: The log cannot be read now.
        """
        lag = self._send_queue.next_lag()
        if lag is None:
            return
        conversation_id, after = lag
        reached = await self._send_events(conversation_id, after)
        self._send_queue.resume_after(conversation_id, reached or self._newest(conversation_id))
        self._services.hub.wake_later(self._send_queue)

    async def answer_range(self, wanted: frames.EventsWanted) -> None:
        """Send the events of a range.

        Raises:
            NovaError: ``NOT_FOUND``, or the log cannot be read now.
        """
        self._services.deliveries.gap()
        room, after, until = ConversationId(wanted.conversation_id), wanted.after_seq, wanted.until_seq
        user_id = self._send_queue.user_id
        events = await self._services.messaging.read_events(
            user_id, room, after_seq=after, until_seq=until, limit=LIMITS.events_range_max
        )
        for event in events:
            self._send_frame(event_frames.event_frame(event, user_id))

    def _newest(self, conversation_id: ConversationId) -> int:
        return lag.upto if (lag := self._send_queue.lags.get(conversation_id)) else 0

    async def _send_events(self, conversation_id: ConversationId, after: int) -> int | None:
        """Queue the events in the log after ``after``; return the last number, None for none."""
        events = await self._services.messaging.read_events(
            self._send_queue.user_id, conversation_id, after_seq=after, limit=LIMITS.replay_max_events
        )
        self._queue_logged(events)
        return events[-1].seq if events else None

    def _queue_logged(self, events: Sequence[Event]) -> None:
        if not events:
            return
        age = self._services.clock.now() - from_text(events[0].created_at)
        committed_at = asyncio.get_running_loop().time() - max(0.0, age.total_seconds())
        for event in events:
            frame = encode(event_frames.event_frame(event, self._send_queue.user_id))
            self._send_queue.reply_event(frame, committed_at)
