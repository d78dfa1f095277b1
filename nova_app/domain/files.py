"""What is known about files, and about posts that show them, free of any table form."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from nova_app.domain.models import UserId


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
    """A file as a post or a message shows it; ``alt`` describes it where its author did."""

    upload_id: str
    name: str
    facts: FileFacts
    alt: str = ""


@dataclass(frozen=True, slots=True)
class PostView:
    """A post with its author's name and picture, and its files in order."""

    number: int
    post_id: str
    author_id: UserId
    author_name: str
    text: str
    created_at: datetime
    files: Sequence[PostedFile]
    author_avatar_id: str | None = None
