"""How handlers of the server report a failure: to the one error store, with one call."""

from __future__ import annotations

import functools
import logging
import uuid
from collections.abc import Awaitable, Callable
from typing import ParamSpec

from reflex_base.event import EventSpec

from nova_app.client import NovaAPIError
from nova_app.domain.errors import ERRORS, ErrorCode, Refused
from nova_app.state.page_calls import call_page

logger = logging.getLogger(__name__)

P = ParamSpec("P")
Handler = Callable[P, Awaitable[EventSpec | None]]


class ActionFailed(Exception):
    """A handler failed because of a bug.

    Attributes:
        action: What the person wanted, for example ``start this chat``.
    """

    def __init__(self, action: str) -> None:
        super().__init__(f"a handler failed: {action}")
        self.action = action


def reporting(action: str) -> Callable[[Handler[P]], Handler[P]]:
    """Decorate an event handler: whatever fails in it is reported with the action that failed.

    Args:
        action: What the person wanted, for example ``start this chat``.
    """

    def decorate(handler: Handler[P]) -> Handler[P]:
        @functools.wraps(handler)
        async def handle(*args: P.args, **kwargs: P.kwargs) -> EventSpec | None:
            try:
                return await handler(*args, **kwargs)
            except Refused as refusal:
                return _show(
                    {
                        "code": refusal.code,
                        "kind": refusal.kind,
                        "message": ERRORS[refusal.code].text,
                        "detail": refusal.detail,
                    }
                )
            except Exception as fault:
                # On to Reflex, which counts it and asks report_unexpected for what to show.
                raise ActionFailed(action) from fault

        return handle

    return decorate


def report(fault: NovaAPIError, action: str) -> EventSpec:
    """Show a failed call as a notice; return this from a handler.

    Args:
        action: What the person wanted, for example ``start this chat``.
    """
    return _show(
        {
            "code": fault.code,
            "kind": fault.kind,
            "message": our_fault(action) if fault.code is ErrorCode.INTERNAL else fault.text,
            "request_id": fault.request_id,
            "retry_after_ms": None if fault.retry_after_seconds is None else round(fault.retry_after_seconds * 1000),
            "detail": fault.detail,
        }
    )


# Reflex reads these annotations by their text, in a module that knows EventSpec by this name.
def report_unexpected(exception: Exception) -> EventSpec:
    """Log an unexpected exception; the user gets a number to quote, and no internals."""
    request_id = str(uuid.uuid4())
    logger.error("a handler failed", exc_info=exception, extra={"request_id": request_id})
    kind, action = ERRORS[ErrorCode.INTERNAL].kind, getattr(exception, "action", "do this")
    return _show({"code": ErrorCode.INTERNAL, "kind": kind, "message": our_fault(action), "request_id": request_id})


def our_fault(action: str) -> str:
    """Say which action failed because of a bug."""
    return f"Nova could not {action}. It is our fault, not yours."


def _show(problem: dict[str, object]) -> EventSpec:
    fields = {name: value for name, value in problem.items() if value is not None}
    return call_page("report", fields)
