"""The API as one FastAPI application, the same alone and under Reflex."""

from __future__ import annotations

import functools
import re
from collections.abc import Mapping, Sequence
from typing import Any

from fastapi import APIRouter, Depends, FastAPI
from fastapi.routing import APIRoute
from starlette.routing import WebSocketRoute, compile_path
from starlette.types import ASGIApp, Scope

from nova_app.api.compression import CompressedJson
from nova_app.api.dependencies import ApiServices
from nova_app.api.methods import EveryMethod, note_head
from nova_app.api.problems import install_problems
from nova_app.api.routes import (
    admin,
    auth,
    conversations,
    events,
    health,
    invites,
    link_previews,
    members,
    message_changes,
    messages,
    metrics,
    operations,
    post_changes,
    post_webhooks,
    posts,
    search,
    sessions,
    socket,
    status,
    telemetry,
    uploads,
    users,
    webhooks,
)
from nova_app.observability.family import OTHER
from nova_app.observability.http import Route
from nova_app.schemas.problem import Problem

API = "/api/v1"
OPENAPI = f"{API}/openapi.json"
PARTS = (
    auth,
    sessions,
    users,
    conversations,
    members,
    webhooks,
    messages,
    message_changes,
    link_previews,
    events,
    search,
    uploads,
    posts,
    post_webhooks,
    post_changes,
    telemetry,
    status,
    invites,
    admin,
    socket,
)
ROOTS = ("/api", "/healthz", "/readyz", "/metrics", "/runbooks")
"""The paths that are Nova's; everything else is Reflex's."""


def build_api(services: ApiServices, socket: ASGIApp) -> FastAPI:
    """Build the API around its services.

    Args:
        socket: The messaging socket, served at ``/api/v1/socket``.
    """
    app = FastAPI(
        title="Nova",
        version="1",
        openapi_url=OPENAPI,
        docs_url=None,
        redoc_url=None,
    )
    app.state.services = services
    app.state.action_of = action_of
    install_problems(app)
    app.router.routes.extend(_router().routes)
    app.router.routes.append(WebSocketRoute(f"{API}/socket", socket))
    app.add_middleware(CompressedJson)
    # Around the other: HEAD describes what GET would answer.
    app.add_middleware(EveryMethod, methods_of=methods_of)
    return app


@functools.cache
def _router() -> APIRouter:
    """Build every route once in a process: each application would otherwise build all of them again."""
    router = APIRouter(
        dependencies=[Depends(note_head)],
        responses={"default": {"model": Problem, "description": "Refused (application/problem+json)"}},
    )
    for part in PARTS:
        router.include_router(part.router, prefix=API)
    for root in (health, metrics, operations):
        router.include_router(root.router)
    return router


def list_routes() -> list[Route]:
    """Return the methods and route templates of the API, for what counts them."""
    return [(method, template) for route, template in _routes() for method in sorted(route.methods or ())]


def template_of(scope: Scope) -> str:
    """Return the route template that served this request, ``other`` where none did."""
    return _templates().get(scope.get("endpoint"), OTHER)


def action_of(scope: Scope) -> str:
    """Return the method and template of the route that serves this request, as the table of costs names it."""
    method = "GET" if scope["method"] == "HEAD" else scope["method"]
    return f"{method} {template_of(scope)}"


@functools.cache
def _templates() -> Mapping[Any, str]:
    return {route.endpoint: template for route, template in _routes()}


def _routes() -> list[tuple[APIRoute, str]]:
    """Return every route with its whole template: FastAPI notes it as its router declared it, without the prefix."""
    routers = [(API, part.router) for part in PARTS] + [("", part.router) for part in (health, metrics, operations)]
    return [
        (route, f"{prefix}{route.path}")
        for prefix, router in routers
        for route in router.routes
        if isinstance(route, APIRoute)
    ]


def methods_of(path: str) -> frozenset[str]:
    """Return the methods that the routes of this path declare; an exact path takes precedence over templates."""
    exact, matching = _paths()
    if path in exact:
        return exact[path]
    return frozenset().union(*(methods for pattern, methods in matching if pattern.match(path)))


@functools.cache
def _paths() -> tuple[Mapping[str, frozenset[str]], Sequence[tuple[re.Pattern[str], frozenset[str]]]]:
    found: dict[str, frozenset[str]] = {OPENAPI: frozenset({"GET"})}
    for method, template in list_routes():
        found[template] = found.get(template, frozenset()) | {method}
    exact = {template: methods for template, methods in found.items() if "{" not in template}
    return exact, [(compile_path(template)[0], found[template]) for template in found if template not in exact]


def is_ours(path: str) -> bool:
    """Return whether this path is the API's rather than Reflex's."""
    return any(path == root or path.startswith(f"{root}/") for root in ROOTS)
