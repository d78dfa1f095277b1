"""What browsers report about themselves."""

from __future__ import annotations

import asyncio
import logging

from fastapi import APIRouter

from nova_app.api.identity import Caller
from nova_app.api.services import Given
from nova_app.domain.errors import ErrorCode, Refused
from nova_app.protocol.telemetry import TelemetryBody

logger = logging.getLogger("nova.telemetry")
router = APIRouter(prefix="/telemetry", tags=["telemetry"])


@router.post("", status_code=204)
async def report(body: TelemetryBody, caller: Caller, given: Given) -> None:
    """Take a page's figures: they are logged, without who sent them."""
    wait = given.reports.take(caller.user_id, 1, asyncio.get_running_loop().time())
    if wait > 0:
        raise Refused(ErrorCode.TOO_MANY_ATTEMPTS, retry_after_seconds=wait)
    logger.info("connection report", extra=body.connection.model_dump(mode="json"))
