"""What the server's admins do with accounts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from typing import Annotated

from fastapi import APIRouter, Depends

from nova_app.api.auth import Caller
from nova_app.api.dependencies import Services
from nova_app.domain.events import Identity
from nova_app.domain.models import User, UserId
from nova_app.observability.audit import AuditEvent, record
from nova_app.observability.process import build
from nova_app.schemas.administration import (
    AccountChangeRequest,
    AccountResponse,
    AccountsResponse,
    LinkResponse,
    ListedAccountResponse,
    OverviewResponse,
    ProofRequest,
)

router = APIRouter(prefix="/admin", tags=["admin"])

_VERSION, _, _ = build()


async def require_admin(caller: Caller, services: Services) -> Identity:
    """Return the caller, who is an admin with a session.

    Raises:
        Refused: ``NOT_ALLOWED``.
    """
    await services.administration.require_admin(caller)
    return caller


Admin = Annotated[Identity, Depends(require_admin)]


@router.get("/users", dependencies=[Depends(require_admin)])
async def list_users(services: Services) -> AccountsResponse:
    """All accounts, by user name."""
    items = [
        ListedAccountResponse(
            **account_response(line.user).model_dump(), last_seen_at=line.last_seen_at, bytes_stored=line.bytes_stored
        )
        for line in await services.administration.list_accounts()
    ]
    return AccountsResponse(items=items, has_more=False)


@router.patch("/users/{user_id}")
async def change_user(user_id: str, body: AccountChangeRequest, admin: Admin, services: Services) -> AccountResponse:
    """Make somebody an admin or none, deactivate or activate them; the last active admin stays."""
    await services.accounts.prove_recent(admin, body.current_password)
    user = await services.administration.change(UserId(user_id), is_admin=body.is_admin, is_active=body.is_active)
    for event in _events_of(body):
        record(event, account=admin.user_id, target=user.id)
    return account_response(user)


@router.post("/users/{user_id}/reset-link", status_code=201)
async def create_reset_link(
    user_id: str, admin: Admin, services: Services, body: ProofRequest | None = None
) -> LinkResponse:
    """Make a link with which the account's password can be set once; an older one ends."""
    await services.accounts.prove_recent(admin, body.current_password if body else "")
    secret, expires_at = await services.administration.create_reset_link(UserId(user_id), created_by=admin.user_id)
    record(AuditEvent.RESET_LINK_CREATED, account=admin.user_id, target=user_id)
    return LinkResponse(url=f"/reset/{secret}", expires_at=expires_at)


@router.get("/overview", dependencies=[Depends(require_admin)])
async def read_overview(services: Services) -> OverviewResponse:
    """Count what there is on this server."""
    counts = await services.administration.read_overview()
    standing = await services.registration.read_standing()
    return OverviewResponse(version=_VERSION, registration=standing.mode.value, **asdict(counts))


def _events_of(change: AccountChangeRequest) -> Iterator[AuditEvent]:
    if change.is_admin is not None:
        yield AuditEvent.ADMIN_GRANTED if change.is_admin else AuditEvent.ADMIN_REVOKED
    if change.is_active is not None:
        yield AuditEvent.ACCOUNT_ACTIVATED if change.is_active else AuditEvent.ACCOUNT_DEACTIVATED


def account_response(user: User) -> AccountResponse:
    """Return an account as an admin sees it."""
    return AccountResponse(
        user_id=user.id,
        username=user.username,
        display_name=user.display_name,
        created_at=user.created_at,
        is_admin=user.is_admin,
        is_active=user.disabled_at is None,
        is_service=user.is_service,
    )
