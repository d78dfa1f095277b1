"""Metrics of the use of Nova: accounts, conversations, searches, files, limits."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from nova_app.domain.errors import ErrorKind, NovaError, Refused
from nova_app.observability.metrics import Metrics

LOGINS = "nova_logins_total"
REGISTRATIONS = "nova_registrations_total"
UPLOADS = "nova_uploads_total"

_RESULT_OF: Mapping[str, Mapping[ErrorKind, str]] = {
    LOGINS: {
        ErrorKind.UNAUTHORIZED: "bad_credentials",
        ErrorKind.VALIDATION_ERROR: "bad_credentials",
        ErrorKind.RATE_LIMITED: "rate_limited",
    },
    REGISTRATIONS: {ErrorKind.VALIDATION_ERROR: "invalid", ErrorKind.RATE_LIMITED: "rate_limited"},
    UPLOADS: {
        ErrorKind.VALIDATION_ERROR: "refused",
        ErrorKind.NOT_FOUND: "refused",
        ErrorKind.RATE_LIMITED: "refused",
    },
}
"""The result label of an error's kind; all others are Nova's own errors."""


_REFUSALS = (ErrorKind.VALIDATION_ERROR, ErrorKind.NOT_FOUND, ErrorKind.FORBIDDEN, ErrorKind.RATE_LIMITED)


@dataclass(slots=True)
class PostCount:
    """What is found out about a change of a post while it is made."""

    is_duplicate: bool = False


class UsageMetrics:
    """Looks series up by name at each call: these are used a few times a second at most."""

    def __init__(self, metrics: Metrics) -> None:
        self._metrics = metrics

    @contextlib.contextmanager
    def outcome(self, name: str, *, success: str = "success") -> Iterator[None]:
        """Count how the block ended, by the ``kind`` of what it raised.

        Args:
            success: The result of a block that raised nothing; empty where that is not the end yet.
        """
        result = "error"
        try:
            yield
            result = success
        except NovaError as fault:
            result = _RESULT_OF[name].get(fault.kind, "error")
            if result == "rate_limited" and name == LOGINS:
                self.slowed("login")
            raise
        finally:
            if result:
                self._metrics.counter(name, result).inc()

    @contextlib.contextmanager
    def creating(self, kind: str) -> Iterator[None]:
        """Count how an attempt to start a conversation ended, and how long it took."""
        begin, result = time.perf_counter(), "error"
        try:
            yield
            result = "success"
        except NovaError as fault:
            if fault.kind in (ErrorKind.VALIDATION_ERROR, ErrorKind.NOT_FOUND):
                result = "invalid"
            raise
        finally:
            self._metrics.counter("nova_conversation_creations_total", kind, result).inc()
            seconds = time.perf_counter() - begin
            self._metrics.histogram("nova_conversation_creation_duration_seconds").observe(seconds)

    @contextlib.contextmanager
    def changing_conversation(self, action: str) -> Iterator[None]:
        """Count how a change of a conversation's members, roles or title ended."""
        result = "error"
        try:
            yield
            result = "ok"
        except Refused as fault:
            result = "rate_limited" if fault.kind is ErrorKind.RATE_LIMITED else "refused"
            raise
        finally:
            self._metrics.counter("nova_conversation_changes_total", action, result).inc()

    def searched(self, index_type: str, result: str, seconds: float = 0.0, hits: int = 0) -> None:
        """Count a search; ``result`` is ok, rate_limited or error."""
        self._metrics.counter("nova_search_requests_total", index_type, result).inc()
        if result == "ok":
            self._metrics.histogram("nova_search_duration_seconds", index_type).observe(seconds)
            if not hits:
                self._metrics.counter("nova_search_zero_results_total", index_type).inc()

    def received(self, size_bytes: int) -> None:
        """Count the bytes of a finished upload."""
        self._metrics.counter("nova_upload_bytes_total").inc(size_bytes)

    def slowed(self, scope: str, number: int = 1) -> None:
        """Count refusals by a rate limit."""
        self._metrics.counter("nova_rate_limited_total", scope).inc(number)

    def accepted(self, conversation_type: str, number: int) -> None:
        """Count stored messages."""
        self._metrics.counter("nova_messages_accepted_total", conversation_type).inc(number)

    def fetched_preview(self, result: str) -> None:
        """Count a page that was to be fetched for a link preview."""
        self._metrics.counter("nova_link_previews_total", result).inc()

    @contextlib.contextmanager
    def changing_post(self, action: str) -> Iterator[PostCount]:
        """Count how an attempt to create, change or comment on a post ended."""
        counted, result = PostCount(), "error"
        try:
            yield counted
            result = "duplicate" if counted.is_duplicate else "ok"
        except NovaError as fault:
            if fault.kind in _REFUSALS:
                result = "rate_limited" if fault.kind is ErrorKind.RATE_LIMITED else "refused"
            raise
        finally:
            self._metrics.counter("nova_post_changes_total", action, result).inc()

    def changed_message(self, action: str, result: str) -> None:
        """Count an edit, a deletion or a reaction."""
        self._metrics.counter("nova_message_changes_total", action, result).inc()
