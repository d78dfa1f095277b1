"""The form of a new conversation; what is typed in it never depends on the server."""

from __future__ import annotations

from nova_app.stores.base import Action, ClientStore, Field

FORM_FIELDS = ("title", "members")
"""The fields of the form that can be refused, each with its sentence."""


class DialogStore(ClientStore):
    """``key`` is minted when the form opens and makes its sending harmless to repeat."""

    store_name = "dialog"

    is_open = Field(default=False)
    key = Field("")
    kind = Field("group")
    title = Field("")
    members = Field("")

    show = Action()
    close = Action()
    set_kind = Action()
    edit_title = Action()
    edit_members = Action()
