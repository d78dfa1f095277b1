"""How handlers of the server report a failure: to the one error store, with one call."""

from __future__ import annotations

import json
import logging
import uuid

import reflex as rx
from reflex_base.event import EventSpec

from nova_app.client import NovaAPIError
from nova_app.domain.errors import ERRORS, ErrorCode

logger = logging.getLogger(__name__)


def report(fault: NovaAPIError) -> EventSpec:
    """Show a failed call as a notice; return this from a handler."""
    return _show(
        {
            "code": fault.code,
            "kind": fault.kind,
            "message": fault.text,
            "request_id": fault.request_id,
            "retry_after_ms": None if fault.retry_after_seconds is None else round(fault.retry_after_seconds * 1000),
            "detail": fault.detail,
        }
    )


# Reflex reads these annotations by their text, in a module that knows EventSpec by this name.
def report_unexpected(exception: Exception) -> EventSpec:
    """Log what a handler did not expect; people get a number to name it by, and no internals."""
    request_id = str(uuid.uuid4())
    logger.error("a handler failed", exc_info=exception, extra={"request_id": request_id})
    facts = ERRORS[ErrorCode.INTERNAL]
    return _show({"code": ErrorCode.INTERNAL, "kind": facts.kind, "message": facts.text, "request_id": request_id})


def _show(problem: dict[str, object]) -> EventSpec:
    told = {name: value for name, value in problem.items() if value is not None}
    # Within a script element "</" would end it.
    return rx.call_script(f"globalThis.novaReport?.({json.dumps(told).replace('</', '<' + chr(92) + '/')})")
