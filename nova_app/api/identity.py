"""Who is asking, for the routes; and the cookie that says so next time."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Request
from starlette.responses import Response

from nova_app.domain.events import Identity
from nova_app.protocol.credentials import COOKIE, SECURE_COOKIE, read_credentials
from nova_app.services.accounts import Accounts

DAY_SECONDS = 86_400


async def identify(request: Request) -> Identity:
    """The user behind a request.

    Raises:
        Refused: ``NOT_SIGNED_IN``.
    """
    accounts: Accounts = request.app.state.services.accounts
    headers = request.headers
    credentials = read_credentials(headers.get("cookie", ""), headers.get("authorization", ""))
    return await accounts.resolve(credentials.session_secret, credentials.token)


Caller = Annotated[Identity, Depends(identify)]


def address_of(request: Request) -> str:
    """The address a request came from; behind a trusted proxy, the one it names."""
    return request.client.host if request.client else "unknown"


def set_session(response: Response, secret: str, *, is_https: bool, max_days: int) -> None:
    """Hand the browser its session."""
    response.set_cookie(
        SECURE_COOKIE if is_https else COOKIE,
        secret,
        max_age=max_days * DAY_SECONDS,
        path="/",
        secure=is_https,
        httponly=True,
        samesite="lax",
    )


def clear_session(response: Response, *, is_https: bool) -> None:
    """Take the session away from the browser."""
    response.delete_cookie(
        SECURE_COOKIE if is_https else COOKIE, path="/", secure=is_https, httponly=True, samesite="lax"
    )
