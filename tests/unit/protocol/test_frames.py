"""The golden frames, read and written as the protocol's reference shows them."""

import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest

from nova_app.domain.errors import ErrorCode, Refused
from nova_app.domain.events import (
    ConversationRenamed,
    MemberChanged,
    Membership,
    MessagePosted,
    Person,
    Position,
    Posted,
    PreviewsRemoved,
    Quote,
    Reaction,
    Typing,
)
from nova_app.domain.files import FileFacts, PostedFile
from nova_app.domain.message_changes import Changed, MessageDeleted, MessageEdited, ReactionChanged
from nova_app.domain.models import ConversationKind, Role
from nova_app.domain.posts import CommentView, PostAction, PostChanged, PostFigures, PostView
from nova_app.domain.presence import PresenceChanges
from nova_app.protocol import event_frames, frames, server_frames
from nova_app.protocol.bodies import person_as, summary_body
from nova_app.protocol.post_bodies import figures_as, post_change_as
from nova_app.protocol.published import encode_published
from nova_app.protocol.server_frames import encode
from tests.builders import a_summary

GOLDEN = {item["name"]: item for item in json.loads(Path("tests/wire/frames.json").read_text(encoding="utf-8"))}
FROM_CLIENT = [item["frame"] for item in GOLDEN.values() if item["from"] == "client"]
ANA, BEN = "3f2c6f0e-0000-4000-8000-00000000000a", "3f2c6f0e-0000-4000-8000-00000000000b"
ROOM = "7b1d0a52-0000-4000-8000-0000000000c1"
KEY = "1c7f2a90-0000-4000-8000-0000000000e1"
MOMENT = "2026-01-02T03:04:05.678901Z"
MESSAGE = MessagePosted(ROOM, 4, "9d3e5b11-0000-4000-8000-0000000000d1", KEY, ANA, "hello", MOMENT, author_name="Ana")
PHOTO = PostedFile(
    "5a0e3b77-0000-4000-8000-0000000000b1",
    "photo.jpg",
    FileFacts("image/jpeg", 48211, width=900, height=600),
    "A red bicycle",
)
BEN_HIMSELF = Person(BEN, "ben", "Ben", "On the train", "5f0c2d7e-0000-4000-8000-0000000000aa")
SUMMARY = a_summary(
    ROOM,
    kind=ConversationKind.GROUP,
    title="Plans",
    members=[Membership(Person(ANA, "ana", "Ana")), Membership(BEN_HIMSELF, 2)],
    last_seq=4,
    read_seq=3,
    unread=1,
    created_at=datetime(2026, 1, 2, 3, 4, 5, 678901, UTC),
    last_message=MESSAGE,
)
LATER = "2026-01-02T03:05:06.789012Z"
KEY_2 = "1c7f2a90-0000-4000-8000-0000000000e2"
EDITED = replace(
    MESSAGE,
    text="hello @ben",
    version_seq=6,
    edited_at=LATER,
    mentions=(BEN,),
    reactions=(Reaction("❤️", 1, (BEN,)),),
)
DELETED = replace(EDITED, text="", is_deleted=True, mentions=(), reactions=())
QUOTE = Quote(MESSAGE.message_id, 4, ANA, "Ana", "hello @ben")
REPLY = MessagePosted(
    ROOM,
    7,
    "9d3e5b11-0000-4000-8000-0000000000d2",
    KEY_2,
    BEN,
    "hello yourself",
    LATER,
    author_name="Ben",
    version_seq=7,
    reply_to=QUOTE,
)
EDIT = MessageEdited(ROOM, 6, MESSAGE.message_id, ANA, KEY_2, "hello @ben", LATER, (BEN,))
DELETION = MessageDeleted(ROOM, 8, MESSAGE.message_id, ANA, KEY_2, LATER)
REACTION = ReactionChanged(ROOM, 5, MESSAGE.message_id, BEN, KEY_2, "❤️", is_on=True, created_at=LATER)
JOINED = MemberChanged(ROOM, 5, BEN, "ben", "Ben", "joined", ANA, MOMENT, "Ana")
RENAMED = ConversationRenamed(ROOM, 5, "Plans", ANA, MOMENT, "Ana")
CONFLICT = Refused(ErrorCode.EDIT_CONFLICT, "expected an edit of version 6, got one of version 4")
WITH_ROLES = replace(
    SUMMARY,
    members=[Membership(Person(ANA, "ana", "Ana"), role=Role.OWNER), Membership(BEN_HIMSELF, 2, Role.MEMBER)],
    unread_mentions=1,
)
POST = PostView(
    3,
    "6c1f8e20-0000-4000-8000-000000000091",
    ANA,
    "Ana",
    "hello everybody",
    datetime(2026, 1, 2, 3, 4, 5, 678901, UTC),
    (),
    edited_at=datetime(2026, 1, 2, 3, 5, 6, 789012, UTC),
    reactions=(Reaction("❤️", 1, (BEN,)),),
    comment_count=1,
)
REACTED = PostChanged(PostAction.REACTION, POST, BEN)
COMMENT = CommentView(1, "6c1f8e20-0000-4000-8000-0000000000a1", POST.post_id, BEN, "Ben", "hello Ana", POST.edited_at)
COMMENTED = PostChanged(PostAction.COMMENTED, POST, BEN, COMMENT)
GONE = PostChanged(PostAction.DELETED, replace(POST, text="", is_deleted=True, reactions=(), comment_count=0), ANA)
FIGURES = PostFigures(last_number=3, read_number=2, unread=1)
TOO_FAST = Refused(ErrorCode.TOO_MANY_SENDS, "expected at most 100 messages per second", retry_after_seconds=1.5)
WRITTEN = {
    "welcome": server_frames.welcome_frame(
        user_id=ANA,
        session_id="0b8a1d4c-0000-4000-8000-0000000000f1",
        server_time=MOMENT,
        summaries=[SUMMARY],
        recovered={ROOM: True},
        build="ae44204b",
        posts=FIGURES,
    ),
    "reset": server_frames.ResetFrame(ROOM, 900),
    "ack": server_frames.ack_frame(Posted(MESSAGE, duplicate=False)),
    "nack": server_frames.nack_frame(KEY, Refused(ErrorCode.NOT_FOUND)),
    "nack that asks to wait": server_frames.nack_frame(KEY, TOO_FAST),
    "message": event_frames.event_frame(MESSAGE),
    "message with files": event_frames.event_frame(replace(MESSAGE, text="", files=(PHOTO,))),
    "member": event_frames.event_frame(JOINED),
    "renamed": event_frames.event_frame(RENAMED),
    "conversation": server_frames.ConversationFrame(summary_body(SUMMARY)),
    "read position": server_frames.position_frame(Position("read", ROOM, BEN, 4)),
    "delivered position": server_frames.position_frame(Position("delivered", ROOM, BEN, 4)),
    "typing state": server_frames.TypingFrame(ROOM, BEN),
    "previews taken away": server_frames.PreviewsRemovedFrame(ROOM, MESSAGE.message_id),
    "post": post_change_as(server_frames.PostFrame, REACTED),
    "post that was commented on": post_change_as(server_frames.PostFrame, COMMENTED),
    "post that was deleted": post_change_as(server_frames.PostFrame, GONE),
    "posts": figures_as(server_frames.PostsFrame, FIGURES),
    "profile": person_as(server_frames.ProfileFrame, BEN_HIMSELF),
    "account event": server_frames.AccountEventFrame(
        "6d0c7a10-0000-4000-8000-0000000000e7", "token_created", MOMENT, "Firefox on Linux", "203.0.113.7", "bot"
    ),
    "presence": server_frames.PresenceFrame([BEN], []),
    "pong to the client": server_frames.PongFrame(7),
    "bye": server_frames.ByeFrame("restarting", 500, 5000),
    "message in its present form": event_frames.event_frame(EDITED),
    "message that replies": event_frames.event_frame(replace(REPLY, text="@all hello yourself", mentions_all=True)),
    "message that was deleted": event_frames.event_frame(DELETED),
    "message that replies to a deleted one": event_frames.event_frame(
        replace(REPLY, reply_to=replace(QUOTE, text="", is_deleted=True))
    ),
    "edited": event_frames.event_frame(EDIT),
    "edited to mention everybody": event_frames.event_frame(
        replace(EDIT, text="hello @all", mentions=(), mentions_all=True)
    ),
    "deleted": event_frames.event_frame(DELETION),
    "reaction": event_frames.event_frame(REACTION),
    "ack of a change": server_frames.ack_frame(
        Changed(KEY_2, ROOM, MESSAGE.message_id, 6, LATER, duplicate=False, freed=("a file",))
    ),
    "nack of an edit": server_frames.nack_frame(KEY_2, CONFLICT),
    "conversation with roles and a mention": server_frames.ConversationFrame(summary_body(WITH_ROLES)),
    "error": server_frames.error_frame(Refused(ErrorCode.MALFORMED_FRAME, "expected a JSON object"), "read"),
}


@pytest.mark.parametrize("frame", FROM_CLIENT, ids=lambda frame: frame["type"])
def test_a_clients_golden_frame_is_read_as_it_was_meant(frame):
    read = frames.decode(json.dumps(frame))

    sent = msgspec.to_builtins(read)
    defaults = {field.encode_name: default_of(field) for field in msgspec.structs.fields(read)}
    assert json.loads(json.dumps(sent)) == json.loads(json.dumps({**defaults, **frame}))


def default_of(field):
    """What a field is where a frame leaves it out."""
    return field.default if field.default_factory is msgspec.NODEFAULT else field.default_factory()


@pytest.mark.parametrize("name", WRITTEN)
def test_a_servers_frame_is_written_as_the_golden_one(name):
    golden = json.dumps(GOLDEN[name]["frame"], separators=(",", ":"), ensure_ascii=False)
    assert encode(WRITTEN[name]).data.decode() == golden


@pytest.mark.parametrize(
    ("happened", "name"),
    [
        (MESSAGE, "message"),
        (Position("read", ROOM, BEN, 4), "read position"),
        (Position("delivered", ROOM, BEN, 4), "delivered position"),
        (Typing(ROOM, BEN), "typing state"),
        (PreviewsRemoved(ROOM, MESSAGE.message_id), "previews taken away"),
        (BEN_HIMSELF, "profile"),
        (PresenceChanges([BEN], []), "presence"),
        (JOINED, "member"),
        (RENAMED, "renamed"),
        (EDIT, "edited"),
        (DELETION, "deleted"),
        (REACTION, "reaction"),
        (REACTED, "post"),
        (COMMENTED, "post that was commented on"),
        (FIGURES, "posts"),
    ],
)
def test_what_happened_is_published_as_its_frame(happened, name):
    assert encode_published(happened) == encode(WRITTEN[name])


def test_every_type_of_frame_has_a_golden_one():
    shown = {type(frame) for frame in WRITTEN.values()} | {server_frames.PingFrame}
    assert shown == set(server_frames.SERVER_FRAMES) == set(all_below(event_frames.ServerFrame))


def all_below(kind):
    """Every subclass of a class."""
    return [kind for child in kind.__subclasses__() for kind in (child, *all_below(child))]


def test_every_golden_frame_is_replayed():
    assert {name for name, item in GOLDEN.items() if item["from"] == "server"} == set(WRITTEN)
    assert {frame["type"] for frame in FROM_CLIENT} == frames.CLIENT_FRAME_TYPES


def test_every_golden_frame_is_in_the_reference():
    reference = Path("docs/reference/protocol.md").read_text(encoding="utf-8")

    for item in GOLDEN.values():
        assert json.dumps(item["frame"]) in reference, item["name"]


def test_one_object_leaves_alone_and_several_as_an_array():
    assert server_frames.join([b"{}"], 1) == b"{}"
    assert server_frames.join([b"1", b"2"], 2) == b"[1,2]"
    assert server_frames.join([b"1,2"], 2) == b"[1,2]"
