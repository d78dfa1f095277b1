"""The page that Prometheus reads."""

from __future__ import annotations

import ipaddress
import secrets

from fastapi import APIRouter, Request, Response

from nova_app.api.dependencies import Services
from nova_app.domain.errors import ErrorCode, Refused
from nova_app.observability.exposition import render

router = APIRouter(tags=["metrics"])

FORWARDED = ("forwarded", "x-forwarded-for", "x-real-ip")


@router.get("/metrics", response_class=Response)
async def read_metrics(request: Request, services: Services) -> Response:
    """Everything that is counted, as Prometheus text or OpenMetrics.

    With ``NOVA_METRICS_TOKEN`` for requests that carry it; without, for programs on this
    machine that come directly.
    """
    _admit(request, services.settings.metrics_token)
    compress = "gzip" in request.headers.get("accept-encoding", "")
    body, content_type = await render(
        services.instruments.metrics, request.headers.get("accept", ""), compress=compress
    )
    headers = {"Cache-Control": "no-store", "Vary": "Accept, Accept-Encoding"}
    if compress:
        headers["Content-Encoding"] = "gzip"
    return Response(body, headers=headers, media_type=content_type)


def _admit(request: Request, token: str) -> None:
    """Refuse requests that may not read, as if there was nothing.

    Raises:
        Refused: ``NOT_SIGNED_IN`` for a missing or wrong token, ``NOT_FOUND`` where only this
            machine may read.
    """
    if token:
        scheme, _, sent = request.headers.get("authorization", "").partition(" ")
        if scheme.lower() != "bearer" or not secrets.compare_digest(sent.strip().encode(), token.encode()):
            raise Refused(ErrorCode.NOT_SIGNED_IN, "expected the value of NOVA_METRICS_TOKEN as a Bearer token")
    elif any(name in request.headers for name in FORWARDED) or not _is_loopback(request):
        raise Refused(ErrorCode.NOT_FOUND)


def _is_loopback(request: Request) -> bool:
    try:
        address = ipaddress.ip_address(request.client.host if request.client else "")
    except ValueError:
        return False
    mapped = getattr(address, "ipv4_mapped", None)
    return (mapped or address).is_loopback
