"""Files that are part of something: pictures with a box of their own, everything else as a card to be saved."""

from __future__ import annotations

import reflex as rx

from nova_app.components.dialogs import OPENS_DIALOG
from nova_app.components.icons import icon
from nova_app.components.links import link
from nova_app.components.sent_files import progress
from nova_app.components.test_ids import hook
from nova_app.stores import LightboxStore
from nova_app.stores.files import ShownFile
from nova_app.stores.messages import Row
from nova_app.stores.posts import PostItem
from nova_app.stores.vars import ItemVar, choose, match_component, show


def shown_files(whole: ItemVar[Row] | ItemVar[PostItem]) -> rx.Component:
    """Render the files of a message or a post; uploads show their progress."""
    return rx.fragment(
        show(
            whole.pictures.length() > 0,
            rx.el.div(
                rx.foreach(whole.pictures, _picture),
                class_name=choose(whole.pictures.length() == 1, "pictures single", "pictures"),
            ),
        ),
        rx.foreach(whole.files, _file),
    )


def _picture(file: ItemVar[ShownFile]) -> rx.Component:
    image = rx.el.img(
        src=file.thumbnail_url,
        alt=file.alt,
        loading="lazy",
        # The box is there before the picture: nothing jumps. As attributes: Reflex would take them for a style.
        custom_attrs={"width": file.width, "height": file.height},
    )
    return rx.cond(
        file.url != "",
        link(
            image,
            href=file.url,
            target="_blank",
            reload_document=True,
            key=file.key,
            class_name="picture",
            custom_attrs={
                **hook("shown-file", state=file.state, name=file.name, alt=file.alt),
                **OPENS_DIALOG,
                # As an attribute: the function needs the event itself.
                "onClick": LightboxStore.open,
            },
        ),
        rx.el.div(
            image,
            progress(file),
            key=file.key,
            class_name="picture pending",
            custom_attrs=hook("shown-file", state=file.state, percent=file.percent),
        ),
    )


def _player(file: ItemVar[ShownFile]) -> rx.Component:
    """Render sound or video that is played in its place; nothing of it is loaded but how long it is.

    One that this browser cannot play says so; the file can be saved all the same.
    """
    attrs = {
        "src": file.url,
        "controls": True,
        "preload": "metadata",
        "aria-label": file.alt,
        "onError": LightboxStore.cannot_play,
    }
    return match_component(
        file.medium,
        ("audio", rx.el.audio(key=file.key, class_name="player", custom_attrs={**hook("player"), **attrs})),
        (
            "video",
            rx.el.video(
                key=file.key, class_name="player", custom_attrs={**hook("player"), **attrs, "playsInline": True}
            ),
        ),
        default=rx.fragment(),
    )


def _file(file: ItemVar[ShownFile]) -> rx.Component:
    unplayable = "This browser cannot play this file. Download it to play it elsewhere."
    note = rx.el.p(unplayable, class_name="player-note", custom_attrs=hook("player-note"))
    return rx.fragment(_player(file), show(file.medium != "", note), _card(file), key=file.key)


def _card(file: ItemVar[ShownFile]) -> rx.Component:
    text = (
        rx.el.span(
            show(file.kind_label == "", icon("file"), file.kind_label),
            class_name="file-kind",
            custom_attrs={"data-kind": file.kind_label, "aria-hidden": "true"},
        ),
        rx.el.span(
            rx.el.bdi(rx.el.span(file.name_start), rx.el.span(file.name_end), class_name="file-name"),
            rx.el.span(file.size_label, class_name="file-size"),
            class_name="file-about",
        ),
    )
    return show(
        file.url != "",
        link(
            *text,
            icon("download"),
            href=file.url,
            reload_document=True,
            key=file.key,
            class_name="file-link",
            title=file.name,
            custom_attrs={
                **hook("shown-file", state=file.state),
                "download": file.name,
                # In two parts the name would be heard as two words.
                "aria-label": file.name.to(str) + ", " + file.size_label.to(str),
            },
        ),
        rx.el.div(
            *text,
            progress(file),
            key=file.key,
            class_name="file-link pending",
            custom_attrs=hook("shown-file", state=file.state, percent=file.percent),
        ),
    )
