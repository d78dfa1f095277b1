"""The feed and its form; they work while the server cannot be reached."""

from __future__ import annotations

from dataclasses import dataclass

from nova_app.stores.base import FILES_RUNTIME, Action, ClientStore, Field
from nova_app.stores.files import SentFile, ShownFile


@dataclass(frozen=True)
class PostReactionItem:
    """An emoji at a post; ``names`` says who set it."""

    emoji: str
    count: int
    is_mine: bool
    names: str


@dataclass(frozen=True)
class CommentItem:
    """One comment, ready to be drawn."""

    id: str
    author_name: str
    initials: str
    hue: int
    avatar_url: str
    text: str
    time_label: str
    time_iso: str
    time_title: str
    can_delete: bool
    is_asking: bool


@dataclass(frozen=True)
class PostItem:
    """One post, ready to be drawn.

    ``is_fresh`` where it was unread when the page was opened; ``is_open``: its comments are shown; ``is_asking``
    before it is deleted.
    """

    id: str
    number: int
    author_name: str
    initials: str
    hue: int
    avatar_url: str
    text: str
    time_label: str
    time_iso: str
    time_title: str
    pictures: list[ShownFile]
    files: list[ShownFile]
    is_mine: bool
    can_delete: bool
    is_fresh: bool
    is_edited: bool
    edited_title: str
    is_deleted: bool
    reactions: list[PostReactionItem]
    comment_label: str
    is_open: bool
    is_editing: bool
    is_asking: bool


class PostStore(ClientStore):
    """``state`` and ``thread_state`` are loading, ready or error; what is written stays until the server has it.

    One post is edited at a time, with ``revision`` as its text; the comments of one are open, with ``comment`` as the
    one that is being written. Of each, ``_problem`` and ``_text`` say what went wrong.
    """

    store_name = "posts"
    module = FILES_RUNTIME
    use = "usePostStore"
    actions = "postActions"

    state = Field("loading")
    items = Field([], list[PostItem])
    has_more = Field(default=False)
    loading_more = Field(default=False)
    problem_code = Field("")
    problem_text = Field("")
    text = Field("")
    files = Field([], list[SentFile])
    failed_files = Field("")
    can_publish = Field(default=False)
    publishing = Field(default=False)
    form_problem = Field("")
    form_text = Field("")

    revision = Field("")
    revision_busy = Field(default=False)
    revision_problem = Field("")
    revision_text = Field("")
    thread_state = Field("loading")
    thread_problem = Field("")
    thread_text = Field("")
    comments = Field([], list[CommentItem])
    more_comments = Field(default=False)
    comment = Field("")
    comment_busy = Field(default=False)
    comment_problem = Field("")
    comment_text = Field("")

    edit_text = Action()
    key = Action()
    take = Action()
    drag_over = Action()
    drag_leave = Action()
    remove = Action()
    retry = Action()
    publish = Action()
    load_more = Action()
    reload = Action()
    begin_edit = Action()
    type_edit = Action()
    edit_key = Action()
    save_edit = Action()
    cancel_edit = Action()
    ask_delete = Action()
    keep = Action()
    confirm_delete = Action()
    pick = Action()
    react = Action()
    toggle_comments = Action()
    reload_comments = Action()
    older_comments = Action()
    type_comment = Action()
    comment_key = Action()
    send_comment = Action()
