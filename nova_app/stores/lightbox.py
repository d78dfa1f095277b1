"""The viewer of pictures."""

from __future__ import annotations

from nova_app.stores.base import LIGHTBOX_RUNTIME, Action, ClientStore, Field


class LightboxStore(ClientStore):
    """The picture that is shown large.

    ``place_label`` is "2 of 3", empty for the only one; ``has_failed`` while only the ``thumbnail_url`` can be shown.
    """

    store_name = "lightbox"
    module = LIGHTBOX_RUNTIME
    use = "useLightboxStore"
    actions = "lightboxActions"

    is_open = Field(default=False)
    url = Field("")
    thumbnail_url = Field("")
    name = Field("")
    alt = Field("")
    caption = Field("")
    place_label = Field("")
    has_previous = Field(default=False)
    has_next = Field(default=False)
    has_failed = Field(default=False)

    open = Action()
    close = Action()
    previous = Action()
    next = Action()
    press = Action()
    release = Action()
    failed = Action()
    cannot_play = Action()
