"""Metric labels of the frames of clients; those of the server carry theirs (``server_frames``)."""

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
