"""The details of one message: how it got here, who has it, and what can be done with it."""

from __future__ import annotations

from dataclasses import dataclass

from nova_app.stores.base import CONVERSATION_RUNTIME, Action, ClientStore, Field


@dataclass(frozen=True)
class ReceiptItem:
    """A recipient of the message; ``hue`` from 0 to 359."""

    user_id: str
    name: str
    initials: str
    hue: int
    avatar_url: str


@dataclass(frozen=True)
class SendItem:
    """What happened to the message on its way: ``what`` is queued, sent, unanswered, refused or stored.

    ``code`` says why it was refused.
    """

    key: str
    time_label: str
    what: str
    code: str


@dataclass(frozen=True)
class TargetItem:
    """A conversation that the message can be forwarded to."""

    conversation_id: str
    title: str


class ReceiptStore(ClientStore):
    """One message, and its recipients, each in one of the three lists.

    ``seq`` is 0 while it is not stored. ``why`` is the reason for which this browser notified (``why_shows``) or did
    not, empty for one's own; ``is_recorded`` if it is what happened, not what would happen now. ``result`` is link,
    text, forwarded or failed, ``result_title`` where it was forwarded to. ``note`` is the same of what was done without
    the dialog, for a moment.
    """

    store_name = "receipts"
    module = CONVERSATION_RUNTIME
    use = "useMessageStore"
    actions = "messageActions"

    is_open = Field(default=False)
    is_mine = Field(default=False)
    seq = Field(0)
    text = Field("")
    time_label = Field("")
    queued_label = Field("")
    stored_label = Field("")
    edited_label = Field("")
    sends = Field([], list[SendItem])
    read = Field([], list[ReceiptItem])
    delivered = Field([], list[ReceiptItem])
    waiting = Field([], list[ReceiptItem])
    why = Field("")
    why_shows = Field(default=False)
    why_label = Field("")
    is_recorded = Field(default=False)
    has_text = Field(default=False)
    can_forward = Field(default=False)
    leaves_files = Field(default=False)
    targets = Field([], list[TargetItem])
    target = Field("")
    result = Field("")
    result_title = Field("")
    note = Field("")

    show = Action()
    close = Action()
    copy_link = Action()
    copy_text = Action()
    choose_target = Action()
    forward = Action()
