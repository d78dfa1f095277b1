"""The emoji picker of a page: rendered once, opened at any control by ``openEmojiPicker`` of the browser runtime."""

from __future__ import annotations

import reflex as rx

from nova_app.components.popovers import popover
from nova_app.components.test_ids import hook


class _EmojiPicker(rx.Component):
    """What is drawn in the popover by the browser's own module."""

    library = "$/public/nova/emoji/emoji_picker.js"
    tag = "EmojiPicker"
    lib_dependencies: list[str] = ["emojibase-data@17.0.0"]  # noqa: RUF012 - as Reflex declares it


def emoji_picker() -> rx.Component:
    """Render the picker, closed."""
    return popover(
        "emoji-picker",
        _EmojiPicker.create(),
        label="Emoji",
        position="bottom-right",
        class_name="emoji-picker",
        attrs=hook("emoji-picker"),
    )
