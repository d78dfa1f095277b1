"""The dialog that starts a conversation."""

from __future__ import annotations

from typing import Any

import reflex as rx
from reflex_base.vars.base import Var

from nova_app.components.dialogs import AUTOFOCUS, dialog_head, modal
from nova_app.components.test_ids import hook
from nova_app.state.conversations import ConversationState
from nova_app.stores import ConnectionStore, DialogStore
from nova_app.stores.base import with_args
from nova_app.stores.dialog import Completion
from nova_app.stores.vars import ItemVar, choose

DIALOG_ID = "new-conversation"
_COMPLETIONS_ID = "new-conversation-people"


def is_dialog_open() -> Var[bool]:
    """Render whether the dialog is shown: until it is closed or its conversation was made."""
    is_open: Var[bool] = DialogStore.is_open & (ConversationState.done_key != DialogStore.key)
    return is_open


def new_conversation() -> rx.Component:
    """Render the dialog."""
    return modal(
        DIALOG_ID,
        rx.el.form(
            dialog_head(DIALOG_ID, "New chat", DialogStore.close, hook("new-conversation-close")),
            _kinds(),
            rx.cond(
                DialogStore.kind == "group",
                _field("title", "Group name", DialogStore.title, DialogStore.edit_title),
            ),
            _field(
                "members",
                choose(DialogStore.kind == "group", "Add people (user names)", "User name"),
                DialogStore.members,
                DialogStore.edit_members,
                placeholder=choose(DialogStore.kind == "group", "ana, ben", "ana"),
                list=_COMPLETIONS_ID,
            ),
            rx.el.datalist(rx.foreach(DialogStore.completions, _completion), id=_COMPLETIONS_ID),
            rx.el.input(type="hidden", name="kind", value=DialogStore.kind, read_only=True),
            rx.el.input(type="hidden", name="key", value=DialogStore.key, read_only=True),
            rx.cond(
                ConnectionStore.is_connected & ConnectionStore.are_pages_connected,
                rx.fragment(),
                rx.el.p("You can start a chat once you are connected.", class_name="faint"),
            ),
            rx.el.button(
                "Start chat",
                type="submit",
                class_name="button primary",
                disabled=~(ConnectionStore.is_connected & ConnectionStore.are_pages_connected),
                custom_attrs=hook("conversation-create"),
            ),
            on_submit=ConversationState.create,
            class_name="form",
        ),
        is_open=is_dialog_open(),
        keeps_open=(DialogStore.title != "") | (DialogStore.members != ""),
        close=DialogStore.close,
    )


def _kinds() -> rx.Component:
    return rx.el.div(
        _kind("direct", "Direct"),
        _kind("group", "Group"),
        class_name="segments",
        role="group",
        custom_attrs={"aria-label": "Type of chat"},
    )


def _kind(kind: str, label: str) -> rx.Component:
    return rx.el.button(
        label,
        type="button",
        class_name=choose(DialogStore.kind == kind, "segment chosen", "segment"),
        on_click=with_args(DialogStore.set_kind, kind),
        custom_attrs={
            **hook(f"conversation-kind-{kind}"),
            "aria-pressed": choose(DialogStore.kind == kind, "true", "false"),
        },
    )


def _completion(person: ItemVar[Completion]) -> rx.Component:
    return rx.el.option(value=person.value, label=person.name, key=person.value)


def _field(name: str, label: object, value: Var[str], edit: object, **props: Any) -> rx.Component:
    error = ConversationState.field_errors[name]
    is_answered = (ConversationState.answered_key == DialogStore.key) & (
        ConversationState.answered_kind == DialogStore.kind
    )
    is_wrong = is_answered & (error != "")
    return rx.el.label(
        rx.el.span(label),
        rx.el.input(
            name=name,
            value=value,
            on_change=edit,
            class_name="input",
            auto_complete="off",
            auto_capitalize="sentences" if name == "title" else "none",
            dir="auto",
            custom_attrs={
                **hook(f"conversation-{name}"),
                **AUTOFOCUS,
                "aria-invalid": choose(is_wrong, "true", "false"),
                "aria-describedby": f"conversation-{name}-error",
            },
            **props,
        ),
        rx.el.span(
            choose(is_wrong, error, ""), id=f"conversation-{name}-error", class_name="field-error", role="alert"
        ),
        class_name="field",
    )
