"""The page that Prometheus reads."""

from __future__ import annotations

import secrets
from ipaddress import ip_address
from urllib.parse import urlsplit

from fastapi import APIRouter, Request, Response

from nova_app.api.dependencies import ApiServices, Services
from nova_app.api.gate import host_of
from nova_app.domain.errors import ErrorCode, Refused
from nova_app.observability.exposition import render
from nova_app.settings import Settings

router = APIRouter(tags=["metrics"])

FORWARDED = frozenset({"forwarded", "via", "x-real-ip", "x-client-ip", "cf-connecting-ip", "true-client-ip"})


@router.get("/metrics", response_class=Response)
async def read_metrics(request: Request, services: Services) -> Response:
    """Everything that is counted, as Prometheus text or OpenMetrics.

    For requests that carry the token of ``NOVA_METRICS_TOKEN`` or of ``metrics.token`` in the
    data directory. Without a token only for programs on this machine, and only where Nova is
    not behind a proxy.
    """
    _admit(request, services)
    compress = "gzip" in request.headers.get("accept-encoding", "")
    body, content_type = await render(
        services.instruments.metrics, request.headers.get("accept", ""), compress=compress
    )
    headers = {"Cache-Control": "no-store", "Vary": "Accept, Accept-Encoding"}
    if compress:
        headers["Content-Encoding"] = "gzip"
    return Response(body, headers=headers, media_type=content_type)


def _admit(request: Request, services: ApiServices) -> None:
    """Refuse requests that may not read.

    Raises:
        Refused: ``NOT_SIGNED_IN`` for a wrong token, and for a missing one where
            ``NOVA_METRICS_TOKEN`` is set; else ``NOT_FOUND``, as if there was nothing.
    """
    scheme, _, sent = request.headers.get("authorization", "").partition(" ")
    is_bearer = scheme.lower() == "bearer"
    if is_bearer and any(_is_same(sent.strip(), token) for token in services.metrics_tokens):
        return
    if services.settings.metrics_token:
        raise Refused(ErrorCode.NOT_SIGNED_IN, "expected the value of NOVA_METRICS_TOKEN as a Bearer token")
    if _is_local(request, services.settings):
        return
    if is_bearer:
        raise Refused(ErrorCode.NOT_SIGNED_IN, "expected the content of <data dir>/metrics.token as a Bearer token")
    raise Refused(ErrorCode.NOT_FOUND)


def _is_same(sent: str, token: str) -> bool:
    return secrets.compare_digest(sent.encode(), token.encode())


def _is_local(request: Request, settings: Settings) -> bool:
    """Return whether a program on this machine asks, directly.

    A proxy may add no header of its own and connect from this machine: where one is
    configured, or may be, nothing proves that a request did not come through it.
    """
    if settings.trusted_proxies or not all(_is_loopback_origin(origin) for origin in settings.public_origins):
        return False
    if any(name in FORWARDED or name.startswith("x-forwarded-") for name in request.headers):
        return False
    peer = request.client.host if request.client else ""
    return _is_loopback(peer) and _is_loopback_origin(f"http://{host_of(request)}")


def _is_loopback_origin(origin: str) -> bool:
    try:
        name = urlsplit(origin).hostname or ""
    except ValueError:
        return False
    return name == "localhost" or _is_loopback(name)


def _is_loopback(address: str) -> bool:
    try:
        parsed = ip_address(address)
    except ValueError:
        return False
    mapped = getattr(parsed, "ipv4_mapped", None)
    return (mapped or parsed).is_loopback
