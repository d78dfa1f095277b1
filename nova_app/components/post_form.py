"""Where posts are written: text, and files by button, paste or drop."""

from __future__ import annotations

import reflex as rx

from nova_app.components.hooks import hook
from nova_app.components.icons import icon
from nova_app.components.wording import error_words
from nova_app.stores import ConnectionStore, PostStore
from nova_app.stores.base import with_args
from nova_app.stores.posts import SentFile


def post_form() -> rx.Component:
    """The form; whatever happens to one file, the text and the others stay."""
    return rx.el.section(
        rx.el.textarea(
            value=PostStore.text,
            on_change=PostStore.edit_text,
            rows=3,
            placeholder="Say something to everybody here",
            class_name="input post-text",
            disabled=PostStore.publishing,
            # As attributes: the functions need the events themselves.
            custom_attrs={**hook("post-text"), "aria-label": "New post", "onPaste": PostStore.take},
        ),
        rx.el.ul(
            rx.foreach(PostStore.files, _file),
            class_name="sent-files",
            custom_attrs={"aria-label": "Files of this post"},
        ),
        rx.cond(
            PostStore.form_problem != "",
            rx.el.p(error_words(PostStore.form_problem, PostStore.form_text), class_name="field-error", role="alert"),
        ),
        rx.el.div(
            _choose(), rx.el.span(_hint(), class_name="faint", role="status"), _publish(), class_name="post-foot"
        ),
        class_name="post-form",
        custom_attrs={"aria-label": "Write a post", "onDrop": PostStore.take, "onDragOver": PostStore.drag_over},
    )


def _choose() -> rx.Component:
    return rx.el.label(
        icon("clip"),
        rx.el.span("Add files"),
        rx.el.input(
            type="file",
            multiple=True,
            class_name="visually-hidden",
            custom_attrs={**hook("post-files"), "onChange": PostStore.take},
        ),
        class_name="button quiet",
    )


def _hint() -> rx.Component:
    return rx.cond(
        ConnectionStore.is_connected,
        rx.cond(
            PostStore.has_failed,
            "Retry or remove the file that failed.",
            rx.cond(PostStore.files.length() > 0, "", "Or paste or drop them here."),
        ),
        "Not connected. What you wrote stays here.",
    )


def _publish() -> rx.Component:
    return rx.el.button(
        rx.cond(PostStore.publishing, "Posting…", "Post"),
        type="button",
        class_name="button primary",
        disabled=~(PostStore.can_publish & ConnectionStore.is_connected) | PostStore.publishing,
        on_click=PostStore.publish,
        custom_attrs=hook("post-publish"),
    )


def _file(file: rx.Var[SentFile]) -> rx.Component:
    return rx.el.li(
        icon("file"),
        rx.el.div(
            rx.el.span(file.name, class_name="sent-name"),
            rx.el.span(" ", file.size_label, class_name="faint"),
            rx.cond(
                file.state == "failed",
                rx.el.p(error_words(file.error_code, file.error_text), class_name="field-error", role="alert"),
                _progress(file),
            ),
            class_name="sent-body",
        ),
        rx.cond(file.state == "failed", _action("Retry", PostStore.retry, file)),
        rx.el.button(
            icon("close"),
            type="button",
            class_name="icon-button",
            on_click=with_args(PostStore.remove, file.key),
            custom_attrs={"aria-label": rx.Var.create("Remove ") + file.name},
        ),
        key=file.key,
        class_name="sent-file",
        custom_attrs=hook("post-file", state=file.state, percent=file.percent),
    )


def _progress(file: rx.Var[SentFile]) -> rx.Component:
    return rx.el.div(
        rx.cond(file.state != "done", _bar(file)),
        rx.el.span(
            rx.match(
                file.state,
                ("waiting", "Waiting"),
                ("resting", "Waiting for the line. It goes on by itself."),
                ("processing", "Processing…"),
                ("done", "Ready"),
                file.percent.to_string() + " %",  # type: ignore[operator]
            ),
            class_name="faint",
        ),
        class_name="sent-progress",
    )


def _bar(file: rx.Var[SentFile]) -> rx.Component:
    return rx.el.progress(
        value=file.percent, max=100, custom_attrs={"aria-label": rx.Var.create("Sending ") + file.name}
    )


def _action(label: str, action: object, file: rx.Var[SentFile]) -> rx.Component:
    return rx.el.button(label, type="button", class_name="link-button", on_click=with_args(action, file.key))
