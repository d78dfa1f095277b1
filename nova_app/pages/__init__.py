"""The pages, one module each."""

from __future__ import annotations

from typing import Any

import reflex as rx
from reflex_base.vars.base import Var

from nova_app.page_routes import GUARDS
from nova_app.pages.conversation import conversation
from nova_app.pages.index import index
from nova_app.pages.invite import invite
from nova_app.pages.login import login
from nova_app.pages.not_found import not_found
from nova_app.pages.posts import posts
from nova_app.pages.register import register
from nova_app.pages.reset import reset
from nova_app.pages.search import search
from nova_app.pages.settings import settings
from nova_app.pages.status import status
from nova_app.stores import ConversationStore, MessageStore
from nova_app.stores.vars import choose, count_label

_ABOUT = "Nova: messages that arrive. Chat with your team, share files, search everything that was said."
_IMAGE = "/icons/share.png"


def add_pages(app: rx.App) -> None:
    """Give the app its pages."""
    _add(app, index, route="/", title=_counted("Nova"))
    _add(app, conversation, route="/c/[conversation_id]", title=_counted(_conversation_title()))
    _add(app, posts, route="/posts", title=_counted("Posts · Nova"))
    _add(app, search, route="/search", title=_counted("Search · Nova"))
    _add(app, settings, route="/settings", title=_counted("Settings · Nova"))
    _add(app, status, route="/status", title=_counted("Status · Nova"))
    _add(app, login, route="/login", title="Sign in · Nova")
    _add(app, register, route="/register", title="Create your account · Nova")
    _add(app, invite, route="/invite/[token]", title="Create your account · Nova")
    _add(app, reset, route="/reset/[token]", title="Set your password · Nova")
    _add(app, reset, route="/reset", title="Set your password · Nova")
    _add(app, not_found, route="/404", title="Page not found · Nova")


def _add(app: rx.App, page: Any, *, route: str, title: str | Var[str]) -> None:
    app.add_page(page, route=route, title=title, description=_ABOUT, image=_IMAGE, on_load=GUARDS[route])


def _conversation_title() -> Var[str]:
    title = MessageStore.active_title
    return choose(title != "", f"{title} · Nova", "Nova")


def _counted(title: str | Var[str]) -> Var[str]:
    """Render a tab's title, with the number of unread messages before it where there are any."""
    unread = ConversationStore.unread_total
    return choose(unread > 0, f"({count_label(unread)}) {title}", title)
