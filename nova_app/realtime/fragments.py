"""Puts a message together that a client sent in several WebSocket frames."""

from __future__ import annotations

from picows import WSFrame, WSMsgType

MESSAGE_MAX_BYTES = 256 * 1024
"""Above this the WebSocket layer itself closes with 1009; between the protocol's 64 KiB
and this, the session refuses with a reason first."""


class TooLarge(Exception):
    """The parts together are larger than a message may be."""


class Fragments:
    """The parts of one message so far."""

    __slots__ = ("_is_text", "_parts", "_size")

    def __init__(self) -> None:
        self._is_text: bool | None = None
        self._parts: list[bytes] = []
        self._size = 0

    def take(self, kind: WSMsgType, frame: WSFrame) -> str | bytes | None:
        """Add a frame; return the message once it is whole.

        Raises:
            TooLarge: It is larger than a message may be.
            ValueError: The frame is out of place, or uses an extension that was not agreed on.
            UnicodeDecodeError: A text is not UTF-8.
        """
        is_first = self._is_text is None
        if is_first is (kind == WSMsgType.CONTINUATION) or frame.rsv1 or frame.rsv2 or frame.rsv3:
            raise ValueError(kind)
        if is_first:
            self._is_text = kind == WSMsgType.TEXT
        self._size += frame.payload_size
        if self._size > MESSAGE_MAX_BYTES:
            raise TooLarge
        self._parts.append(frame.get_payload_as_bytes())
        if not frame.fin:
            return None
        whole = b"".join(self._parts)
        return whole.decode() if self._is_text else whole
