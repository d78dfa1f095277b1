"""The timeline of the conversation that is open, and the composer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from nova_app.stores.base import CONVERSATION_RUNTIME, Action, ClientStore, Field
from nova_app.stores.files import SentFile, ShownFile


@dataclass(frozen=True)
class Mentioned:
    """A user name that a message mentions; ``is_me`` where it means this user, also among everybody."""

    username: str
    is_me: bool


@dataclass(frozen=True)
class QuoteItem:
    """The message that a row replies to; an empty ``message_id`` for none."""

    message_id: str = ""
    seq: int = 0
    author_name: str = ""
    initials: str = ""
    hue: int = 0
    avatar_url: str = ""
    text: str = ""
    is_deleted: bool = False


@dataclass(frozen=True)
class ReactionItem:
    """An emoji at a message; ``names`` says who set it."""

    emoji: str
    count: int
    is_mine: bool
    names: str


@dataclass(frozen=True)
class LinkPreviewItem:
    """What a page that a message links to says about itself; ``host`` is where the link leads."""

    url: str
    host: str
    title: str
    description: str


@dataclass(frozen=True)
class Row:
    """One row of the timeline; ``seq`` is 0 while it is not stored on the server.

    ``is_marked`` where its state is shown: on the last own message, and on those that wait or
    failed; the others show it on hover. ``readers`` counts the other members who have read an own one.
    ``is_big`` for one to three emoji. ``pending`` is the kind of a change that is not stored yet;
    ``undo_id`` names a deletion that can be undone, ``failed_edit`` an edit that was refused, with its
    text and the reason; ``can_keep_edit`` where it may be tried again. ``can_act``: its reader may react and reply.
    """

    key: str
    kind: Literal["message", "member", "renamed"]
    client_id: str
    message_id: str
    seq: int
    author_id: str
    author_username: str
    author_name: str
    has_left: bool
    initials: str
    hue: int
    avatar_url: str
    mine: bool
    text: str
    is_deleted: bool
    pending: Literal["", "reaction", "edit", "delete"]
    undo_id: str
    can_unsend: bool
    edited_title: str
    failed_edit: str
    failed_edit_text: str
    failed_edit_code: str
    failed_edit_reason: str
    can_keep_edit: bool
    can_act: bool
    can_edit: bool
    can_delete: bool
    state: str
    error_code: str
    error_text: str
    can_retry: bool
    time_label: str
    time_iso: str
    time_title: str
    first_in_group: bool
    last_in_group: bool
    is_marked: bool
    readers: int
    is_big: bool
    day_label: str
    is_new_marker: bool
    mentions_me: bool
    mentioned: list[Mentioned]
    quote: QuoteItem
    reactions: list[ReactionItem]
    link_previews: list[LinkPreviewItem]
    pictures: list[ShownFile]
    files: list[ShownFile]


@dataclass(frozen=True)
class RowBlock:
    """Rows that follow each other; rendered again only where one of them changes."""

    key: int
    rows: list[Row]


@dataclass(frozen=True)
class Load:
    """How a load of history goes: empty, ``loading``, ``error``; for a jump ``missing`` and ``later``, too."""

    state: Literal["", "loading", "error", "missing", "later"] = ""
    code: str = ""
    text: str = ""


class MessageStore(ClientStore):
    """What is read and written.

    ``ready`` once the outbox is open, but never where ``is_former``: no longer a member. ``former_note`` says why not,
    where that is known.
    """

    store_name = "messages"
    module = CONVERSATION_RUNTIME
    use = "useMessageStore"
    actions = "messageActions"

    ready = Field(default=False)
    is_former = Field(default=False)
    former_note = Field("")
    storage = Field("")
    active_id = Field("")
    active_title = Field("")
    active_kind = Field("")
    active_initials = Field("")
    active_hue = Field(0)
    active_avatar_url = Field("")
    active_subtitle = Field("")
    start_label = Field("")
    active_presence = Field("")
    history = Field("idle")
    problem_code = Field("")
    problem_text = Field("")
    has_older = Field(default=False)
    has_newer = Field(default=False)
    is_away = Field(default=False)
    is_live = Field(default=True)
    older = Field(Load())
    newer = Field(Load())
    jump = Field(Load())
    target_seq = Field(0)
    typing_label = Field("")
    rows = Field([], list[Row])
    blocks = Field([], list[RowBlock])
    mode = Field("new")
    replied = Field(QuoteItem())
    draft = Field("")
    can_send = Field(default=False)
    draft_problem = Field("")
    draft_note = Field("")
    failed_files = Field("")
    chips = Field([], list[SentFile])
    new_below = Field(0)
    is_unread_above = Field(default=False)

    edit_draft = Action()
    focus_composer = Action()
    composer_key = Action()
    choose_emoji = Action()
    cancel = Action()
    send = Action()
    attach = Action()
    drag_over = Action()
    drag_leave = Action()
    detach = Action()
    describe = Action()
    retry_file = Action()
    retry = Action()
    edit = Action()
    discard = Action()
    undo = Action()
    keep_edit = Action()
    discard_edit = Action()
    scrolled = Action()
    load_older = Action()
    load_newer = Action()
    jump_to_newest = Action()
    jump_to_unread = Action()
    jump_to_quote = Action()
    toggle_reaction = Action()
    dismiss_previews = Action()
    hold_reaction = Action()
    release_reaction = Action()
    jump_again = Action()
    dismiss_jump = Action()
    go_to_date = Action()
    reload_history = Action()
