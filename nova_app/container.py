"""The one place that knows everyone: builds Nova from its settings.

Located at the edge only (``current``: Reflex builds its own handlers); everything
deeper gets what it needs by constructor.
"""

from __future__ import annotations

import asyncio
import contextlib
import ipaddress
import logging
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import httpx
from starlette.types import ASGIApp, Receive, Scope, Send

from nova_app.api.app import build_api, is_ours, list_routes, template_of
from nova_app.api.dependencies import ApiServices
from nova_app.api.gate import Gate
from nova_app.api.methods import OwnAddresses
from nova_app.client import NovaClient
from nova_app.domain.errors import ErrorCode, Refused, Unavailable
from nova_app.domain.events import Identity
from nova_app.domain.ports import Clock
from nova_app.integrations.alertmanager import AlertmanagerSource
from nova_app.integrations.webhooks import HttpWebhookSender
from nova_app.observability.census import show
from nova_app.observability.history import EVERY_SECONDS, Recorder
from nova_app.observability.http import HttpMetrics, Measured
from nova_app.observability.instruments import Instruments, create_instruments
from nova_app.observability.process import TaskMetrics, watching_the_loop
from nova_app.persistence.census import CensusTaker
from nova_app.persistence.storage import Storage, UtcClock, open_storage
from nova_app.protocol.codes import CLOSES_PER_SECOND
from nova_app.protocol.credentials import Credentials
from nova_app.protocol.origins import OriginPolicy
from nova_app.realtime.connection import SocketServices
from nova_app.realtime.endpoint import Authenticate, SocketEndpoint
from nova_app.realtime.guard import SessionGuard
from nova_app.realtime.hub import MemoryHub
from nova_app.realtime.socket_registry import RestartNotice, SocketRegistry
from nova_app.services.accounts import Accounts
from nova_app.services.conversations import Conversations
from nova_app.services.deliveries import Deliveries
from nova_app.services.messaging import Messaging
from nova_app.services.posts import Posts
from nova_app.services.profiles import Profiles
from nova_app.services.rate_limits import Admissions, Limiter
from nova_app.services.search import Search
from nova_app.services.sessions import SessionLifetime, Sessions
from nova_app.services.status import Status
from nova_app.services.uploads import UploadLimits, Uploads
from nova_app.services.webhooks import Webhooks
from nova_app.settings import Settings

logger = logging.getLogger(__name__)

MIB = 1024 * 1024
SWEEP_UPLOADS_SECONDS = 3_600
CENSUS_SECONDS = 60
TRY_AGAIN_SECONDS = 2
REPORTS_PER_MINUTE = 120
"""Of one account: every open page reports once a minute and when it is left."""


RETURN_MIN_MS = 2_000
"""A planned restart takes about this long: whoever dials earlier dials twice."""


@dataclass(frozen=True, slots=True)
class Container:
    """Nova, ready to serve."""

    settings: Settings
    accounts: Accounts
    conversations: Conversations
    messaging: Messaging
    uploads: Uploads
    hub: MemoryHub
    sockets: SocketRegistry
    api: ASGIApp
    guard: SessionGuard
    instruments: Instruments

    def client(self, headers: Mapping[str, str]) -> NovaClient:
        """The API for a Reflex handler, in this process, as the person who asks.

        Args:
            headers: The handshake's ``cookie``; forwarded and never kept.
        """
        base = next(iter(self.settings.public_origins), f"http://localhost:{self.settings.port}")
        return NovaClient(base, headers={**headers, "Origin": base}, transport=httpx.ASGITransport(self.api))

    async def restart_notice(self) -> None:
        """Tell every client that this process stops on purpose, and when to come back."""
        window_seconds = max(self.settings.return_window_seconds, len(self.sockets) / CLOSES_PER_SECOND)
        window_ms = round(window_seconds * 1000)
        restart_notice = RestartNotice(retry_min_ms=RETURN_MIN_MS, retry_window_ms=window_ms)
        await self.sockets.close_all(restart_notice, timeout_seconds=self.settings.shutdown_seconds)


@contextlib.asynccontextmanager
async def open_container(settings: Settings) -> AsyncIterator[Container]:
    """Build Nova; everything is closed in order when the block ends."""
    instruments = create_instruments(list_routes())
    hub, clock, usage = MemoryHub(instruments.deliveries), UtcClock(), instruments.usage
    passwords = ThreadPoolExecutor(max_workers=2, thread_name_prefix="nova-password")
    async with open_storage(settings, hub, instruments=instruments) as storage:
        accounts = Accounts(storage.accounts, hub, clock, settings, passwords, usage=usage)
        profiles = Profiles(storage.accounts, storage.uploads, hub)
        conversations = Conversations(storage.conversations, hub, clock, usage)
        messaging = Messaging(storage.log, storage.conversations, hub, settings)
        authenticate = _authenticator(accounts)
        sockets = SocketRegistry(per_account=settings.sockets_per_account, still_valid=accounts.is_valid)
        services = SocketServices(
            messaging,
            conversations,
            hub,
            clock,
            instruments.sockets,
            instruments.deliveries,
            usage,
            shares_presence=profiles.shares_presence,
        )
        instruments.metrics.before_scrape(lambda: instruments.sockets.backlog(*sockets.measure_backlog()))
        endpoint = SocketEndpoint(
            services, sockets, admit=_admission(settings), authenticate=authenticate, count=_connect_limit(settings)
        )
        reports = Limiter(rate=REPORTS_PER_MINUTE / 60, burst=REPORTS_PER_MINUTE)
        recorder = Recorder(instruments.metrics, time.time)
        alerts = AlertmanagerSource(settings.alertmanager_url)
        uploads = Uploads(storage.uploads, storage.files, clock, _upload_limits(settings), usage)
        services_of_api = ApiServices(
            settings,
            accounts,
            Sessions(storage.accounts, hub, clock, SessionLifetime.of(settings)),
            profiles,
            conversations,
            messaging,
            Search(storage.search, per_minute=settings.searches_per_minute, seconds=time.monotonic, usage=usage),
            uploads,
            Posts(storage.posts, clock),
            Webhooks(storage.webhooks, conversations, clock),
            Status(recorder, alerts, clock.now()),
            instruments,
            reports,
            Limiter(rate=settings.uploads_per_hour / 3600, burst=settings.uploads_per_hour),
            storage.check,
        )
        api = build_api(services_of_api, endpoint)
        count_all = _counter_of(storage, clock, instruments)
        async with (
            sockets.sweeping(),
            watching_the_loop(instruments.metrics),
            _every(SWEEP_UPLOADS_SECONDS, "sweep_uploads", uploads.sweep, instruments.tasks),
            _every(CENSUS_SECONDS, "census", count_all, instruments.tasks),
            _every(EVERY_SECONDS, "record_status", lambda: asyncio.to_thread(recorder.record), instruments.tasks),
            _delivering(settings, storage, clock, instruments),
            contextlib.aclosing(alerts),
        ):
            yield Container(
                settings,
                accounts,
                conversations,
                messaging,
                uploads,
                hub,
                sockets,
                api,
                SessionGuard(hub, authenticate),
                instruments,
            )
    passwords.shutdown()


def _upload_limits(settings: Settings) -> UploadLimits:
    return UploadLimits(file_bytes=settings.upload_max_mb * MIB, quota_bytes=settings.upload_quota_mb * MIB)


@contextlib.asynccontextmanager
async def _every(
    seconds: float, task: str, work: Callable[[], Awaitable[object]], metrics: TaskMetrics
) -> AsyncIterator[None]:
    """Do this now and then while the block runs; a failure is logged and does not end it."""

    async def repeat() -> None:
        while True:
            wait = seconds
            try:
                await work()
                metrics.succeeded(task)
            except Exception:
                wait = max(seconds, TRY_AGAIN_SECONDS)
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
    settings: Settings, storage: Storage, clock: Clock, instruments: Instruments
) -> AsyncIterator[None]:
    """Work on the delivery queue while the block runs."""
    sender = HttpWebhookSender([ipaddress.ip_network(network) for network in settings.webhook_networks])
    deliveries = Deliveries(
        storage.deliveries, sender, clock, instruments.queue, attempts_max=settings.webhook_attempts
    )

    async def work() -> None:
        await deliveries.run_once()
        await deliveries.pause()

    try:
        async with _every(0, "deliver_webhooks", work, instruments.tasks):
            yield
    finally:
        await deliveries.close()
        await sender.close()


def _counter_of(storage: Storage, clock: Clock, instruments: Instruments) -> Callable[[], Awaitable[None]]:
    taker = CensusTaker(storage.reader)

    async def count_all() -> None:
        show(await taker.take(clock.now()), instruments.metrics)

    return count_all


def _authenticator(accounts: Accounts) -> Authenticate:
    async def authenticate(credentials: Credentials) -> Identity:
        return await accounts.resolve(credentials.session_secret, credentials.token)

    return authenticate


def _admission(settings: Settings) -> Callable[[], None]:
    admissions = Admissions(per_second=settings.admissions_per_second, now=asyncio.get_running_loop().time())

    def admit() -> None:
        wait = admissions.admit(asyncio.get_running_loop().time())
        if wait > 0:
            raise Unavailable(ErrorCode.OVERLOADED, retry_after_seconds=wait)

    return admit


def _connect_limit(settings: Settings) -> Callable[[Identity], None]:
    limiter = Limiter(rate=settings.dials_per_minute / 60, burst=settings.dials_per_minute)

    def count(identity: Identity) -> None:
        wait = limiter.take(identity.user_id, 1, asyncio.get_running_loop().time())
        if wait > 0:
            raise Refused(ErrorCode.TOO_MANY_DIALS, retry_after_seconds=wait)

    return count


_containers: list[Container] = []


def current() -> Container:
    """The container of this process; for Reflex handlers only.

    Raises:
        RuntimeError: Nova is not running.
    """
    if not _containers:
        raise RuntimeError("expected a running Nova, but its container is not open")
    return _containers[-1]


@contextlib.asynccontextmanager
async def running(settings: Settings) -> AsyncIterator[Container]:
    """Open the container and let :func:`current` find it while the block runs."""
    async with open_container(settings) as container:
        _containers.append(container)
        try:
            yield container
        finally:
            _containers.remove(container)


def with_nova(other: ASGIApp, origins: OriginPolicy) -> ASGIApp:
    """Nova's API beside another ASGI app (Reflex), both behind the gate."""

    async def route(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] in ("http", "websocket") and is_ours(scope["path"]):
            await current().api(scope, receive, send)
        elif scope["type"] == "websocket":
            await current().guard(other, scope, receive, send)
        else:
            await other(scope, receive, send)

    def instruments() -> Instruments | None:
        return _containers[-1].instruments if _containers else None

    def on_foreign_socket(path: str) -> None:
        found = instruments()
        if found is not None and is_ours(path):
            found.sockets.rejected("origin")

    def find_http() -> HttpMetrics | None:
        found = instruments()
        return found.http if found is not None else None

    return Measured(Gate(OwnAddresses(route), origins, on_foreign_socket), find_http, template_of)
