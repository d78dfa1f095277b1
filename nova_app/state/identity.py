"""Guards of pages."""

from __future__ import annotations

import reflex as rx
from reflex_base.event import EventSpec

from nova_app.client import NovaAPIError
from nova_app.domain.errors import ErrorKind
from nova_app.protocol.credentials import read_credentials
from nova_app.state.account import client_of
from nova_app.state.page_calls import call_page
from nova_app.state.problems import reporting

_ACTION = "open this page"


class IdentityState(rx.State):
    """Guards pages; the session is looked up each time and never kept."""

    async def _is_signed_in(self) -> bool:
        async with client_of(self) as client:
            try:
                await client.get_me()
            except NovaAPIError as fault:
                # Without an answer there is no redirect: what is on the screen may be unsent.
                return fault.kind is not ErrorKind.UNAUTHORIZED
            return True

    @rx.event
    @reporting(_ACTION)
    async def require_sign_in(self) -> EventSpec | None:
        """Redirect users who are not signed in to the sign-in page, which leads back here."""
        # In the browser, as only there the whole address is known: the part after the # is not sent to servers.
        return None if await self._is_signed_in() else call_page("sign_in")

    @rx.event
    @reporting(_ACTION)
    async def require_acquaintance(self) -> EventSpec | None:
        """Redirect users who never signed in here or signed out by choice; signing in leads back here.

        A user whose session expired stays: the browser says so, and keeps what is written.
        """
        cookie = read_credentials(self.router.headers.cookie, "")
        return None if cookie.session_secret else call_page("sign_in")
