"""What is known about files, free of any table form."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class FileFacts:
    """What a whole file turned out to be.

    Attributes:
        content_type: By its content; the name it came with proves nothing.
        size_bytes: As it is stored: an image is encoded again.
        width: In pixels; 0 where the file is no image that can be shown.
        height: Likewise.
    """

    content_type: str
    size_bytes: int
    width: int = 0
    height: int = 0


@dataclass(frozen=True, slots=True)
class PostedFile:
    """A file as a post or a message shows it."""

    upload_id: str
    name: str
    facts: FileFacts
