"""The frame around the pages."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import reflex as rx

from nova_app.components.account_changed import account_changed
from nova_app.components.connection_status import connection_banner
from nova_app.components.conversation_list import conversation_list
from nova_app.components.error_boundary import error_boundary
from nova_app.components.icons import icon
from nova_app.components.links import link
from nova_app.components.navigation import connection, rail
from nova_app.components.new_conversation import is_dialog_open, new_conversation
from nova_app.components.notices import error_notifications
from nova_app.components.test_ids import hook
from nova_app.stores import MessageStore


def messenger(
    *content: rx.Component,
    has_conversation: bool,
    has_composer: bool = False,
    here: str = "/",
    content_attrs: Mapping[str, Any] | None = None,
    is_covered: rx.Var[bool] | None = None,
    side: rx.Component | None = None,
    aside: rx.Component | None = None,
) -> rx.Component:
    """Render the rail, the conversation list and the page's own content.

    Args:
        has_conversation: On narrow screens the content is shown instead of the list.
        has_composer: The content has a message box, which one step leads to.
        here: The path of the page, for the links to the others.
        content_attrs: Further attributes of the element around the content.
        is_covered: A modal dialog of the page is open.
        side: Rendered in the place of the conversation list.
        aside: A panel beside the content.
    """
    has_dialog = is_dialog_open() if is_covered is None else is_dialog_open() | is_covered
    return rx.el.div(
        link(
            "Skip to messages" if has_composer else "Skip to content",
            href="#content",
            class_name="skip-link",
            reload_document=True,
            custom_attrs=hook("skip-link"),
        ),
        _skip_to_composer() if has_composer else rx.fragment(),
        rail(here),
        connection(),
        error_boundary(conversation_list() if side is None else side),
        connection_banner(),
        # In the flow: whatever they say, they cover neither what is read nor what is written.
        # A modal dialog makes everything else inert: while it is open, notices are shown in it.
        rx.cond(has_dialog, rx.fragment(), error_notifications()),
        _back() if has_conversation else rx.fragment(),
        rx.el.main(
            error_boundary(*content),
            id="content",
            class_name="content",
            tab_index=-1,
            custom_attrs=dict(content_attrs or {}),
        ),
        rx.fragment() if aside is None else error_boundary(aside),
        new_conversation(),
        account_changed(),
        class_name=" ".join(("app", *(["has-conversation"] * has_conversation), *(["has-composer"] * has_composer))),
    )


def _back() -> rx.Component:
    """Render the way back to the list, in the header of narrow screens."""
    return link(
        icon("back"),
        href="/",
        class_name="icon-button back",
        custom_attrs={**hook("back"), "aria-label": "All chats"},
    )


def _skip_to_composer() -> rx.Component:
    return rx.el.button(
        "Skip to message box",
        type="button",
        class_name="skip-link",
        on_click=MessageStore.focus_composer,
        custom_attrs=hook("skip-to-composer"),
    )
