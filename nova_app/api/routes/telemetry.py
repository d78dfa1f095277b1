"""What browsers report about themselves."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator

from fastapi import APIRouter, Depends, Request
from fastapi.exceptions import RequestValidationError

from nova_app.api.auth import Caller, address_of
from nova_app.api.dependencies import Services
from nova_app.domain.errors import ErrorCode, Refused
from nova_app.domain.user_agent import label_of
from nova_app.observability.browser import BrowserMetrics
from nova_app.protocol.account import refuse_other_account
from nova_app.protocol.telemetry import REPORT_MAX_BYTES, PageReport, TelemetryRequest, directive_of
from nova_app.services.cost_table import Budget
from nova_app.services.rate_limits import network_of

logger = logging.getLogger("nova.telemetry")


async def _counted(services: Services) -> AsyncIterator[None]:
    """Count what became of the report, also of one that cannot be read."""
    result = "accepted"
    try:
        yield
    except RequestValidationError:
        result = "invalid"
        raise
    except Refused as refusal:
        result = "rate_limited" if refusal.code is ErrorCode.TOO_MANY_ATTEMPTS else "invalid"
        raise
    finally:
        services.instruments.browser.reported(result)


router = APIRouter(prefix="/telemetry", tags=["telemetry"])


@router.post("", status_code=204, dependencies=[Depends(_counted)])
async def report(body: TelemetryRequest, request: Request, caller: Caller, services: Services) -> None:
    """Take a page's figures: they are counted and logged, without who sent them."""
    refuse_other_account(body.user_id, caller.user_id)
    services.budgets.spend(caller.user_id, Budget.REPORTS)
    logger.debug("connection report", extra=body.connection.model_dump(mode="json"))
    metrics = services.instruments.browser
    if body.connection.round_trip_ms:
        metrics.ping(body.connection.round_trip_ms / 1000)
    if body.connection.oldest_queued_ms:
        metrics.outbox_age(body.connection.oldest_queued_ms / 1000)
    _count(body.page, label_of(request.headers.get("user-agent", "")), metrics)


@router.post("/csp", status_code=204)
async def report_violation(request: Request, services: Services) -> None:
    """Count what the Content Security Policy kept a page from; nothing else of the report is read or kept."""
    services.budgets.spend(network_of(address_of(request)), Budget.REPORTS)
    body = await request.body()
    if len(body) > REPORT_MAX_BYTES:
        raise Refused(ErrorCode.FRAME_TOO_LARGE, f"expected a report of at most {REPORT_MAX_BYTES} bytes")
    services.instruments.browser.violation(directive_of(body))


def _count(page: PageReport, browser: str, metrics: BrowserMetrics) -> None:
    for kind, number in page.errors.items():
        metrics.errors(kind, browser, number)
    for call in page.calls:
        metrics.calls(call.route, call.status, [call.ms / 1000])
    for name, ms in page.vitals.model_dump(exclude_none=True).items():
        metrics.vital(name, ms / 1000)
    if page.layout_shift is not None:
        metrics.layout_shift(page.layout_shift)
    metrics.reconnects(page.reconnects)
    metrics.roundtrips([ms / 1000 for ms in page.roundtrips_ms])
