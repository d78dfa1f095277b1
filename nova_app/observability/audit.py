"""The trail of security and administration: one line per event, with who, from where, and for which request.

``docs/how-to/logs.md`` tells how to read it and how fail2ban does.
"""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Iterable, Iterator, Mapping
from enum import StrEnum
from typing import Any

from nova_app.domain.errors import ErrorCode, NovaError
from nova_app.observability.request_context import current_request

logger = logging.getLogger("nova.audit")

_WITHOUT_RIGHT = frozenset({ErrorCode.NOT_FOUND, ErrorCode.NOT_ALLOWED, ErrorCode.NOT_A_MEMBER})
"""What is somebody else's looks as if it were not there."""
_PENDING_FACTS = frozenset({"at", "by", "target", "ended"})


class AuditEvent(StrEnum):
    """What happened."""

    SIGN_IN = "sign_in"
    SIGN_IN_FAILED = "sign_in_failed"
    SIGN_OUT = "sign_out"
    SESSION_ENDED = "session_ended"
    REGISTERED = "registered"
    REGISTRATION_FAILED = "registration_failed"
    TOKEN_CREATED = "token_created"  # noqa: S105 - a name
    TOKEN_ENDED = "token_ended"  # noqa: S105 - a name
    PASSWORD_CHANGED = "password_changed"  # noqa: S105 - a name
    PASSWORD_CHANGE_FAILED = "password_change_failed"  # noqa: S105 - a name
    UPLOAD_REFUSED = "upload_refused"
    FILE_DELETED = "file_deleted"
    WEBHOOK_CREATED = "webhook_created"
    WEBHOOK_ENDED = "webhook_ended"
    INVITE_CREATED = "invite_created"
    INVITE_REVOKED = "invite_revoked"
    RESET_LINK_CREATED = "reset_link_created"
    PASSWORD_RESET = "password_reset"  # noqa: S105 - a name
    SIGNED_OUT_EVERYWHERE = "signed_out_everywhere"
    ACCOUNT_ADDED = "account_added"
    ACCOUNT_ACTIVATED = "account_activated"
    ACCOUNT_DEACTIVATED = "account_deactivated"
    ADMIN_GRANTED = "admin_granted"
    ADMIN_REVOKED = "admin_revoked"
    MEMBER_ADDED = "member_added"
    MEMBER_LEFT = "member_left"
    MEMBER_REMOVED = "member_removed"
    ROLE_CHANGED = "role_changed"
    CONVERSATION_RENAMED = "conversation_renamed"
    MESSAGE_DELETED = "message_deleted"
    ACCESS_REFUSED = "access_refused"


def record(event: AuditEvent, *, account: str = "", **facts: str | int) -> None:
    """Write an event of the request that is being answered.

    Args:
        account: The id of the account that it is about, or that did it; never what a stranger typed.
        facts: Ids, codes and numbers; names that ``logs.FIELDS`` does not know are withheld.
    """
    request = current_request.get()
    extra = {"address": request.address or "-", "account": account or "-", "request_id": request.request_id or "-"}
    logger.info(event.value, extra={**extra, **facts})


def record_refusals(results: Iterable[object], *, account: str, route: str) -> None:
    """Write once for each kind of refusal among them that an account asked for what it has no right to.

    Args:
        route: The template of what was asked for, which names nothing that was sent.
    """
    reasons = {result.code for result in results if isinstance(result, NovaError)} & _WITHOUT_RIGHT
    for reason in sorted(reasons) if account else ():
        record(AuditEvent.ACCESS_REFUSED, account=account, reason=reason, route=route)


def record_pending(event: Mapping[str, Any]) -> None:
    """Write an event that a command left for the server; one of an unknown name is dropped."""
    name = str(event.get("event"))
    facts = {key: value for key, value in event.items() if key in _PENDING_FACTS and isinstance(value, str | int)}
    if name in set(AuditEvent):
        record(AuditEvent(name), account="", **facts)


@contextlib.contextmanager
def recording_failure(
    event: AuditEvent, *, account: str = "", ordinary: frozenset[ErrorCode] = frozenset()
) -> Iterator[None]:
    """Write an event if the block is refused, with the refusal's code as its reason.

    Args:
        ordinary: Refusals that are part of the ordinary course.
    """
    try:
        yield
    except NovaError as fault:
        if fault.code not in ordinary:
            record(event, account=account, reason=fault.code)
        raise
