"""The bodies of registration, invites, password resets and of what admins do."""

from __future__ import annotations

from datetime import datetime
from typing import Literal
from uuid import UUID

from pydantic import BaseModel, StrictBool, StrictInt

from nova_app.schemas.base import RequestBody, Short


class RegistrationResponse(BaseModel):
    """What creating an account needs now; ``is_first``: that account becomes the server's admin."""

    mode: Literal["open", "invite", "closed"]
    is_first: bool


class ProofRequest(RequestBody):
    """What is sensitive; ``current_password`` is the caller's, needed 15 minutes after signing in."""

    current_password: Short = ""


class InviteRequest(ProofRequest):
    """An invite to make; seven days and any number of uses unless it says otherwise."""

    expires_in_seconds: StrictInt | None = None
    max_uses: StrictInt | None = None


class InviteResponse(BaseModel):
    """An invite; its link is shown only once."""

    id: UUID
    created_at: datetime
    expires_at: datetime
    max_uses: int | None
    uses: int


class NewInviteResponse(InviteResponse):
    """A new invite; ``url`` is a path of this origin."""

    url: str


class InvitesResponse(BaseModel):
    """The invites that may still be used, the newest first."""

    items: list[InviteResponse]
    has_more: bool


class ShownInviteResponse(BaseModel):
    """What an invite leads to; ``invited_by`` is a display name, empty where it was made by command."""

    kind: Literal["server"] = "server"
    invited_by: str
    expires_at: datetime


class ResetRequest(RequestBody):
    """A new password by a reset link; tokens end too unless it says otherwise."""

    token: Short
    password: Short
    end_tokens: StrictBool = True


class LinkResponse(BaseModel):
    """A link that works once; ``url`` is a path of this origin."""

    url: str
    expires_at: datetime


class AccountChangeRequest(ProofRequest):
    """Changes to an account by an admin; what is left out stays as it is."""

    is_admin: StrictBool | None = None
    is_active: StrictBool | None = None


class AccountResponse(BaseModel):
    """An account as an admin sees it; ``bytes_stored`` is the size of its files."""

    user_id: UUID
    username: str
    display_name: str
    created_at: datetime
    is_admin: bool
    is_active: bool
    is_service: bool


class ListedAccountResponse(AccountResponse):
    """An account of the list, with its use."""

    last_seen_at: datetime | None
    bytes_stored: int


class AccountsResponse(BaseModel):
    """All accounts of the server, by user name."""

    items: list[ListedAccountResponse]
    has_more: bool


class OverviewResponse(BaseModel):
    """How much there is on this server; ``users`` counts people, service accounts apart."""

    version: str
    registration: Literal["open", "invite", "closed"]
    users: int
    active_users: int
    admins: int
    service_accounts: int
    sessions: int
    conversations: int
    messages: int
    bytes_stored: int
