"""The viewer of pictures: one picture as large as the window, with the others of the page beside it."""

from __future__ import annotations

import reflex as rx

from nova_app.components.dialogs import modal
from nova_app.components.icons import icon
from nova_app.components.links import link
from nova_app.components.test_ids import hook, shortcut
from nova_app.stores import ConnectionStore, LightboxStore

DIALOG_ID = "lightbox"


def lightbox() -> rx.Component:
    """Render the dialog; arrow keys and swipes lead to the other pictures."""
    return modal(
        DIALOG_ID,
        _head(),
        _stage(),
        rx.cond(LightboxStore.caption != "", rx.el.p(LightboxStore.caption, dir="auto", class_name="lightbox-caption")),
        is_open=LightboxStore.is_open,
        close=LightboxStore.close,
        class_name="dialog lightbox",
        **hook("lightbox"),
    )


def _head() -> rx.Component:
    return rx.el.div(
        rx.el.h2(rx.el.bdi(LightboxStore.name), id=f"{DIALOG_ID}-title"),
        rx.el.span(LightboxStore.place_label, class_name="faint", role="status"),
        # Without the server there is nothing to download.
        rx.cond(ConnectionStore.is_connected, _download()),
        rx.el.button(
            icon("close"),
            type="button",
            class_name="icon-button",
            on_click=LightboxStore.close,
            custom_attrs={**hook("lightbox-close"), "aria-label": "Close", **shortcut("Escape")},
        ),
        class_name="dialog-head",
    )


def _download() -> rx.Component:
    return link(
        icon("download"),
        href=LightboxStore.url,
        reload_document=True,
        class_name="icon-button",
        title="Download",
        custom_attrs={**hook("lightbox-download"), "download": LightboxStore.name, "aria-label": "Download"},
    )


def _stage() -> rx.Component:
    return rx.el.div(
        rx.cond(
            LightboxStore.has_failed,
            rx.el.figure(
                rx.el.img(src=LightboxStore.thumbnail_url, alt=LightboxStore.alt),
                rx.el.figcaption("The full picture could not be loaded. This is a small one.", role="status"),
            ),
            rx.cond(LightboxStore.url != "", _picture()),
        ),
        _step("previous", "Previous picture", LightboxStore.has_previous, LightboxStore.previous, "ArrowLeft"),
        _step("next", "Next picture", LightboxStore.has_next, LightboxStore.next, "ArrowRight"),
        class_name="lightbox-stage",
        tab_index=-1,
        # As attributes: the functions need the events themselves.
        custom_attrs={"onPointerDown": LightboxStore.press, "onPointerUp": LightboxStore.release},
    )


def _picture() -> rx.Component:
    return rx.el.img(
        src=LightboxStore.url,
        alt=LightboxStore.alt,
        key=LightboxStore.url,
        draggable=False,
        custom_attrs={"onError": LightboxStore.failed},
    )


def _step(name: str, label: str, is_possible: rx.Var[bool], action: object, key: str) -> rx.Component:
    return rx.cond(
        is_possible,
        rx.el.button(
            icon(name),
            type="button",
            class_name=f"icon-button lightbox-step {name}",
            on_click=action,
            custom_attrs={**hook(f"lightbox-{name}"), "aria-label": label, **shortcut(key)},
        ),
    )
