"""The members of a group and their roles."""

from __future__ import annotations

from uuid import UUID

from fastapi import APIRouter, Response

from nova_app.api.auth import Caller
from nova_app.api.dependencies import Services
from nova_app.domain.events import MemberChanged
from nova_app.domain.models import ConversationId, Role, UserId
from nova_app.protocol.bodies import member_body, to_fields
from nova_app.protocol.event_bodies import event_body
from nova_app.schemas.conversations import (
    MemberRequest,
    MemberResponse,
    MembersResponse,
    PersonResponse,
    RoleRequest,
)
from nova_app.services.ids import invalid_field

router = APIRouter(prefix="/conversations/{conversation_id}/members", tags=["conversations"])


@router.post("", status_code=201, response_model=None)
async def add_members(
    conversation_id: UUID, body: MemberRequest, caller: Caller, services: Services, response: Response
) -> MemberResponse | MembersResponse | None:
    """Add users to a group: 201 with the events that let them in.

    Several ``usernames`` are answered with a list, 200 if all of them were members already; one ``username`` with its
    event, 204 if they were one.
    """
    room = ConversationId(str(conversation_id))
    if body.usernames is not None:
        if body.username is not None:
            raise invalid_field("usernames", "Expected username or usernames, not both.")
        events = await services.group_members.add(caller.user_id, room, body.usernames)
        response.status_code = 201 if events else 200
        return MembersResponse(items=[_to_response(event) for event in events], has_more=False)
    if body.username is None:
        raise invalid_field("username", "Enter a user name.")
    events = await services.group_members.add(caller.user_id, room, [body.username], field="username")
    if not events:
        response.status_code = 204
        return None
    return _to_response(events[0])


@router.delete("/me", status_code=204)
async def leave(conversation_id: UUID, caller: Caller, services: Services) -> None:
    """Leave a group; it is no longer sent to the caller."""
    await services.group_members.leave(caller.user_id, ConversationId(str(conversation_id)))


@router.delete("/{user_id}", status_code=204)
async def remove_member(conversation_id: UUID, user_id: UUID, caller: Caller, services: Services) -> None:
    """Remove a member from a group; owners may remove everybody, admins those without a role."""
    room = ConversationId(str(conversation_id))
    await services.group_members.remove(caller.user_id, room, UserId(str(user_id)))


@router.patch("/{user_id}", response_model_exclude_unset=True)
async def change_role(
    conversation_id: UUID, user_id: UUID, body: RoleRequest, caller: Caller, services: Services
) -> PersonResponse:
    """Give a member of a group another role; nobody gives one above their own."""
    room = ConversationId(str(conversation_id))
    member = await services.group_members.change_role(caller.user_id, room, UserId(str(user_id)), Role(body.role))
    return PersonResponse.model_validate(to_fields(member_body(member)))


def _to_response(event: MemberChanged) -> MemberResponse:
    return MemberResponse.model_validate(to_fields(event_body(event)))
