"""Writes text frames by the WebSocket protocol in C, so that none of its buffers grows or is used too early again."""

from __future__ import annotations

from picows import WSMsgType, WSTransport

COPIED_MAX_BYTES = 1_500
"""Up to this, the library copies a frame into the buffer that each socket has anyway. It would keep a larger buffer to
the end, and above 8 KiB use the buffer again for the next head while this one still waits in the transport."""
HEAD_MAX_BYTES = 14
"""So much room the library needs before a frame that it does not copy."""


def write_text(transport: WSTransport, frame: bytes) -> None:
    """Hand a text frame to the transport."""
    if len(frame) <= COPIED_MAX_BYTES:
        transport.send(WSMsgType.TEXT, frame)
    else:
        with_room = bytearray(HEAD_MAX_BYTES) + frame
        transport.send_reuse_external_bytearray(WSMsgType.TEXT, with_room, HEAD_MAX_BYTES)
