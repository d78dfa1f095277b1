"""Receipts of one's own message."""

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


class ReceiptStore(ClientStore):
    """One message and its recipients, each in one of the three lists."""

    store_name = "receipts"
    module = CONVERSATION_RUNTIME
    use = "useMessageStore"
    actions = "messageActions"

    is_open = Field(default=False)
    text = Field("")
    time_label = Field("")
    read = Field([], list[ReceiptItem])
    delivered = Field([], list[ReceiptItem])
    waiting = Field([], list[ReceiptItem])

    show = Action()
    close = Action()
