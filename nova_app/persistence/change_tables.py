"""The tables of changes of messages; they are read and written without the ORM."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Field, SQLModel

from nova_app.persistence.tables import UtcMoment


class ChangeRequest(SQLModel, table=True):
    """A change that a client asked for, and the event that did it: what makes a repeat harmless.

    ``content`` is a digest of what was asked for.
    """

    __tablename__ = "change_request"

    client_id: str = Field(primary_key=True)
    actor_id: str = Field(foreign_key="user.id", primary_key=True)
    content: str
    conversation_id: str
    message_id: str
    seq: int
    created_at: datetime = Field(sa_type=UtcMoment)


class Reaction(SQLModel, table=True):
    """An emoji of a user at a message; ``seq`` is the event that set it.

    ``first_seq`` is that of the first user since when the message has had this emoji: emoji are shown in its order.
    """

    __tablename__ = "reaction"

    message_id: str = Field(foreign_key="message.id", primary_key=True)
    emoji: str = Field(primary_key=True)
    user_id: str = Field(foreign_key="user.id", primary_key=True, index=True)
    seq: int
    first_seq: int


class Mention(SQLModel, table=True):
    """A user whom the message ``seq`` mentions; an empty ``user_id`` is everybody. For counting."""

    __tablename__ = "mention"

    conversation_id: str = Field(foreign_key="conversation.id", primary_key=True)
    user_id: str = Field(primary_key=True)
    seq: int = Field(primary_key=True)


class LinkPreview(SQLModel, table=True):
    """What a page said of itself; ``title`` is empty where there is nothing to show."""

    __tablename__ = "link_preview"

    url: str = Field(primary_key=True)
    title: str
    description: str


class MessageLink(SQLModel, table=True):
    """A link of a message whose preview was fetched, or dismissed by the author."""

    __tablename__ = "message_link"

    message_id: str = Field(foreign_key="message.id", primary_key=True)
    url: str = Field(primary_key=True, index=True)
    is_dismissed: bool = False
