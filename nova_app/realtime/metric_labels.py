"""Metric labels of what ends or fails on a socket. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from nova_app.domain.errors import ErrorCode, NovaError, Unavailable

CAUSE_OF: Mapping[ErrorCode, str] = MappingProxyType(
    {
        ErrorCode.NOT_SIGNED_IN: "auth",
        ErrorCode.ACCOUNT_DISABLED: "auth",
        ErrorCode.ACCOUNT_CHANGED: "auth",
        ErrorCode.ORIGIN_REFUSED: "origin",
        ErrorCode.TOO_MANY_DIALS: "rate_limited",
        ErrorCode.TOO_MANY_SENDS: "rate_limited",
        ErrorCode.TOO_MANY_REACTIONS: "rate_limited",
        ErrorCode.OVERLOADED: "capacity",
        ErrorCode.RESTARTING: "capacity",
        ErrorCode.TOO_MANY_SOCKETS: "capacity",
        ErrorCode.SILENT: "timeout",
        ErrorCode.READER_TOO_SLOW: "backpressure",
        ErrorCode.STORAGE_UNAVAILABLE: "storage",
        ErrorCode.INTERNAL: "handler",
    }
)
"""Why an operation failed (``ws_errors_total``); anything else is ``other``."""

_ENDS: Mapping[ErrorCode, str] = MappingProxyType(
    {
        ErrorCode.SILENT: "ping_timeout",
        ErrorCode.RESTARTING: "server_shutdown",
        ErrorCode.READER_TOO_SLOW: "slow_consumer",
        ErrorCode.INTERNAL: "server_error",
        ErrorCode.STORAGE_UNAVAILABLE: "server_error",
        ErrorCode.MALFORMED_FRAME: "protocol_error",
        ErrorCode.HELLO_EXPECTED: "protocol_error",
        ErrorCode.PROTOCOL_OUTDATED: "protocol_error",
        ErrorCode.FRAME_TOO_LARGE: "protocol_error",
        ErrorCode.NOT_SIGNED_IN: "policy",
        ErrorCode.ACCOUNT_DISABLED: "policy",
        ErrorCode.ACCOUNT_CHANGED: "policy",
        ErrorCode.TOO_MANY_SOCKETS: "policy",
    }
)
_CLIENT_ENDS = MappingProxyType({1000: "client_close", 1001: "going_away", 1005: "client_close", 1006: "abnormal"})

_RETURNS = MappingProxyType(
    {
        "network": "network",
        "offline": "offline",
        "timeout": "ping_timeout",
        "restarting": "server_restart",
        "server_down": "server_error",
        "signed_out": "auth_refresh",
    }
)

LEFT_ON_PURPOSE = frozenset({"client_close", "going_away", "policy", "server_shutdown"})
"""Reasons for which the client left on purpose, so that queued events were not lost."""


def error_cause(fault: NovaError) -> str:
    """Return why an operation failed."""
    return CAUSE_OF.get(fault.code, "other")


def is_ours(fault: NovaError) -> bool:
    """Return whether Nova failed, rather than the client sent a bad request."""
    return isinstance(fault, Unavailable)


def end_reason(closing: NovaError | None, client_code: int | None) -> str:
    """Return why a socket ended: the server's reason takes precedence over the client's.

    Args:
        client_code: The close code that arrived, None if none did.
    """
    if closing is not None:
        return _ENDS.get(closing.code, "other")
    return "abnormal" if client_code is None else _CLIENT_ENDS.get(client_code, "other")


def cut_off_cause(end: str) -> str:
    """Return why an operation that a socket's end cut off failed; empty if it did not fail.

    A client that leaves on purpose no longer waits for answers, so nothing failed for it. A connection that
    broke under an operation is an error of that operation.

    Args:
        end: Why the socket ended, as :func:`end_reason` says it.
    """
    return "" if end in LEFT_ON_PURPOSE else "connection_lost"


def return_reason(reason: str) -> str:
    """Return the label for the reason that a reconnecting client names."""
    return _RETURNS.get(reason, "other")


def loss_reason(end: str) -> str:
    """Return why a delivery failed (``nova_message_delivery_failures_total``) when a socket ended so."""
    return {"slow_consumer": "timeout", "server_error": "storage", "abnormal": "connection_lost"}.get(end, "other")
