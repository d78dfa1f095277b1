"""The bodies of accounts: signing in, profiles, sessions and tokens."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, Field, StrictBool, StrictInt

from nova_app.schemas.base import RequestBody, Short


class RegisterRequest(RequestBody):
    """A new account; ``invite`` is the secret of an invite, where one is needed."""

    username: Short
    display_name: Short
    password: Short
    invite: Short = ""


class LoginRequest(RequestBody):
    """A sign-in."""

    username: Short
    password: Short


class PasswordRequest(RequestBody):
    """A new password, with the current one as proof; ``end_tokens`` revokes all API tokens."""

    current_password: Short
    new_password: Short
    end_tokens: StrictBool = False


class TokenRequest(RequestBody):
    """A token for a program: all scopes and 365 days unless said otherwise.

    ``current_password`` is needed 15 minutes after signing in.
    """

    name: Short
    scopes: Annotated[list[Short], Field(max_length=32)] | None = None
    expires_in_days: StrictInt | None = None
    current_password: Short = ""


class QuietHours(BaseModel):
    """When a user is not notified: each day from one time to another, in their time zone."""

    start: Annotated[str, Field(alias="from", pattern=r"^([01]\d|2[0-3]):[0-5]\d$")]
    until: Annotated[str, Field(pattern=r"^([01]\d|2[0-3]):[0-5]\d$")]
    time_zone: Annotated[str, Field(max_length=64)] = "UTC"


class Notifications(BaseModel):
    """What a user is notified of where a conversation does not say otherwise; what is left out stays as it is."""

    default: Literal["all", "mentions", "none"] = "all"
    quiet_hours: QuietHours | None = None


class ProfileRequest(RequestBody):
    """Changes to the user's own profile; what is left out stays as it is.

    ``avatar_id`` names an uploaded picture; empty removes the picture.
    """

    display_name: Short | None = None
    status: Short | None = None
    avatar_id: UUID | Literal[""] | None = None
    shares_read: StrictBool | None = None
    shares_presence: StrictBool | None = None
    only_acquaintances_add: StrictBool | None = None
    notifications: Notifications | None = None
    link_previews: StrictBool | None = None


class UserResponse(BaseModel):
    """The user's own profile; ``avatar_url`` is a path of this origin, empty without a picture.

    ``link_previews``: whether they see those, where the server has them (``link_previews_available``).
    An ``is_admin`` administers the server. ``asks_longer_password``: they signed in with a short one; ends with
    ``DELETE auth/password-notice``.
    """

    user_id: UUID
    username: str
    display_name: str
    created_at: datetime
    status: str
    avatar_url: str
    shares_read: bool
    shares_presence: bool
    only_acquaintances_add: bool
    is_admin: bool
    notifications: Notifications
    link_previews: bool
    link_previews_available: bool
    asks_longer_password: bool


class PersonResponse(BaseModel):
    """The public part of a user's profile; ``avatar_url`` is a path of this origin, empty without a picture."""

    user_id: UUID
    username: str
    display_name: str
    status: str
    avatar_url: str


class PeopleResponse(BaseModel):
    """Users, by display name."""

    items: list[PersonResponse]
    has_more: bool


class SessionUser(BaseModel):
    """The user of the session that a request came with; ``None`` without a valid one."""

    user: UserResponse | None


class TokenResponse(BaseModel):
    """A program's token."""

    id: UUID
    name: str
    created_at: datetime
    scopes: list[str]
    expires_at: datetime
    used_at: datetime | None


class NewTokenResponse(BaseModel):
    """A program's token with its secret; shown only once."""

    id: UUID
    token: str


class TokensResponse(BaseModel):
    """The user's tokens for programs, the newest first."""

    items: list[TokenResponse]
    has_more: bool


class AccountEventResponse(BaseModel):
    """What happened to the account, by which browser and from which address; ``name`` is a token's, else empty."""

    id: UUID
    kind: Literal["signed_in", "password_changed", "token_created"]
    created_at: datetime
    device: str
    address: str
    name: str


class AccountEventsResponse(BaseModel):
    """The newest events of the account, the newest first; ``has_more`` is always false."""

    items: list[AccountEventResponse]
    has_more: bool


class SessionResponse(BaseModel):
    """A signed-in browser; ``is_current`` is the one that asks."""

    id: UUID
    device: str
    created_at: datetime
    seen_at: datetime
    is_current: bool


class SessionsResponse(BaseModel):
    """The user's signed-in browsers, the most recently used first."""

    items: list[SessionResponse]
    has_more: bool
