"""One row of the timeline: a message with its state and what can be done with it, or a line between messages."""

from __future__ import annotations

from typing import cast

import reflex as rx
from reflex_base.vars.number import NumberVar
from reflex_base.vars.sequence import StringVar

from nova_app.components.avatar import avatar
from nova_app.components.dialogs import OPENS_DIALOG
from nova_app.components.error_text import error_text
from nova_app.components.icons import icon
from nova_app.components.message_text import message_text
from nova_app.components.row_marks import link_previews, quote, reactions
from nova_app.components.shown_files import shown_files
from nova_app.components.test_ids import hook
from nova_app.stores import MessageStore, ReceiptStore, VersionStore
from nova_app.stores.base import with_args
from nova_app.stores.messages import Row, RowBlock
from nova_app.stores.vars import ItemVar, choose, show

_NO_ATTRIBUTE = rx.Var("undefined", _var_type=str).to(str)
"""The value of an attribute that an element does not have."""


def row_block(block: ItemVar[RowBlock], index: NumberVar[int]) -> rx.Component:
    """Render rows that follow each other; those that did not change are not rendered again with the others."""
    return rx.el.div(
        _block_rows(
            block_rows=block.rows,
            is_topmost=index == 0,
            in_bubbles=MessageStore.active_kind == "direct",
            target_seq=MessageStore.target_seq,
        ),
        key=block.key,
        class_name="row-block",
    )


@rx.memo
def _block_rows(
    block_rows: rx.Var[list[Row]], is_topmost: rx.Var[bool], in_bubbles: rx.Var[bool], target_seq: rx.Var[int]
) -> rx.Component:
    def frame(row: ItemVar[Row], index: NumberVar[int]) -> rx.Component:
        return rx.el.div(
            # What is not stored yet has no number, and is never what was jumped to.
            _row_content(row=row, in_bubbles=in_bubbles, is_target=(row.seq > 0) & (row.seq == target_seq)),
            key=row.key,
            class_name=choose(is_topmost & (index == 0), "row-frame topmost", "row-frame"),
        )

    return rx.fragment(rx.foreach(block_rows, frame))


@rx.memo
def _row_content(row: rx.Var[Row], in_bubbles: rx.Var[bool], is_target: rx.Var[bool]) -> rx.Component:
    row = cast("ItemVar[Row]", row)
    return rx.fragment(
        show(row.day_label != "", rx.el.div(rx.el.span(row.day_label), class_name="day", role="separator")),
        show(
            row.is_new_marker,
            rx.el.div(rx.el.span("New"), class_name="new-marker", role="separator", custom_attrs=hook("new-marker")),
        ),
        show(row.kind == "message", _message(row, in_bubbles, is_target), _system_line(row)),
    )


def _system_line(row: ItemVar[Row]) -> rx.Component:
    return rx.el.p(
        show(row.kind == "renamed", icon("pencil"), icon("person")),
        rx.el.bdi(row.text),
        _time(row),
        class_name="system-line",
        dir="auto",
        custom_attrs=hook("system-line", seq=row.seq),
    )


def _message(row: ItemVar[Row], in_bubbles: rx.Var[bool], is_target: rx.Var[bool]) -> rx.Component:
    return rx.el.article(
        show(~in_bubbles, quote(row)),
        show(row.first_in_group, avatar(row.initials, row.hue, row.avatar_url)),
        show(row.first_in_group, rx.el.div(_author(row), class_name="row-head"), _hidden_author(row)),
        _time(row),
        rx.el.div(
            show(in_bubbles, quote(row)),
            shown_files(row),
            show(row.text != "", message_text(row)),
            show(row.edited_title != "", _edited(row)),
            show(row.is_deleted, _deleted(row)),
            link_previews(row),
            class_name="row-body",
        ),
        reactions(row),
        show(row.mine, _own_state(row, in_bubbles)),
        show(row.can_unsend, _unsend(row)),
        show(row.state == "failed", _failure(row)),
        show(row.failed_edit != "", _failed_edit(row)),
        tab_index=-1,
        class_name=_row_classes(row),
        custom_attrs=hook(
            "message",
            state=row.state,
            client_id=row.client_id,
            seq=row.seq,
            author=row.author_username,
            pending=choose(row.pending != "", row.pending.to(str), _NO_ATTRIBUTE),
            edited=choose(row.edited_title != "", "true", _NO_ATTRIBUTE),
            deleted=choose(row.is_deleted, "true", _NO_ATTRIBUTE),
            mentions_me=choose(row.mentions_me, "true", "false"),
            target=choose(is_target, "true", "false"),
        ),
    )


def _edited(row: ItemVar[Row]) -> rx.Component:
    return rx.fragment(
        " ",
        show(
            row.seq > 0,
            rx.el.button(
                "(edited)",
                rx.el.span(": show versions", class_name="visually-hidden"),
                type="button",
                title=row.edited_title,
                class_name="row-edited",
                on_click=with_args(VersionStore.show, row.message_id),
                custom_attrs={**hook("message-versions"), **OPENS_DIALOG},
            ),
            rx.el.span("(edited)", title=row.edited_title, class_name="row-edited"),
        ),
    )


def _deleted(row: ItemVar[Row]) -> rx.Component:
    """Render the line in place of a deleted message; the deletion can be undone until it leaves this browser."""
    return rx.el.p(
        "Message deleted",
        show(
            row.undo_id != "",
            rx.el.button(
                "Undo",
                type="button",
                class_name="link-button",
                on_click=with_args(MessageStore.undo, row.undo_id),
                custom_attrs=hook("undo"),
            ),
        ),
        class_name="row-deleted",
    )


def _row_classes(row: ItemVar[Row]) -> rx.Var[str]:
    """Name what the style sheets have to know of a row, so that none asks by ``:has``.

    With ``:has`` or a neighbour (``a + b``) browsers compute the styles of all rows again for each that comes or goes.
    """
    has_quote = row.quote.message_id != ""
    is_alone = ~has_quote & ~row.is_deleted & (row.edited_title == "") & (row.files.length() == 0)
    has_pictures = row.pictures.length() > 0
    shows_state = row.mine & row.is_marked & (row.state != "failed")
    return (
        choose(row.mine, "row mine", "row")
        + choose(row.first_in_group, " first", "")
        + choose(row.last_in_group, " last", "")
        + choose(has_quote, " quoting", "")
        + choose(is_alone & row.is_big & ~has_pictures, " bare", "")
        + choose(is_alone & has_pictures & (row.text == ""), " only-pictures", "")
        + choose(shows_state, " shows-state", "")
    )


def _time(row: ItemVar[Row]) -> rx.Component:
    return rx.el.time(row.time_label, date_time=row.time_iso, title=row.time_title, class_name="row-time")


def _author(row: ItemVar[Row]) -> rx.Component:
    return rx.fragment(
        # Two people may have the same name: the user name says which one it is.
        rx.el.strong(
            rx.el.bdi(row.author_name), title=choose(row.author_username != "", "@" + row.author_username, "")
        ),
        show(row.has_left, rx.el.span(" (left)", class_name="faint")),
    )


def _hidden_author(row: ItemVar[Row]) -> rx.Component:
    """Render the name for screen readers, in one element: most rows have only this one."""
    return rx.el.span(row.author_name, class_name="visually-hidden", dir="auto")


_STATE_LABELS = {
    "queued": "Waiting to be sent",
    "sending": "Sending…",
    "sent": "Sent",
    "delivered": "Delivered",
    "read": "Read",
    "failed": "Not sent",
}


def _own_state(row: ItemVar[Row], in_bubbles: rx.Var[bool]) -> rx.Component:
    """Render the state of an own message; one that is stored shows its receipts on demand.

    Only a marked one stands under its text, the others appear with the pointer or the focus: their words come from the
    style sheet, because elements in each of hundreds of rows are made and laid out, but hardly ever seen.
    """
    label: rx.Var[str] = rx.Var.create("")
    for state, words in _STATE_LABELS.items():
        label = choose(row.state == state, words, label)
    stored_label = _stored_label(row, label, in_bubbles)
    attrs = {"data-row-state": row.state}
    look = choose(row.is_marked, "row-state marked", "row-state")
    stored = rx.el.button(
        show(row.is_marked, rx.fragment(_state_icon(row), rx.el.span(stored_label))),
        type="button",
        class_name=look,
        title=label,
        on_click=with_args(ReceiptStore.show, row.seq),
        custom_attrs={
            **hook("message-receipts"),
            **attrs,
            **OPENS_DIALOG,
            "data-label": stored_label,
            "aria-label": stored_label + ": message info",
        },
    )
    waiting = rx.el.span(_state_icon(row), rx.el.span(label), class_name=look, title=label, custom_attrs=attrs)
    # What failed says why, and offers what helps.
    return show(row.state != "failed", show((row.seq > 0) & (row.state != "queued"), stored, waiting))


def _state_icon(row: ItemVar[Row]) -> rx.Component:
    is_on_the_way = (row.state == "queued") | (row.state == "sending")
    return show(is_on_the_way, icon("clock"), show(row.state == "sent", icon("check"), icon("checks")))


def _stored_label(row: ItemVar[Row], label: rx.Var[str], in_bubbles: rx.Var[bool]) -> StringVar:
    """Say how many have read it where there may be several; what is delivered may be read by some."""
    return choose((row.readers > 0) & ~in_bubbles, "Read by " + row.readers.to_string(), label)


def _unsend(row: ItemVar[Row]) -> rx.Component:
    """Render the way back of a message that has not left yet, because the user wants the time to think again."""
    return rx.el.p(
        "Sending in 5 seconds. ",
        rx.el.button(
            "Undo",
            type="button",
            class_name="link-button",
            on_click=with_args(MessageStore.edit, row.client_id),
            custom_attrs=hook("undo-send"),
        ),
        class_name="row-undo",
    )


def _failure(row: ItemVar[Row]) -> rx.Component:
    return rx.el.div(
        icon("alert"),
        rx.el.span("Not sent: ", error_text(row.error_code, row.error_text)),
        show(row.can_retry, _row_action("failed-retry", "Retry", MessageStore.retry, row)),
        _row_action("failed-edit", "Edit", MessageStore.edit, row),
        _row_action("failed-delete", "Delete", MessageStore.discard, row),
        role="alert",
        class_name="row-failure",
    )


def _failed_edit(row: ItemVar[Row]) -> rx.Component:
    """Render an edit that was refused beside the text that is stored: which is whose, why, and what to do."""
    is_conflict = row.failed_edit_code == "edit_conflict"
    return rx.el.div(
        rx.el.p(
            icon("alert"),
            rx.el.span("Edit not saved: ", error_text(row.failed_edit_code, row.failed_edit_reason)),
            class_name="failed-edit-reason",
        ),
        rx.el.p(
            rx.el.span("Your text: ", class_name="faint"),
            rx.el.bdi(row.failed_edit_text, custom_attrs=hook("failed-edit-text")),
            class_name="row-text",
        ),
        show(
            row.can_keep_edit,
            _row_action(
                "failed-edit-keep", choose(is_conflict, "Use my text", "Try again"), MessageStore.keep_edit, row
            ),
        ),
        _row_action(
            "failed-edit-discard",
            choose(is_conflict, "Keep the text above", "Discard my text"),
            MessageStore.discard_edit,
            row,
        ),
        role="alert",
        class_name="row-failure failed-edit",
    )


def _row_action(testid: str, label: str | rx.Var[str], action: object, row: ItemVar[Row]) -> rx.Component:
    return rx.el.button(
        label,
        type="button",
        class_name="link-button",
        on_click=with_args(action, row.client_id),
        custom_attrs=hook(testid),
    )
