"""What operators read: the runbooks that alerts link to."""

from __future__ import annotations

from pathlib import Path

from fastapi import APIRouter, Response
from fastapi.responses import FileResponse

from nova_app.domain.errors import ErrorCode, Refused

router = APIRouter(tags=["operations"])

RUNBOOKS = Path(__file__).parents[3] / "monitoring" / "runbooks"


@router.get("/runbooks/{name}", response_class=FileResponse)
async def read_runbook(name: str) -> Response:
    """A runbook as text; there is nothing secret in it."""
    # Compared with what is there: no name that a stranger made up reaches the file system.
    path = next((path for path in RUNBOOKS.glob("*.md") if path.name == name), None)
    if path is None:
        raise Refused(ErrorCode.NOT_FOUND)
    return FileResponse(path, media_type="text/markdown; charset=utf-8", content_disposition_type="inline")
