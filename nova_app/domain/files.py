"""What is known about files, and about posts that show them, free of any table form."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

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
    """A file as a post or a message shows it."""

    upload_id: str
    name: str
    facts: FileFacts


def file_body(file: PostedFile) -> dict[str, Any]:
    """Return a file as JSON fields, the same wherever a file is sent; addresses are paths of this origin."""
    url = f"/api/v1/uploads/{file.upload_id}"
    return {
        "id": file.upload_id,
        "url": url,
        "thumbnail_url": f"{url}/thumbnail" if file.facts.width else "",
        "name": file.name,
        "content_type": file.facts.content_type,
        "size_bytes": file.facts.size_bytes,
        "width": file.facts.width,
        "height": file.facts.height,
    }


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
