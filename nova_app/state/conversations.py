"""Starting conversations."""

from __future__ import annotations

from typing import Any

import reflex as rx
from reflex_base.event import EventSpec

from nova_app.client import NovaAPIError
from nova_app.state.account import client_of
from nova_app.state.forms import NewConversationForm, read_form
from nova_app.state.problems import report, reporting
from nova_app.stores.dialog import FORM_FIELDS

_ACTION = "start this chat"


class ConversationState(rx.State):
    """The answer to a submitted form, by the form's key; the form itself lives in the browser."""

    answered_key: str = ""
    answered_kind: str = ""
    done_key: str = ""
    field_errors: dict[str, str] = dict.fromkeys(FORM_FIELDS, "")

    @rx.event
    @reporting(_ACTION)
    async def create(self, form: dict[str, Any]) -> EventSpec | None:
        """Make the conversation once and go there; a repeat of the key goes to the same."""
        wanted = read_form(form, NewConversationForm)
        async with client_of(self) as client:
            try:
                made = await client.create_conversation(
                    kind=wanted.kind, title=wanted.title, members=wanted.usernames, key=wanted.key
                )
            except NovaAPIError as fault:
                self.answered_key, self.answered_kind = wanted.key, wanted.kind
                self.field_errors = {name: fault.fields.get(name, "") for name in FORM_FIELDS}
                return None if any(self.field_errors.values()) else report(fault, _ACTION)
        self.done_key = wanted.key
        return rx.redirect(f"/c/{made.id}")
