"""Posts."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Header, Query, Response

from nova_app.api.auth import Caller, identify
from nova_app.api.dependencies import Services
from nova_app.domain.files import PostView
from nova_app.domain.models import UploadId
from nova_app.protocol.bodies import avatar_url, file_body, to_fields
from nova_app.protocol.bounds import SEQ_MAX
from nova_app.schemas.posts import PostRequest, PostResponse, PostsResponse
from nova_app.schemas.uploads import UploadResponse

router = APIRouter(prefix="/posts", tags=["posts"])
"""Every signed-in user may read all posts."""

PAGE = 20
PAGE_MAX = 100


@router.get("", dependencies=[Depends(identify)])
async def list_posts(
    services: Services,
    before: Annotated[int | None, Query(ge=0, le=SEQ_MAX)] = None,
    limit: Annotated[int, Query(ge=1, le=PAGE_MAX)] = PAGE,
) -> PostsResponse:
    """The newest posts, or those before a number; the newest first."""
    items, has_more = await services.posts.read_page(before=before, limit=limit)
    return PostsResponse(items=[_answer(view) for view in items], has_more=has_more)


@router.post("", status_code=201)
async def publish(
    body: PostRequest,
    caller: Caller,
    services: Services,
    response: Response,
    idempotency_key: Annotated[UUID, Header()],
) -> PostResponse:
    """Publish a post once; 200 with the first one for a repeated key."""
    view, is_new = await services.posts.publish(
        caller.user_id,
        text=body.text,
        upload_ids=[UploadId(str(upload_id)) for upload_id in body.upload_ids],
        key=str(idempotency_key),
    )
    response.status_code = 201 if is_new else 200
    return _answer(view)


def _answer(view: PostView) -> PostResponse:
    return PostResponse(
        id=UUID(view.post_id),
        number=view.number,
        author_id=UUID(view.author_id),
        author_name=view.author_name,
        author_avatar_url=avatar_url(view.author_avatar_id),
        text=view.text,
        created_at=view.created_at,
        files=[UploadResponse.model_validate(to_fields(file_body(file))) for file in view.files],
    )
