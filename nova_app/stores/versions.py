"""The versions of a message that was edited."""

from __future__ import annotations

from dataclasses import dataclass

from nova_app.stores.base import CONVERSATION_RUNTIME, Action, ClientStore, Field


@dataclass(frozen=True)
class VersionItem:
    """One version of the text, and when it was written."""

    seq: int
    text: str
    time_label: str


class VersionStore(ClientStore):
    """The versions of one message, the newest first; ``state`` is loading, ready or error."""

    store_name = "versions"
    module = CONVERSATION_RUNTIME
    use = "useMessageStore"
    actions = "messageActions"

    is_open = Field(default=False)
    state = Field("loading")
    problem_code = Field("")
    problem_text = Field("")
    items = Field([], list[VersionItem])

    show = Action()
    reload = Action()
    close = Action()
