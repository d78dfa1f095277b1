"""``nova serve``: the compiled Reflex app, the API and both sockets on one port.

uvicorn with uvloop instead of Reflex's default server, which costs ten times the
memory per idle socket and as much time per frame (docs/decisions/0003).
"""

from __future__ import annotations

import contextlib
import functools
import gc
import logging
import math
import os
import socket
import sys
from collections.abc import Callable

import uvicorn
from starlette.types import ASGIApp
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from nova_app.apart import run_apart
from nova_app.bounded_lines import BoundedSocket, LineLimits, http_within
from nova_app.build import build_if_changed, find_pages, keep
from nova_app.domain.registration import RegistrationMode
from nova_app.observability.logs import configure_logs
from nova_app.persistence.migrate import DatabaseUnusable, migrate
from nova_app.persistence.private_files import shared_files
from nova_app.services.registration import Standing
from nova_app.settings import ROOT, InvalidSetting, Settings
from nova_app.start import address_of, holding_or_exit, prepare_process, refuse_unusable_address, say

logger = logging.getLogger(__name__)

WS_MAX_BYTES = 256 * 1024
"""Above this the WebSocket layer itself closes with 1009; between the protocol's 64 KiB
and this, the session refuses with a reason first."""


class _Server(uvicorn.Server):
    """Says when it listens, and announces the restart to every socket before it stops."""

    def __init__(self, config: uvicorn.Config, on_started: Callable[[], None]) -> None:
        super().__init__(config)
        self._on_started = on_started

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Listen."""
        await super().startup(sockets)
        # What is there now stays to the end: no collection has to look at it again.
        gc.freeze()
        gc.enable()
        if self.started:
            self._on_started()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Stop listening, send the clients the time to reconnect, then stop."""
        from nova_app.asgi import current  # noqa: PLC0415 - only exists while the app runs

        for server in self.servers:
            server.close()
        await current().announce_restart()
        await super().shutdown(sockets)


def serve(settings: Settings, *, build: bool = True) -> int:
    """Build the pages if they changed, migrate, and serve until it is stopped.

    A build that fails leaves the database to the version that wrote it.

    Returns:
        The exit code.
    """
    configure_logs(settings.log_format, settings.log_level)
    prepare_process(settings)
    with holding_or_exit(settings):
        return _serve(settings, build=build)


def _serve(settings: Settings, *, build: bool) -> int:
    refuse_unusable_address(settings)
    with shared_files():
        if build and not build_if_changed(ROOT):
            return 1
    if find_pages(ROOT) is None:
        print("nova: there are no pages to serve; run `nova build` first", file=sys.stderr)
        return 1
    migrate_or_exit(settings, is_apart=True)
    server = _Server(_config(settings), on_started=lambda: _print_welcome(settings))
    with contextlib.suppress(KeyboardInterrupt):  # raised again by uvicorn, after it stopped in order
        server.run()
    return 0 if server.started else 1


def _config(settings: Settings) -> uvicorn.Config:
    proxies = list(settings.trusted_proxies)
    return uvicorn.Config(
        "nova_app.serve:create_app",
        factory=True,
        host=settings.host,
        port=settings.port,
        loop="uvloop",
        http=http_within(_limits(settings), *([_fast_port()] if settings.socket_shell == "fast" else [])),
        ws=BoundedSocket,
        timeout_keep_alive=math.ceil(settings.idle_seconds),
        ws_max_size=WS_MAX_BYTES,
        ws_ping_interval=None,  # the messaging socket has its own pings; Reflex's too
        ws_per_message_deflate=False,
        lifespan="on",
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=bool(proxies),
        forwarded_allow_ips=proxies or None,
        timeout_graceful_shutdown=max(1, round(settings.shutdown_seconds)),
    )


def _limits(settings: Settings) -> LineLimits:
    from nova_app.asgi import find_running  # noqa: PLC0415 - only exists while the app runs

    def has_room(address: str) -> bool:
        nova = find_running()
        return nova is None or nova.strangers.has_room(address)

    return LineLimits(
        head_seconds=settings.head_seconds,
        body_pause_seconds=settings.body_pause_seconds,
        strangers_max=settings.stranger_connections,
        proxies=settings.trusted_proxies,
        has_room=has_room,
    )


def _fast_port() -> type[HttpToolsProtocol]:
    from nova_app.asgi import find_running  # noqa: PLC0415 - only exists while the app runs
    from nova_app.realtime.port import FastShell, SocketPort  # noqa: PLC0415 - loads a library that only this needs

    def find_shell() -> FastShell | None:
        nova = find_running()
        if nova is None:
            return None
        return FastShell(entrance=nova.entrance, policy=nova.policy, find_verdict=nova.judge_handshake)

    return type("Port", (SocketPort,), {"find_shell": staticmethod(find_shell)})


def create_app() -> ASGIApp:
    """Return all of Nova as one ASGI app: pages from the last build, API and sockets."""
    os.environ.setdefault("REFLEX_ENV_MODE", "prod")
    from reflex_base.environment import environment  # noqa: PLC0415 - after the mode is set

    # The pages were built before; this process only serves them.
    environment.REFLEX_SKIP_COMPILE.set(True)
    environment.REFLEX_MOUNT_FRONTEND_COMPILED_APP.set(True)
    if pages := find_pages(ROOT):
        keep(pages)
        environment.REFLEX_WEB_WORKDIR.set(pages)
    os.chdir(ROOT)  # Reflex looks for its configuration here
    from nova_app.nova_app import app  # noqa: PLC0415 - after all of this is set

    return app()


def _print_welcome(settings: Settings) -> None:
    from nova_app.asgi import current  # noqa: PLC0415 - only exists while the app runs

    origin = address_of(settings)
    if settings.log_format == "json":
        logger.info("serving", extra={"origin": origin, "port": settings.port})
        return
    print(
        f"\n  Nova is at {origin}\n{_first_step(current().standing, origin)}  Ctrl-C stops it.\n",
        file=sys.stderr,
        flush=True,
    )


def _first_step(standing: Standing, origin: str) -> str:
    """Say how the first account is made, as a line; nothing where there is one."""
    if not standing.is_first:
        return ""
    how = f"at {origin}/register" if standing.mode is RegistrationMode.OPEN else "with `nova users add NAME`"
    return f"  Make the first account {how}\n"


def migrate_or_exit(settings: Settings, *, is_apart: bool = False) -> None:
    """Upgrade the database and say what that changes for people, or in one line why it cannot be upgraded.

    Args:
        is_apart: Do it in another process: what migrations load is a tenth of what serving takes.
    """
    upgrade = functools.partial(migrate, settings)
    try:
        for notice in run_apart(upgrade) if is_apart else upgrade():
            say(notice)
    except DatabaseUnusable as fault:
        print(f"nova: {fault}", file=sys.stderr)
        raise SystemExit(2) from None


def settings_or_exit(load: Callable[[], Settings]) -> Settings:
    """Return the settings, or one line that describes what is wrong with them."""
    try:
        return load()
    except InvalidSetting as fault:
        print(f"nova: {fault}", file=sys.stderr)
        raise SystemExit(2) from None
