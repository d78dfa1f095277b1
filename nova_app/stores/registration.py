"""What creating an account needs here, and setting a password by a link."""

from __future__ import annotations

from nova_app.stores.base import REGISTRATION_RUNTIME, Action, ClientStore, Field


class RegistrationStore(ClientStore):
    """``need`` is empty until it is known, then none, invite or closed.

    ``invite`` is the token of a valid invite, from ``invited_by`` (empty where it was made by command);
    with ``has_bad_invite`` the link that led here is of no use. ``is_first``: the account becomes the
    server's admin. ``reset`` is form, done or missing (the link's token is gone).
    """

    store_name = "registration"
    module = REGISTRATION_RUNTIME
    use = "useRegistrationStore"
    actions = "registrationActions"

    need = Field("")
    is_first = Field(default=False)
    invite = Field("")
    invited_by = Field("")
    has_bad_invite = Field(default=False)
    reset = Field("form")
    busy = Field(default=False)
    problem_code = Field("")
    problem_text = Field("")
    password_error = Field("")

    suggest_password = Action()
    reset_password = Action()
