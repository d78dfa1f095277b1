"""Which links a message has, where something is stored for them."""

from __future__ import annotations

import sqlite3

from nova_app.domain.link_previews import links_of
from nova_app.domain.models import MessageId

_LINKS = "SELECT url FROM message_link WHERE message_id = ?"
_UNLINK = "DELETE FROM message_link WHERE message_id = ? AND url = ?"
_DELETE_UNUSED = """
DELETE FROM link_preview WHERE url = ?1 AND NOT EXISTS (SELECT 1 FROM message_link WHERE url = ?1)
"""


def forget_links(connection: sqlite3.Connection, message_id: MessageId, text: str = "") -> None:
    """Delete which links a message has, and previews that no message links any more.

    Args:
        text: What the message says from now on; the links in it stay.
    """
    kept = links_of(text)
    gone = [url for (url,) in connection.execute(_LINKS, (message_id,)) if url not in kept]
    connection.executemany(_UNLINK, [(message_id, url) for url in gone])
    connection.executemany(_DELETE_UNUSED, [(url,) for url in gone])
