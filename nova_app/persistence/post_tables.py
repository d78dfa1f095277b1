"""The tables of posts; see ``persistence.tables``."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import UniqueConstraint
from sqlmodel import Field, SQLModel

from nova_app.persistence.tables import UtcMoment


class Post(SQLModel, table=True):
    """A post; ``number`` grows with each."""

    __tablename__ = "post"
    __table_args__ = (UniqueConstraint("author_id", "creation_key"), UniqueConstraint("id"))

    number: int | None = Field(default=None, primary_key=True)
    id: str
    author_id: str = Field(foreign_key="user.id")
    creation_key: str
    text: str
    created_at: datetime = Field(sa_type=UtcMoment)
    edited_at: datetime | None = Field(default=None, sa_type=UtcMoment)
    deleted_at: datetime | None = Field(default=None, sa_type=UtcMoment)


class PostReaction(SQLModel, table=True):
    """An emoji of a user at a post; ``number`` keeps the order."""

    __tablename__ = "post_reaction"
    __table_args__ = (UniqueConstraint("post_id", "emoji", "user_id"),)

    number: int | None = Field(default=None, primary_key=True)
    post_id: str = Field(foreign_key="post.id")
    emoji: str
    user_id: str = Field(foreign_key="user.id")


class PostComment(SQLModel, table=True):
    """A comment under a post; ``number`` grows with each. A deleted one has no text."""

    __tablename__ = "post_comment"
    __table_args__ = (UniqueConstraint("author_id", "creation_key"), UniqueConstraint("id"))

    number: int | None = Field(default=None, primary_key=True)
    id: str
    post_id: str = Field(foreign_key="post.id", index=True)
    author_id: str = Field(foreign_key="user.id")
    creation_key: str
    text: str
    created_at: datetime = Field(sa_type=UtcMoment)
    deleted_at: datetime | None = Field(default=None, sa_type=UtcMoment)


class PostRequest(SQLModel, table=True):
    """A change of a post that was made, by its key, with a digest of what was asked for."""

    __tablename__ = "post_request"

    key: str = Field(primary_key=True)
    actor_id: str = Field(foreign_key="user.id", primary_key=True)
    content: str


class PostFile(SQLModel, table=True):
    """A file under a post, in the order they were chosen."""

    __tablename__ = "post_file"

    post_id: str = Field(foreign_key="post.id", primary_key=True)
    position: int = Field(primary_key=True)
    upload_id: str = Field(foreign_key="upload.id", index=True)
