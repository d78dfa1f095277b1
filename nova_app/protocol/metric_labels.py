"""Metric labels of frames."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from nova_app.protocol import frames

RECEIVED_AS: Mapping[type[msgspec.Struct], str] = {
    frames.Hello: "sync",
    frames.Send: "message",
    frames.Read: "read_receipt",
    frames.Delivered: "read_receipt",
    frames.IsTyping: "typing",
    frames.EventsWanted: "sync",
    frames.Ping: "heartbeat",
    frames.Pong: "heartbeat",
}
"""The label of each frame of a client."""
SENT_AS: Mapping[bytes, str] = {
    b"message": "message",
    b"ack": "ack",
    b"nack": "error",
    b"error": "error",
    b"typing": "typing",
    b"presence": "presence",
    b"read": "read_receipt",
    b"delivered": "read_receipt",
    b"welcome": "sync",
    b"reset": "sync",
    b"ping": "heartbeat",
    b"pong": "heartbeat",
}
"""The label of each frame of the server; all others are ``system``."""
_TYPE_BEGINS = len('{"type":"')


def sent_as(fragment: bytes) -> str:
    """Return the label of an encoded frame of the server."""
    return SENT_AS.get(fragment[_TYPE_BEGINS : fragment.find(b'"', _TYPE_BEGINS)], "system")
