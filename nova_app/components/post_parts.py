"""What stands under and in place of a post: reactions, the form to edit it, the question before it is deleted."""

from __future__ import annotations

import reflex as rx

from nova_app.components.dialogs import AUTOFOCUS, OPENS_DIALOG
from nova_app.components.error_text import error_text
from nova_app.components.icons import icon
from nova_app.components.test_ids import hook, shortcut
from nova_app.stores import ConnectionStore, PostStore
from nova_app.stores.base import with_args
from nova_app.stores.posts import PostItem, PostReactionItem
from nova_app.stores.vars import ItemVar, choose

OFFLINE = ~ConnectionStore.is_connected


def tools(post: ItemVar[PostItem]) -> rx.Component:
    """Render the buttons that change a post, for those who may."""
    return rx.cond(
        post.can_delete & ~post.is_deleted,
        rx.el.div(
            rx.cond(post.is_mine, _tool("pencil", "Edit post", "post-edit", PostStore.begin_edit, post)),
            _tool("trash", "Delete post", "post-delete", PostStore.ask_delete, post),
            class_name="post-tools",
        ),
    )


def _tool(symbol: str, label: str, testid: str, action: object, post: ItemVar[PostItem]) -> rx.Component:
    return rx.el.button(
        icon(symbol),
        type="button",
        class_name="icon-button",
        title=label,
        disabled=OFFLINE,
        on_click=with_args(action, post.id),
        custom_attrs={**hook(testid), "aria-label": label},
    )


def question(what: str) -> rx.Component:
    """Ask before something is deleted."""
    return rx.el.div(
        rx.el.p(f"Delete {what} for everyone?"),
        rx.el.button(
            "Delete",
            type="button",
            class_name="button danger",
            disabled=OFFLINE,
            on_click=PostStore.confirm_delete,
            custom_attrs=hook("confirm-accept"),
        ),
        rx.el.button(
            "Keep",
            type="button",
            class_name="button quiet",
            auto_focus=True,
            on_click=PostStore.keep,
            custom_attrs={**hook("confirm-cancel"), **AUTOFOCUS},
        ),
        class_name="post-question",
        role="alertdialog",
        custom_attrs={"aria-label": "Confirm deletion"},
    )


def edit_form() -> rx.Component:
    """Render the form in the place of the text; the text stays until the server has it."""
    return rx.el.div(
        rx.el.textarea(
            value=PostStore.revision,
            on_change=PostStore.type_edit,
            rows=4,
            dir="auto",
            auto_focus=True,
            class_name="input post-revision",
            disabled=PostStore.revision_busy,
            # As an attribute: the function needs the event itself.
            custom_attrs={
                **hook("post-edit-text"),
                **shortcut("Control+Enter"),
                "aria-label": "Text of the post",
                "onKeyDown": PostStore.edit_key,
            },
        ),
        problem(PostStore.revision_problem, PostStore.revision_text),
        rx.el.div(
            rx.el.button(
                choose(PostStore.revision_busy, "Saving…", "Save"),
                type="button",
                class_name="button primary",
                disabled=OFFLINE | PostStore.revision_busy,
                on_click=PostStore.save_edit,
                custom_attrs=hook("post-edit-save"),
            ),
            rx.el.button(
                "Cancel",
                type="button",
                class_name="button quiet",
                on_click=PostStore.cancel_edit,
                custom_attrs=hook("post-edit-cancel"),
            ),
            class_name="post-foot",
        ),
        class_name="post-edit-form",
    )


def problem(code: rx.Var[str], words: rx.Var[str]) -> rx.Component:
    """Say what went wrong with what is being written."""
    return rx.cond(code != "", rx.el.p(error_text(code, words), class_name="field-error", role="alert"))


def reactions(post: ItemVar[PostItem]) -> rx.Component:
    """Render the emoji at a post, and the button that offers more."""
    return rx.el.div(
        rx.foreach(post.reactions, lambda item: _reaction(post, item)),
        rx.el.button(
            icon("react"),
            type="button",
            class_name="reaction add",
            title="Add a reaction",
            disabled=OFFLINE,
            # As an attribute: the function needs the event itself.
            custom_attrs={
                **hook("post-react", post_id=post.id),
                **OPENS_DIALOG,
                "aria-label": "Add a reaction",
                "onClick": PostStore.pick,
            },
        ),
        class_name="reactions",
        role="group",
        custom_attrs={"aria-label": "Reactions"},
    )


def _reaction(post: ItemVar[PostItem], item: ItemVar[PostReactionItem]) -> rx.Component:
    return rx.el.button(
        rx.el.span(item.emoji, class_name="reaction-emoji", custom_attrs={"aria-hidden": "true"}),
        rx.el.span(item.count, custom_attrs={"aria-hidden": "true"}),
        type="button",
        key=item.emoji,
        class_name="reaction",
        title=item.names,
        disabled=OFFLINE,
        on_click=with_args(PostStore.react, post.id, item.emoji),
        custom_attrs={
            **hook("reaction", emoji=item.emoji, count=item.count, mine=choose(item.is_mine, "true", "false")),
            "aria-label": item.emoji.to(str) + ": " + item.names.to(str),
            "aria-pressed": choose(item.is_mine, "true", "false"),
        },
    )
