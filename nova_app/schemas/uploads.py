"""Bodies of uploads."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, Field

from nova_app.protocol.bounds import SEQ_MAX
from nova_app.schemas.base import RequestBody, Short


class UploadRequest(RequestBody):
    """A file that will come in parts."""

    name: Short
    size_bytes: Annotated[int, Field(strict=True, ge=0, le=SEQ_MAX)]


class UploadResponse(BaseModel):
    """A whole file.

    ``url`` and ``thumbnail_url`` are paths of this origin; ``width`` and ``height`` are in
    pixels, and 0 (without a thumbnail) where the file is no picture that can be shown.
    """

    id: UUID
    url: str
    thumbnail_url: str
    name: str
    content_type: str
    size_bytes: int
    width: int
    height: int


class SentFileResponse(UploadResponse):
    """A file of a message; ``alt`` describes it, and is left out where its author did not."""

    alt: str = ""


class UploadStateResponse(BaseModel):
    """How much of a file has arrived; ``file`` once it is whole and checked."""

    id: UUID
    offset: int
    size_bytes: int
    file: UploadResponse | None
