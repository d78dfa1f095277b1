"""The writer: one thread that commits everything that waits as one group.

    idle --a request was submitted--> committing --committed--> committing what
    arrived meanwhile, or idle --close()--> draining --> closed

There is no timer: a batch is what arrived while the last commit ran, so a lone
sender does not wait and many senders share one sync of the disk.  After a group,
the next commit begins when the event loop has finished the turn in which the group
was answered: those who answer by sending again are in it too.  Otherwise the senders
fall into two groups that wait for each other, at twice the syncs for each message.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import threading
import time
from collections.abc import Callable, Sequence
from typing import TypeVar

from sqlalchemy import Connection
from sqlmodel import Session

from nova_app.domain.errors import ErrorCode, NovaError, Unavailable
from nova_app.domain.events import Draft, Event, Position, Posted
from nova_app.domain.message_changes import Changed, MessageChange
from nova_app.domain.models import to_text
from nova_app.domain.ports import Clock, EventPublisher
from nova_app.observability.instruments import Instruments
from nova_app.observability.occasional_log import OccasionalLog
from nova_app.observability.request_context import current_account
from nova_app.observability.storage import log_storage_fault
from nova_app.persistence.batch import Applied, apply
from nova_app.persistence.engine import raw_connection, raw_transaction
from nova_app.persistence.write_queue import WriteQueue
from nova_app.persistence.write_requests import (
    ChangesRequest,
    DraftsRequest,
    FunctionRequest,
    PositionRequest,
    WriteRequest,
)

logger = logging.getLogger(__name__)

MAX_BATCH = 512
"""So many drafts (or other writes) are committed together at most."""
MAX_WAITING = 50_000
"""So many may wait; beyond that, new ones are refused at once instead of piling up."""
RETRY_SECONDS = 2.0
"""So long those wait who are refused because too much waits already."""

_T = TypeVar("_T")


class Writer:
    """Commits what each account submits in its order, the accounts by turns, and publishes after each commit.

    Every method is for the event loop that made it, and none of them blocks.
    """

    def __init__(
        self,
        connection: Connection,
        publisher: EventPublisher,
        clock: Clock,
        *,
        instruments: Instruments,
        max_batch: int = MAX_BATCH,
        max_waiting: int = MAX_WAITING,
    ) -> None:
        """Start the thread.

        Args:
            connection: From ``create_write_engine``; the writer alone uses it, and closes it.
            publisher: Gets new events on the event loop, once per commit.
        """
        self._connection = connection
        self._raw = raw_connection(connection)
        self._publisher = publisher
        self._clock = clock
        self._metrics = instruments.storage
        self._log = OccasionalLog(logger)
        self._usage = instruments.usage
        self._max_batch = max_batch
        self._max_waiting = max_waiting
        self._loop = asyncio.get_running_loop()
        self._queue = WriteQueue()
        self._waiting = 0
        self._turn_is_over = threading.Semaphore(0)
        self._is_closing = False
        self._thread = threading.Thread(target=self._work, name="nova-writer", daemon=True)
        self._thread.start()

    def append(self, drafts: Sequence[Draft]) -> asyncio.Future[Sequence[Posted | NovaError]]:
        """Commit drafts; see ``MessageLog.append``."""
        return self._submit(DraftsRequest(self._loop, drafts))

    def change(self, changes: Sequence[MessageChange]) -> asyncio.Future[Sequence[Changed | NovaError]]:
        """Change messages; see ``MessageLog.change``."""
        return self._submit(ChangesRequest(self._loop, changes))

    def advance(self, position: Position) -> asyncio.Future[Position | None]:
        """Move a position; see ``ConversationRepository.advance``."""
        return self._submit(PositionRequest(self._loop, position))

    def run(self, write: Callable[[Session], _T]) -> asyncio.Future[_T]:
        """Run a write on the writer's thread, inside the next transaction.

        It sees everything that was submitted for the same account before it. What it raises
        reaches the caller and undoes only this write. A ``MemberChanged`` or ``ConversationRenamed``
        that it returns is published with the commit.
        """
        return self._submit(FunctionRequest(self._loop, write))

    @property
    def waiting(self) -> int:
        """How many drafts and other writes wait for their commit."""
        return self._waiting

    async def close(self) -> None:
        """Commit and publish what waits, then end the thread; a repeat does nothing."""
        if not self._is_closing:
            self._is_closing = True
            self._queue.close()
        await asyncio.to_thread(self._thread.join)

    def _submit(self, request: WriteRequest) -> asyncio.Future[_T]:
        if self._is_closing or self._waiting >= self._max_waiting:
            refusal = Unavailable(ErrorCode.STORAGE_UNAVAILABLE, retry_after_seconds=RETRY_SECONDS)
            request.settle(request.refusal(refusal))
        else:
            self._waiting += request.weight
            self._queue.put(current_account.get(), request)
        return request.future

    def _work(self) -> None:
        with self._connection:
            while batch := self._queue.take_batch(self._max_batch):
                applied = self._commit(batch)
                try:
                    self._loop.call_soon_threadsafe(self._deliver, batch, applied)
                except RuntimeError:
                    logger.warning("the event loop is closed; %d results were not delivered", len(batch))
                    return
                if len(batch) > 1:
                    self._turn_is_over.acquire()

    def _commit(self, batch: Sequence[WriteRequest]) -> Applied:
        begin = time.perf_counter()
        try:
            with self._begin(batch):
                applied = apply(self._connection, batch, to_text(self._clock.now()), self._log)
        except Exception as fault:
            if not log_storage_fault(self._log, "nothing can be stored", fault):
                logger.exception("a commit failed; %d write requests were refused", len(batch))
            self._metrics.failed(fault)
            refusal = Unavailable(ErrorCode.STORAGE_UNAVAILABLE)
            return Applied(results=[item.refusal(refusal) for item in batch])
        self._metrics.committed(time.perf_counter() - begin, len(batch))
        return applied

    def _begin(self, batch: Sequence[WriteRequest]) -> contextlib.AbstractContextManager[object]:
        """Begin a transaction; what a ``send`` causes needs no SQLAlchemy in it."""
        if any(isinstance(request, FunctionRequest) for request in batch):
            return self._connection.begin()
        return raw_transaction(self._raw)

    def _deliver(self, batch: Sequence[WriteRequest], applied: Applied) -> None:
        """Settle all requests, then publish, once per commit; runs on the event loop."""
        for request, result in zip(batch, applied.results, strict=True):
            self._waiting -= request.weight
            request.settle(result)
        for kind, number in applied.accepted.items():
            self._usage.accepted(kind, number)
        if applied.events:
            self._publish(applied.events)
        if len(batch) > 1:
            self._loop.call_soon(self._turn_is_over.release)

    def _publish(self, events: Sequence[Event]) -> None:
        try:
            self._publisher.publish(events)
        except Exception:
            # The log has the events: clients that missed them read them from there.
            logger.exception("committed events could not be published")
