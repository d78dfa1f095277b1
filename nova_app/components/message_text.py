"""The text of a message: drawn by the browser's own module, which reads its markup."""

from __future__ import annotations

import reflex as rx

from nova_app.stores.messages import Row, TextPart
from nova_app.stores.vars import ItemVar


class _MessageText(rx.Component):
    """Draws a text; what that needs is loaded only where it is needed."""

    library = "$/public/nova/text/message_text.js"
    tag = "MessageText"
    lib_dependencies: list[str] = [  # noqa: RUF012 - as Reflex declares it
        "markdown-it@15.0.3",
        "lowlight@3.3.0",
        "highlight.js@11.11.2",
    ]

    text: rx.Var[str]
    parts: rx.Var[list[TextPart]]
    is_big: rx.Var[bool]


def message_text(row: ItemVar[Row]) -> rx.Component:
    """Render the text of a row, folded where it is long."""
    return _MessageText.create(text=row.text, parts=row.parts, is_big=row.is_big)


def formatted_text(text: rx.Var[str]) -> rx.Component:
    """Render a text with the same markup outside of a conversation, where nobody is mentioned."""
    return _MessageText.create(text=text, is_big=False)
