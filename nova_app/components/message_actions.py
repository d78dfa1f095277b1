"""The buttons of one message: a bar over the message that the pointer or the focus is on, and the menu behind it.

A long press opens the menu, too, which is a sheet on a phone.
"""

from __future__ import annotations

import reflex as rx
from reflex_base.vars.base import Var

from nova_app.components.icons import icon
from nova_app.components.popovers import popover, popover_button
from nova_app.components.test_ids import hook
from nova_app.stores import MessageActionStore
from nova_app.stores.base import with_args

_MENU = "message-menu"


def message_actions() -> rx.Component:
    """Render the bar; it floats over the timeline, so that no row moves."""
    return rx.cond(
        MessageActionStore.key != "",
        rx.el.div(
            _tool("message-react", "React", "react", MessageActionStore.react, MessageActionStore.can_react),
            _tool("message-reply", "Reply", "reply", MessageActionStore.reply, MessageActionStore.can_reply),
            _tool("message-edit", "Edit", "pencil", MessageActionStore.edit, MessageActionStore.can_edit),
            rx.cond(
                MessageActionStore.can_delete
                | MessageActionStore.can_copy_link
                | MessageActionStore.can_show_details
                | MessageActionStore.can_mark_unread,
                _more(),
            ),
            popover(
                _MENU,
                rx.cond(MessageActionStore.can_react, _quick_reactions()),
                _item(
                    "message-menu-reply",
                    "Reply",
                    "reply",
                    MessageActionStore.reply,
                    MessageActionStore.can_reply,
                    class_name="on-phone",
                ),
                _item(
                    "message-menu-edit",
                    "Edit",
                    "pencil",
                    MessageActionStore.edit,
                    MessageActionStore.can_edit,
                    class_name="on-phone",
                ),
                _item(
                    "message-copy-link",
                    "Copy link",
                    "link",
                    MessageActionStore.copy_link,
                    MessageActionStore.can_copy_link,
                ),
                _item(
                    "message-details",
                    "Message details",
                    "info",
                    MessageActionStore.show_details,
                    MessageActionStore.can_show_details,
                ),
                _item(
                    "mark-unread",
                    "Mark unread",
                    "bubble",
                    MessageActionStore.mark_unread,
                    MessageActionStore.can_mark_unread,
                ),
                _item(
                    "message-delete",
                    "Delete",
                    "trash",
                    MessageActionStore.remove,
                    MessageActionStore.can_delete,
                    class_name="danger",
                ),
                label="More for this message",
                class_name="menu message-menu",
            ),
            class_name="message-actions",
            role="toolbar",
            custom_attrs={
                **hook("message-actions", for_key=MessageActionStore.key),
                "aria-label": "Message by " + MessageActionStore.author,
                "onKeyDown": MessageActionStore.bar_key,
            },
        ),
    )


def row_events() -> dict[str, object]:
    """Return the attributes of the frame around rows and bar: which message the buttons are for."""
    return {
        "onPointerOver": MessageActionStore.point_at,
        "onFocus": MessageActionStore.focus_row,
        "onPointerLeave": MessageActionStore.leave,
        "onBlur": MessageActionStore.leave,
        "onPointerDown": MessageActionStore.press,
        "onPointerMove": MessageActionStore.release,
        "onPointerUp": MessageActionStore.release,
        "onPointerCancel": MessageActionStore.release,
        "onTouchEnd": MessageActionStore.lift,
        "onClick": MessageActionStore.click_through,
    }


def _tool(testid: str, label: str, symbol: str, action: object, is_offered: Var[bool]) -> rx.Component:
    return rx.cond(
        is_offered,
        rx.el.button(
            icon(symbol),
            type="button",
            class_name="icon-button",
            title=label,
            custom_attrs={**hook(testid), "aria-label": label, "onClick": action},
        ),
    )


def _more() -> rx.Component:
    return popover_button(
        _MENU,
        icon("more"),
        class_name="icon-button",
        attrs={
            **hook("message-more"),
            "aria-label": "More",
            "title": "More",
        },
    )


def _quick_reactions() -> rx.Component:
    return rx.el.div(
        rx.foreach(MessageActionStore.quick, _quick_reaction),
        class_name="quick-reactions",
        role="group",
        custom_attrs={"aria-label": "React"},
    )


def _quick_reaction(emoji: rx.Var[str]) -> rx.Component:
    return rx.el.button(
        emoji,
        type="button",
        key=emoji,
        class_name="quick-reaction",
        on_click=with_args(MessageActionStore.react_with, emoji),
        custom_attrs={**hook("quick-reaction", emoji=emoji), "aria-label": "React with " + emoji.to(str)},
    )


def _item(
    testid: str, label: str, symbol: str, action: object, is_offered: Var[bool], *, class_name: str = ""
) -> rx.Component:
    return rx.cond(
        is_offered,
        rx.el.button(
            icon(symbol),
            label,
            type="button",
            class_name=f"menu-item {class_name}".strip(),
            custom_attrs={**hook(testid), "onClick": action},
        ),
    )
