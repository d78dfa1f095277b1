"""Invites to create an account on this server."""

from __future__ import annotations

from fastapi import APIRouter, Depends

from nova_app.api.dependencies import Services
from nova_app.api.routes.admin import Admin, require_admin
from nova_app.domain.models import Invite
from nova_app.observability.audit import AuditEvent, record
from nova_app.schemas.administration import (
    InviteRequest,
    InviteResponse,
    InvitesResponse,
    NewInviteResponse,
    ShownInviteResponse,
)

router = APIRouter(prefix="/invites", tags=["invites"])


@router.post("", status_code=201)
async def create_invite(body: InviteRequest, admin: Admin, services: Services) -> NewInviteResponse:
    """Make an invite; its link is shown only once."""
    await services.accounts.prove_recent(admin, body.current_password)
    invite, secret = await services.registration.create_invite(
        admin.user_id, seconds=body.expires_in_seconds, max_uses=body.max_uses
    )
    record(AuditEvent.INVITE_CREATED, account=admin.user_id, target=invite.id)
    return NewInviteResponse(**_response(invite).model_dump(), url=f"/invite/{secret}")


@router.get("", dependencies=[Depends(require_admin)])
async def list_invites(services: Services) -> InvitesResponse:
    """The invites that may still be used, the newest first."""
    found = await services.registration.list_invites()
    return InvitesResponse(items=[_response(item) for item in found], has_more=False)


@router.get("/{token}")
async def show_invite(token: str, services: Services) -> ShownInviteResponse:
    """What an invite leads to, for whoever has it; uses nothing up."""
    shown = await services.registration.show_invite(token)
    return ShownInviteResponse(invited_by=shown.invited_by, expires_at=shown.invite.expires_at)


@router.delete("/{invite_id}", status_code=204)
async def end_invite(invite_id: str, admin: Admin, services: Services) -> None:
    """Revoke an invite: it lets nobody in any more."""
    await services.registration.end_invite(invite_id)
    record(AuditEvent.INVITE_REVOKED, account=admin.user_id, target=invite_id)


def _response(invite: Invite) -> InviteResponse:
    return InviteResponse.model_validate(invite, from_attributes=True)
