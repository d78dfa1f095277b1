"""Making conversations."""

from __future__ import annotations

import reflex as rx

from nova_app.client import NovaAPIError
from nova_app.state.account import client_of
from nova_app.state.problems import report


class ConversationState(rx.State):
    """What became of the form with a key; the form itself lives in the browser."""

    answered_key: str = ""
    done_key: str = ""
    field_errors: dict[str, str] = {"title": "", "members": ""}  # noqa: RUF012 - Reflex copies a state's defaults

    @rx.event
    async def create(self, form: dict[str, str]) -> rx.event.EventSpec | None:
        """Make the conversation once and go there; a repeat of the key goes to the same."""
        key, names = form["key"], form["members"].split(",")
        members = [name.strip() for name in names if name.strip()]
        async with client_of(self) as client:
            try:
                made = await client.create_conversation(
                    kind=form["kind"], title=form["title"], members=members, key=key
                )
            except NovaAPIError as fault:
                self.answered_key = key
                self.field_errors = {name: fault.fields.get(name, "") for name in ("title", "members")}
                return None if any(self.field_errors.values()) else report(fault)
        self.done_key = key
        return rx.redirect(f"/c/{made.id}")
