"""The timeline of the conversation that is open, and the composer."""

from __future__ import annotations

from dataclasses import dataclass

from nova_app.stores.base import CONVERSATION_RUNTIME, Action, ClientStore, Field


@dataclass(frozen=True)
class Row:
    """One row of the timeline; ``seq`` is 0 while it is not stored on the server."""

    key: str
    kind: str
    client_id: str
    seq: int
    author_id: str
    author_username: str
    author_name: str
    initials: str
    hue: int
    avatar_url: str
    mine: bool
    text: str
    state: str
    error_code: str
    error_text: str
    time_label: str
    time_iso: str
    time_title: str
    first_in_group: bool
    day_label: str
    is_new_marker: bool


class MessageStore(ClientStore):
    """What is read and written; ``ready`` once the outbox is open."""

    store_name = "messages"
    module = CONVERSATION_RUNTIME
    use = "useMessageStore"
    actions = "messageActions"

    ready = Field(default=False)
    storage = Field("")
    active_id = Field("")
    active_title = Field("")
    active_kind = Field("")
    active_subtitle = Field("")
    active_presence = Field("")
    history = Field("idle")
    problem_code = Field("")
    problem_text = Field("")
    older_problem_code = Field("")
    older_problem_text = Field("")
    has_older = Field(default=False)
    loading_older = Field(default=False)
    typing_label = Field("")
    rows = Field([], list[Row])
    draft = Field("")
    can_send = Field(default=False)
    draft_problem = Field("")
    draft_note = Field("")
    new_below = Field(0)

    edit_draft = Action()
    composer_key = Action()
    send = Action()
    retry = Action()
    edit = Action()
    discard = Action()
    scrolled = Action()
    load_older = Action()
    jump_to_latest = Action()
    reload_history = Action()
