"""The members who may be meant while a mention is being typed, and the question before everybody is notified."""

from __future__ import annotations

import reflex as rx

from nova_app.components.avatar import avatar
from nova_app.components.completions import Completion, completion_list, completion_option
from nova_app.components.dialogs import AUTOFOCUS, dialog_head, modal
from nova_app.components.icons import icon
from nova_app.components.test_ids import hook
from nova_app.stores import MentionStore
from nova_app.stores.mentions import MentionOption
from nova_app.stores.vars import ItemVar

MENTIONS = Completion("mention-list", "Mention", "person", "people")
_DIALOG_ID = "mention-all"


def mention_list() -> rx.Component:
    """Render the members who may be meant by what is being typed."""
    return completion_list(MENTIONS, MentionStore.options, _option)


def _option(option: ItemVar[MentionOption]) -> rx.Component:
    return completion_option(
        rx.cond(
            option.initials != "",
            avatar(option.initials, option.hue, option.avatar_url),
            rx.el.span(icon("mention"), class_name="avatar", custom_attrs={"aria-hidden": "true"}),
        ),
        rx.el.bdi(option.name),
        rx.el.span("@", option.username, class_name="faint"),
        option=option,
        choose_it=MentionStore.choose,
        value=option.username,
        test_id=hook("mention-option", username=option.username),
    )


def ask_all() -> rx.Component:
    """Render the question before a message to many people notifies all of them."""
    return modal(
        _DIALOG_ID,
        dialog_head(_DIALOG_ID, "Notify everybody?", MentionStore.keep_writing, hook("mention-all-close")),
        rx.el.p("@all notifies all ", MentionStore.asks_all, " people in this chat."),
        # Only while it is asked: there may be several questions on a page.
        rx.cond(
            MentionStore.asks_all > 0,
            rx.el.div(
                rx.el.button(
                    "Keep writing",
                    type="button",
                    class_name="button",
                    on_click=MentionStore.keep_writing,
                    custom_attrs=hook("confirm-cancel"),
                ),
                rx.el.button(
                    "Send and notify",
                    type="button",
                    class_name="button primary",
                    on_click=MentionStore.notify_all,
                    custom_attrs={**hook("confirm-accept"), **AUTOFOCUS},
                ),
                class_name="dialog-actions",
            ),
        ),
        is_open=MentionStore.asks_all > 0,
        close=MentionStore.keep_writing,
    )
