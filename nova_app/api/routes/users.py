"""The signed-in user."""

from __future__ import annotations

from fastapi import APIRouter

from nova_app.api.auth import Caller
from nova_app.api.dependencies import Given
from nova_app.domain.events import Profile
from nova_app.protocol.frames import avatar_url
from nova_app.schemas.accounts import ProfileBody, UserAnswer
from nova_app.services.profiles import ProfileChange

router = APIRouter(prefix="/users", tags=["users"])


@router.get("/me")
async def get_me(caller: Caller, given: Given) -> UserAnswer:
    """Who am I."""
    return user_answer(await given.profiles.get(caller.user_id))


@router.patch("/me")
async def change_me(body: ProfileBody, caller: Caller, given: Given) -> UserAnswer:
    """Change what is named; the rest stays."""
    change = ProfileChange(
        display_name=body.display_name,
        status=body.status,
        avatar_id=None if body.avatar_id is None else str(body.avatar_id),
        shares_read=body.shares_read,
        shares_presence=body.shares_presence,
    )
    return user_answer(await given.profiles.change(caller.user_id, change))


def user_answer(profile: Profile) -> UserAnswer:
    """A profile as its owner gets it."""
    return UserAnswer(
        user_id=profile.user_id,
        username=profile.username,
        display_name=profile.display_name,
        created_at=profile.created_at,
        status=profile.status,
        avatar_url=avatar_url(profile.avatar_id),
        shares_read=profile.shares_read,
        shares_presence=profile.shares_presence,
    )
