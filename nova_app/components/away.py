"""What is shown instead of content that is loading while the server cannot be reached."""

from __future__ import annotations

from typing import Any

import reflex as rx

from nova_app.components.icons import icon
from nova_app.components.test_ids import hook
from nova_app.stores import ConnectionStore


def while_loading(waiting: Any, what: str) -> rx.Component:
    """Show ``waiting``; a text and Retry instead while there is no connection to load anything over.

    Whatever was not loaded is loaded when the connection is back, without being asked for.

    Args:
        what: What is missing, with its verb: "This chat was".
    """
    state, banner = ConnectionStore.state, ConnectionStore.banner
    # The banner waits a moment before it speaks of trouble; who is signed out is not offline.
    is_away = (state != "CONNECTED") & (state != "CLOSED") & (banner != "")
    return rx.cond(is_away, _not_loaded(what), waiting)


def _not_loaded(what: str) -> rx.Component:
    return rx.el.div(
        icon("alert"),
        rx.el.p(f"You are offline. {what} not loaded yet."),
        rx.el.button(
            "Retry",
            type="button",
            class_name="button",
            on_click=ConnectionStore.retry,
            custom_attrs=hook("not-loaded-retry"),
        ),
        class_name="timeline-empty",
        role="status",
        custom_attrs=hook("not-loaded"),
    )
