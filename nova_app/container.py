"""Builds Nova from its settings; the only module that imports every adapter and service."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from collections.abc import AsyncIterator, Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import httpx
from fastapi import FastAPI

from nova_app.api.app import build_api, list_routes
from nova_app.api.dependencies import ApiServices
from nova_app.api.strangers import Strangers
from nova_app.background import working_in_background
from nova_app.client import NovaClient
from nova_app.domain.arrivals import ArrivalReader
from nova_app.domain.errors import ErrorCode, NovaError, Unavailable
from nova_app.domain.events import Identity
from nova_app.domain.ports import Clock
from nova_app.domain.preview_ports import PreviewFetcher
from nova_app.domain.token_scopes import Scope, refuse_without
from nova_app.integrations.alertmanager import AlertmanagerSource
from nova_app.integrations.link_previews import HttpPreviewFetcher
from nova_app.observability.history import Recorder
from nova_app.observability.instruments import Instruments, create_instruments
from nova_app.observability.request_context import current_request
from nova_app.persistence.metrics_token import read_metrics_token
from nova_app.persistence.storage import Storage, UtcClock, open_storage
from nova_app.protocol.codes import CLOSES_PER_SECOND
from nova_app.protocol.credentials import Credentials
from nova_app.protocol.gate import GatePolicy, RequestHead, TrustedProxies
from nova_app.protocol.origins import OriginPolicy
from nova_app.protocol.published import encode_published
from nova_app.realtime.access_watch import AccessWatch
from nova_app.realtime.endpoint import SocketEndpoint
from nova_app.realtime.entrance import Authenticate, SocketEntrance
from nova_app.realtime.guard import SessionGuard
from nova_app.realtime.hub import MemoryHub
from nova_app.realtime.socket_registry import RestartNotice, SocketRegistry
from nova_app.realtime.socket_services import SocketServices
from nova_app.services.account_events import AccountEvents
from nova_app.services.accounts import Accounts
from nova_app.services.administration import Administration
from nova_app.services.budgets import Budgets
from nova_app.services.conversations import Conversations
from nova_app.services.cost_table import Budget, allowances
from nova_app.services.group_members import GroupMembers
from nova_app.services.link_previews import LinkPreviews
from nova_app.services.message_changes import MessageChanges
from nova_app.services.messaging import Messaging
from nova_app.services.own_settings import OwnConversationSettings
from nova_app.services.passwords import AT_ONCE, Passwords
from nova_app.services.posts import Posts
from nova_app.services.profiles import Profiles
from nova_app.services.rate_limits import Admissions, Limiter
from nova_app.services.registration import Registration, Standing
from nova_app.services.search import Search
from nova_app.services.sessions import SessionLifetime, Sessions
from nova_app.services.status import Status, is_any_bad
from nova_app.services.uploads import UploadLimits, Uploads
from nova_app.services.webhooks import Webhooks
from nova_app.settings import Settings

logger = logging.getLogger(__name__)

MIB = 1024 * 1024
RETURN_MIN_MS = 2_000
"""A planned restart takes about this long: a client that connects earlier has to connect twice."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Container:
    """Nova, ready to serve; ``standing`` is what registering needed when it started."""

    settings: Settings
    api: FastAPI
    sockets: SocketRegistry
    entrance: SocketEntrance
    policy: GatePolicy
    guard: SessionGuard
    access_watch: AccessWatch
    instruments: Instruments
    strangers: Strangers
    standing: Standing

    def client(self, headers: Mapping[str, str]) -> NovaClient:
        """Return the API for a Reflex handler, in this process, as the user of the page.

        Args:
            headers: The handshake's ``cookie``; forwarded and never kept.
        """
        base = next(iter(self.settings.public_origins), f"http://localhost:{self.settings.port}")
        return NovaClient(base, headers={**headers, "Origin": base}, transport=httpx.ASGITransport(self.api))

    def judge_handshake(self, head: RequestHead) -> NovaError | None:
        """Return why the limits refuse a handshake that a shell below ASGI takes; None where they do not."""
        address = self.policy.proxies.find_client(head.peer, head.join("x-forwarded-for"))
        return self.strangers.judge_now(head, address)

    async def announce_restart(self) -> None:
        """Announce the planned stop and the time to reconnect to every client, then close all sockets."""
        window_seconds = max(self.settings.return_window_seconds, len(self.sockets) / CLOSES_PER_SECOND)
        notice = RestartNotice(retry_min_ms=RETURN_MIN_MS, retry_window_ms=round(window_seconds * 1000))
        await self.sockets.close_all(notice, timeout_seconds=self.settings.shutdown_seconds)


@contextlib.asynccontextmanager
async def open_container(settings: Settings, *, build: str = "") -> AsyncIterator[Container]:
    """Build Nova; everything is closed in order when the block ends.

    Args:
        build: The id of the pages that are served; empty while they are developed.
    """
    instruments = create_instruments(list_routes())
    hub, clock = MemoryHub(instruments.deliveries, encode_published), UtcClock()
    recorder = Recorder(instruments.metrics, time.time, is_bad=is_any_bad)
    alerts = AlertmanagerSource(settings.alertmanager_url)
    passwords = ThreadPoolExecutor(max_workers=AT_ONCE, thread_name_prefix="nova-password")
    async with open_storage(settings, hub, instruments=instruments) as storage:
        fetcher = HttpPreviewFetcher(storage.files.decoders, settings.link_preview_origins)
        services = _build_services(
            settings=settings,
            storage=storage,
            fetcher=fetcher,
            hub=hub,
            clock=clock,
            instruments=instruments,
            passwords=passwords,
            status=Status(recorder=recorder, alerts=alerts, started_at=clock.now()),
        )
        sockets = SocketRegistry(per_account=settings.sockets_per_account)
        await storage.readiness.check()
        standing = await _find_standing(services.registration)
        access_watch = AccessWatch(hub, services.accounts.find_ended)
        instruments.metrics.before_scrape(lambda: instruments.sockets.backlog(*sockets.measure_backlog()))
        authenticate = _authenticator(services.accounts)
        strangers = Strangers(
            allowances(settings)[Budget.STRANGERS],
            authenticate,
            on_refused=lambda: instruments.usage.slowed(Budget.STRANGERS),
        )
        entrance = SocketEntrance(
            services=_socket_services(services, arrivals=storage.arrivals, hub=hub, clock=clock, build=build),
            sockets=sockets,
            admit=_admission(settings),
            authenticate=authenticate,
            count_connect=_connect_limit(services.budgets),
            prove=lambda credentials: strangers.prove(credentials, current_request.get().address),
        )
        async with (
            working_in_background(
                settings=settings,
                storage=storage,
                clock=clock,
                instruments=instruments,
                uploads=services.uploads,
                sessions=services.sessions,
                recorder=recorder,
                sockets=sockets,
                access_watch=access_watch,
            ),
            contextlib.aclosing(alerts),
            contextlib.aclosing(fetcher),
            contextlib.aclosing(services.link_previews),
        ):
            yield Container(
                settings=settings,
                api=build_api(services, SocketEndpoint(entrance)),
                entrance=entrance,
                policy=GatePolicy(
                    OriginPolicy(settings.public_origins),
                    TrustedProxies.of(settings.trusted_proxies),
                    is_https=settings.is_https,
                ),
                sockets=sockets,
                guard=SessionGuard(hub=hub, authenticate=authenticate, charge_frame=services.budgets.charge_frame),
                strangers=strangers,
                standing=standing,
                access_watch=access_watch,
                instruments=instruments,
            )
    passwords.shutdown()


async def _find_standing(registration: Registration) -> Standing:
    """Return what registering needs now; warn where there are accounts, and none of them administers."""
    population = await registration.count_people()
    standing = registration.standing_of(population)
    if population.people and not population.admins:
        logger.warning("this server has no admin (registration: %s): run 'nova users make-admin NAME'", standing.mode)
    return standing


def _build_services(
    *,
    settings: Settings,
    storage: Storage,
    fetcher: PreviewFetcher,
    hub: MemoryHub,
    clock: Clock,
    instruments: Instruments,
    passwords: ThreadPoolExecutor,
    status: Status,
) -> ApiServices:
    usage = instruments.usage
    registration = Registration(storage.accounts, storage.links, clock, setting=settings.registration)
    budgets = Budgets.of(settings, on_refused=usage.slowed)
    account_events = AccountEvents(storage.account_events, hub, clock)
    conversations = Conversations(
        conversations=storage.conversations, publisher=hub, clock=clock, usage=usage, budgets=budgets
    )
    messaging = Messaging(log=storage.log, conversations=storage.conversations, publisher=hub, settings=settings)
    uploads = Uploads(
        uploads=storage.uploads, files=storage.files, clock=clock, limits=_upload_limits(settings), usage=usage
    )
    changes = MessageChanges(
        log=storage.log,
        conversations=storage.conversations,
        publisher=hub,
        drop_files=uploads.drop_unused,
        usage=usage,
        settings=settings,
    )
    return ApiServices(
        settings=settings,
        accounts=Accounts(
            accounts=storage.accounts,
            publisher=hub,
            clock=clock,
            settings=settings,
            executor=passwords,
            usage=usage,
            registration=registration,
            events=account_events,
        ),
        account_events=account_events,
        registration=registration,
        administration=Administration(
            accounts=storage.accounts,
            directory=storage.directory,
            links=storage.links,
            publisher=hub,
            clock=clock,
            passwords=Passwords(passwords),
        ),
        sessions=Sessions(accounts=storage.accounts, publisher=hub, clock=clock, lifetime=SessionLifetime.of(settings)),
        profiles=Profiles(accounts=storage.accounts, uploads=storage.uploads, publisher=hub),
        conversations=conversations,
        messaging=messaging,
        group_members=GroupMembers(
            members=storage.conversations,
            conversations=conversations,
            publisher=hub,
            clock=clock,
            usage=usage,
            budgets=budgets,
        ),
        own_settings=OwnConversationSettings(
            members=storage.conversations, conversations=conversations, messaging=messaging, publisher=hub
        ),
        changes=changes,
        link_previews=LinkPreviews(
            previews=storage.link_previews,
            fetcher=fetcher,
            get_message=changes.get_message,
            relay=hub.relay,
            budgets=budgets,
            usage=usage,
            is_on=settings.link_previews,
        ),
        search=Search(
            index=storage.search, posts=storage.post_search, budgets=budgets, seconds=time.monotonic, usage=usage
        ),
        uploads=uploads,
        posts=Posts(
            posts=storage.posts,
            publisher=hub.posts,
            clock=clock,
            drop_files=uploads.drop_unused,
            usage=usage,
            budgets=budgets,
        ),
        webhooks=Webhooks(webhooks=storage.webhooks, conversations=conversations, clock=clock),
        status=status,
        instruments=instruments,
        budgets=budgets,
        log_limit=Limiter(rate=1 / 60, burst=1),
        metrics_tokens=tuple(filter(None, (settings.metrics_token, read_metrics_token(settings.data_dir)))),
        readiness=storage.readiness,
    )


def _socket_services(
    services: ApiServices, *, arrivals: ArrivalReader, hub: MemoryHub, clock: Clock, build: str
) -> SocketServices:
    return SocketServices(
        arrivals=arrivals,
        messaging=services.messaging,
        changes=services.changes,
        conversations=services.conversations,
        posts=services.posts,
        hub=hub,
        clock=clock,
        sockets=services.instruments.sockets,
        deliveries=services.instruments.deliveries,
        usage=services.usage,
        shares_presence=services.profiles.shares_presence,
        charge_frame=services.budgets.charge_frame,
        build=build,
    )


def _upload_limits(settings: Settings) -> UploadLimits:
    return UploadLimits(
        file_bytes=settings.upload_max_mb * MIB,
        quota_bytes=settings.upload_quota_mb * MIB,
        total_bytes=int(settings.storage_max_gb * 1024 * MIB) or None,
    )


def _authenticator(accounts: Accounts) -> Authenticate:
    async def authenticate(credentials: Credentials) -> Identity:
        identity = await accounts.resolve(credentials.session_secret, credentials.token)
        if identity.is_token:
            refuse_without(identity.scopes, Scope.MESSAGES_READ)
        return identity

    return authenticate


def _admission(settings: Settings) -> Callable[[], None]:
    admissions = Admissions(per_second=settings.admissions_per_second, now=asyncio.get_running_loop().time())

    def admit() -> None:
        wait = admissions.admit(asyncio.get_running_loop().time())
        if wait > 0:
            raise Unavailable(ErrorCode.OVERLOADED, retry_after_seconds=wait)

    return admit


def _connect_limit(budgets: Budgets) -> Callable[[Identity], None]:
    return lambda identity: budgets.spend(identity.user_id, Budget.CONNECTIONS)
