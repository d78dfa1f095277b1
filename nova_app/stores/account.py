"""Who is signed in here, and the forms for it."""

from __future__ import annotations

from dataclasses import dataclass

from nova_app.stores.base import Action, ClientStore, Field


@dataclass(frozen=True)
class NewsItem:
    """What the user should know of their account; ``kind`` is ``short_password`` or that of an account event.

    ``where`` names the browser, its address and the time; ``name`` is a token's.
    """

    id: str
    kind: str
    where: str
    name: str


class AccountStore(ClientStore):
    """The account and what its forms have to say.

    ``standing`` is ``own`` while this page may act, ``other`` where another user has signed in
    in this browser (``other_name``, empty where that is not known), ``ended`` where the account
    signed out in another tab, ``again`` where it has signed in again since. ``go_on`` loads the
    page for the user who is signed in now. ``server_name`` is the host of the page's address.
    ``shares_presence`` says that others may see this user online, once the server has said so;
    ``link_previews`` that the server has these, and this user wants to see them.
    ``news`` is about the account itself, the newest first.
    """

    store_name = "account"

    server_name = Field("")
    signed_in = Field(default=False)
    user_id = Field("")
    username = Field("")
    display_name = Field("")
    initials = Field("")
    hue = Field(0)
    avatar_url = Field("")
    shares_presence = Field(default=False)
    link_previews = Field(default=False)
    unread_posts = Field(0)
    news = Field([], list[NewsItem])
    standing = Field("own")
    other_name = Field("")
    busy = Field(default=False)
    form_problem = Field("")
    form_error = Field("")
    form_wait = Field("")
    field_errors = Field({"username": "", "display_name": "", "password": ""}, dict[str, str])

    register = Action()
    sign_in = Action()
    sign_out = Action()
    go_on = Action()
    close_news = Action()
