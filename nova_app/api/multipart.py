"""The one file of a multipart body, as it arrives: nothing is gathered in memory or elsewhere."""

from __future__ import annotations

from collections.abc import AsyncIterator

from python_multipart import MultipartParser
from python_multipart.exceptions import FormParserError
from python_multipart.multipart import parse_options_header

from nova_app.domain.errors import ErrorCode, Refused

HEADER_MAX_BYTES = 8 * 1024
"""Of a part's headers; a file's name is far shorter."""


class FilePart:
    """Reads a multipart body up to its field ``file``, then hands out that field's bytes.

    Other fields are passed over.
    """

    def __init__(self, content_type: str, stream: AsyncIterator[bytes]) -> None:
        """Read from this stream.

        Raises:
            Refused: ``MALFORMED_BODY``: this is no multipart body.
        """
        kind, options = parse_options_header(content_type)
        if kind != b"multipart/form-data" or b"boundary" not in options:
            raise _malformed(f"expected multipart/form-data with a boundary, got {content_type or 'nothing'}")
        self._stream = stream
        try:
            self._parser = self._parser_of(options[b"boundary"])
        except FormParserError as fault:
            raise _malformed(f"expected multipart/form-data: {fault}") from fault
        self._name = b""
        self._value = b""
        self._disposition = b""
        self._is_file = False
        self._is_over = False
        self._waiting: list[bytes] = []
        self.filename = ""

    def _parser_of(self, boundary: bytes) -> MultipartParser:
        return MultipartParser(
            boundary,
            {
                "on_part_begin": self._begin_part,
                "on_header_field": self._header_name,
                "on_header_value": self._header_value,
                "on_header_end": self._end_header,
                "on_headers_finished": self._end_headers,
                "on_part_data": self._data,
                "on_part_end": self._end_part,
            },
        )

    async def open(self) -> None:
        """Read as far as the file's name.

        Raises:
            Refused: ``INVALID_FIELDS``: there is no such field; ``MALFORMED_BODY``.
        """
        while not self._is_file and await self._read():
            pass
        if not self._is_file:
            text = "Expected one file in the form field 'file'."
            raise Refused(ErrorCode.INVALID_FIELDS, text, fields={"file": text})

    async def chunks(self) -> AsyncIterator[bytes]:
        """Return the file's bytes, to its end.

        Raises:
            Refused: ``MALFORMED_BODY``: the body ends before the file does.
        """
        while True:
            while self._waiting:
                yield self._waiting.pop(0)
            if self._is_over:
                return
            if not await self._read():
                raise _malformed("expected the end of the file, got the end of the body")

    async def drain(self) -> None:
        """Read the rest, so that the sender receives the answer."""
        async for _ in self._stream:
            pass

    async def _read(self) -> bool:
        """Feed the parser one chunk; False at the end of the body."""
        async for chunk in self._stream:
            try:
                self._parser.write(chunk)
            except FormParserError as fault:
                raise _malformed(f"expected multipart/form-data: {fault}") from fault
            return True
        return False

    def _begin_part(self) -> None:
        self._name = self._value = self._disposition = b""

    def _header_name(self, data: bytes, start: int, end: int) -> None:
        self._name = _bounded(self._name + data[start:end])

    def _header_value(self, data: bytes, start: int, end: int) -> None:
        self._value = _bounded(self._value + data[start:end])

    def _end_header(self) -> None:
        if self._name.lower() == b"content-disposition":
            self._disposition = self._value
        self._name = self._value = b""

    def _end_headers(self) -> None:
        _, options = parse_options_header(self._disposition)
        if not self._is_over and options.get(b"name") == b"file" and b"filename" in options:
            self._is_file = True
            self.filename = options[b"filename"].decode("utf-8", "replace")

    def _data(self, data: bytes, start: int, end: int) -> None:
        if self._is_file and not self._is_over:
            self._waiting.append(data[start:end])

    def _end_part(self) -> None:
        self._is_over = self._is_file


def _bounded(header: bytes) -> bytes:
    if len(header) > HEADER_MAX_BYTES:
        raise _malformed(f"expected headers of at most {HEADER_MAX_BYTES} bytes")
    return header


def _malformed(detail: str) -> Refused:
    return Refused(ErrorCode.MALFORMED_BODY, detail)
