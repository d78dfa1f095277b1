"""The API as one FastAPI application, the same alone and under Reflex."""

from __future__ import annotations

from fastapi import FastAPI
from starlette.routing import WebSocketRoute
from starlette.types import ASGIApp

from nova_app.api.problems import install_problems
from nova_app.api.routes import auth, conversations, health, messages, posts, search, telemetry, uploads, users
from nova_app.api.services import ApiServices
from nova_app.protocol.rest import Problem

API = "/api/v1"
ROOTS = ("/api", "/healthz", "/readyz")
"""The paths that are Nova's; everything else is Reflex's."""


def build_api(services: ApiServices, socket: ASGIApp) -> FastAPI:
    """Build the API around its services.

    Args:
        socket: The messaging socket, served at ``/api/v1/socket``.
    """
    app = FastAPI(
        title="Nova",
        version="1",
        openapi_url=f"{API}/openapi.json",
        docs_url=None,
        redoc_url=None,
        responses={"default": {"model": Problem, "description": "Refused (application/problem+json)"}},
    )
    app.state.services = services
    install_problems(app)
    for part in (auth, users, conversations, messages, search, uploads, posts, telemetry):
        app.include_router(part.router, prefix=API)
    app.include_router(health.router)
    app.router.routes.append(WebSocketRoute(f"{API}/socket", socket))
    return app


def is_ours(path: str) -> bool:
    """Whether this path is the API's rather than Reflex's."""
    return any(path == root or path.startswith(f"{root}/") for root in ROOTS)
