"""The sockets of this process: limits per account, silence, and the planned stop."""

from __future__ import annotations

import asyncio
import contextlib
from collections import defaultdict
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from nova_app.domain.errors import ErrorCode, NovaError, Refused, Unavailable
from nova_app.domain.events import Identity
from nova_app.domain.models import UserId
from nova_app.protocol.codes import CLOSES_PER_SECOND, PING_AFTER_SECONDS, SILENCE_DEADLINE_SECONDS
from nova_app.protocol.event_frames import ServerFrame
from nova_app.protocol.server_frames import ByeFrame, PingFrame
from nova_app.realtime.deadlines import Deadlines

SWEEP_SECONDS = 5.0
DEADLINE_TICK_SECONDS = 0.5
DRAIN_STEP_SECONDS = 0.05


class Socket(Protocol):
    """What the registry needs of a socket, independent of the transport."""

    identity: Identity
    last_frame_at: float
    asked_at: float

    @property
    def waiting_frames(self) -> int:
        """How many frames wait to be written."""
        ...

    def end(self, reason: NovaError) -> None:
        """Send the client the reason, then close."""

    def send_frame(self, frame: ServerFrame) -> None:
        """Send one frame."""


@dataclass(frozen=True, slots=True)
class RestartNotice:
    """The advice to clients before a planned stop, in milliseconds."""

    retry_min_ms: int
    retry_window_ms: int


class SocketRegistry:
    """Registry of open sockets; one sweep for all instead of a timer each."""

    def __init__(self, *, per_account: int) -> None:
        """Create an empty registry.

        Args:
            per_account: Above this many, the account's oldest socket gives way (4409).
        """
        self._per_account = per_account
        self._by_user: dict[UserId, dict[Socket, None]] = defaultdict(dict)
        self._all_gone = asyncio.Event()
        self._all_gone.set()
        self.is_closing = False
        self.deadlines = Deadlines()

    def __len__(self) -> int:
        """Return how many sockets are open."""
        return sum(len(sockets) for sockets in self._by_user.values())

    def add(self, socket: Socket) -> None:
        """Add a socket; the oldest of the account is closed if there are too many."""
        mine = self._by_user[socket.identity.user_id]
        if len(mine) >= self._per_account:
            oldest = next(iter(mine))
            del mine[oldest]
            oldest.end(Refused(ErrorCode.TOO_MANY_SOCKETS))
        mine[socket] = None
        self._all_gone.clear()

    def remove(self, socket: Socket) -> None:
        """Remove a socket; does nothing if it was removed already."""
        user_id = socket.identity.user_id
        mine = self._by_user.get(user_id, {})
        mine.pop(socket, None)
        if not mine:
            self._by_user.pop(user_id, None)
        if not self._by_user:
            self._all_gone.set()

    def measure_backlog(self) -> tuple[int, int]:
        """Return how many frames wait to be written, over all sockets and for the slowest reader."""
        waiting = [socket.waiting_frames for socket in self._everyone()]
        return sum(waiting), max(waiting, default=0)

    @contextlib.asynccontextmanager
    async def sweeping(self) -> AsyncIterator[None]:
        """Sweep for silent sockets while the block runs."""
        task = asyncio.create_task(self._sweep_forever())
        try:
            yield
        finally:
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task

    async def close_all(self, restart_notice: RestartNotice, *, timeout_seconds: float) -> None:
        """Send ``bye`` to all sockets, close them one after another (1012), wait until all are closed."""
        self.is_closing = True
        bye = ByeFrame("restarting", restart_notice.retry_min_ms, restart_notice.retry_window_ms)
        for socket in self._everyone():
            socket.send_frame(bye)
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(timeout_seconds):
                await self._drain()
                await self._all_gone.wait()
        for socket in self._everyone():
            socket.end(Unavailable(ErrorCode.RESTARTING))

    async def _drain(self) -> None:
        batch = max(1, round(CLOSES_PER_SECOND * DRAIN_STEP_SECONDS))
        everyone = self._everyone()
        for begin in range(0, len(everyone), batch):
            if begin:
                await asyncio.sleep(DRAIN_STEP_SECONDS)
            for socket in everyone[begin : begin + batch]:
                socket.end(Unavailable(ErrorCode.RESTARTING))

    def _everyone(self) -> Sequence[Socket]:
        return [socket for sockets in self._by_user.values() for socket in sockets]

    async def _sweep_forever(self) -> None:
        loop = asyncio.get_running_loop()
        next_sweep = loop.time() + SWEEP_SECONDS
        while True:
            await asyncio.sleep(DEADLINE_TICK_SECONDS)
            now = loop.time()
            self.deadlines.check(now)
            if now >= next_sweep:
                next_sweep = now + SWEEP_SECONDS
                self.sweep(now)

    def sweep(self, now: float) -> None:
        """Ping silent sockets, and end those that are silent too long, as of ``now``."""
        for socket in self._everyone():
            silence = now - socket.last_frame_at
            if silence >= SILENCE_DEADLINE_SECONDS:
                socket.end(Unavailable(ErrorCode.SILENT))
            elif silence >= PING_AFTER_SECONDS and socket.asked_at < socket.last_frame_at:
                socket.asked_at = now
                socket.send_frame(PingFrame("server"))
