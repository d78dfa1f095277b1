"""One post: its edits, its deletion, its reactions and comments."""

from __future__ import annotations

import uuid
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Header, Path, Query, Response

from nova_app.api.auth import Caller, identify
from nova_app.api.dependencies import Services
from nova_app.domain.posts import DeletePost, EditPost, ReactToPost
from nova_app.protocol.bodies import to_fields
from nova_app.protocol.bounds import SEQ_MAX
from nova_app.protocol.post_bodies import comment_body, post_fields
from nova_app.schemas.posts import CommentRequest, CommentResponse, CommentsResponse, PostEditRequest, PostResponse

router = APIRouter(prefix="/posts/{post_id}", tags=["posts"])

COMMENTS = 50
COMMENTS_MAX = 100

Key = Annotated[UUID | None, Header(alias="Idempotency-Key", description="Names the change; made up if absent.")]
Emoji = Annotated[str, Path(max_length=100)]
Number = Annotated[int | None, Query(ge=0, le=SEQ_MAX)]


@router.patch("", response_model_exclude_unset=True)
async def edit_post(
    post_id: UUID, body: PostEditRequest, caller: Caller, services: Services, *, idempotency_key: Key = None
) -> PostResponse:
    """Give one's own post another text; a repeated key changes nothing."""
    change = EditPost(caller.user_id, _key(idempotency_key), str(post_id), body.text)
    return PostResponse.model_validate(post_fields(await services.posts.change(change)))


@router.delete("", status_code=204)
async def delete_post(post_id: UUID, caller: Caller, services: Services, *, idempotency_key: Key = None) -> None:
    """Delete a post with its files, reactions and comments: one's own, or as an admin of the server anybody's."""
    await services.posts.change(DeletePost(caller.user_id, _key(idempotency_key), str(post_id)))


@router.put("/reactions/{emoji}", status_code=204)
async def set_post_reaction(
    post_id: UUID, emoji: Emoji, caller: Caller, services: Services, *, idempotency_key: Key = None
) -> None:
    """React to a post; a repeat changes nothing."""
    await services.posts.change(ReactToPost(caller.user_id, _key(idempotency_key), str(post_id), emoji, is_on=True))


@router.delete("/reactions/{emoji}", status_code=204)
async def remove_post_reaction(
    post_id: UUID, emoji: Emoji, caller: Caller, services: Services, *, idempotency_key: Key = None
) -> None:
    """Take one's own reaction back."""
    await services.posts.change(ReactToPost(caller.user_id, _key(idempotency_key), str(post_id), emoji, is_on=False))


@router.get("/comments", dependencies=[Depends(identify)], response_model_exclude_unset=True)
async def list_comments(
    post_id: UUID,
    services: Services,
    before_number: Number = None,
    after_number: Number = None,
    limit: Annotated[int, Query(ge=1, le=COMMENTS_MAX)] = COMMENTS,
) -> CommentsResponse:
    """The newest comments of a post, or those before or after a number; always ascending."""
    items, has_more = await services.posts.read_comments(
        str(post_id), before=before_number, after=after_number, limit=limit
    )
    return CommentsResponse.model_validate(
        {"items": [to_fields(comment_body(view)) for view in items], "has_more": has_more}
    )


@router.post("/comments", status_code=201, response_model_exclude_unset=True)
async def add_comment(
    post_id: UUID,
    body: CommentRequest,
    caller: Caller,
    services: Services,
    *,
    response: Response,
    idempotency_key: Annotated[UUID, Header()],
) -> CommentResponse:
    """Comment on a post once; 200 with the first one for a repeated key."""
    view, is_new = await services.posts.comment(caller.user_id, str(post_id), text=body.text, key=str(idempotency_key))
    response.status_code = 201 if is_new else 200
    return CommentResponse.model_validate(to_fields(comment_body(view)))


@router.delete("/comments/{comment_id}", status_code=204)
async def delete_comment(post_id: UUID, comment_id: UUID, caller: Caller, services: Services) -> None:
    """Delete a comment: one's own, or as an admin of the server anybody's; a repeat changes nothing."""
    await services.posts.delete_comment(caller.user_id, str(post_id), str(comment_id))


def _key(key: UUID | None) -> str:
    return str(key or uuid.uuid4())
