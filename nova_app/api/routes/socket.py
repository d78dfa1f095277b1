"""The messaging socket's address for requests that are no handshake: a proxy dropped ``Upgrade``."""

from __future__ import annotations

import logging
import time

from fastapi import APIRouter, Request, Response

from nova_app.api.dependencies import Services
from nova_app.api.problems import problem, request_id_of
from nova_app.domain.errors import ErrorCode, Refused

logger = logging.getLogger(__name__)
router = APIRouter(tags=["socket"])

HINT = "your proxy does not pass Upgrade: see docs/how-to/deploy.md"


@router.get("/socket", include_in_schema=False)
async def refuse_without_upgrade(request: Request, services: Services) -> Response:
    """426: this address takes WebSocket handshakes only."""
    # What a proxy leaves of a handshake: these headers concern both ends, so it passes them on.
    if "sec-websocket-key" in request.headers and services.log_limit.take("lost upgrade", 1, time.monotonic()) == 0:
        peer = request.client.host if request.client else "unknown"
        logger.warning("a handshake of the socket came without Upgrade from %s: %s", peer, HINT)
    error = Refused(ErrorCode.UPGRADE_REQUIRED, f"expected a WebSocket handshake, got no Upgrade header; {HINT}")
    return problem(error, request_id_of(request), {"Upgrade": "websocket"})
