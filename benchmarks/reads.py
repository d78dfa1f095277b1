"""Nova's reads beside the obvious way to do each, in turns, in one process: ``python benchmarks/reads.py``.

- *welcome* of 200 conversations: beside a query for the members, the newest message and the unread count of each;
- *a page of the list* of 100 conversations: beside SQLModel's objects with pydantic's answers;
- *who is asking*, 64 requests at once: beside one query each for the objects of session and user;
- *signing in*: beside the hash of the password alone, below which nothing can be;
- *a script of the pages*: the bytes and the processor time, beside Starlette's ``StaticFiles`` (needs ``nova build``).

Ratios below 1 are Nova's gain. What is compared is processor time of the whole process, threads included.
"""

from __future__ import annotations

import asyncio
import http.client
import sys
import tempfile
import time
import uuid
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from statistics import median

if __package__ in (None, ""):
    sys.path.insert(0, str(Path(__file__).parents[1]))

from pydantic import BaseModel
from sqlalchemy import func
from sqlmodel import Session as Database
from sqlmodel import col, select
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from benchmarks.durable import Nobody
from benchmarks.serving import ROOT, served
from benchmarks.side_by_side.machine import cpu_seconds
from benchmarks.side_by_side.peers.nova import Nova
from benchmarks.side_by_side.plan import ROOM
from nova_app.build import find_pages
from nova_app.domain.events import Draft
from nova_app.domain.models import ClientId, ConversationId, ConversationKind, Session, User, UserId
from nova_app.persistence.storage import Storage, open_storage
from nova_app.persistence.tables import Conversation, Member, Message, to_row
from nova_app.persistence.tables import Session as SessionRow
from nova_app.persistence.tables import User as UserRow
from nova_app.protocol.bodies import summary_body, to_fields
from nova_app.protocol.server_frames import encode, position_frame, welcome_frame
from nova_app.schemas.conversations import ConversationsResponse
from nova_app.services.passwords import AT_ONCE, HASHER, Passwords
from nova_app.services.sessions import digest
from nova_app.settings import Settings

CONVERSATIONS, MEMBERS, MESSAGES, PAGE, REQUESTS, SCRIPTS = 200, 20, 50, 100, 64, 300
ROUNDS = 5
ME = UserId(str(uuid.UUID(int=1)))
PASSWORD = "correct horse battery"


class PersonOut(BaseModel):
    """A member as an answer of the obvious way."""

    id: str
    username: str
    display_name: str
    status: str
    avatar_id: str | None


class ConversationOut(BaseModel):
    """A conversation as an answer of the obvious way."""

    id: str
    title: str
    last_seq: int
    members: list[PersonOut]
    last_message: str | None
    unread: int


def main() -> None:
    """Measure and print."""
    asyncio.run(_measure())
    _measure_pages()


async def _measure() -> None:
    with tempfile.TemporaryDirectory(prefix="nova-bench-") as directory:
        async with open_storage(Settings(data_dir=Path(directory)), Nobody()) as storage:
            await fill(storage)
            for name, nova, obvious in [
                (f"welcome of {CONVERSATIONS} conversations", welcome, obvious_welcome),
                (f"a page of the list, {PAGE} conversations", page, obvious_page),
                (f"who is asking, {REQUESTS} at once", identify, obvious_identify),
                ("signing in", sign_in, hash_alone),
            ]:
                await compare(name, lambda work=nova: work(storage), lambda work=obvious: work(storage))


async def compare(name: str, *works: Callable[[], Awaitable[object]]) -> None:
    """Run both in turns; print the medians and the median of the ratios."""
    taken: list[list[float]] = [[], []]
    for number in range(ROUNDS + 1):
        for work, times in zip(works, taken, strict=True):
            begin = time.process_time()
            await work()
            if number:  # the first round fills caches
                times.append(time.process_time() - begin)
    ratio = median(nova / other for nova, other in zip(*taken, strict=True))
    nova, other = (median(times) * 1e3 for times in taken)
    print(f"{name:40} Nova {nova:8.2f} ms, the obvious way {other:8.2f} ms of processor time: {ratio:.2f} times")


def static_files() -> Starlette:
    """The scripts of the pages by the framework's own means."""

    def healthy(_request: Request) -> Response:
        return Response()

    scripts = StaticFiles(directory=_scripts())
    return Starlette(routes=[Route("/healthz", healthy), Mount("/assets", scripts)])


def _scripts() -> Path:
    pages = find_pages(ROOT)
    if pages is None:
        raise SystemExit("the pages are not built: nova build")
    return pages / "build" / "client" / "assets"


def _measure_pages() -> None:
    """A script of middle size, as a browser asks for it, on a line that stays open."""
    scripts = sorted(_scripts().glob("*.js"), key=lambda file: file.stat().st_size)
    path = f"/assets/{scripts[len(scripts) // 2].name}"
    with Nova().serve(ROOM) as nova, served("benchmarks.reads:static_files") as plain:
        taken: dict[int, list[float]] = {nova.pid: [], plain.pid: []}
        sizes = {server.pid: _ask(server.port, path, 20) for server in (nova, plain)}
        for _ in range(ROUNDS):
            for server in (nova, plain):
                begin = cpu_seconds(server.pid)
                _ask(server.port, path, SCRIPTS)
                taken[server.pid].append((cpu_seconds(server.pid) - begin) / SCRIPTS)
    ratio = median(ours / theirs for ours, theirs in zip(*taken.values(), strict=True))
    ours, theirs = (median(times) * 1e3 for times in taken.values())
    print(f"{'a script of the pages':40} Nova {ours:8.2f} ms, StaticFiles {theirs:8.2f} ms: {ratio:.2f} times")
    print(f"{'':40} Nova {sizes[nova.pid]:8,} bytes, StaticFiles {sizes[plain.pid]:8,} bytes")


def _ask(port: int, path: str, times: int) -> int:
    """Ask for a file so often; return how many bytes one answer has."""
    connection = http.client.HTTPConnection("127.0.0.1", port)
    headers = {"Accept-Encoding": "gzip, deflate, br"}
    size = 0
    for _ in range(times):
        connection.request("GET", path, headers=headers)
        answer = connection.getresponse()
        size = len(answer.read())
        assert answer.status == 200, answer.status
    connection.close()
    return size


async def welcome(storage: Storage) -> None:
    """As a socket is told when it arrives."""
    known = await storage.arrivals.list_ids(ME)
    arrival = await storage.arrivals.read(ME, conversations=len(known))
    facts = {"user_id": ME, "session_id": "s", "server_time": "", "recovered": {}, "posts": arrival.figures}
    encode(welcome_frame(summaries=arrival.summaries, **facts))
    for position in arrival.positions:
        encode(position_frame(position))


async def obvious_welcome(storage: Storage) -> None:
    """A loop over the conversations."""
    found = await storage.reader.run(
        lambda db: [conversation_out(db, mine) for mine in my_memberships(db)], query_seconds=60
    )
    for one in found:
        one.model_dump_json()


async def page(storage: Storage) -> None:
    """As ``GET /conversations`` answers."""
    found = await storage.conversations.list_page(ME, None, PAGE)
    items = [to_fields(summary_body(summary)) for summary in found]
    ConversationsResponse.model_validate({"items": items, "has_more": True}).model_dump_json(exclude_unset=True)


async def obvious_page(storage: Storage) -> None:
    """The newest first, each with its objects."""
    found = await storage.reader.run(
        lambda db: [conversation_out(db, mine) for mine in my_memberships(db)[:PAGE]], query_seconds=60
    )
    for one in found:
        one.model_dump_json()


def my_memberships(db: Database) -> list[Member]:
    """My memberships as objects."""
    return list(db.exec(select(Member).where(Member.user_id == ME)).all())


def conversation_out(db: Database, mine: Member) -> ConversationOut:
    """A conversation by a query for each thing that is asked of it."""
    conversation = db.get_one(Conversation, mine.conversation_id)
    inside = select(UserRow).join(Member).where(Member.conversation_id == conversation.id)
    messages = select(Message).where(Message.conversation_id == conversation.id)
    newest = db.exec(messages.order_by(col(Message.seq).desc()).limit(1)).first()
    unread = select(func.count()).select_from(messages.where(col(Message.seq) > mine.read_seq).subquery())
    return ConversationOut(
        id=conversation.id,
        title=conversation.title,
        last_seq=conversation.last_seq,
        members=[PersonOut(**person.model_dump()) for person in db.exec(inside).all()],
        last_message=newest.text if newest else None,
        unread=db.exec(unread).one(),
    )


async def identify(storage: Storage) -> None:
    """Many requests at once, each of another session."""
    await asyncio.gather(*(storage.accounts.find_session(digest(f"secret {number}")) for number in range(REQUESTS)))


async def obvious_identify(storage: Storage) -> None:
    """A query for each."""

    def find(number: int) -> Callable[[Database], object]:
        wanted = select(SessionRow, UserRow).join(UserRow).where(SessionRow.secret_hash == digest(f"secret {number}"))
        return lambda db: db.exec(wanted).first()

    await asyncio.gather(*(storage.reader.run(find(number)) for number in range(REQUESTS)))


async def sign_in(storage: Storage) -> None:
    """The account by its name, the password, a new session."""
    with ThreadPoolExecutor(AT_ONCE) as executor:
        user = await storage.accounts.find_user_by_name("user0")
        assert user is not None
        assert (await Passwords(executor).check(PASSWORD, user.password_hash)).is_right
    now = datetime.now(UTC)
    key = str(uuid.uuid4())
    await storage.accounts.add_session(
        Session(id=key, secret_hash=digest(key), user_id=user.id, created_at=now, seen_at=now)
    )


async def hash_alone(storage: Storage) -> None:  # noqa: ARG001 - as the others
    """The least that a password costs."""
    HASHER.verify(HASH, PASSWORD)


HASH = HASHER.hash(PASSWORD)


async def fill(storage: Storage) -> None:
    """People with sessions, and conversations with messages."""
    now = datetime.now(UTC)
    people = [UserId(str(uuid.UUID(int=number + 1))) for number in range(max(MEMBERS, REQUESTS))]
    await storage.writer.run(lambda db: _add_people(db, people, now))
    for number in range(CONVERSATIONS):
        room = ConversationId(str(uuid.UUID(int=(1 << 64) + number)))
        await storage.conversations.create(
            conversation_id=room,
            kind=ConversationKind.GROUP,
            title=f"Room {number}",
            creator_id=ME,
            member_ids=people[1:MEMBERS],
            creation_key=None,
            created_at=now,
        )
        texts = range(MESSAGES)
        await storage.log.append([Draft(people[1], ClientId(str(uuid.uuid4())), room, f"message {n}") for n in texts])


def _add_people(db: Database, people: list[UserId], now: datetime) -> None:
    for number, key in enumerate(people):
        name = f"user{number}"
        user = User(id=key, username=name, display_name=name, password_hash=HASH, created_at=now)
        secret = digest(f"secret {number}")
        session = Session(id=str(uuid.uuid4()), secret_hash=secret, user_id=key, created_at=now, seen_at=now)
        db.add(to_row(UserRow, user))
        db.flush()
        db.add(to_row(SessionRow, session))


if __name__ == "__main__":
    main()
