"""The body of every refusal."""

from __future__ import annotations

from pydantic import BaseModel

from nova_app.domain.errors import ErrorCode, ErrorKind


class Problem(BaseModel):
    """Every refusal (RFC 9457)."""

    type: str
    title: str
    status: int
    detail: str
    kind: ErrorKind
    code: ErrorCode
    retryable: bool
    retry_after_seconds: float | None = None
    fields: dict[str, str] | None = None
    request_id: str
