"""The work that goes on while Nova runs, from socket sweeps to webhook deliveries."""

from __future__ import annotations

import asyncio
import contextlib
import ipaddress
import logging
from collections.abc import AsyncIterator, Awaitable, Callable

from nova_app.domain.errors import Unavailable
from nova_app.domain.ports import Clock
from nova_app.integrations.webhooks import HttpWebhookSender
from nova_app.observability.audit import record_pending
from nova_app.observability.census import show_census
from nova_app.observability.descriptors import CHECK_SECONDS as FD_SECONDS
from nova_app.observability.descriptors import DescriptorWatch
from nova_app.observability.history import EVERY_SECONDS, Recorder
from nova_app.observability.instruments import Instruments
from nova_app.observability.occasional_log import OccasionalLog
from nova_app.observability.process import TaskMetrics, measuring_loop_lag
from nova_app.persistence.census import CensusReader
from nova_app.persistence.consistency import measure_storage
from nova_app.persistence.pending_audit import take_pending
from nova_app.persistence.readiness import CHECK_SECONDS as READY_SECONDS
from nova_app.persistence.storage import Storage
from nova_app.realtime.access_watch import CHECK_SECONDS, AccessWatch
from nova_app.realtime.socket_registry import SocketRegistry
from nova_app.services.deliveries import Deliveries
from nova_app.services.sessions import Sessions
from nova_app.services.uploads import Uploads
from nova_app.settings import Settings

logger = logging.getLogger(__name__)

SWEEP_UPLOADS_SECONDS = 3_600
CENSUS_SECONDS = 60
MEASURE_STORAGE_SECONDS = 600
SWEEP_SESSIONS_SECONDS = 3_600
SWEEP_PROBES_SECONDS = 600
OPTIMIZE_SECONDS = 3_600
WRITE_TRAIL_SECONDS = 2
TRY_AGAIN_SECONDS = 2


@contextlib.asynccontextmanager
async def working_in_background(
    *,
    settings: Settings,
    storage: Storage,
    clock: Clock,
    instruments: Instruments,
    uploads: Uploads,
    sessions: Sessions,
    recorder: Recorder,
    sockets: SocketRegistry,
    access_watch: AccessWatch,
) -> AsyncIterator[None]:
    """Do all of it while the block runs."""
    tasks = instruments.tasks
    census = CensusReader(storage.reader)

    async def count_all() -> None:
        show_census(await census.take_census(clock.now()), instruments.metrics)

    async def measure() -> None:
        instruments.storage.disk(await asyncio.to_thread(measure_storage, settings))

    async def sweep_probes() -> None:
        await uploads.drop_unused(await storage.conversations.remove_probes())

    async def write_trail() -> None:
        await asyncio.to_thread(take_pending, settings.data_dir, record_pending)

    async with (
        sockets.sweeping(),
        measuring_loop_lag(instruments.metrics),
        repeating("sweep_uploads", uploads.sweep, every_seconds=SWEEP_UPLOADS_SECONDS, metrics=tasks),
        repeating("check_access", access_watch.check, every_seconds=CHECK_SECONDS, metrics=tasks),
        repeating("check_ready", storage.readiness.check, every_seconds=READY_SECONDS, metrics=tasks),
        repeating("check_descriptors", DescriptorWatch().check, every_seconds=FD_SECONDS, metrics=tasks),
        repeating("census", count_all, every_seconds=CENSUS_SECONDS, metrics=tasks),
        repeating("sweep_sessions", sessions.sweep, every_seconds=SWEEP_SESSIONS_SECONDS, metrics=tasks),
        repeating("sweep_probes", sweep_probes, every_seconds=SWEEP_PROBES_SECONDS, metrics=tasks),
        repeating("optimize", storage.optimize, every_seconds=OPTIMIZE_SECONDS, metrics=tasks),
        repeating("write_trail", write_trail, every_seconds=WRITE_TRAIL_SECONDS, metrics=tasks),
        repeating("measure_storage", measure, every_seconds=MEASURE_STORAGE_SECONDS, metrics=tasks),
        repeating(
            "record_status", lambda: asyncio.to_thread(recorder.record), every_seconds=EVERY_SECONDS, metrics=tasks
        ),
        _delivering(settings=settings, storage=storage, clock=clock, instruments=instruments),
    ):
        yield


@contextlib.asynccontextmanager
async def repeating(
    task: str, work: Callable[[], Awaitable[object]], *, every_seconds: float, metrics: TaskMetrics
) -> AsyncIterator[None]:
    """Run ``work`` repeatedly while the block runs; a failure is logged and does not end it."""
    occasional = OccasionalLog(logger)

    async def repeat() -> None:
        while True:
            wait = every_seconds
            try:
                await work()
                metrics.succeeded(task)
            except Unavailable as fault:
                # What keeps the storage from working is logged where it happens.
                wait = max(every_seconds, TRY_AGAIN_SECONDS)
                metrics.failed(task)
                occasional.error(task, f"{task} failed ({fault.detail}); it is tried again in {wait:.0f} s")
            except Exception:
                wait = max(every_seconds, TRY_AGAIN_SECONDS)
                metrics.failed(task)
                logger.exception("%s failed; it is tried again in %d s", task, wait)
            await asyncio.sleep(wait)

    running_task = asyncio.create_task(repeat())
    try:
        yield
    finally:
        running_task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await running_task


@contextlib.asynccontextmanager
async def _delivering(
    *, settings: Settings, storage: Storage, clock: Clock, instruments: Instruments
) -> AsyncIterator[None]:
    """Work on the delivery queue while the block runs."""
    sender = HttpWebhookSender([ipaddress.ip_network(network) for network in settings.webhook_networks])
    deliveries = Deliveries(
        queue=storage.deliveries,
        sender=sender,
        clock=clock,
        metrics=instruments.queue,
        attempts_max=settings.webhook_attempts,
    )

    async def work() -> None:
        await deliveries.run_once()
        await deliveries.pause()

    try:
        async with repeating("deliver_webhooks", work, every_seconds=0, metrics=instruments.tasks):
            yield
    finally:
        await deliveries.close()
        await sender.close()
