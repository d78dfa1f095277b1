"""Mentions while one types: who may be meant, and the question before everybody is notified."""

from __future__ import annotations

from dataclasses import dataclass

from nova_app.stores.base import CONVERSATION_RUNTIME, Action, ClientStore, Field


@dataclass(frozen=True)
class MentionOption:
    """A member who may be meant, or everybody (``all``); ``id`` names its element."""

    id: str
    username: str
    name: str
    initials: str
    hue: int
    avatar_url: str
    is_chosen: bool


class MentionStore(ClientStore):
    """The options while a mention is being typed, and how many people ``@all`` is about to notify; 0 for no question.

    ``chosen_id`` is the element that Enter takes, empty without options.
    """

    store_name = "mentions"
    module = CONVERSATION_RUNTIME
    use = "useMessageStore"
    actions = "messageActions"

    options = Field([], list[MentionOption])
    chosen_id = Field("")
    asks_all = Field(0)

    look = Action()
    choose = Action()
    close = Action()
    notify_all = Action()
    keep_writing = Action()
