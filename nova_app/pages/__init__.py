"""The pages, one module each."""

from __future__ import annotations

import reflex as rx
from reflex_base.vars.base import Var

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
from nova_app.stores import ConversationStore


def add_pages(app: rx.App) -> None:
    """Give the app its pages."""
    guard = IdentityState.require_sign_in
    app.add_page(index, route="/", title=_counted("Nova"), on_load=guard)
    known = IdentityState.require_acquaintance
    app.add_page(conversation, route="/c/[conversation_id]", title=_counted("Nova"), on_load=known)
    app.add_page(posts, route="/posts", title=_counted("Posts · Nova"), on_load=known)
    app.add_page(search, route="/search", title=_counted("Search · Nova"), on_load=known)
    app.add_page(settings, route="/settings", title=_counted("Settings · Nova"), on_load=known)
    app.add_page(status, route="/status", title=_counted("Status · Nova"), on_load=known)
    app.add_page(login, route="/login", title="Sign in · Nova")
    app.add_page(register, route="/register", title="Create your account · Nova")
    app.add_page(not_found, route="/404", title="Page not found · Nova")


def _counted(title: str) -> Var[str]:
    """A tab's title, with the number of unread messages before it where there are any."""
    unread = ConversationStore.unread_total
    counted: Var[str] = rx.cond(unread > 0, f"({unread}) {title}", title)
    return counted
