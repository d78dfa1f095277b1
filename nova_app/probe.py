"""``nova probe``: sends a message from one account to another, from outside, at intervals.

What it counts is what people get: a sign-in, a handshake, a message that is stored and
arrives. It serves its own metrics, so that they can be read when Nova is down.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import os
import secrets
import time
import uuid
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, cast

from prometheus_client import start_http_server
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import WebSocketException

from nova_app.client import NovaAPIError, NovaClient
from nova_app.direct_access import ensure_service_accounts
from nova_app.domain.errors import ErrorCode, ErrorKind
from nova_app.domain.probing import is_outdated, title_of
from nova_app.observability.catalogue import PROBE
from nova_app.observability.log_text import summary_of
from nova_app.observability.metrics import Metrics
from nova_app.persistence.migrate import DatabaseUnusable
from nova_app.schemas.accounts import TokensResponse
from nova_app.schemas.conversations import ConversationResponse
from nova_app.settings import Settings

logger = logging.getLogger(__name__)

TOKEN = "probe"  # noqa: S105 - a name
STAGE_SECONDS = 10.0
"""A stage that takes longer has failed."""
RETRY_SECONDS = 2.0


class ProbeFailed(Exception):
    """A round trip failed at ``stage``: login, connect, send or receive."""

    def __init__(self, stage: str, cause: BaseException) -> None:
        super().__init__(f"{stage}: {type(cause).__name__}: {cause}")
        self.stage = stage
        self.summary = summary_of(cause)


@dataclass(slots=True)
class Account:
    """One of the two accounts; the token is requested when it is missing."""

    username: str
    password: str
    token: str = ""


class Prober:
    """Two accounts and one conversation between them."""

    def __init__(
        self, origin: str, accounts: list[Account], metrics: Metrics, *, today: Callable[[], date] | None = None
    ) -> None:
        self._today = today or _utc_day
        self._origin = origin
        self._writer, self._reader = accounts
        self._room, self._day = "", date.min
        self._success = metrics.counter("nova_probe_success_total")
        self._last = metrics.gauge("nova_probe_last_success_timestamp_seconds")
        self._seconds = metrics.histogram("nova_probe_roundtrip_seconds")
        self._failures = {
            stage: metrics.counter("nova_probe_failures_total", stage)
            for stage in ("login", "connect", "send", "receive")
        }

    async def probe(self) -> float | None:
        """Make one round trip and count it.

        Returns:
            The seconds from sending to receiving, None if it failed.
        """
        try:
            seconds = await self._round_trip()
        except ProbeFailed as fault:
            self._forget(fault)
            self._failures[fault.stage].inc()
            logger.warning("a round trip failed", extra={"stage": fault.stage, "cause": fault.summary})
            return None
        self._success.inc()
        self._seconds.observe(seconds)
        self._last.set(time.time())
        return seconds

    def _forget(self, fault: ProbeFailed) -> None:
        """Ask again next time for what may be why: the conversation, and tokens that ended elsewhere."""
        self._room = ""
        if isinstance(fault.__cause__, NovaAPIError) and fault.__cause__.kind is ErrorKind.UNAUTHORIZED:
            for account in (self._writer, self._reader):
                account.token = ""

    async def _round_trip(self) -> float:
        async with _stage("login"):
            await self._sign_in()
        async with contextlib.AsyncExitStack() as stack:
            async with _stage("connect"):
                reader = await stack.enter_async_context(self._open(self._reader))
                writer = await stack.enter_async_context(self._open(self._writer))
            key, begin = str(uuid.uuid4()), time.perf_counter()
            frame = {"type": "send", "client_id": key, "conversation_id": self._room, "text": "Is anybody there?"}
            async with _stage("send"):
                await writer.send(json.dumps(frame))
                await _find_ack(writer, key)
            async with _stage("receive"):
                await _find(reader, lambda answer: answer.get("client_id") == key and answer["type"] == "message")
            return time.perf_counter() - begin

    async def _sign_in(self) -> None:
        for account in (self._writer, self._reader):
            if not account.token:
                account.token = await _token_of(self._origin, account)
                self._room = ""
        today = self._today()
        if not self._room or self._day != today:
            self._room, self._day = await self._open_day(today), today

    async def _open_day(self, today: date) -> str:
        """Return the day's conversation, and leave those before: the server removes what nobody is in."""
        async with NovaClient(self._origin, token=self._writer.token) as client:
            found = [room for room in await client.list_conversations() if room.title == title_of(today)]
            room = found[0] if found else await self._create(client, today)
        for account in (self._writer, self._reader):
            async with NovaClient(self._origin, token=account.token) as client:
                for old in await client.list_conversations():
                    if is_outdated(old.title, today):
                        await client.delete(f"conversations/{old.id}/members/me")
        return str(room.id)

    async def _create(self, client: NovaClient, today: date) -> ConversationResponse:
        return await client.create_conversation(kind="group", title=title_of(today), members=[self._reader.username])

    @contextlib.asynccontextmanager
    async def _open(self, account: Account) -> AsyncIterator[ClientConnection]:
        url = f"{self._origin.replace('http', 'ws', 1)}/api/v1/socket"
        headers = {"Authorization": f"Bearer {account.token}"}
        async with connect(url, additional_headers=headers, open_timeout=STAGE_SECONDS, proxy=None) as socket:
            await socket.send(json.dumps({"type": "hello", "protocol": 1, "cursors": {}}))
            with _forgetting(account):
                await _find(socket, lambda answer: answer["type"] == "welcome")
            yield socket


def read_accounts(path: Path) -> list[Account]:
    """Return the two accounts, which are created and kept in this file the first time."""
    if path.is_file():
        return [Account(**item) for item in json.loads(path.read_text(encoding="utf-8"))]
    suffix = secrets.token_hex(3)
    made = [
        {"username": f"probe-{name}-{suffix}", "password": secrets.token_urlsafe(24)} for name in ("writer", "reader")
    ]
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        json.dump(made, file)
    return [Account(**item) for item in made]


async def find_accounts(settings: Settings) -> list[Account]:
    """Return the accounts that the settings name, or two of the server's own, made in its database the first time.

    Raises:
        DatabaseUnusable: There is no database here: a prober of another machine's server needs the settings.
    """
    named = [text.partition(":") for text in (settings.probe_writer, settings.probe_reader)]
    if all(name for name, _, _ in named):
        return [Account(name, password) for name, _, password in named]
    accounts = read_accounts(settings.data_dir / "probe.json")
    await ensure_service_accounts(settings, [(account.username, "Prober", account.password) for account in accounts])
    return accounts


async def run(settings: Settings) -> None:
    """Serve the prober's metrics and make a round trip now and then, until it is cancelled."""
    metrics = Metrics(families=PROBE)
    server, thread = start_http_server(settings.probe_port, addr="127.0.0.1", registry=metrics.registry)
    origin = settings.probe_origin or f"http://localhost:{settings.port}"
    prober = Prober(origin, await _wait_for_accounts(settings), metrics)
    try:
        while True:
            begin = time.monotonic()
            await prober.probe()
            await asyncio.sleep(max(0.0, settings.probe_seconds - (time.monotonic() - begin)))
    finally:
        server.shutdown()
        thread.join()


def _utc_day() -> date:
    return datetime.now(UTC).date()


async def _wait_for_accounts(settings: Settings) -> list[Account]:
    """Return the accounts as soon as there is a database; the server may start after the prober."""
    is_said = False
    while True:
        try:
            return await find_accounts(settings)
        except DatabaseUnusable as fault:
            if not is_said:
                logger.warning("waiting: %s; for a server elsewhere set NOVA_PROBE_WRITER and NOVA_PROBE_READER", fault)
            is_said = True
        await asyncio.sleep(RETRY_SECONDS)


@contextlib.asynccontextmanager
async def _stage(name: str) -> AsyncIterator[None]:
    try:
        async with asyncio.timeout(STAGE_SECONDS):
            yield
    except (NovaAPIError, WebSocketException, OSError, TimeoutError, EOFError) as cause:
        raise ProbeFailed(name, cause) from cause


async def _token_of(origin: str, account: Account) -> str:
    """Sign in for a token; those of earlier starts end, and the session as well."""
    async with NovaClient(origin) as client:
        await client.sign_in(account.username, account.password)
        for token in (await client.get("auth/tokens", TokensResponse)).items:
            if token.name == TOKEN:
                await client.delete(f"auth/tokens/{token.id}")
        made = await client.create_token(TOKEN)
        await client.sign_out()
        return made


@contextlib.contextmanager
def _forgetting(account: Account) -> Iterator[None]:
    """Sign in again next time if this socket was refused."""
    try:
        yield
    except BaseException:
        account.token = ""
        raise


async def _find_ack(socket: ClientConnection, key: str) -> None:
    """Wait for the answer to this message.

    Raises:
        NovaAPIError: It was refused.
    """
    answer = await _find(socket, lambda frame: frame.get("client_id") == key and frame["type"] in {"ack", "nack"})
    if answer["type"] == "nack":
        raise NovaAPIError(ErrorCode(answer["error"]["code"]))


async def _find(socket: ClientConnection, is_it: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
    """Return the first frame for which this is true."""
    while True:
        frame = json.loads(await socket.recv())
        for answer in frame if isinstance(frame, list) else [frame]:
            if is_it(answer):
                return cast("dict[str, Any]", answer)
