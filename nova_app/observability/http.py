"""Requests by route template, measured around everything so that refusals at the gate count too."""

from __future__ import annotations

import dataclasses
import time
from collections.abc import Callable, Sequence

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from nova_app.observability.catalogue import API
from nova_app.observability.family import OTHER, Family
from nova_app.observability.metrics import Metrics

STATUSES = ("2xx", "3xx", "4xx", "5xx")
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")

Route = tuple[str, str]
"""A method and a route template; ``other`` for what no template matches."""


def families_of(routes: Sequence[Route]) -> Sequence[Family]:
    """Return the HTTP families, with a series for every route."""
    every = [*routes, *((method, OTHER) for method in (*METHODS, OTHER))]
    by_status = [(*route_key, status) for route_key in every for status in STATUSES]
    only: dict[str, Sequence[tuple[str, ...]]] = {
        "http_requests_total": by_status,
        "http_request_duration_seconds": every,
    }
    return [dataclasses.replace(family, only=only.get(family.name)) for family in API]


class HttpMetrics:
    """Requests and how long they took."""

    def __init__(self, metrics: Metrics, routes: Sequence[Route]) -> None:
        every = {*routes, *((method, OTHER) for method in (*METHODS, OTHER))}
        self._seconds = {
            route_key: metrics.histogram("http_request_duration_seconds", *route_key) for route_key in every
        }
        self._requests = {
            (route_key, status): metrics.counter("http_requests_total", *route_key, status)
            for route_key in every
            for status in STATUSES
        }
        self._in_progress = metrics.gauge("http_requests_in_progress")

    def began(self) -> None:
        """Count a request that began."""
        self._in_progress.inc()

    def ended(self, method: str, route: str, status: int, seconds: float) -> None:
        """Count a request that was answered; 0 for one that its client aborted. HEAD counts as GET."""
        self._in_progress.dec()
        method = "GET" if method == "HEAD" else method
        route_key = (method if method in METHODS else OTHER, route)
        if route_key not in self._seconds:
            route_key = (route_key[0], OTHER)
        self._seconds[route_key].observe(seconds)
        self._requests[route_key, f"{min(5, max(2, status // 100))}xx" if status else "4xx"].inc()


class Measured:
    """Measures another ASGI app's requests.

    Routes are known by what the router noted in the scope, so a path that no route
    serves, whatever it says, is ``other``.
    """

    def __init__(
        self, app: ASGIApp, find: Callable[[], HttpMetrics | None], template_of: Callable[[Scope], str]
    ) -> None:
        """Measure ``app``.

        Args:
            find: Where to count, None while Nova is not running.
            template_of: The template of the route that served a request.
        """
        self._app = app
        self._find = find
        self._template_of = template_of

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve, and count how it ended."""
        metrics = self._find() if scope["type"] == "http" else None
        if metrics is None:
            await self._app(scope, receive, send)
            return
        status, begin = 0, time.perf_counter()

        async def noting_send(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        metrics.began()
        try:
            await self._app(scope, receive, noting_send)
        except Exception:
            status = status or 500
            raise
        finally:
            metrics.ended(scope["method"], self._template_of(scope), status, time.perf_counter() - begin)
