"""Posts."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Header, Query, Response

from nova_app.api.auth import Caller
from nova_app.api.dependencies import Services
from nova_app.domain.models import UploadId
from nova_app.protocol.bodies import to_fields
from nova_app.protocol.bounds import SEQ_MAX
from nova_app.protocol.post_bodies import figures_body, post_fields
from nova_app.schemas.posts import PostRequest, PostResponse, PostsReadRequest, PostsReadResponse, PostsResponse

router = APIRouter(prefix="/posts", tags=["posts"])
"""Every signed-in user may read all posts."""

PAGE = 20
PAGE_MAX = 100

Number = Annotated[int | None, Query(ge=0, le=SEQ_MAX)]
Limit = Annotated[int, Query(ge=1, le=PAGE_MAX)]


@router.get("", response_model_exclude_unset=True)
async def list_posts(
    caller: Caller, services: Services, *, before: Number = None, after_number: Number = None, limit: Limit = PAGE
) -> PostsResponse:
    """The newest posts, or those before a number, the newest first; or those after a number, the oldest first."""
    if after_number is None:
        items, has_more = await services.posts.read_page(caller.user_id, before=before, limit=limit)
    else:
        items, has_more = await services.posts.read_after(caller.user_id, after_number, limit=limit)
    return PostsResponse.model_validate({"items": [post_fields(view) for view in items], "has_more": has_more})


@router.post("", status_code=201, response_model_exclude_unset=True)
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
    return PostResponse.model_validate(post_fields(view))


@router.get("/me")
async def get_read_position(caller: Caller, services: Services) -> PostsReadResponse:
    """How far the caller has read the posts."""
    return PostsReadResponse(**to_fields(figures_body(await services.posts.get_figures(caller.user_id))))


@router.patch("/me")
async def mark_read(body: PostsReadRequest, caller: Caller, services: Services) -> PostsReadResponse:
    """Note that the caller has read the posts up to a number; it never goes back."""
    figures = await services.posts.mark_read(caller.user_id, body.read_number)
    return PostsReadResponse(**to_fields(figures_body(figures)))
