"""The list of conversations, on every page, and how much waits to be sent."""

from __future__ import annotations

from dataclasses import dataclass

from nova_app.stores.base import Action, ClientStore, Field


@dataclass(frozen=True)
class ConversationItem:
    """One row of the conversation list.

    ``hue`` is from 0 to 359, ``online`` only where there is one other member; ``section`` is pinned, unread, direct
    or group, and ``heading`` is the section that begins with this row, else empty; ``typing`` says who is writing;
    ``mentions`` counts the unread messages that mention this user.
    """

    id: str
    kind: str
    title: str
    initials: str
    hue: int
    avatar_url: str
    preview: str
    time_label: str
    unread: int
    mentions: int
    pinned: bool
    muted: bool
    active: bool
    has_failed: bool
    href: str
    draft: str
    online: bool
    typing: str
    section: str
    heading: str


class ConversationStore(ClientStore):
    """``state`` is loading until the first list is here.

    ``folded`` has the names of the sections that are folded in this browser, each with a space behind it.
    """

    store_name = "conversations"

    state = Field("loading")
    items = Field([], list[ConversationItem])
    outbox_count = Field(0)
    unread_total = Field(0)
    folded = Field("")

    fold = Action()
