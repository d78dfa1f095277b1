r"""The worker of the delivery queue.

    pending --claimed, tried--> done (gone)
       |            \--failed--> retry --claimed, tried--> done | retry | failed
       +-- worker died: the lease runs out, and it is due again

A delivery is made at least once: a receiver recognises a repeat by its id. Webhooks do
not wait for each other; what goes to one is tried in the order of the log, but what has
failed does not hold up what came later.
"""

from __future__ import annotations

import asyncio
import functools
import logging
import random
import time
from collections.abc import Callable, Sequence
from datetime import timedelta

from nova_app.domain.models import from_text
from nova_app.domain.ports import Clock
from nova_app.domain.webhook_ports import DeliveryQueue, WebhookSender
from nova_app.domain.webhooks import QUEUE, Job, Reply, judge
from nova_app.observability.queue import QueueMetrics

logger = logging.getLogger(__name__)

LEASE = timedelta(seconds=120)
"""Longer than all attempts of one claim for one webhook may take."""
RELEASED_FOR = timedelta(seconds=5)
POLL_SECONDS = 0.5
MEASURE_SECONDS = 2.0


class Deliveries:
    """Tries deliveries that are due, until it is cancelled."""

    def __init__(
        self,
        queue: DeliveryQueue,
        sender: WebhookSender,
        clock: Clock,
        metrics: QueueMetrics,
        *,
        attempts_max: int,
        chance: Callable[[], float] = random.random,
    ) -> None:
        """Create the worker from its ports.

        Args:
            attempts_max: So many tries before a delivery waits for an operator.
        """
        self._queue = queue
        self._sender = sender
        self._clock = clock
        self._metrics = metrics
        self._attempts_max = attempts_max
        self._chance = chance
        self._busy: dict[str, asyncio.Task[None]] = {}
        self._measured_at = float("-inf")

    async def run_once(self) -> int:
        """Start what is due now; return how many deliveries that is.

        Raises:
            Unavailable: ``STORAGE_UNAVAILABLE``.
        """
        now = self._clock.now()
        jobs = await self._queue.claim(now, now + LEASE, busy=set(self._busy))
        by_webhook: dict[str, list[Job]] = {}
        for job in jobs:
            by_webhook.setdefault(job.webhook_id, []).append(job)
        for webhook_id, mine in by_webhook.items():
            task = asyncio.create_task(self._try_all(mine))
            self._busy[webhook_id] = task
            task.add_done_callback(functools.partial(self._forget, webhook_id))
        if jobs or time.monotonic() - self._measured_at >= MEASURE_SECONDS:
            await self._measure()
        return len(jobs)

    async def settle(self) -> None:
        """Wait for the deliveries that were started."""
        await asyncio.gather(*self._busy.values(), return_exceptions=True)

    async def pause(self) -> None:
        """Wait until something may be due: until a webhook becomes free, or for a moment."""
        if self._busy:
            await asyncio.wait(self._busy.values(), timeout=POLL_SECONDS, return_when=asyncio.FIRST_COMPLETED)
        else:
            await asyncio.sleep(POLL_SECONDS)

    async def close(self) -> None:
        """Stop; what is running is due again when its lease runs out."""
        for task in list(self._busy.values()):
            task.cancel()
        await self.settle()

    def _forget(self, webhook_id: str, task: asyncio.Task[None]) -> None:
        del self._busy[webhook_id]
        if not task.cancelled() and task.exception() is not None:
            logger.error("deliveries were not finished; they are due again later", exc_info=task.exception())

    async def _try_all(self, jobs: Sequence[Job]) -> None:
        for number, job in enumerate(jobs):
            if await self._queue.is_held(job) and await self._try(job):
                # Further deliveries to this target would time out as well.
                await self._queue.release(jobs[number + 1 :], self._clock.now() + RELEASED_FOR)
                return

    async def _try(self, job: Job) -> bool:
        """Try once and store the result; return whether the target was slow."""
        begin = time.perf_counter()
        reply = await self._send(job)
        verdict = judge(reply, attempts=job.attempts + 1, attempts_max=self._attempts_max, chance=self._chance())
        self._metrics.attempted(QUEUE, verdict.result, time.perf_counter() - begin)
        now = self._clock.now()
        if verdict.result == "ok":
            await self._queue.finish(job)
            self._metrics.waited(QUEUE, max(0.0, (now - from_text(job.event.created_at)).total_seconds()))
        elif verdict.result == "retried":
            await self._queue.retry(job, now + timedelta(seconds=verdict.wait_seconds), reply.error)
        else:
            await self._queue.fail(job, reply.error, is_over=verdict.is_over)
        return reply.is_slow

    async def _send(self, job: Job) -> Reply:
        """Return the target's reply; a delivery that cannot even be made is a try that failed."""
        try:
            return await self._sender.send(job, self._clock.now())
        except Exception as fault:
            logger.exception("a delivery could not be made", extra={"webhook": job.webhook_id})
            return Reply(0, type(fault).__name__)

    async def _measure(self) -> None:
        state = await self._queue.measure()
        oldest_at = state.oldest_at.timestamp() if state.oldest_at else 0.0
        self._metrics.set_waiting(
            QUEUE, pending=state.pending, retry=state.retry, failed=state.failed, oldest_at=oldest_at
        )
        self._measured_at = time.monotonic()
