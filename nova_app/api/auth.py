"""Authentication of requests, and the session cookie."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Header, Request
from starlette.responses import Response

from nova_app.domain.errors import ErrorCode, Refused
from nova_app.domain.events import Identity
from nova_app.domain.token_scopes import refuse_beyond_scopes
from nova_app.domain.user_agent import device_of
from nova_app.observability.request_context import current_account
from nova_app.protocol.account import ACCOUNT_HEADER, refuse_other_account
from nova_app.protocol.credentials import (
    COOKIE,
    DEVICE_COOKIE,
    SECURE_COOKIE,
    SECURE_DEVICE_COOKIE,
    read_credentials,
)
from nova_app.services.accounts import Accounts

DAY_SECONDS = 86_400
DEVICE_DAYS = 365
API_ROOT = "/api/v1/"


MeantAccount = Annotated[
    str | None,
    Header(alias=ACCOUNT_HEADER, description="The account that the page was drawn for; refused if it is another."),
]


async def identify(request: Request, meant: MeantAccount = None) -> Identity:
    """Return the user of a request.

    Raises:
        Refused: ``NOT_SIGNED_IN``; ``ACCOUNT_CHANGED`` if the request means another account; ``NOT_ALLOWED`` to a token
            whose scopes do not cover it.
    """
    accounts: Accounts = request.app.state.services.accounts
    headers = request.headers
    credentials = read_credentials(headers.get("cookie", ""), headers.get("authorization", ""))
    identity = await accounts.resolve(credentials.session_secret, credentials.token)
    if identity.is_token:
        refuse_beyond_scopes(identity.scopes, request.method, str(request.scope["path"]).removeprefix(API_ROOT))
    refuse_other_account(meant, identity.user_id)
    current_account.set(identity.user_id)
    request.app.state.services.budgets.spend_action(identity.user_id, request.app.state.action_of(request.scope))
    return identity


async def refuse_if_other(request: Request, meant: MeantAccount = None) -> None:
    """Refuse a page of another account on routes that need no sign-in.

    Raises:
        Refused: ``ACCOUNT_CHANGED``.
    """
    try:
        await identify(request, meant)
    except Refused as refusal:
        if refusal.code is ErrorCode.ACCOUNT_CHANGED:
            raise


Caller = Annotated[Identity, Depends(identify)]


def address_of(request: Request) -> str:
    """Return the address a request came from; after a trusted proxy, the one it names."""
    return request.client.host if request.client else "unknown"


def browser_of(request: Request) -> str:
    """Return the name of the browser a request came from."""
    return device_of(request.headers.get("user-agent", ""))


def set_session(response: Response, secret: str, *, is_https: bool, max_days: int) -> None:
    """Set the session cookie."""
    response.set_cookie(
        SECURE_COOKIE if is_https else COOKIE,
        secret,
        max_age=max_days * DAY_SECONDS,
        path="/",
        secure=is_https,
        httponly=True,
        samesite="lax",
    )


def device_cookie(*, is_https: bool) -> str:
    """Return the name of the cookie of a known device."""
    return SECURE_DEVICE_COOKIE if is_https else DEVICE_COOKIE


def set_device(response: Response, cookie: str, *, is_https: bool) -> None:
    """Set the cookie by which a sign-in knows this browser again; where no prefix forbids it, sent to that only."""
    response.set_cookie(
        device_cookie(is_https=is_https),
        cookie,
        max_age=DEVICE_DAYS * DAY_SECONDS,
        path="/" if is_https else f"{API_ROOT}auth/login",
        secure=is_https,
        httponly=True,
        samesite="strict",
    )


def clear_session(response: Response, *, is_https: bool) -> None:
    """Delete the session cookie."""
    response.delete_cookie(
        SECURE_COOKIE if is_https else COOKIE, path="/", secure=is_https, httponly=True, samesite="lax"
    )
