"""How Nova is doing, for the page of status."""

from __future__ import annotations

from dataclasses import asdict

from fastapi import APIRouter

from nova_app.api.auth import Caller
from nova_app.api.dependencies import Services
from nova_app.observability.process import build
from nova_app.schemas.status import ErrorCount, StatusResponse, StatusSentence

router = APIRouter(prefix="/status", tags=["status"])

_VERSION, _REVISION, _ = build()


@router.get("")
async def read_status(caller: Caller, services: Services) -> StatusResponse | StatusSentence:
    """For admins the figures of now, their course over the last quarter of an hour, and what fires.

    Everybody learns whether Nova is well.
    """
    report = await services.status.read_status()
    if not await services.administration.is_admin(caller.user_id):
        return StatusSentence(is_well=report.is_well)
    return StatusResponse.model_validate(
        {
            "is_well": report.is_well,
            "version": _VERSION,
            "revision": _REVISION,
            "since": report.since,
            "figures": [asdict(figure) for figure in report.figures],
            "day": report.day,
            "kinds": [ErrorCount(kind=kind, count=count) for kind, count in report.kinds],
            "alerts_state": report.alerts.state,
            "alerts": [asdict(alert) for alert in report.alerts.items],
            "dashboards_url": services.settings.dashboards_url,
        }
    )
