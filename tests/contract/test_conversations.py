import asyncio

import pytest

from nova_app.domain.errors import ErrorCode, Refused
from nova_app.domain.events import Membership, Person, Position
from nova_app.domain.models import ConversationKind, Role
from nova_app.domain.posts import PostFigures
from tests.builders import a_draft, a_user

pytestmark = pytest.mark.anyio


async def test_new_conversation_has_its_members_and_no_events(storage, make_room):
    await make_room("ana", "ben")

    (summary,) = await storage.conversations.list_summaries("ben")

    assert summary.members == [
        Membership(Person("ana", "ana", "Ana"), role=Role.OWNER),
        Membership(Person("ben", "ben", "Ben"), role=Role.MEMBER),
    ]
    assert (summary.last_seq, summary.read_seq, summary.unread, summary.last_message) == (0, 0, 0, None)
    assert await storage.arrivals.list_ids("ben") == ["room"]
    assert await storage.conversations.list_summaries("cleo") == []
    assert await storage.arrivals.list_ids("cleo") == []


async def test_repeated_creation_key_answers_the_first(storage, make_room, clock):
    wanted = {
        "kind": ConversationKind.GROUP,
        "title": "T",
        "creator_id": "ana",
        "member_ids": [],
        "creation_key": "k",
        "created_at": clock.now(),
    }
    await make_room("ana")

    assert await storage.conversations.create(conversation_id="1", **wanted) == ("1", True)
    assert await storage.conversations.create(conversation_id="2", **wanted) == ("1", False)
    assert await storage.conversations.create(conversation_id="3", **{**wanted, "creator_id": "ben"}) == ("3", True)


async def test_two_people_have_one_direct_conversation_whoever_asks(storage, make_room):
    first = await make_room("ana", "ben", conversation_id="d1", kind=ConversationKind.DIRECT)
    second = await make_room("ben", "ana", conversation_id="d2", kind=ConversationKind.DIRECT)
    other = await make_room("ana", "cleo", conversation_id="d3", kind=ConversationKind.DIRECT)
    group = await make_room("ana", "ben", conversation_id="g")

    assert (first, second, other, group) == ("d1", "d1", "d3", "g")


async def test_joining_is_numbered_published_and_starts_without_unread(storage, make_room, publisher, clock):
    await make_room("ana")
    await storage.log.append([a_draft("c1")])

    event = await storage.conversations.add_member("room", "ben", "ana", clock.now())
    again = await storage.conversations.add_member("room", "ben", "ana", clock.now())

    assert (event.seq, event.action, event.username, event.actor_id) == (2, "joined", "ben", "ana")
    assert again is None
    assert publisher.events[1:] == [event]
    assert await storage.log.read_events("room", after_seq=1, limit=10) == [event]
    (summary,) = await storage.conversations.list_summaries("ben")
    assert (summary.last_seq, summary.read_seq, summary.unread) == (2, 2, 0)


async def test_leaving_is_numbered_and_ends_membership(storage, make_room, publisher, clock):
    await make_room("ana", "ben")

    event = await storage.conversations.remove_member("room", "ben", "ben", clock.now())
    again = await storage.conversations.remove_member("room", "ben", "ben", clock.now())

    assert (event.seq, event.action, again) == (1, "left", None)
    assert publisher.events == [event]
    assert await storage.conversations.find_standing("room", "ben") is None
    assert await storage.conversations.find_standing("room", "ana") is not None
    assert await storage.conversations.find_standing("elsewhere", "ana") is None


async def test_only_names_that_exist_and_are_not_disabled_are_found(storage, people, clock):
    await storage.accounts.add_user(a_user("dora", disabled_at=clock.now()))

    assert await storage.conversations.find_people(["ana", "dora", "nobody"]) == {"ana": "ana"}


async def test_unread_counts_what_others_said_behind_the_read_position(storage, make_room):
    await make_room("ana", "ben")
    await storage.log.append([a_draft(f"c{n}", author_id="ana" if n % 2 else "ben") for n in range(6)])

    assert (await storage.conversations.list_summaries("ana"))[0].unread == 3
    await storage.conversations.advance(Position("read", "room", "ana", 3))
    (summary,) = await storage.conversations.list_summaries("ana")

    assert (summary.unread, summary.read_seq, summary.last_message.seq) == (1, 3, 6)


async def test_conversations_come_most_recently_active_first(storage, make_room, clock):
    for name in ("old", "new", "quiet"):
        clock.advance(1)
        await make_room("ana", conversation_id=name)
    clock.advance(1)
    await storage.log.append([a_draft("c1", conversation_id="old")])

    found = await storage.conversations.list_summaries("ana")
    chosen = await storage.conversations.list_summaries("ana", ["new", "elsewhere"])

    assert [summary.id for summary in found] == ["old", "quiet", "new"]
    assert [summary.id for summary in chosen] == ["new"]


async def test_pages_of_the_list_have_every_conversation_once(storage, make_room, clock):
    for name in ("a", "b", "c", "d", "e"):
        await make_room("ana", conversation_id=name)
    await make_room("ben", conversation_id="elsewhere")
    clock.advance(1)
    await storage.log.append([a_draft("c1", conversation_id="b")])

    first = await storage.conversations.list_page("ana", None, 2)
    second = await storage.conversations.list_page("ana", first[-1].place, 2)
    clock.advance(1)
    await storage.log.append([a_draft("c2", conversation_id=second[-1].id)])
    third = await storage.conversations.list_page("ana", second[-1].place, 2)

    assert [summary.id for summary in (*first, *second, *third)] == ["b", "e", "d", "c", "a"]
    assert await storage.conversations.list_page("ana", third[-1].place, 2) == []
    assert len(await storage.conversations.list_page("ana", None, 9)) == 5


async def test_positions_only_grow_and_stop_at_the_newest(storage, make_room):
    await make_room("ana", "ben")
    await storage.log.append([a_draft(f"c{n}") for n in range(5)])
    advance = storage.conversations.advance

    assert await advance(Position("delivered", "room", "ben", 2)) == Position("delivered", "room", "ben", 2)
    assert await advance(Position("delivered", "room", "ben", 2)) is None
    assert await advance(Position("read", "room", "ben", 99)) == Position("read", "room", "ben", 5, is_newest=True)
    assert await advance(Position("read", "room", "ben", 1)) is None
    assert await advance(Position("delivered", "room", "ben", 4)) is None
    assert await advance(Position("read", "room", "cleo", 1)) is None
    assert await advance(Position("read", "elsewhere", "ben", 1)) is None
    positions = (await storage.arrivals.read("ana")).positions
    assert set(positions) == {Position("delivered", "room", "ben", 5), Position("read", "room", "ben", 5)}
    assert (await storage.arrivals.read("cleo")).positions == []


async def test_what_is_read_in_private_is_announced_to_nobody_else(storage, make_room):
    await make_room("ana", "ben")
    await storage.log.append([a_draft("c1")])
    await storage.accounts.change_user("ben", {"shares_read": False})

    moved = await storage.conversations.advance(Position("read", "room", "ben", 1))

    assert moved == Position("read", "room", "ben", 1, is_private=True, is_newest=True)
    assert (moved.public.kind, moved.public.seq) == ("delivered", 1)
    delivered = Position("delivered", "room", "ben", 1)
    assert (await storage.arrivals.read("ana")).positions == [delivered]
    assert set((await storage.arrivals.read("ben")).positions) == {delivered, Position("read", "room", "ben", 1)}


async def test_members_say_of_themselves_what_is_newest(storage, make_room):
    await make_room("ana", "ben")
    await storage.accounts.change_user("ben", {"status": "Away", "avatar_id": "picture"})

    (summary,) = await storage.conversations.list_summaries("ana")

    assert summary.members[1] == Membership(Person("ben", "ben", "Ben", "Away", "picture"), role=Role.MEMBER)


async def test_what_is_read_in_private_after_it_was_delivered_changes_nothing_for_others(storage, make_room):
    await make_room("ana", "ben")
    await storage.log.append([a_draft("c1"), a_draft("c2")])
    await storage.accounts.change_user("ben", {"shares_read": False})
    await storage.conversations.advance(Position("delivered", "room", "ben", 2))

    moved = await storage.conversations.advance(Position("read", "room", "ben", 2))

    assert (moved.kind, moved.seq, moved.public) == ("read", 2, None)


async def roles_in(storage, user_id, conversation_id="room"):
    """Who has which role, as this member sees it."""
    (summary,) = await storage.conversations.list_summaries(user_id, [conversation_id])
    return {member.user_id: member.role for member in summary.members}


async def test_the_creator_owns_a_group_and_a_direct_conversation_has_no_roles(storage, make_room):
    await make_room("ana", "ben")
    await make_room("ana", "ben", conversation_id="direct", kind=ConversationKind.DIRECT)

    assert await roles_in(storage, "ben") == {"ana": Role.OWNER, "ben": Role.MEMBER}
    assert await roles_in(storage, "ben", "direct") == {"ana": None, "ben": None}
    assert (await storage.conversations.find_standing("room", "ana")).role is Role.OWNER


async def test_the_last_owner_passes_the_group_to_the_member_of_longest_standing(storage, make_room, clock):
    await make_room("ana")
    for name in ("cleo", "ben"):
        clock.advance(60)
        await storage.conversations.add_member("room", name, "ana", clock.now())

    await storage.conversations.remove_member("room", "ana", "ana", clock.now())

    assert await roles_in(storage, "ben") == {"cleo": Role.OWNER, "ben": Role.MEMBER}
    await storage.conversations.add_member("room", "ana", "ben", clock.now())
    assert (await roles_in(storage, "ben"))["ana"] is Role.MEMBER


async def test_who_is_removed_is_numbered_with_who_did_it(storage, make_room, publisher, clock):
    await make_room("ana", "ben", "cleo")

    for actor, subject in (("ben", "cleo"), ("ben", "nobody")):
        with pytest.raises(Refused) as refusal:
            await storage.conversations.remove_member("room", subject, actor, clock.now())
        assert refusal.value.code is ErrorCode.NOT_ALLOWED
    event = await storage.conversations.remove_member("room", "ben", "ana", clock.now())

    assert (event.seq, event.action, event.user_id, event.actor_id, event.actor_name) == (
        1,
        "removed",
        "ben",
        "ana",
        "Ana",
    )
    assert publisher.events == [event]
    assert await storage.log.read_events("room", after_seq=0, limit=10) == [event]
    assert await storage.conversations.find_standing("room", "ben") is None


async def test_a_new_title_is_numbered_and_published(storage, make_room, publisher, clock):
    await make_room("ana", "ben")

    event = await storage.conversations.rename("room", "Plans", "ana", clock.now())
    again = await storage.conversations.rename("room", "Plans", "ana", clock.now())
    with pytest.raises(Refused) as refusal:
        await storage.conversations.rename("room", "Mine", "ben", clock.now())

    assert (event.seq, event.title, event.actor_name, again) == (1, "Plans", "Ana", None)
    assert refusal.value.code is ErrorCode.NOT_ALLOWED
    assert publisher.events == [event]
    (summary,) = await storage.conversations.list_summaries("ben")
    assert (summary.title, summary.last_seq) == ("Plans", 1)
    assert await storage.log.read_changes("room", ["renamed"], before_seq=None, after_seq=None, limit=5) == (
        [event],
        False,
    )


async def test_a_role_is_changed_by_those_who_may_and_an_owner_stays(storage, make_room):
    await make_room("ana", "ben")
    change = storage.conversations.change_role

    refusals = []
    for user_id, role, actor_id in (
        ("ben", Role.OWNER, "ben"),
        ("ana", Role.MEMBER, "ana"),
        ("cleo", Role.ADMIN, "ana"),
        ("ben", Role.ADMIN, "cleo"),
    ):
        with pytest.raises(Refused) as refusal:
            await change("room", user_id, role, actor_id)
        refusals.append(refusal.value.code)

    assert refusals == [ErrorCode.NOT_ALLOWED, ErrorCode.LAST_OWNER, ErrorCode.NOT_FOUND, ErrorCode.NOT_FOUND]
    assert await change("room", "ben", Role.OWNER, "ana")
    assert not await change("room", "ben", Role.OWNER, "ana")
    assert await change("room", "ana", Role.MEMBER, "ben")
    assert await roles_in(storage, "ben") == {"ana": Role.MEMBER, "ben": Role.OWNER}


async def test_an_arrival_is_everything_of_one_moment(storage, make_room):
    await make_room("ana", "ben")
    await make_room("ana", "cleo", conversation_id="other")
    await storage.log.append([a_draft("c1")])
    await storage.conversations.advance(Position("read", "room", "ben", 1))
    await storage.accounts.change_user("ben", {"shares_presence": False})

    ana, ben = await asyncio.gather(storage.arrivals.read("ana"), storage.arrivals.read("ben"))

    assert ana.summaries == await storage.conversations.list_summaries("ana")
    assert ben.summaries == await storage.conversations.list_summaries("ben")
    assert set(ana.positions) == {Position("delivered", "room", "ben", 1), Position("read", "room", "ben", 1)}
    assert (ana.shares_presence, ben.shares_presence) == (True, False)
    assert ana.figures == PostFigures(last_number=0, read_number=0, unread=0)
    with pytest.raises(Refused) as refusal:
        await storage.arrivals.read("nobody")
    assert refusal.value.code is ErrorCode.NOT_FOUND
