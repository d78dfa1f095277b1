"""What stands around the text of a message: the quote of a reply, reactions."""

from __future__ import annotations

import reflex as rx

from nova_app.components.avatar import avatar
from nova_app.components.test_ids import hook
from nova_app.stores import MessageStore
from nova_app.stores.base import with_args
from nova_app.stores.messages import LinkPreviewItem, QuoteItem, ReactionItem, Row
from nova_app.stores.vars import ItemVar, choose, show


def quote(row: ItemVar[Row]) -> rx.Component:
    """Render the message that this one replies to; a press leads there."""
    return show(
        row.quote.message_id != "",
        rx.el.button(
            avatar(row.quote.initials, row.quote.hue, row.quote.avatar_url),
            rx.el.span("Reply to ", class_name="visually-hidden"),
            rx.el.strong(rx.el.bdi(row.quote.author_name)),
            rx.el.span(quoted_text(row.quote), class_name="quote-text", dir="auto"),
            type="button",
            class_name="reply-quote",
            on_click=with_args(MessageStore.jump_to_quote, row.quote.seq),
            custom_attrs=hook("reply-quote", message_id=row.quote.message_id),
        ),
    )


def quoted_text(quoted: ItemVar[QuoteItem]) -> rx.Var[str]:
    """Return the text of a quote, or what stands in its place."""
    return choose(quoted.is_deleted, "Message deleted", choose(quoted.text != "", quoted.text, "File"))


def reactions(row: ItemVar[Row]) -> rx.Component:
    """Render a chip for each emoji at a message; a press sets one's own, or removes it."""
    return show(
        row.reactions.length() > 0,
        rx.el.div(
            rx.foreach(row.reactions, lambda item: _reaction(row, item)),
            class_name="reactions",
            role="group",
            custom_attrs={"aria-label": "Reactions"},
        ),
    )


def link_previews(row: ItemVar[Row]) -> rx.Component:
    """Render what the pages that a message links to say about themselves; its author can take it away for everybody."""
    return show(
        row.link_previews.length() > 0,
        rx.el.div(
            rx.foreach(row.link_previews, _link_preview),
            show(
                row.mine,
                rx.el.button(
                    "Remove preview",
                    type="button",
                    class_name="link-button",
                    on_click=with_args(MessageStore.dismiss_previews, row.message_id),
                    custom_attrs=hook("link-preview-remove"),
                ),
            ),
            class_name="link-previews",
        ),
    )


def _link_preview(item: ItemVar[LinkPreviewItem]) -> rx.Component:
    return rx.el.a(
        rx.el.span(item.host, class_name="link-preview-host"),
        rx.el.strong(rx.el.bdi(item.title)),
        show(item.description != "", rx.el.span(item.description, class_name="link-preview-text", dir="auto")),
        key=item.url,
        href=item.url,
        target="_blank",
        rel="noopener noreferrer nofollow",
        class_name="link-preview",
        custom_attrs=hook("link-preview"),
    )


def _reaction(row: ItemVar[Row], item: ItemVar[ReactionItem]) -> rx.Component:
    return rx.el.button(
        rx.el.span(item.emoji, class_name="reaction-emoji", custom_attrs={"aria-hidden": "true"}),
        item.count,
        type="button",
        key=item.emoji,
        class_name="reaction",
        on_click=with_args(MessageStore.toggle_reaction, row.key, item.emoji, ~item.is_mine),
        custom_attrs={
            **hook("reaction", emoji=item.emoji, count=item.count, mine=choose(item.is_mine, "true", "false")),
            "aria-label": item.emoji + ": " + item.names,
            "aria-pressed": choose(item.is_mine, "true", "false"),
            # Drawn above the chip: on hover, with the focus, and while a finger rests on it.
            "data-names": item.names,
            "onPointerDown": MessageStore.hold_reaction,
            "onPointerUp": MessageStore.release_reaction,
            "onPointerCancel": MessageStore.release_reaction,
        },
    )
