"""The signed-in user."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query

from nova_app.api.auth import Caller
from nova_app.api.dependencies import Services
from nova_app.domain.events import Profile
from nova_app.domain.models import Notify
from nova_app.protocol.bodies import avatar_url, person_body, to_fields
from nova_app.schemas.accounts import Notifications, PeopleResponse, ProfileRequest, QuietHours, UserResponse
from nova_app.services.cost_table import Budget
from nova_app.services.profiles import ProfileChange
from nova_app.settings import Settings

router = APIRouter(prefix="/users", tags=["users"])

PAGE = 20
PAGE_MAX = 50


@router.get("")
async def find_people(
    caller: Caller,
    services: Services,
    q: Annotated[str, Query(max_length=100)] = "",
    *,
    limit: Annotated[int, Query(ge=1, le=PAGE_MAX)] = PAGE,
) -> PeopleResponse:
    """Other users whose user or display name contains ``q``; everybody without it."""
    services.budgets.spend(caller.user_id, Budget.PEOPLE)
    people, has_more = await services.profiles.find_people(caller.user_id, q, limit=limit)
    items = [to_fields(person_body(person)) for person in people]
    return PeopleResponse.model_validate({"items": items, "has_more": has_more})


@router.get("/me")
async def get_me(caller: Caller, services: Services) -> UserResponse:
    """The signed-in user."""
    return user_response(await services.profiles.get_profile(caller.user_id), services.settings)


@router.patch("/me")
async def change_me(body: ProfileRequest, caller: Caller, services: Services) -> UserResponse:
    """Change what is named; the rest stays."""
    change = ProfileChange(
        display_name=body.display_name,
        status=body.status,
        avatar_id=None if body.avatar_id is None else str(body.avatar_id),
        shares_read=body.shares_read,
        shares_presence=body.shares_presence,
        only_acquaintances_add=body.only_acquaintances_add,
        link_previews=body.link_previews,
        **_notifications(body.notifications),
    )
    return user_response(await services.profiles.change(caller.user_id, change), services.settings)


def user_response(profile: Profile, settings: Settings) -> UserResponse:
    """Return a profile as its owner gets it."""
    return UserResponse(
        user_id=profile.user_id,
        username=profile.username,
        display_name=profile.display_name,
        created_at=profile.created_at,
        status=profile.status,
        avatar_url=avatar_url(profile.avatar_id),
        shares_read=profile.shares_read,
        shares_presence=profile.shares_presence,
        only_acquaintances_add=profile.only_acquaintances_add,
        notifications=Notifications(
            default=Notify(profile.notify).value,
            quiet_hours=QuietHours.model_validate_json(profile.quiet_hours) if profile.quiet_hours else None,
        ),
        is_admin=profile.is_admin,
        link_previews=profile.link_previews,
        link_previews_available=settings.link_previews,
        asks_longer_password=profile.asks_longer_password,
    )


def _notifications(wanted: Notifications | None) -> dict[str, str]:
    """Return what changes of a profile; an explicit null ends the quiet hours."""
    named = wanted.model_fields_set if wanted else set()
    changes: dict[str, str] = {}
    if wanted and "default" in named:
        changes["notify"] = wanted.default
    if wanted and "quiet_hours" in named:
        changes["quiet_hours"] = wanted.quiet_hours.model_dump_json(by_alias=True) if wanted.quiet_hours else ""
    return changes
