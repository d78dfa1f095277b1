"""The details of a message: how it got here, who has it, why it notified, and what can be done with it."""

from __future__ import annotations

import reflex as rx
from reflex_base.vars.sequence import ArrayVar

from nova_app.components.avatar import avatar
from nova_app.components.dialogs import dialog_head, modal
from nova_app.components.error_text import error_text
from nova_app.components.test_ids import hook
from nova_app.components.why_notified import WHY_NOT_NOTIFIED, WHY_NOTIFIED
from nova_app.stores import ReceiptStore
from nova_app.stores.receipts import ReceiptItem, SendItem, TargetItem
from nova_app.stores.vars import ItemVar, choose, match_text

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
            ReceiptStore.is_mine
            & (ReceiptStore.seq > 0)
            & (ReceiptStore.read.length() + ReceiptStore.delivered.length() + ReceiptStore.waiting.length() == 0),
            rx.el.p("There is nobody else in this chat.", class_name="faint"),
        ),
        rx.cond(
            ReceiptStore.delivered.length() > 0,
            rx.el.p("People who do not share read receipts stay under “Delivered to”.", class_name="faint"),
        ),
        rx.cond(ReceiptStore.why != "", _why()),
        _history(),
        _copying(),
        rx.cond(ReceiptStore.can_forward & (ReceiptStore.targets.length() > 0), _forwarding()),
        rx.el.p(
            _result(ReceiptStore.result), role="status", class_name="faint", custom_attrs=hook("message-info-result")
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


def _why() -> rx.Component:
    """Say why this browser notified of the message, or did not."""
    return rx.el.section(
        rx.el.h3(
            choose(ReceiptStore.why_shows, "Why was I notified?", "Why was I not notified?"),
        ),
        rx.el.p(
            choose(ReceiptStore.is_recorded, "", "This browser did not decide about it. As things are now: "),
            choose(
                ReceiptStore.why_shows,
                match_text(ReceiptStore.why, *WHY_NOTIFIED.items(), default=""),
                match_text(ReceiptStore.why, *WHY_NOT_NOTIFIED.items(), default=""),
            ),
            rx.cond(ReceiptStore.why_label != "", rx.el.span(" ", ReceiptStore.why_label, class_name="faint")),
        ),
        custom_attrs=hook("message-info-why", reason=ReceiptStore.why),
    )


def _history() -> rx.Component:
    """Say when it was queued, stored and edited, and what became of each try to send it."""
    return rx.el.section(
        rx.el.h3("History"),
        rx.el.dl(
            _fact("Queued in this browser", ReceiptStore.queued_label),
            _fact("Stored on the server", ReceiptStore.stored_label),
            _fact("Number in this chat", choose(ReceiptStore.seq > 0, ReceiptStore.seq.to_string(), "")),
            _fact("Edited", ReceiptStore.edited_label),
        ),
        rx.el.ol(rx.foreach(ReceiptStore.sends, _send), class_name="message-sends"),
        custom_attrs=hook("message-info-history"),
    )


def _fact(name: str, value: rx.Var[str]) -> rx.Component:
    return rx.cond(value != "", rx.fragment(rx.el.dt(name), rx.el.dd(value)))


def _send(item: ItemVar[SendItem]) -> rx.Component:
    return rx.el.li(
        rx.el.span(item.time_label, class_name="faint"),
        " ",
        match_text(
            item.what,
            ("queued", "Queued"),
            ("sent", "Sent"),
            ("unanswered", "No answer: the connection was lost. It is sent again."),
            ("refused", "Refused: "),
            ("stored", "The server has stored it."),
            default="",
        ),
        choose(item.code != "", error_text(item.code, rx.Var.create("")), ""),
        key=item.key,
        custom_attrs={"data-what": item.what},
    )


def _copying() -> rx.Component:
    return rx.el.div(
        rx.cond(ReceiptStore.seq > 0, _button("message-info-copy-link", "Copy link", ReceiptStore.copy_link)),
        rx.cond(ReceiptStore.has_text, _button("message-info-copy-text", "Copy text", ReceiptStore.copy_text)),
        class_name="settings-foot",
    )


def _button(testid: str, label: str, action: object) -> rx.Component:
    return rx.el.button(label, type="button", class_name="button quiet", on_click=action, custom_attrs=hook(testid))


def _forwarding() -> rx.Component:
    """Render the choice of a conversation to which the message is sent again."""
    return rx.el.section(
        rx.el.label(
            rx.el.span("Forward to"),
            rx.el.select(
                rx.el.option("Choose a chat", value=""),
                rx.foreach(ReceiptStore.targets, _target),
                value=ReceiptStore.target,
                on_change=ReceiptStore.choose_target,
                class_name="input",
                custom_attrs=hook("forward-to"),
            ),
            class_name="field",
        ),
        rx.cond(
            ReceiptStore.leaves_files,
            rx.el.p("Only the text is forwarded: the files belong to someone else.", class_name="faint"),
        ),
        rx.cond(
            ReceiptStore.target != "",
            _button("forward-send", "Forward", ReceiptStore.forward),
        ),
        class_name="message-forward",
    )


def _target(target: ItemVar[TargetItem]) -> rx.Component:
    return rx.el.option(label=target.title, value=target.conversation_id, key=target.conversation_id)


def copied_note() -> rx.Component:
    """Say for a moment what was copied from the menu of a message."""
    return rx.el.p(
        _result(ReceiptStore.note), role="status", class_name="copied-note", custom_attrs=hook("message-copied")
    )


def _result(result: rx.Var[str]) -> rx.Var[str]:
    return match_text(
        result,
        ("link", "The link was copied."),
        ("text", "The text was copied."),
        ("failed", "It could not be copied: this browser does not allow it."),
        ("forwarded", "Forwarded to " + ReceiptStore.result_title.to(str) + "."),
        default="",
    )
