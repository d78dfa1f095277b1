"""The three steps to the first conversation."""

from __future__ import annotations

from dataclasses import dataclass

from nova_app.stores.base import FIRST_RUN_RUNTIME, Action, ClientStore, Field


@dataclass(frozen=True)
class PersonChoice:
    """A user of this server, who may be chosen."""

    username: str
    name: str
    about: str
    initials: str
    hue: int
    avatar_url: str
    is_chosen: bool


class FirstRunStore(ClientStore):
    """``state`` is loading, ready or error; ``chosen`` counts the people who are chosen.

    ``problem_code`` is why people could not be loaded or, where there are some, why the conversation
    could not be started.
    """

    store_name = "first_run"
    module = FIRST_RUN_RUNTIME
    use = "useFirstRunStore"
    actions = "firstRunActions"

    state = Field("loading")
    problem_code = Field("")
    problem_text = Field("")
    people = Field([], list[PersonChoice])
    has_more = Field(default=False)
    chosen = Field(0)
    chosen_names = Field("")
    title = Field("")
    text = Field("")
    can_start = Field(default=False)
    busy = Field(default=False)

    reload = Action()
    choose = Action()
    edit_title = Action()
    edit_text = Action()
    key = Action()
    start = Action()
