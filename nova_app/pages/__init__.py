"""The pages, one module each."""

from __future__ import annotations

import reflex as rx

from nova_app.pages.conversation import conversation
from nova_app.pages.index import index
from nova_app.pages.login import login
from nova_app.pages.not_found import not_found
from nova_app.pages.posts import posts
from nova_app.pages.register import register
from nova_app.pages.search import search
from nova_app.pages.settings import settings
from nova_app.pages.status import status
from nova_app.state.identity import IdentityState


def add_pages(app: rx.App) -> None:
    """Give the app its pages."""
    guard, skip = IdentityState.require_sign_in, IdentityState.skip_sign_in
    app.add_page(index, route="/", title="Nova", on_load=guard)
    app.add_page(conversation, route="/c/[conversation_id]", title="Nova", on_load=IdentityState.require_acquaintance)
    app.add_page(posts, route="/posts", title="Posts · Nova", on_load=IdentityState.require_acquaintance)
    app.add_page(search, route="/search", title="Search · Nova", on_load=IdentityState.require_acquaintance)
    app.add_page(settings, route="/settings", title="Settings · Nova", on_load=IdentityState.require_acquaintance)
    app.add_page(status, route="/status", title="Status · Nova", on_load=IdentityState.require_acquaintance)
    app.add_page(login, route="/login", title="Sign in · Nova", on_load=skip)
    app.add_page(register, route="/register", title="Register · Nova", on_load=skip)
    app.add_page(not_found, route="/404", title="Not found · Nova")
