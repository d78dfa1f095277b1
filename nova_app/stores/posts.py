"""The feed and its form; they work while the server cannot be reached."""

from __future__ import annotations

from dataclasses import dataclass

from nova_app.stores.base import FILES_RUNTIME, Action, ClientStore, Field
from nova_app.stores.files import SentFile, ShownFile


@dataclass(frozen=True)
class PostItem:
    """One post, ready to be drawn."""

    id: str
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


class PostStore(ClientStore):
    """``state`` is loading, ready or error; what is written stays until the server has it."""

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
