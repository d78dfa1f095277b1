"""Errors that people are shown apart from rows and banner, and what is kept of them."""

from __future__ import annotations

from dataclasses import dataclass

from nova_app.stores.base import Action, ClientStore, Field


@dataclass(frozen=True)
class Notice:
    """One error on the screen; ``count`` says how often it happened.

    ``text`` is what the server said, empty where the browser found the error;
    ``wait_label`` is "12 s" or "until 14:32", empty where nothing asks to wait; ``action``
    is ``sign_in``, ``reload``, ``copy``, ``edit`` or empty; ``at`` in epoch milliseconds.
    """

    id: str
    kind: str
    code: str
    text: str
    wait_label: str
    count: int
    can_retry: bool
    action: str
    request_id: str
    at: float
    time_label: str


class ErrorStore(ClientStore):
    """What went wrong: ``notices`` are shown now, ``history`` is this session, the newest first.

    ``copied`` is the notice whose details were copied last.
    """

    store_name = "errors"

    notices = Field([], list[Notice])
    history = Field([], list[Notice])
    copied = Field("")

    dismiss = Action()
    retry = Action()
    copy = Action()
    edit = Action()
    save_log = Action()
    clear_log = Action()
    page_failed = Action()
