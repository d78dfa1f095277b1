"""What the generator is to say, as the file that it reads (``plan.h``)."""

from __future__ import annotations

import struct
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

ID = "00000000-0000-7000-8000-000000000000"
"""Where it stands in a message the generator writes an id that grows."""
STAMP = "~" + "0" * 16
"""Begins each text; the generator writes the moment behind the tilde, and counts tildes as deliveries."""
TEXT = f"{STAMP} a message about as long as people write, and not a word longer than that: yes"
NOWHERE = 0xFFFFFFFF


@dataclass(frozen=True, slots=True)
class Step:
    """One turn of a greeting: say this, wait until that arrives; raw is outside WebSocket frames."""

    say: str
    until: str
    is_raw: bool = False


@dataclass(frozen=True, slots=True)
class Part:
    """What one connection says: its greeting, its message, and how its acks are known."""

    steps: Sequence[Step]
    message: str
    ack_mark: str
    is_sender: bool


def upgrade(port: int, path: str, *headers: str) -> Step:
    """The handshake of a WebSocket."""
    lines = (
        f"GET {path} HTTP/1.1",
        f"Host: 127.0.0.1:{port}",
        f"Origin: http://127.0.0.1:{port}",
        "Connection: Upgrade",
        "Upgrade: websocket",
        "Sec-WebSocket-Version: 13",
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
        *headers,
    )
    return Step("\r\n".join(lines) + "\r\n\r\n", "\r\n\r\n", is_raw=True)


def write_plan(path: Path, *, port: int, is_websocket: bool, fan_out: int, parts: Sequence[Part]) -> None:
    """Write the file; each message is told to so many as ``fan_out`` says."""
    pieces = [_numbers(port, is_websocket, fan_out, len(parts))]
    for part in parts:
        pieces += _part(part)
    path.write_bytes(b"".join(pieces))


def _part(part: Part) -> Iterable[bytes]:
    message = part.message.encode()
    id_at = message.find(ID.encode())
    stamp_at = message.index(STAMP.encode()) + 1
    yield _numbers(part.is_sender)
    yield _text(part.ack_mark)
    yield _text(part.message)
    yield _numbers(NOWHERE if id_at < 0 else id_at, stamp_at, len(part.steps))
    for step in part.steps:
        yield _numbers(step.is_raw)
        yield _text(step.say)
        yield _text(step.until)


def _numbers(*values: int) -> bytes:
    return struct.pack(f"<{len(values)}I", *values)


def _text(text: str) -> bytes:
    raw = text.encode()
    return _numbers(len(raw)) + raw
