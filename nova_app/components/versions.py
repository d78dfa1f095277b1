"""The dialog with the versions of a message that was edited."""

from __future__ import annotations

import reflex as rx

from nova_app.components.dialogs import dialog_head, modal
from nova_app.components.load_states import bone, load_failed, load_states, skeleton
from nova_app.components.test_ids import hook
from nova_app.stores import VersionStore
from nova_app.stores.vars import ItemVar
from nova_app.stores.versions import VersionItem

_DIALOG = "versions"


def versions() -> rx.Component:
    """Render the dialog."""
    return modal(
        _DIALOG,
        dialog_head(_DIALOG, "Versions of this message", VersionStore.close, hook("versions-close")),
        rx.cond(VersionStore.is_open, _loaded()),
        is_open=VersionStore.is_open,
        close=VersionStore.close,
        **hook("versions"),
    )


def _loaded() -> rx.Component:
    return load_states(
        VersionStore.state,
        loading=skeleton(bone("line"), bone("line short")),
        what="The versions were",
        failed=load_failed(
            "The versions could not be loaded.",
            VersionStore.problem_code,
            VersionStore.problem_text,
            retry=VersionStore.reload,
            testid="versions-retry",
        ),
        content=rx.el.ol(rx.foreach(VersionStore.items, _version), class_name="versions"),
    )


def _version(version: ItemVar[VersionItem]) -> rx.Component:
    return rx.el.li(
        rx.el.p(version.text, dir="auto", class_name="row-text"),
        rx.el.span(version.time_label, class_name="faint"),
        key=version.seq,
        custom_attrs=hook("version", seq=version.seq),
    )
