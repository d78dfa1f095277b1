"""What can be done with one message: its bar of buttons, and the menu behind it."""

from __future__ import annotations

from nova_app.stores.base import CONVERSATION_RUNTIME, Action, ClientStore, Field


class MessageActionStore(ClientStore):
    """The bar of the message under the pointer, or that has the focus; ``key`` is its row, empty for none.

    ``author`` wrote the message. ``quick`` are the emoji that one press reacts with.
    """

    store_name = "message_actions"
    module = CONVERSATION_RUNTIME
    use = "useMessageStore"
    actions = "messageActions"

    key = Field("")
    author = Field("")
    quick = Field([], list[str])
    can_react = Field(default=False)
    can_reply = Field(default=False)
    can_edit = Field(default=False)
    can_delete = Field(default=False)
    can_copy_link = Field(default=False)
    can_show_details = Field(default=False)
    can_mark_unread = Field(default=False)

    point_at = Action()
    focus_row = Action()
    leave = Action()
    press = Action()
    release = Action()
    lift = Action()
    wheel = Action()
    click_through = Action()
    row_key = Action()
    bar_key = Action()
    react = Action()
    react_with = Action()
    reply = Action()
    edit = Action()
    remove = Action()
    copy_link = Action()
    show_details = Action()
    mark_unread = Action()
