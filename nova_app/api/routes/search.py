"""Searching messages and posts."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query

from nova_app.api.auth import Caller
from nova_app.api.dependencies import Services
from nova_app.domain.models import ConversationId, MessageId, UserId
from nova_app.protocol.bodies import avatar_url, message_body, to_fields
from nova_app.protocol.post_bodies import post_fields
from nova_app.schemas.search import HitResponse, PostHitResponse, SearchResponse, SnippetPart
from nova_app.services.search import PostResult, Result

router = APIRouter(prefix="/search", tags=["search"])

PAGE = 20
PAGE_MAX = 50


@router.get("", response_model_exclude_unset=True)
async def search(
    caller: Caller,
    services: Services,
    q: Annotated[str, Query(max_length=5_000)] = "",
    *,
    conversation_id: Annotated[str | None, Query(max_length=100)] = None,
    before: UUID | None = None,
    limit: Annotated[int, Query(ge=1, le=PAGE_MAX)] = PAGE,
) -> SearchResponse:
    """The newest messages and posts that hold all that is asked for; ``before`` the last one's id for the next page.

    A ``conversation_id`` that does not exist, is malformed or not the caller's finds nothing.
    """
    results = await services.search.find(
        caller.user_id,
        q,
        within=ConversationId(conversation_id) if conversation_id is not None else None,
        before=MessageId(str(before)) if before else None,
        limit=limit,
    )
    return SearchResponse(
        items=[_answer(result, caller.user_id) for result in results.items],
        posts=[_post_answer(result) for result in results.posts],
        has_more=results.has_more,
        index_type=results.found.index_type,
        rows_looked_at=results.found.looked_at,
        took_ms=round(results.took_seconds * 1000, 2),
    )


def _answer(result: Result, viewer_id: UserId) -> HitResponse:
    return HitResponse.model_validate(
        {
            **to_fields(message_body(result.hit.message, viewer_id)),
            "author_avatar_url": avatar_url(result.hit.author_avatar_id),
            "conversation_name": result.hit.conversation_name,
            "snippet": [SnippetPart(text=part.text, hit=part.hit) for part in result.snippet],
        }
    )


def _post_answer(result: PostResult) -> PostHitResponse:
    return PostHitResponse.model_validate(
        {
            **post_fields(result.post),
            "snippet": [SnippetPart(text=part.text, hit=part.hit) for part in result.snippet],
        }
    )
