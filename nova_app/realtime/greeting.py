"""Answers the ``hello`` of one socket: everything of one moment, then what was missed since."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from nova_app.domain.events import Summary
from nova_app.domain.models import ConversationId, UserId, to_text
from nova_app.protocol import frames
from nova_app.protocol.bounds import bounded_ms
from nova_app.protocol.event_frames import ServerFrame
from nova_app.protocol.server_frames import position_frame, welcome_frame
from nova_app.protocol.session import plan_replay
from nova_app.realtime.log_feed import LogFeed
from nova_app.realtime.metric_labels import return_reason
from nova_app.realtime.send_queue import SendQueue
from nova_app.realtime.socket_services import SocketServices


@dataclass(frozen=True, slots=True)
class Greeting:
    """What a greeting needs of its socket, and where its frames go."""

    user_id: UserId
    socket_id: str
    services: SocketServices
    send_queue: SendQueue
    feed: LogFeed
    send_frame: Callable[[ServerFrame], None]

    async def answer(self, hello: frames.Hello) -> None:
        """Subscribe first, then read, then replay, so that no event is missed.

        Raises:
            NovaError: Something cannot be read now.
        """
        services, hub = self.services, self.services.hub
        if hello.resume is not None:
            services.sockets.resumed(return_reason(hello.resume.reason), bounded_ms(hello.resume.gap_ms) / 1000)
        known = await services.arrivals.list_ids(self.user_id)
        self.feed.listen(known)
        posts_then, choices_then = hub.posts.changes, hub.presence.changes
        arrival = await services.arrivals.read(self.user_id, conversations=len(known))
        figures = arrival.figures
        if hub.posts.changes != posts_then:
            figures = await hub.posts.read_current(lambda: services.posts.get_figures(self.user_id))
        summaries = self._begin_to_receive(arrival.summaries, known)
        replay = plan_replay(hello.cursors, summaries)
        self.send_frame(
            welcome_frame(
                user_id=self.user_id,
                session_id=self.socket_id,
                server_time=to_text(services.clock.now()),
                summaries=summaries,
                recovered=replay.recovered,
                build=services.build,
                posts=figures,
            )
        )
        hub.posts.listen(self.send_queue)
        await self.feed.replay(replay, {summary.id: summary.last_seq for summary in summaries})
        for position in arrival.positions:
            self.send_frame(position_frame(position))
        shares = arrival.shares_presence
        while hub.presence.changes != choices_then:  # somebody's choice is newer than what was read
            choices_then = hub.presence.changes
            shares = await services.shares_presence(self.user_id)
        hub.mark_online(self.send_queue, summaries, shares=shares)

    def _begin_to_receive(self, summaries: Sequence[Summary], known: Sequence[ConversationId]) -> list[Summary]:
        """Receive the conversations that are new since, and return all without those that were left meanwhile."""
        before = set(known)
        self.feed.listen([summary.id for summary in summaries if summary.id not in before])
        return [summary for summary in summaries if self.services.hub.receives(self.send_queue, summary.id)]
