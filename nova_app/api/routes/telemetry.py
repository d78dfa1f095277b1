"""What browsers report about themselves."""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import AsyncIterator

import msgspec
from fastapi import APIRouter, Depends, Request
from fastapi.exceptions import RequestValidationError

from nova_app.api.auth import Caller
from nova_app.api.dependencies import Services
from nova_app.domain.errors import ErrorCode, Refused
from nova_app.domain.user_agent import label_of
from nova_app.observability.browser import BrowserMetrics
from nova_app.protocol.account import refuse_other_account
from nova_app.protocol.telemetry import PageReport, TelemetryRequest

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
VIOLATION_MAX_BYTES = 16 * 1024


class _ViolationReport(msgspec.Struct):
    effective: str = msgspec.field(default="", name="effective-directive")
    violated: str = msgspec.field(default="", name="violated-directive")


class _Violation(msgspec.Struct):
    report: _ViolationReport = msgspec.field(name="csp-report")


@router.post("", status_code=204, dependencies=[Depends(_counted)])
async def report(body: TelemetryRequest, request: Request, caller: Caller, services: Services) -> None:
    """Take a page's figures: they are counted and logged, without who sent them."""
    refuse_other_account(body.user_id, caller.user_id)
    services.report_limit.spend(caller.user_id, asyncio.get_running_loop().time())
    logger.debug("connection report", extra=body.connection.model_dump(mode="json"))
    metrics = services.instruments.browser
    if body.connection.round_trip_ms:
        metrics.ping(body.connection.round_trip_ms / 1000)
    if body.connection.oldest_queued_ms:
        metrics.outbox_age(body.connection.oldest_queued_ms / 1000)
    _count(body.page, label_of(request.headers.get("user-agent", "")), metrics)


@router.post("/csp", status_code=204, openapi_extra={"requestBody": {"content": {"application/csp-report": {}}}})
async def report_violation(request: Request, services: Services) -> None:
    """Take a browser's report of what the policy of pages forbade: only the directive is counted, nothing is kept."""
    services.instruments.browser.blocked(_directive_of(await request.body()))


def _directive_of(body: bytes) -> str:
    """Return which directive a report names (CSP Level 3, 5.3); empty for what is no report."""
    try:
        report = msgspec.json.decode(body[:VIOLATION_MAX_BYTES], type=_Violation).report
    except msgspec.MsgspecError:
        return ""
    # "script-src-elem" is a part of "script-src".
    return re.sub(r"-(elem|attr)$", "", (report.effective or report.violated).split(" ")[0])


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
