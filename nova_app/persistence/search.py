"""Searches messages by SQLite's full text index."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, bindparam, text
from sqlmodel import Session, col, select

from nova_app.domain.authorization import Action, may
from nova_app.domain.events import Found, Hit
from nova_app.domain.models import ConversationKind, MessageId, UserId
from nova_app.domain.search import ME, Query, Term
from nova_app.domain.tokenizer import fold
from nova_app.persistence.membership import to_standing
from nova_app.persistence.message_columns import message_columns, to_message
from nova_app.persistence.reader import Reader
from nova_app.persistence.search_index import author_tag, content_tag, conversation_tag, mention_tag, reply_tag
from nova_app.persistence.tables import Conversation, Member, User

INDEX_TYPE = "fts_words"
LOOK_MAX = 20_000
"""So many rows of the index are looked at for one answer; older rows may not be found."""

_FIND = text("""
SELECT m.number, m.conversation_id, m.author_id, m.created_at
FROM message_search AS s
JOIN message AS m ON m.number = s.rowid
WHERE message_search MATCH :match AND s.rowid < :below
ORDER BY s.rowid DESC
""")
_READ = text(f"""
SELECT {message_columns("m")},
       (SELECT avatar_id FROM user WHERE id = m.author_id) AS author_avatar_id
FROM message AS m
WHERE m.number IN :numbers
ORDER BY m.number DESC
""")  # noqa: S608 - constants
_REACTED = text("""
SELECT m.number FROM reaction AS r JOIN message AS m ON m.id = r.message_id
WHERE (:me != '' AND r.user_id = :me) OR r.emoji IN :emoji
ORDER BY m.number DESC LIMIT :most
""").bindparams(bindparam("emoji", expanding=True))
_NUMBER = text("SELECT number FROM message WHERE id = :id")
_ANY = 2**62
DAY_CHARS = len("2026-01-31")


class SqlMessageSearch:
    """A ``MessageSearch`` over the reader."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader

    async def find_messages(
        self, user_id: UserId, query: Query, *, within: str | None, before: MessageId | None, limit: int
    ) -> Found:

        def read(session: Session) -> Found:
            scope = _scope_of(session, user_id, query, within)
            if scope is None:
                return Found((), has_more=False, index_type=INDEX_TYPE, looked_at=0)
            connection = session.connection()
            below = _ANY if before is None else connection.execute(_NUMBER, {"id": before}).scalar() or 0
            match = compile_match(query, list(scope.conversations), scope.authors, scope.tags)
            return _collect(connection, {"match": match, "below": below}, scope, limit)

        return await self._reader.run(read)


@dataclass(frozen=True, slots=True)
class _Scope:
    """What an answer may hold; the index only narrows it down.

    Attributes:
        conversations: The names of the user's conversations, by id.
        tags: Of each of these groups a message has one tag.
        reacted: The numbers of messages with one of the wanted reactions; None if any message will do.
        after: The last day that is too early, ``until`` the first moment that is too late; ISO 8601 text.
            What is older than that day is not even looked at: clocks are set back by less than a day.
    """

    conversations: Mapping[str, str]
    authors: Sequence[str] | None
    after: str
    until: str
    tags: Sequence[Sequence[str]] = ()
    reacted: Collection[int] | None = None

    def holds(self, row: Any) -> bool:
        return (
            row.conversation_id in self.conversations
            and (self.authors is None or row.author_id in self.authors)
            and (self.reacted is None or row.number in self.reacted)
            and self.after < row.created_at[:DAY_CHARS]
            and row.created_at < self.until
        )


def _scope_of(session: Session, user_id: UserId, query: Query, within: str | None) -> _Scope | None:
    conversations = _find_conversations(session, user_id, query.conversations, within)
    authors = _find_authors(session, user_id, query.authors) if query.authors else None
    tags = _people_tags(session, user_id, query)
    if not conversations or authors == [] or [] in tags:
        return None
    return _Scope(
        conversations,
        authors,
        after=query.after.isoformat() if query.after else "",
        until=query.before.isoformat() if query.before else "9999",
        tags=tags,
        reacted=_find_reacted(session, user_id, query.reacted) if query.reacted else None,
    )


def _people_tags(session: Session, user_id: UserId, query: Query) -> list[list[str]]:
    """Return per operator that names users the tags of those users."""
    groups = []
    if query.mentions:
        mentioned = _find_authors(session, user_id, query.mentions)
        # Whoever may find a message was mentioned with everybody.
        everybody = [mention_tag("")] if user_id in mentioned else []
        groups.append([*map(mention_tag, mentioned), *everybody])
    if query.replies:
        groups.append([reply_tag(author) for author in _find_authors(session, user_id, query.replies)])
    return groups


def _find_reacted(session: Session, user_id: UserId, reacted: Sequence[str]) -> Collection[int]:
    values = {"me": user_id if ME in reacted else "", "emoji": [*reacted], "most": LOOK_MAX}
    return set(session.connection().execute(_REACTED, values).scalars())


def compile_match(
    query: Query,
    conversation_ids: Sequence[str],
    author_ids: Sequence[str] | None,
    tags: Sequence[Sequence[str]] = (),
) -> str:
    """Return the query in FTS5's language; only words of the index's own alphabet get into it."""
    parts = [f"tags : ({_any(conversation_tag(conversation_id) for conversation_id in conversation_ids)})"]
    parts += [f"tags : ({_any(group)})" for group in tags]
    words = match_words(query, author_ids)
    return " AND ".join([*parts, words] if words else parts)


def match_words(query: Query, author_ids: Sequence[str] | None) -> str:
    """Return what a query says of authors, contents and words in FTS5's language; empty for nothing."""
    parts = [] if author_ids is None else [f"tags : ({_any(author_tag(author_id) for author_id in author_ids)})"]
    parts += [f'tags : "{content_tag(content)}"' for content in sorted(query.contents)]
    parts += [f"text : {_phrase(term)}" for term in query.terms]
    return " AND ".join(parts)


def _any(tags: Any) -> str:
    return " OR ".join(f'"{tag}"' for tag in tags)


def _phrase(term: Term) -> str:
    words = f'"{" ".join(term.words)}"'
    return f"{words} *" if term.is_prefix else words


def _collect(connection: Connection, values: Mapping[str, Any], scope: _Scope, limit: int) -> Found:
    numbers: list[int] = []
    looked_at = 0
    rows = connection.execution_options(stream_results=True).execute(_FIND, values)
    for row in rows:
        looked_at += 1
        if scope.holds(row):
            numbers.append(row.number)
        if len(numbers) > limit or looked_at == LOOK_MAX or row.created_at < scope.after:
            break
    rows.close()
    hits = _read(connection, numbers[:limit], scope)
    return Found(hits, has_more=len(numbers) > limit, index_type=INDEX_TYPE, looked_at=looked_at)


def _read(connection: Connection, numbers: Sequence[int], scope: _Scope) -> list[Hit]:
    """Return the messages of these numbers in full, the newest first."""
    statement = _READ.bindparams(bindparam("numbers", expanding=True))
    rows = connection.execute(statement, {"numbers": numbers})
    return [Hit(to_message(row), scope.conversations[row.conversation_id], row.author_avatar_id) for row in rows]


def _find_conversations(session: Session, user_id: UserId, names: Sequence[str], within: str | None) -> dict[str, str]:
    """Return the conversations to look in, with how this user calls them; never one they are not in."""
    mine = select(Conversation, Member.role).join(Member).where(Member.user_id == user_id)
    if within is not None:
        mine = mine.where(Conversation.id == within)
    found = [row for row, role in session.exec(mine).all() if may(to_standing(row.kind, role), Action.READ)]
    partners = _find_partners(session, user_id, [c.id for c in found if c.kind == ConversationKind.DIRECT])
    titles = {c.id: partners.get(c.id, (c.title,)) for c in found}
    return {
        conversation_id: called[0]
        for conversation_id, called in titles.items()
        if not names or any(has_name(name, called) or name == conversation_id for name in names)
    }


def _find_partners(session: Session, user_id: UserId, conversation_ids: Sequence[str]) -> dict[str, tuple[str, ...]]:
    statement = (
        select(Member.conversation_id, User.display_name, User.username)
        .join(User, col(User.id) == col(Member.user_id))
        .where(col(Member.conversation_id).in_(conversation_ids), Member.user_id != user_id)
    )
    return {
        conversation_id: (display_name, username) for conversation_id, display_name, username in session.exec(statement)
    }


def _find_authors(session: Session, user_id: UserId, names: Sequence[str]) -> list[str]:
    """Return the users around this user who have one of these names."""
    mine = select(Member.conversation_id).where(Member.user_id == user_id)
    around = select(Member.user_id).where(col(Member.conversation_id).in_(mine))
    people = session.exec(select(User.id, User.display_name, User.username).where(col(User.id).in_(around))).all()
    found = [
        person_id
        for person_id, display_name, username in people
        if any(has_name(name.removeprefix("@"), (display_name, username)) for name in names)
    ]
    return [*found, *([user_id] if ME in (name.lower() for name in names) else [])]


def has_name(name: str, called: Sequence[str]) -> bool:
    """Return whether the typed text means this name: all of it, or the beginning of one of its words."""
    wanted = fold(name)
    return (
        any(fold(full) == wanted or any(fold(word).startswith(wanted) for word in full.split()) for full in called)
        if wanted
        else name in called
    )
