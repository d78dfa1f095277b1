"""Files as JSON fields, with their paths on this origin."""

from __future__ import annotations

from typing import Any

from nova_app.domain.files import PostedFile


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
