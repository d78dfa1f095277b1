"""Liveness and readiness."""

from __future__ import annotations

from fastapi import APIRouter, Response

from nova_app.api.dependencies import Services

router = APIRouter(tags=["health"])


@router.get("/healthz")
async def healthz() -> dict[str, str]:
    """The process is up."""
    return {"status": "ok"}


@router.get("/readyz")
async def readyz(services: Services, response: Response) -> dict[str, str]:
    """Nova can serve; 503 says which part is not fine, and of a check that is too old that it is."""
    faults = services.readiness.report()
    if any(faults.values()):
        response.status_code = 503
    return {name: fault or "ok" for name, fault in faults.items()}
