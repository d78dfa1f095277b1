"""Who is signed in here, and the forms for it."""

from __future__ import annotations

from nova_app.stores.base import Action, ClientStore, Field


class AccountStore(ClientStore):
    """The account and what its forms have to say."""

    store_name = "account"

    signed_in = Field(default=False)
    user_id = Field("")
    username = Field("")
    display_name = Field("")
    initials = Field("")
    hue = Field(0)
    avatar_url = Field("")
    busy = Field(default=False)
    form_problem = Field("")
    form_error = Field("")
    form_wait = Field("")
    field_errors = Field({"username": "", "display_name": "", "password": ""}, dict[str, str])

    register = Action()
    sign_in = Action()
    sign_out = Action()
