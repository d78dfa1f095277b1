"""Searches posts by their own full text index."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import text
from sqlmodel import Session, col, select

from nova_app.domain.models import UserId
from nova_app.domain.posts import FoundPosts
from nova_app.domain.search import ME, Query
from nova_app.persistence.post_tables import Post
from nova_app.persistence.post_views import POSTS, read_posts
from nova_app.persistence.reader import Reader
from nova_app.persistence.search import INDEX_TYPE, LOOK_MAX, has_name, match_words
from nova_app.persistence.tables import User

_FIND = text("""
SELECT p.number, p.created_at FROM post_search AS s JOIN post AS p ON p.number = s.rowid
WHERE post_search MATCH :match AND s.rowid < :below AND substr(p.created_at, 1, 10) > :after AND p.created_at < :until
ORDER BY s.rowid DESC LIMIT :most
""")
_ALL = text("""
SELECT p.number FROM post AS p
WHERE p.number < :below AND p.deleted_at IS NULL AND substr(p.created_at, 1, 10) > :after AND p.created_at < :until
ORDER BY p.number DESC LIMIT :most
""")
_ANY = 2**62


class SqlPostSearch:
    """A ``PostSearch`` over the reader."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader

    async def find_posts(self, user_id: UserId, query: Query, *, before: str | None, limit: int) -> FoundPosts:
        return await self._reader.run(lambda session: _find(session, user_id, query, before, min(limit, LOOK_MAX)))


def _find(session: Session, user_id: UserId, query: Query, before: str | None, limit: int) -> FoundPosts:
    authors = _find_authors(session, user_id, query.authors) if query.authors else None
    if authors == []:
        return FoundPosts((), has_more=False, index_type=INDEX_TYPE)
    match = match_words(query, authors)
    values: dict[str, Any] = {
        "below": _ANY if before is None else _number_of(session, before),
        "after": query.after.isoformat() if query.after else "",
        "until": query.before.isoformat() if query.before else "9999",
        "most": limit + 1,
    }
    connection = session.connection()
    rows = connection.execute(_FIND, {**values, "match": match}) if match else connection.execute(_ALL, values)
    numbers = list(rows.scalars())
    statement = POSTS.where(col(Post.number).in_(numbers[:limit])).order_by(col(Post.number).desc())
    posts = read_posts(session, statement, user_id)
    return FoundPosts(posts, has_more=len(numbers) > limit, index_type=INDEX_TYPE)


def _number_of(session: Session, post_id: str) -> int:
    return session.exec(select(Post.number).where(Post.id == post_id)).first() or 0


def _find_authors(session: Session, user_id: UserId, names: Sequence[str]) -> list[str]:
    """Return the users who have written a post and have one of these names."""
    writers = select(User.id, User.display_name, User.username).where(col(User.id).in_(select(Post.author_id)))
    found = [
        person_id
        for person_id, *called in session.exec(writers).all()
        if any(has_name(name.removeprefix("@"), called) for name in names)
    ]
    return [*found, *([user_id] if ME in (name.lower() for name in names) else [])]
