"""What helps with writing in the composer; it works without the server."""

from __future__ import annotations

from dataclasses import dataclass

from nova_app.stores.base import CONVERSATION_RUNTIME, Action, ClientStore, Field


@dataclass(frozen=True)
class CodeOption:
    """An emoji that may be meant by the code that is being typed."""

    id: str
    code: str
    emoji: str
    is_chosen: bool


@dataclass(frozen=True)
class DiscardedText:
    """A text that was written and not sent."""

    id: str
    text: str
    time_label: str


class ComposerStore(ClientStore):
    """``pasted`` is how many characters were pasted and may become a file, 0 for none.

    ``enter_breaks``: Enter breaks the line, and Ctrl+Enter sends.
    """

    store_name = "composer"
    module = CONVERSATION_RUNTIME
    use = "useMessageStore"
    actions = "messageActions"

    shows_format = Field(default=False)
    enter_breaks = Field(default=False)
    code_options = Field([], list[CodeOption])
    chosen_code_id = Field("")
    pasted = Field(0)
    discarded = Field([], list[DiscardedText])

    toggle_format = Action()
    format = Action()
    choose_code = Action()
    leave = Action()
    paste = Action()
    paste_as_file = Action()
    keep_paste = Action()
    restore = Action()
