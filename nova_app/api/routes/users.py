"""The signed-in user."""

from __future__ import annotations

from fastapi import APIRouter

from nova_app.api.identity import Caller
from nova_app.api.services import Given
from nova_app.protocol.rest import ProfileBody, UserAnswer

router = APIRouter(prefix="/users", tags=["users"])


@router.get("/me")
async def get_me(caller: Caller, given: Given) -> UserAnswer:
    """Who am I."""
    return UserAnswer.model_validate(await given.accounts.get_profile(caller.user_id), from_attributes=True)


@router.patch("/me")
async def change_me(body: ProfileBody, caller: Caller, given: Given) -> UserAnswer:
    """Change the display name."""
    profile = await given.accounts.rename(caller.user_id, body.display_name)
    return UserAnswer.model_validate(profile, from_attributes=True)
