"""The full text index of posts, ``post_search(rowid = post.number, tags, text)``: the words of ``search_index``."""

from __future__ import annotations

import json
import sqlite3

from nova_app.domain.search import LINK
from nova_app.domain.tokenizer import index_text
from nova_app.persistence.search_index import author_tag, content_tag

CREATE_INDEX = "CREATE VIRTUAL TABLE post_search USING fts5(tags, text, tokenize='ascii')"
_READ = """
SELECT p.number, p.author_id, p.text, p.deleted_at IS NULL,
  (SELECT json_group_array(u.width) FROM post_file AS f JOIN upload AS u ON u.id = f.upload_id WHERE f.post_id = p.id)
FROM post AS p
"""
_READ_ONE = f"{_READ} WHERE p.id = ?"
_FORGET = "DELETE FROM post_search WHERE rowid = ?"
_ADD = "INSERT INTO post_search (rowid, tags, text) VALUES (?, ?, ?)"


def index_all_posts(connection: sqlite3.Connection) -> None:
    """Add every post to an empty index."""
    for number, author_id, text, is_there, widths in connection.execute(_READ).fetchall():
        if is_there:
            connection.execute(_ADD, (number, _tags(author_id, text, json.loads(widths)), index_text(text)))


def index_post(connection: sqlite3.Connection, post_id: str) -> None:
    """Let the index have a post as it is now; nothing of one that is deleted."""
    number, author_id, text, is_there, widths = connection.execute(_READ_ONE, (post_id,)).fetchone()
    connection.execute(_FORGET, (number,))
    if is_there:
        connection.execute(_ADD, (number, _tags(author_id, text, json.loads(widths)), index_text(text)))


def _tags(author_id: str, text: str, widths: list[int | None]) -> str:
    tags = [author_tag(author_id)]
    if LINK.search(text):
        tags.append(content_tag("link"))
    if widths:
        tags.append(content_tag("file"))
    if any(widths):
        tags.append(content_tag("image"))
    return " ".join(tags)
