"""The receipts of one's own message: read, delivered, not delivered yet."""

from __future__ import annotations

import reflex as rx
from reflex_base.vars.sequence import ArrayVar

from nova_app.components.avatar import avatar
from nova_app.components.dialogs import dialog_head, modal
from nova_app.components.test_ids import hook
from nova_app.stores import ReceiptStore
from nova_app.stores.receipts import ReceiptItem
from nova_app.stores.vars import ItemVar

DIALOG_ID = "receipts"


def receipts() -> rx.Component:
    """Render the dialog; it is updated while it is open."""
    return modal(
        DIALOG_ID,
        dialog_head(DIALOG_ID, "Message info", ReceiptStore.close, hook("receipts-close")),
        rx.el.blockquote(
            rx.el.p(ReceiptStore.text, dir="auto"), rx.el.span(ReceiptStore.time_label), class_name="receipt-message"
        ),
        _people("read", "Read by", ReceiptStore.read),
        _people("delivered", "Delivered to", ReceiptStore.delivered),
        _people("waiting", "Not delivered yet", ReceiptStore.waiting),
        rx.cond(
            ReceiptStore.read.length() + ReceiptStore.delivered.length() + ReceiptStore.waiting.length() == 0,
            rx.el.p("There is nobody else in this chat.", class_name="faint"),
        ),
        rx.cond(
            ReceiptStore.delivered.length() > 0,
            rx.el.p("People who do not share read receipts stay under “Delivered to”.", class_name="faint"),
        ),
        is_open=ReceiptStore.is_open,
        close=ReceiptStore.close,
        class_name="dialog receipts",
        **hook("receipts"),
    )


def _people(kind: str, heading: str, people: ArrayVar[list[ReceiptItem]]) -> rx.Component:
    return rx.cond(
        people.length() > 0,
        rx.el.section(
            rx.el.h3(heading, " ", rx.el.span(people.length(), class_name="faint")),
            rx.el.ul(rx.foreach(people, _person)),
            custom_attrs=hook(f"receipts-{kind}"),
        ),
    )


def _person(person: ItemVar[ReceiptItem]) -> rx.Component:
    return rx.el.li(
        avatar(person.initials, person.hue, person.avatar_url), rx.el.span(rx.el.bdi(person.name)), key=person.user_id
    )
