"""Logging as the server sets it up, into memory."""

from __future__ import annotations

import contextlib
import io
import logging
import sys
import threading

from nova_app.observability.logs import configure_logs

CHANGED = ("nova", "nova_app", "alembic", "uvicorn", "socketio", "engineio", "httpx", "httpcore", "websockets")


@contextlib.contextmanager
def logging_into_memory(form="human", level="debug"):
    """Yield what is written while the block runs; what was set up before comes back."""
    root = logging.getLogger()
    before, hooks = (list(root.handlers), root.level), (threading.excepthook, sys.unraisablehook)
    names = (*CHANGED, "socketio.server", "engineio.server", "socketio.client", "engineio.client")
    levels = {name: logging.getLogger(name).level for name in names}
    stream, stderr = io.StringIO(), sys.stderr
    sys.stderr = stream
    try:
        configure_logs(form, level)
        yield stream
    finally:
        sys.stderr = stderr
        root.handlers[:], root.level = before
        threading.excepthook, sys.unraisablehook = hooks
        logging.captureWarnings(capture=False)
        for name, set_level in levels.items():
            logging.getLogger(name).setLevel(set_level)


@contextlib.contextmanager
def logging_in_both_forms():
    """Yield what is written for people and what for machines while the block runs."""
    with logging_into_memory("human") as human:
        handlers = list(logging.getLogger().handlers)
        with logging_into_memory("json") as lines:
            logging.getLogger().handlers.extend(handlers)
            yield human, lines
