"""``/c/<conversation_id>``: one conversation."""

from __future__ import annotations

import reflex as rx
from reflex_base.utils.imports import ImportVar
from reflex_base.vars import VarData
from reflex_base.vars.base import Var

from nova_app.components.avatar import avatar
from nova_app.components.composer import composer
from nova_app.components.details_panel import details_button, details_panel, is_details_modal
from nova_app.components.emoji import emoji_picker
from nova_app.components.history import go_to_date
from nova_app.components.layout import messenger
from nova_app.components.lightbox import lightbox
from nova_app.components.mentions import ask_all
from nova_app.components.presence import conversation_presence
from nova_app.components.receipts import copied_note, receipts
from nova_app.components.test_ids import hook, takes_files
from nova_app.components.timeline import timeline
from nova_app.components.versions import versions
from nova_app.stores import LightboxStore, MentionStore, MessageStore, ReceiptStore, VersionStore
from nova_app.stores.base import CONVERSATION_RUNTIME
from nova_app.stores.vars import choose

# Opens the conversation that the address names, for as long as the page is shown.
_CONVERSATION_ID: Var[str] = Var(
    _js_expr="conversationId",
    _var_type=str,
    _var_data=VarData(
        imports={CONVERSATION_RUNTIME: [ImportVar(tag="useConversation")]},
        hooks={"const conversationId = useConversation()": None},
    ),
)


def conversation() -> rx.Component:
    """Render the page."""
    return messenger(
        rx.el.header(
            rx.cond(
                MessageStore.active_title != "",
                avatar(
                    MessageStore.active_initials,
                    MessageStore.active_hue,
                    MessageStore.active_avatar_url,
                    class_name=choose(MessageStore.active_kind == "group", "avatar tile", "avatar"),
                ),
            ),
            rx.el.h1(
                choose(MessageStore.history == "missing", "Chat not found", MessageStore.active_title),
                dir="auto",
            ),
            rx.el.p(rx.el.bdi(MessageStore.active_subtitle), conversation_presence(), class_name="faint"),
            rx.cond(
                (MessageStore.history == "missing") | MessageStore.is_former,
                rx.fragment(),
                details_button(),
            ),
            rx.cond(MessageStore.history == "missing", rx.fragment(), go_to_date()),
            class_name="conversation-head with-tools",
            custom_attrs={"data-conversation-id": _CONVERSATION_ID},
        ),
        timeline(),
        rx.cond(MessageStore.history == "missing", rx.fragment(), composer()),
        rx.el.div("Drop to attach", class_name="drop-note", custom_attrs={"aria-hidden": "true"}),
        copied_note(),
        receipts(),
        lightbox(),
        ask_all(),
        versions(),
        emoji_picker(),
        has_conversation=True,
        has_composer=True,
        is_covered=ReceiptStore.is_open
        | VersionStore.is_open
        | LightboxStore.is_open
        | (MentionStore.asks_all > 0)
        | is_details_modal(),
        aside=details_panel(),
        # Files may be dropped anywhere on the conversation; as attributes: the functions need the events themselves.
        content_attrs={
            **hook("conversation-drop"),
            **takes_files("drop"),
            "onDrop": MessageStore.attach,
            "onDragOver": MessageStore.drag_over,
            "onDragLeave": MessageStore.drag_leave,
        },
    )
