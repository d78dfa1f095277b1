"""What of a log record may be written: constants of the code, numbers, and Nova's own named fields.

A library's record may hold whatever a stranger sent: a request with its cookies, what was typed into a form, the
parameters of a statement. So of a library's message only what is a constant in the code that logged it is written, and
of an exception its type and the constant part of its text. Nova's own records say what they mean by named fields.
"""

from __future__ import annotations

import logging
import os
import re
import sqlite3
import sys
import traceback
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import CodeType, FrameType, TracebackType

WITHHELD = "…"
TEXT_MAX_CHARS = 300
FRAMES_MAX = 24
CAUSES_MAX = 4
_CONSTANT_MIN_CHARS = 8
"""A shorter constant says nothing, and may be the beginning of anything."""
_SECRETS = re.compile(
    r"(?i)\b(nova_session|cookie|authorization|token|password|passwd|secret)\b[\"']?\s*[:=]\s*[\"']?"
    r"(?:(?:bearer|basic)\s+)?[^\s,;\"']+"
)
_BEARER = re.compile(r"(?i)\b(bearer)\s+[^\s,;\"']+")
_RANDOM = re.compile(r"(?=[a-z_-]*[A-Z0-9])[A-Za-z0-9_+=-]{32,}")
"""Keys, hashes and tokens; not a long name in the code, nor a path of such names."""
_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_PLACEHOLDER = re.compile(r"%(?:\([^)]*\))?[-#0 +]*(?:\*|\d+)?(?:\.(?:\*|\d+))?[a-zA-Z]")
_OURS = ("nova", "nova_app")


def is_ours(logger_name: str) -> bool:
    """Return whether a record is Nova's own."""
    return logger_name.partition(".")[0] in _OURS


def message_of(record: logging.LogRecord) -> str:
    """Return what may be written of a record's message; call it while the record is being logged."""
    if is_ours(record.name):
        return clean(record.getMessage())
    if isinstance(record.msg, BaseException):
        return summary_of(record.msg)
    text = _proven(str(record.msg), _caller_of(record))
    if not text:
        text = f"{WITHHELD} ({Path(record.pathname).name}:{record.lineno})"
    arguments = record.args.values() if isinstance(record.args, Mapping) else record.args or ()
    values = iter([_argument(value) for value in arguments])
    return clean(_PLACEHOLDER.sub(lambda _: next(values, WITHHELD), text) if record.args else text)


def clean(text: str) -> str:
    """Return a text as one bounded line without control characters and without what looks like a secret."""
    shown = _BEARER.sub(lambda found: f"{found[1]} {WITHHELD}", text)
    shown = _SECRETS.sub(lambda found: f"{found[1]}={WITHHELD}", shown)
    shown = _RANDOM.sub(lambda found: found[0] if _UUID.fullmatch(found[0]) else WITHHELD, shown)
    if len(shown) > TEXT_MAX_CHARS:
        shown = f"{shown[:TEXT_MAX_CHARS]}{WITHHELD}"
    return "".join(char if char.isprintable() else _escaped(char) for char in shown)


def summary_of(fault: BaseException) -> str:
    """Return an exception in one line: its type, and what of its text is known to be harmless."""
    name = type(fault).__name__
    text = _text_of(fault)
    return clean(f"{name}: {text}" if text else name)


def traceback_of(fault: BaseException) -> str:
    """Return an exception with its causes and where they were raised, without their texts."""
    return "\n".join(_describe(fault, CAUSES_MAX))


def _describe(fault: BaseException, causes: int) -> Iterator[str]:
    before = fault.__cause__ or (None if fault.__suppress_context__ else fault.__context__)
    if before is not None and causes:
        yield from _describe(before, causes - 1)
        yield "which led to"
    frames = traceback.extract_tb(fault.__traceback__)[-FRAMES_MAX:]
    if frames:
        yield "Traceback (most recent call last):"
    for frame in frames:
        yield f'  File "{frame.filename}", line {frame.lineno}, in {frame.name}'
    yield summary_of(fault)
    for part in getattr(fault, "exceptions", ())[:CAUSES_MAX] if causes else ():
        yield from _describe(part, 0)


def _text_of(fault: BaseException) -> str:
    if isinstance(fault, OSError) and fault.errno:
        return f"[Errno {fault.errno}] {os.strerror(fault.errno)}"
    if isinstance(fault, sqlite3.Error):
        # Its text may quote the statement, and the statement what was searched for.
        return str(getattr(fault, "sqlite_errorname", "") or "")
    if is_ours(type(fault).__module__) and isinstance(code := getattr(fault, "code", None), str):
        return code
    return _proven(str(fault), _raised_in(fault.__traceback__)) if fault.args else ""


def _raised_in(found: TracebackType | None) -> FrameType | None:
    while found is not None and found.tb_next is not None:
        found = found.tb_next
    return found.tb_frame if found else None


def _caller_of(record: logging.LogRecord) -> FrameType | None:
    frame: FrameType | None = sys._getframe()  # noqa: SLF001 - as logging itself finds its caller
    while frame is not None:
        code = frame.f_code
        if code.co_filename == record.pathname and code.co_name == record.funcName:
            return frame
        frame = frame.f_back
    return None


def _proven(text: str, frame: FrameType | None) -> str:
    """Return the longest beginning of a text that is a constant of this frame's code; empty if there is none."""
    if frame is None or not text:
        return ""
    constants = set(_constants_of(frame.f_code))
    if text in constants:
        return text
    known = [item for item in constants if len(item) >= _CONSTANT_MIN_CHARS and text.startswith(item)]
    return f"{max(known, key=len)}{WITHHELD}" if known else ""


def _constants_of(code: CodeType) -> Iterator[str]:
    for item in code.co_consts:
        if isinstance(item, str):
            yield item


def _argument(value: object) -> str:
    if isinstance(value, bool | int | float):
        return str(value)
    return summary_of(value) if isinstance(value, BaseException) else WITHHELD


def _escaped(char: str) -> str:
    return char.encode("unicode_escape", "surrogatepass").decode("ascii")
