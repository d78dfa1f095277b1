"""Uploads: chips under the text field, each with its own progress."""

from __future__ import annotations

from typing import Any

import reflex as rx

from nova_app.components.error_text import error_text
from nova_app.components.icons import icon
from nova_app.components.test_ids import hook
from nova_app.domain.limits import ALT_TEXT_MAX_CHARS
from nova_app.stores.base import with_args, with_event
from nova_app.stores.files import SentFile, ShownFile
from nova_app.stores.vars import ItemVar, match_text


def sent_files(
    files: rx.Var[list[SentFile]],
    *,
    label: str,
    name: str,
    retry: object,
    remove: object,
    describe: Any = None,
) -> rx.Component:
    """Render the files, in the order they were chosen; pictures are shown small.

    Args:
        label: What the list is called.
        name: The hook of each file.
        retry: An action that takes a file's key, as does ``remove``.
        describe: An action that takes a file's key and the event of the field in which pictures are described.
    """
    return rx.el.ul(
        rx.foreach(files, lambda file: _file(file, name, retry, remove, describe)),
        class_name="sent-files",
        custom_attrs={"aria-label": label},
    )


def failed_files(what_helps: rx.Var[str]) -> rx.Var[str]:
    """Return what to do about files that could not be uploaded; ``what_helps`` is retry, remove or empty."""
    return match_text(
        what_helps,
        ("retry", "Retry or remove the file that failed."),
        ("remove", "Remove the file that failed."),
        default="",
    )


def choose_files(
    *,
    label: str,
    name: str,
    button: str,
    take: object,
    class_name: str,
    is_icon: bool = False,
    disabled: rx.Var[bool] | bool = False,
) -> rx.Component:
    """Render a button that opens the system's choice of files.

    Args:
        name: The hook of the field.
        button: The hook of what is clicked.
        take: An action that takes the field's event.
        is_icon: The label is for the ear alone.
    """
    return rx.el.label(
        icon("clip"),
        rx.el.span(label, class_name="visually-hidden" if is_icon else ""),
        rx.el.input(
            type="file",
            multiple=True,
            disabled=disabled,
            class_name="visually-hidden",
            # As an attribute: the function needs the event itself.
            custom_attrs={**hook(name), "onChange": take},
        ),
        class_name=class_name,
        title=label if is_icon else "",
        custom_attrs=hook(button),
    )


def progress(file: ItemVar[SentFile] | ItemVar[ShownFile]) -> rx.Component:
    """Render how far a file is, for the eye and the ear."""
    return rx.el.div(
        rx.cond(file.state != "done", _bar(file)),
        rx.el.span(
            match_text(
                file.state,
                ("waiting", "Waiting"),
                ("resting", "Waiting for the connection. It will continue automatically."),
                ("processing", "Processing…"),
                ("done", "Ready"),
                ("failed", "Upload failed"),
                default=file.percent.to_string() + " %",
            ),
            class_name="faint",
        ),
        class_name="sent-progress",
    )


def _file(file: ItemVar[SentFile], name: str, retry: object, remove: object, describe: Any) -> rx.Component:
    return rx.el.li(
        rx.cond(
            file.preview_url != "",
            rx.el.img(src=file.preview_url, alt="", class_name="sent-preview"),
            icon("file"),
        ),
        rx.el.div(
            rx.el.span(rx.el.bdi(file.name), class_name="sent-name"),
            rx.el.span(" ", file.size_label, class_name="faint"),
            rx.cond(
                file.state == "failed",
                rx.el.p(error_text(file.error_code, file.error_text), class_name="field-error", role="alert"),
                progress(file),
            ),
            rx.cond(file.preview_url != "", _description(file, name, describe))
            if describe is not None
            else rx.fragment(),
            class_name="sent-body",
        ),
        rx.cond(
            file.can_retry,
            rx.el.button(
                "Retry",
                type="button",
                class_name="link-button",
                on_click=with_args(retry, file.key),
                custom_attrs=hook(f"{name}-retry"),
            ),
        ),
        rx.el.button(
            icon("close"),
            type="button",
            class_name="icon-button",
            on_click=with_args(remove, file.key),
            custom_attrs={**hook(f"{name}-remove"), "aria-label": rx.Var.create("Remove ") + file.name},
        ),
        key=file.key,
        class_name="sent-file",
        custom_attrs=hook(name, state=file.state, percent=file.percent),
    )


def _description(file: ItemVar[SentFile], name: str, describe: Any) -> rx.Component:
    return rx.el.input(
        type="text",
        value=file.alt,
        max_length=ALT_TEXT_MAX_CHARS,
        placeholder="Describe it for people who do not see it",
        dir="auto",
        class_name="sent-description",
        custom_attrs={
            **hook(f"{name}-alt"),
            "aria-label": rx.Var.create("Description of ") + file.name,
            "onChange": with_event(describe, file.key),
        },
    )


def _bar(file: ItemVar[SentFile] | ItemVar[ShownFile]) -> rx.Component:
    return rx.el.progress(
        value=file.percent, max=100, custom_attrs={"aria-label": rx.Var.create("Uploading ") + file.name}
    )
