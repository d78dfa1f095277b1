"""``/posts``: the feed and its form."""

from __future__ import annotations

import reflex as rx

from nova_app.components.emoji import emoji_picker
from nova_app.components.feed import feed
from nova_app.components.layout import messenger
from nova_app.components.post_form import post_form


def posts() -> rx.Component:
    """Render the page."""
    return messenger(
        rx.el.header(rx.el.h1("Posts"), class_name="conversation-head"),
        rx.el.div(post_form(), feed(), class_name="page"),
        emoji_picker(),
        has_conversation=True,
        here="/posts",
    )
