"""The panel with the details of the open conversation."""

from __future__ import annotations

from dataclasses import dataclass

from nova_app.stores.base import CONVERSATION_RUNTIME, Action, ClientStore, Field


@dataclass(frozen=True)
class MemberItem:
    """A member of the conversation; ``role`` is empty in a direct one, ``hue`` from 0 to 359.

    ``can_remove`` where this user may remove them; ``next_role`` is the role that they may be given, empty for none.
    """

    user_id: str
    username: str
    name: str
    initials: str
    hue: int
    avatar_url: str
    online: bool
    is_me: bool
    role: str
    can_remove: bool
    next_role: str


@dataclass(frozen=True)
class PersonOption:
    """A user who may be added."""

    username: str
    name: str
    about: str
    initials: str
    hue: int
    avatar_url: str


class DetailsStore(ClientStore):
    """What the panel shows, and what is being done in it.

    ``is_modal`` where it covers the page. ``mode`` is the form that is shown: rename, add, mute or none. ``found`` is
    ready once people were looked for. ``question`` is remove, about ``subject_name``, leave or none. ``busy`` names
    what waits for the server, ``problem_code`` what it failed for. ``muted_label`` is "until 14:03", empty for ever.
    ``notify`` is default, all, mentions or none.
    """

    store_name = "details"
    module = CONVERSATION_RUNTIME
    use = "useMessageStore"
    actions = "messageActions"

    is_open = Field(default=False)
    is_modal = Field(default=False)
    kind = Field("")
    title = Field("")
    initials = Field("")
    hue = Field(0)
    avatar_url = Field("")
    about = Field("")
    members = Field([], list[MemberItem])
    can_rename = Field(default=False)
    is_pinned = Field(default=False)
    is_muted = Field(default=False)
    muted_label = Field("")
    notify = Field("default")
    mode = Field("")
    title_draft = Field("")
    wanted = Field("")
    people = Field([], list[PersonOption])
    found = Field("")
    question = Field("")
    subject_name = Field("")
    busy = Field("")
    problem_code = Field("")
    problem_text = Field("")

    toggle = Action()
    closed = Action()
    panel_key = Action()
    show_rename = Action()
    edit_title = Action()
    rename = Action()
    rename_key = Action()
    show_add = Action()
    find = Action()
    find_key = Action()
    add = Action()
    change_role = Action()
    ask_remove = Action()
    ask_leave = Action()
    confirm = Action()
    dismiss = Action()
    pin = Action()
    show_mute = Action()
    mute = Action()
    set_notify = Action()
    retry = Action()
    cancel = Action()
