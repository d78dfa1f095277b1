"""The form of a new conversation; what is typed in it never depends on the server."""

from __future__ import annotations

from dataclasses import dataclass

from nova_app.stores.base import Action, ClientStore, Field

FORM_FIELDS = ("title", "members")
"""The fields of the form that can be refused, each with its sentence."""


@dataclass(frozen=True)
class Completion:
    """Somebody to add: the whole ``value`` of the field with their user name, and their ``name``."""

    value: str
    name: str


class DialogStore(ClientStore):
    """``key`` is minted when the form opens and makes its sending harmless to repeat.

    ``completions`` are the people of the user's chats who may be meant by what is typed last in ``members``.
    """

    store_name = "dialog"

    is_open = Field(default=False)
    key = Field("")
    kind = Field("direct")
    title = Field("")
    members = Field("")
    completions = Field([], list[Completion])

    show = Action()
    close = Action()
    set_kind = Action()
    edit_title = Action()
    edit_members = Action()
