"""The server of ``socketio_sqlmodel.py``: ``python -m … PORT DATABASE``."""

from __future__ import annotations

import sys
import uuid
from datetime import UTC, datetime

import socketio
import uvicorn
from sqlalchemy import event
from sqlmodel import Field, Session, SQLModel, UniqueConstraint, create_engine

from benchmarks.side_by_side.machine import raise_file_limit


class Message(SQLModel, table=True):
    """A stored message."""

    __table_args__ = (UniqueConstraint("conversation_id", "seq"), UniqueConstraint("author_id", "client_id"))

    id: str = Field(primary_key=True)
    conversation_id: str
    seq: int
    author_id: str
    client_id: str
    text: str
    created_at: str


class Store:
    """Stores each message in a transaction of its own, on the disk before it returns."""

    def __init__(self, path):
        self._engine = create_engine(f"sqlite:///{path}")
        event.listen(self._engine, "connect", _set_up)
        SQLModel.metadata.create_all(self._engine, tables=[Message.__table__])
        self._last_seq = {}

    def add(self, author, frame):
        room = frame["conversation_id"]
        seq = self._last_seq[room] = self._last_seq.get(room, 0) + 1
        now = datetime.now(UTC).isoformat()
        message = Message(id=str(uuid.uuid4()), author_id=author, seq=seq, created_at=now, **frame)
        with Session(self._engine, expire_on_commit=False) as session:
            session.add(message)
            session.commit()
        return message.model_dump()


def _set_up(connection, _record):
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")


def make(path):
    sio = socketio.AsyncServer(async_mode="asgi", transports=["websocket"])
    store = Store(path)

    @sio.event
    async def join(sid, room):
        await sio.enter_room(sid, room)
        return {}

    @sio.event
    async def send(sid, frame):
        if frame["conversation_id"] not in sio.rooms(sid):
            return None
        message = store.add(sid, frame)
        await sio.emit("message", message, room=frame["conversation_id"])
        return {"type": "ack", "client_id": message["client_id"], "seq": message["seq"], "message_id": message["id"]}

    return socketio.ASGIApp(sio)


if __name__ == "__main__":
    raise_file_limit()
    uvicorn.run(make(sys.argv[2]), host="127.0.0.1", port=int(sys.argv[1]), log_level="error", ws="websockets-sansio")
