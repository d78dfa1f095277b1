"""Nova beside Reflex as one ASGI application, and the container that its handlers find.

Located at the edge only (:func:`current`: Reflex builds its own handlers); everything
deeper gets what it needs by constructor.
"""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator

from starlette.types import ASGIApp, Receive, Scope, Send

from nova_app.api.access_log import AccessLog
from nova_app.api.app import is_ours, template_of
from nova_app.api.gate import Gate
from nova_app.api.methods import OwnAddresses
from nova_app.api.response_headers import IN_DEVELOPMENT, PageRules, ResponseHeaders
from nova_app.api.stopping import CutOff
from nova_app.container import Container, open_container
from nova_app.observability.http import HttpMetrics, Measured
from nova_app.protocol.gate import GatePolicy
from nova_app.settings import Settings

_containers: list[Container] = []


def current() -> Container:
    """Return the container of this process; for Reflex handlers only.

    Raises:
        RuntimeError: Nova is not running.
    """
    if not _containers:
        raise RuntimeError("expected a running Nova, but its container is not open")
    return _containers[-1]


def find_running() -> Container | None:
    """Return the container of this process, None where Nova is not running (yet)."""
    return _containers[-1] if _containers else None


@contextlib.asynccontextmanager
async def running(settings: Settings, *, build: str = "") -> AsyncIterator[Container]:
    """Open the container and let :func:`current` find it while the block runs."""
    async with open_container(settings, build=build) as container:
        _containers.append(container)
        try:
            yield container
        finally:
            _containers.remove(container)


def with_nova(
    other: ASGIApp, policy: GatePolicy, *, access_log: bool = False, rules: PageRules = IN_DEVELOPMENT
) -> ASGIApp:
    """Put Nova's API beside another ASGI app (Reflex), both behind the gate."""
    gate = Gate(OwnAddresses(_route_to(other)), policy, _count_foreign_socket)
    answering: ASGIApp = ResponseHeaders(CutOff(gate, _is_stopping), rules)
    return Measured(AccessLog(answering, template_of) if access_log else answering, _find_http, template_of)


def _route_to(other: ASGIApp) -> ASGIApp:
    async def route(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] in ("http", "websocket") and is_ours(scope["path"]):
            await current().api(scope, receive, send)
        elif scope["type"] == "websocket":
            await current().guard(other, scope, receive, send)
        else:
            await other(scope, receive, send)

    return route


def _is_stopping() -> bool:
    return not _containers or current().sockets.is_closing


def _count_foreign_socket(path: str) -> None:
    if _containers and is_ours(path):
        current().instruments.sockets.rejected("origin")


def _find_http() -> HttpMetrics | None:
    return current().instruments.http if _containers else None
