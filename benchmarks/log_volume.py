"""How much is logged in a day of 200 people, at the level info: under 1 MB.

Each person has one and a half pages open for nine hours, which report once a minute, signs in twice, fails once, sends
two files of which one in twenty is refused, and in ten there is one token, password or webhook. Every line is
written by the real formatters from the real events.

Run: python benchmarks/log_volume.py
"""

from __future__ import annotations

import io
import logging
import sys
import uuid

from nova_app.observability.audit import AuditEvent, record
from nova_app.observability.logs import configure_logs
from nova_app.observability.request_context import RequestContext, current_request
from nova_app.protocol.telemetry import ConnectionReport

PEOPLE = 200
REPORTS = round(1.5 * 9 * 60)
MOST_BYTES = 1_000_000


def day(person: int) -> None:
    """Log what one person does in a day."""
    account = str(uuid.UUID(int=person))

    def request() -> None:
        current_request.set(RequestContext(str(uuid.uuid4()), f"203.0.113.{person % 250}"))

    reports = logging.getLogger("nova.telemetry")
    fields = ConnectionReport().model_dump(mode="json")
    for _ in range(REPORTS):
        request()
        reports.debug("connection report", extra=fields)
    events = [AuditEvent.SIGN_IN, AuditEvent.SIGN_IN, AuditEvent.SIGN_IN_FAILED, AuditEvent.SIGN_OUT]
    events += [AuditEvent.UPLOAD_REFUSED] * (person % 10 == 0)
    events += [AuditEvent.TOKEN_CREATED, AuditEvent.PASSWORD_CHANGED, AuditEvent.WEBHOOK_CREATED] * (person % 10 == 1)
    for event in events:
        request()
        record(event, account=account, reason="wrong_credentials", session=str(uuid.uuid4()))


def measure(log_format: str, level: str) -> int:
    """Return the bytes of a day."""
    stderr, sys.stderr = sys.stderr, io.StringIO()
    try:
        configure_logs(log_format, level)
        for person in range(PEOPLE):
            day(person)
        return len(sys.stderr.getvalue().encode())
    finally:
        sys.stderr = stderr


def main() -> int:
    """Print a table; returns 1 if the log is too large."""
    worst = 0
    for level in ("info", "debug"):
        for log_format in ("human", "json"):
            size = measure(log_format, level)
            worst = max(worst, size if level == "info" else 0)
            print(f"{level:<6} {log_format:<6} {size / 1_000_000:8.2f} MB a day for {PEOPLE} people")
    print(f"expected at info: less than {MOST_BYTES / 1_000_000:.0f} MB")
    return 1 if worst > MOST_BYTES else 0


if __name__ == "__main__":
    raise SystemExit(main())
