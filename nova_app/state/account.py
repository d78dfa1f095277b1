"""The API as the page's account, for handlers of the server."""

from __future__ import annotations

import reflex as rx

from nova_app.asgi import current
from nova_app.client import NovaClient
from nova_app.protocol.account import ACCOUNT_HEADER


def client_of(state: rx.State) -> NovaClient:
    """Return the API as the user of the handshake's cookie, for the account of the page only.

    The cookie is that of the handshake: dead once its session has ended, never that of who
    signed in afterwards. The account goes with it, so that the API refuses every mismatch.
    """
    headers = state.router.headers
    account = headers.raw_headers.get(ACCOUNT_HEADER.lower())
    return current().client({"cookie": headers.cookie, **({} if account is None else {ACCOUNT_HEADER: account})})
