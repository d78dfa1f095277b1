"""The bodies of accounts: signing in, profiles, sessions and tokens.

May import: protocol.rest, pydantic.
"""

from __future__ import annotations

from datetime import datetime
from typing import Literal
from uuid import UUID

from pydantic import BaseModel, StrictBool

from nova_app.schemas.base import Body, Short


class RegisterBody(Body):
    """A new account."""

    username: Short
    display_name: Short
    password: Short


class LoginBody(Body):
    """Somebody who signs in."""

    username: Short
    password: Short


class PasswordBody(Body):
    """Another password, with the proof that it is the owner who asks."""

    current_password: Short
    new_password: Short


class TokenBody(Body):
    """A key for a program."""

    name: Short


class ProfileBody(Body):
    """What a user changes about themself; what is left out stays as it is.

    ``avatar_id`` names an uploaded picture; empty takes the picture away.
    """

    display_name: Short | None = None
    status: Short | None = None
    avatar_id: UUID | Literal[""] | None = None
    shares_read: StrictBool | None = None
    shares_presence: StrictBool | None = None


class UserAnswer(BaseModel):
    """A user, as that user sees themself; ``avatar_url`` is a path of this origin, empty without a picture."""

    user_id: UUID
    username: str
    display_name: str
    created_at: datetime
    status: str
    avatar_url: str
    shares_read: bool
    shares_presence: bool


class SessionUser(BaseModel):
    """The user of the session that a request came with; ``None`` without a valid one."""

    user: UserAnswer | None


class TokenAnswer(BaseModel):
    """A program's key."""

    id: UUID
    name: str
    created_at: datetime


class NewTokenAnswer(BaseModel):
    """A program's key with its secret; shown this once."""

    id: UUID
    token: str


class TokensAnswer(BaseModel):
    """The user's keys for programs, the newest first."""

    items: list[TokenAnswer]
    has_more: bool


class SessionAnswer(BaseModel):
    """A signed-in browser; ``is_current`` is the one that asks."""

    id: UUID
    device: str
    created_at: datetime
    seen_at: datetime
    is_current: bool


class SessionsAnswer(BaseModel):
    """The user's signed-in browsers, the most recently used first."""

    items: list[SessionAnswer]
    has_more: bool
