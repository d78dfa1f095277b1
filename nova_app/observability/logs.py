"""Log formats for people and for machines; never a message's text, a cookie or a token.

Every record of the process, libraries included, is written by one of two formatters, and both take its words from
``log_text``, which lets through what is known to be harmless and nothing else.
"""

from __future__ import annotations

import contextlib
import json
import logging
import sys
import threading
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import TextIO

from nova_app.observability.log_limits import LEFT_OUT, RepeatFilter
from nova_app.observability.log_text import WITHHELD, clean, is_ours, message_of, traceback_of
from nova_app.observability.request_context import current_request, is_request_id

FIELDS = frozenset({
    *("request_id", "socket_id", "code", "origin", "stage", "cause", "address", "account", "reason", "by", "at"),
    *("target", "conversation", "upload", "webhook", "session", "token_id", "method", "route", "kind", "task"),
})  # fmt: skip
"""The named fields whose text is written: ids, codes and names of Nova's own; of all others only numbers."""
FIELDS_MAX = 40
LINE_MAX_CHARS = 8_000
_STANDARD = frozenset(logging.makeLogRecord({}).__dict__) | {"message", "asctime", "taskName", "color_message"}
_LIBRARIES = ("uvicorn", "httpx", "httpcore", "alembic", "socketio", "engineio", "websockets")
_OWN_HANDLERS = ("socketio.server", "engineio.server", "socketio.client", "engineio.client")
"""They add a handler of their own, past every filter, unless they have a level."""


class JsonFormatter(logging.Formatter):
    """One JSON object per line: ``time, level, logger, message``, the fields, ``error``."""

    def format(self, record: logging.LogRecord) -> str:
        """Write the record as one line."""
        line = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": clean(record.name),
            "message": message_of(record),
            **fields_of(record),
        }
        if fault := _fault_of(record):
            line["error"] = traceback_of(fault)[:LINE_MAX_CHARS]
        return json.dumps(line)


class HumanFormatter(logging.Formatter):
    """``2026-11-28 14:03:07+0100 warning nova_app.api: what happened  key=value``."""

    def format(self, record: logging.LogRecord) -> str:
        """Write the record for a person at a terminal."""
        time = datetime.fromtimestamp(record.created).astimezone().strftime("%Y-%m-%d %H:%M:%S%z")
        fields = "".join(f"  {name}={_unbroken(value)}" for name, value in fields_of(record).items())
        line = f"{time} {record.levelname.lower():<7} {clean(record.name)}: {message_of(record)}{fields}"
        fault = _fault_of(record)
        return f"{line}\n{traceback_of(fault)[:LINE_MAX_CHARS]}" if fault else line


class SafeHandler(logging.StreamHandler[TextIO]):
    """Writes to standard error; a record that cannot be written is named by its place alone."""

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 - logging's own name
        """Say where it was: logging itself would print the record's arguments."""
        with contextlib.suppress(OSError, ValueError):
            self.stream.write(f"a log record could not be written: {record.pathname}:{record.lineno}\n")


def configure_logs(log_format: str, level: str = "info") -> None:
    """Send every logger of the process to standard error in one form.

    Args:
        log_format: ``human`` or ``json``.
        level: ``debug``, ``info`` or ``warning``, for Nova's own loggers.
    """
    handler = SafeHandler(sys.stderr)
    handler.setFormatter(JsonFormatter() if log_format == "json" else HumanFormatter())
    handler.addFilter(RepeatFilter())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.INFO)
    for name in ("nova", "nova_app"):
        logging.getLogger(name).setLevel(level.upper())
    for name in (*_LIBRARIES, *_OWN_HANDLERS):
        library = logging.getLogger(name)
        library.handlers.clear()
        library.propagate = True
        library.setLevel(logging.WARNING)
    logging.captureWarnings(capture=True)
    threading.excepthook = _log_end_of_thread
    sys.unraisablehook = _log_unraisable


def fields_of(record: logging.LogRecord) -> dict[str, object]:
    """Return the named fields of Nova's own records that may be written; a library's are left out."""
    if not is_ours(record.name):
        return {LEFT_OUT: getattr(record, LEFT_OUT)} if hasattr(record, LEFT_OUT) else {}
    request_id = current_request.get().request_id
    known = {"request_id": request_id} if request_id else {}
    found = known | {name: value for name, value in record.__dict__.items() if name not in _STANDARD}
    return {name: _value(name, value) for name, value in list(found.items())[:FIELDS_MAX]}


def _value(name: str, value: object) -> object:
    if value is None or isinstance(value, bool | int | float):
        return value
    if isinstance(value, Mapping):
        return {clean(str(key)): _value(name, item) for key, item in list(value.items())[:FIELDS_MAX]}
    if name == "request_id" and is_request_id(str(value)):
        return str(value)
    return clean(str(value)) if name in FIELDS else WITHHELD


def _unbroken(value: object) -> str:
    """Return a value that cannot be taken for the next field."""
    text = str(value)
    return json.dumps(text) if " " in text else text


def _fault_of(record: logging.LogRecord) -> BaseException | None:
    return record.exc_info[1] if record.exc_info else None


def _log_end_of_thread(arguments: threading.ExceptHookArgs) -> None:
    if arguments.exc_value is not None:
        logging.getLogger("nova_app").error("a thread ended with an error", exc_info=arguments.exc_value)


def _log_unraisable(found: sys.UnraisableHookArgs) -> None:
    if found.exc_value is not None:
        logging.getLogger("nova_app").error("an error was ignored", exc_info=found.exc_value)
