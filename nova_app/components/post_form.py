"""Where posts are written: text, and files by button, paste or drop."""

from __future__ import annotations

import reflex as rx

from nova_app.components.avatar import avatar
from nova_app.components.error_text import error_text
from nova_app.components.sent_files import choose_files, failed_files, sent_files
from nova_app.components.test_ids import hook, takes_files
from nova_app.stores import AccountStore, ConnectionStore, PostStore
from nova_app.stores.vars import choose


def post_form() -> rx.Component:
    """Render the form, one line until it is used; whatever happens to one file, the text and the others stay."""
    return rx.el.section(
        avatar(AccountStore.initials, AccountStore.hue, AccountStore.avatar_url),
        rx.el.textarea(
            value=PostStore.text,
            on_change=PostStore.edit_text,
            rows=1,
            dir="auto",
            placeholder="Tell everyone something",
            class_name="input post-text",
            disabled=PostStore.publishing,
            # As attributes: the functions need the events themselves.
            custom_attrs={
                **hook("post-text"),
                **takes_files("paste"),
                "aria-label": "New post",
                "onPaste": PostStore.take,
                "onKeyDown": PostStore.key,
            },
        ),
        sent_files(
            PostStore.files,
            label="Attached files",
            name="post-file",
            retry=PostStore.retry,
            remove=PostStore.remove,
        ),
        rx.cond(
            PostStore.form_problem != "",
            rx.el.p(error_text(PostStore.form_problem, PostStore.form_text), class_name="field-error", role="alert"),
        ),
        rx.el.div(
            choose_files(
                label="Add files",
                name="post-files",
                button="post-attach",
                take=PostStore.take,
                class_name="button quiet",
            ),
            rx.el.span(_hint(), class_name="faint", role="status"),
            _publish(),
            class_name="post-foot",
        ),
        class_name=choose((PostStore.text == "") & (PostStore.files.length() == 0), "post-form is-empty", "post-form"),
        custom_attrs={
            **hook("post-drop"),
            **takes_files("drop"),
            "aria-label": "Write a post",
            "onDrop": PostStore.take,
            "onDragOver": PostStore.drag_over,
            "onDragLeave": PostStore.drag_leave,
        },
    )


def _hint() -> rx.Var[str]:
    return choose(
        ConnectionStore.is_connected,
        choose(
            PostStore.failed_files != "",
            failed_files(PostStore.failed_files),
            "Paste or drop files here. Ctrl+Enter posts.",
        ),
        "Not connected. What you wrote is kept.",
    )


def _publish() -> rx.Component:
    return rx.el.button(
        choose(PostStore.publishing, "Posting…", "Post"),
        type="button",
        class_name="button primary",
        disabled=~(PostStore.can_publish & ConnectionStore.is_connected) | PostStore.publishing,
        on_click=PostStore.publish,
        custom_attrs=hook("post-publish"),
    )
