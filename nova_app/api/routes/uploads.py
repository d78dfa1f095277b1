"""Files: uploaded whole, or in parts that survive a disconnect; downloaded by users who may see them."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
from pathlib import Path
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Header, Query, Request, Response
from fastapi.responses import FileResponse

from nova_app.api.auth import Caller
from nova_app.api.dependencies import ApiServices, Services
from nova_app.api.multipart import FilePart
from nova_app.domain.errors import ErrorCode, NovaError, Refused, Unavailable
from nova_app.domain.files import FileFacts, PostedFile
from nova_app.domain.media import PLAYABLE
from nova_app.domain.models import Upload, UploadId, UploadState, UserId
from nova_app.observability.audit import AuditEvent, record, recording_failure
from nova_app.protocol.bodies import file_body, to_fields
from nova_app.protocol.bounds import SEQ_MAX, read_length
from nova_app.schemas.uploads import UploadRequest, UploadResponse, UploadStateResponse
from nova_app.services.cost_table import Budget

logger = logging.getLogger(__name__)

router = APIRouter(prefix="/uploads", tags=["uploads"])

DRAIN_SECONDS = 10
RESUMED = frozenset({ErrorCode.OFFSET_MISMATCH, ErrorCode.TAKEN_OVER})
"""Refusals of a part after which a client goes on."""
SAFE_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "sandbox; default-src 'none'; frame-ancestors 'none'",
    "Cross-Origin-Resource-Policy": "same-origin",
    # Kept by the browser alone, and asked about each time: who left a conversation sees nothing of it.
    "Cache-Control": "private, no-cache",
}
Key = Annotated[UUID | None, Header()]


@router.post("", status_code=201, openapi_extra={"requestBody": {"content": {"multipart/form-data": {"schema": {
    "type": "object", "required": ["file"], "properties": {"file": {"type": "string", "format": "binary"}}
}}}}})  # fmt: skip
async def upload_whole(
    request: Request, response: Response, caller: Caller, services: Services, idempotency_key: Key = None
) -> UploadResponse:
    """Store one file; 200 with the first one for a repeated key."""
    _count(services, caller.user_id)
    part = FilePart(request.headers.get("content-type", ""), request.stream())
    try:
        await part.open()
        announced = read_length(request.headers.get("content-length", ""))
        upload = await services.uploads.begin(
            caller.user_id,
            name=part.filename,
            at_most=services.uploads.file_bytes if announced is None else min(announced, services.uploads.file_bytes),
            key=str(idempotency_key) if idempotency_key else None,
        )
        response.status_code = 200 if upload.state == UploadState.READY else 201
        return upload_response(await services.uploads.receive(upload, part.chunks()))
    except NovaError as fault:
        record(AuditEvent.UPLOAD_REFUSED, account=caller.user_id, reason=fault.code)
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(part.drain(), DRAIN_SECONDS)
        raise


@router.post("/resumable", status_code=201)
async def announce(
    body: UploadRequest,
    response: Response,
    caller: Caller,
    services: Services,
    idempotency_key: Annotated[UUID, Header()],
) -> UploadStateResponse:
    """Announce a file that comes in parts; 200 with the state of the first one for a repeated key."""
    _count(services, caller.user_id)
    with recording_failure(AuditEvent.UPLOAD_REFUSED, account=caller.user_id):
        upload = await services.uploads.announce(
            caller.user_id, name=body.name, size_bytes=body.size_bytes, key=str(idempotency_key)
        )
    answer = await _state(services, upload)
    response.status_code = 200 if answer.offset else 201
    return answer


@router.get("/{upload_id}/state")
async def get_state(upload_id: UUID, caller: Caller, services: Services) -> UploadStateResponse:
    """How much of the caller's file has arrived: the next part begins there."""
    return await _state(services, await services.uploads.find_own(caller.user_id, UploadId(str(upload_id))))


@router.patch("/{upload_id}")
async def append(
    upload_id: UUID,
    request: Request,
    caller: Caller,
    services: Services,
    offset: Annotated[int, Query(ge=0, le=SEQ_MAX)],
) -> UploadStateResponse:
    """Take the bytes of a part that begins at ``offset``; the last one finishes the file."""
    upload = await services.uploads.find_own(caller.user_id, UploadId(str(upload_id)))
    with recording_failure(AuditEvent.UPLOAD_REFUSED, account=caller.user_id, ordinary=RESUMED):
        appended = await services.uploads.append(upload, offset, request.stream())
    return await _state(services, appended)


@router.delete("/{upload_id}", status_code=204)
async def cancel(upload_id: UUID, caller: Caller, services: Services) -> None:
    """Forget a file of the caller that nothing shows."""
    await services.uploads.cancel(caller.user_id, UploadId(str(upload_id)))
    record(AuditEvent.FILE_DELETED, account=caller.user_id, upload=str(upload_id))


@router.get("/{upload_id}", response_class=FileResponse)
async def download(upload_id: UUID, request: Request, caller: Caller, services: Services) -> Response:
    """The file; a picture to be shown, anything else to be saved, sound and video also to be played in a page."""
    upload = await services.uploads.find_readable(caller.user_id, UploadId(str(upload_id)))
    headers = {**SAFE_HEADERS, "ETag": f'"{upload.id}"'}
    if _has_it(request, headers):
        return Response(status_code=304, headers=headers)
    path = services.uploads.path(UploadId(upload.id))
    return FileResponse(
        path,
        stat_result=await _stat(path),
        filename=upload.name,
        media_type=upload.content_type
        if upload.width or upload.content_type in PLAYABLE
        else "application/octet-stream",
        content_disposition_type="inline" if upload.width else "attachment",
        headers=headers,
    )


@router.get("/{upload_id}/thumbnail", response_class=FileResponse)
async def download_thumbnail(upload_id: UUID, request: Request, caller: Caller, services: Services) -> Response:
    """The small picture of an image."""
    upload = await services.uploads.find_readable(caller.user_id, UploadId(str(upload_id)))
    if not upload.width:
        raise Refused(ErrorCode.NOT_FOUND)
    headers = {**SAFE_HEADERS, "ETag": f'"{upload.id}.thumb"'}
    if _has_it(request, headers):
        return Response(status_code=304, headers=headers)
    path = services.uploads.thumbnail_path(UploadId(upload.id))
    return FileResponse(path, stat_result=await _stat(path), media_type="image/webp", headers=headers)


async def _stat(path: Path) -> os.stat_result:
    """Return what the disk says of a file.

    Raises:
        Refused: ``NOT_FOUND``: it is not there, for example after a restore without files.
        Unavailable: ``STORAGE_UNAVAILABLE``.
    """
    try:
        return await asyncio.to_thread(path.stat)
    except FileNotFoundError:
        logger.warning("a file is not on the disk; nova check lists such files", extra={"upload": path.stem})
        raise Refused(ErrorCode.NOT_FOUND, "expected a file on the disk of this server, but it is gone") from None
    except OSError as fault:
        logger.exception("a file could not be read", extra={"upload": path.stem})
        raise Unavailable(ErrorCode.STORAGE_UNAVAILABLE) from fault


def upload_response(upload: Upload) -> UploadResponse:
    """Return a whole file, as its owner sees it."""
    facts = FileFacts(upload.content_type, upload.size_bytes, upload.width, upload.height)
    return UploadResponse.model_validate(to_fields(file_body(PostedFile(upload.id, upload.name, facts))))


async def _state(services: ApiServices, upload: Upload) -> UploadStateResponse:
    is_ready = upload.state == UploadState.READY
    return UploadStateResponse(
        id=UUID(upload.id),
        offset=await services.uploads.offset(upload),
        size_bytes=upload.size_bytes,
        file=upload_response(upload) if is_ready else None,
    )


def _has_it(request: Request, headers: dict[str, str]) -> bool:
    return headers["ETag"] in request.headers.get("if-none-match", "")


def _count(services: ApiServices, user_id: UserId) -> None:
    services.budgets.spend(user_id, Budget.UPLOADS)
