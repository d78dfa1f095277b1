import logging
import uuid

import pytest

from nova_app.domain.errors import ErrorCode, Refused, Unavailable
from nova_app.domain.models import ConversationKind, Role
from nova_app.services.cost_table import Budget
from tests.builders import a_draft, a_user

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("people")]


async def refused(work):
    with pytest.raises(Refused) as refusal:
        await work
    return refusal.value


@pytest.fixture
async def direct(people, conversations):
    summary, _ = await conversations.create(
        "ana", kind=ConversationKind.DIRECT, title="", usernames=["ben"], creation_key=None
    )
    return summary.id


@pytest.fixture
async def roles(conversations, room):
    async def read():
        summary = await conversations.get_summary("ana", room)
        return {member.user_id: member.role for member in summary.members}

    return read


async def test_for_strangers_there_is_no_such_conversation(group_members, room):
    for work in (
        group_members.add("cleo", room, ["cleo"]),
        group_members.leave("cleo", room),
        group_members.remove("cleo", room, "ben"),
        group_members.rename("cleo", room, "Mine"),
        group_members.change_role("cleo", room, "cleo", Role.OWNER),
        group_members.add("ana", "nowhere", ["cleo"]),
    ):
        assert (await refused(work)).code is ErrorCode.NOT_FOUND


async def test_added_members_are_notified_and_the_events_published(group_members, conversations, publisher, room):
    await conversations.get_summary("ana", room)
    publisher.announced.clear()

    added = await group_members.add("ana", room, [" CLEO ", "@cleo", "ben"])
    again = await group_members.add("ana", room, ["cleo"])

    assert [(e.action, e.user_id, e.actor_id, e.actor_name) for e in added] == [("joined", "cleo", "ana", "Ana")]
    assert again == []
    assert publisher.announced == [(["cleo"], room)]
    assert publisher.events == added
    assert [summary.id for summary in await conversations.list_summaries("cleo")] == [room]


async def test_nobody_is_added_where_one_name_is_unknown(group_members, conversations, room):
    refusal = await refused(group_members.add("ana", room, ["cleo", "zoe"]))
    one = await refused(group_members.add("ana", room, ["zoe"], field="username"))
    none = await refused(group_members.add("ana", room, []))

    assert refusal.fields == {"usernames": 'Nobody here has the user name "zoe".'}
    assert one.fields == {"username": 'Nobody here has the user name "zoe".'}
    assert none.fields == {"usernames": "Enter a user name."}
    assert await conversations.list_summaries("cleo") == []


async def test_adding_people_is_limited_and_says_when_it_goes_on(group_members, storage, clock, room):
    names = [f"user{number}" for number in range(499)]  # with Ben, who is in the room already
    for name in names:
        await storage.accounts.add_user(a_user(name))

    await group_members.add("ana", room, names)
    refusal = await refused(group_members.add("ana", room, ["cleo"]))
    clock.advance(refusal.retry_after_seconds)
    added = await group_members.add("ana", room, ["cleo"])

    assert refusal.code is ErrorCode.TOO_MANY_ADDITIONS
    assert refusal.retry_after_seconds == pytest.approx(86_400 / 500)
    assert len(added) == 1


async def test_adding_who_is_in_costs_nothing(group_members, room, spent):
    await group_members.add("ana", room, ["ben", "cleo", "ana"])
    await group_members.add("ana", room, ["ben", "cleo"])

    assert spent[Budget.ADDITIONS] == 1


async def test_an_addition_that_was_not_stored_costs_nothing(group_members, storage, room, spent, monkeypatch):
    async def fail(*_values):
        raise Unavailable(ErrorCode.STORAGE_UNAVAILABLE)

    monkeypatch.setattr(storage.conversations, "add_member", fail)
    with pytest.raises(Unavailable):
        await group_members.add("ana", room, ["cleo"])

    assert spent[Budget.ADDITIONS] == 0


async def test_an_addition_that_another_member_was_faster_with_costs_nothing(
    group_members, storage, room, spent, monkeypatch
):
    async def find_nobody_new(*_values):
        return None

    monkeypatch.setattr(storage.conversations, "add_member", find_nobody_new)
    await group_members.add("ana", room, ["cleo"])

    assert spent[Budget.ADDITIONS] == 0


async def test_leaving_ends_everything_and_passes_the_group_on(
    group_members, conversations, messaging, publisher, room, roles
):
    await group_members.add("ana", room, ["cleo"])
    publisher.announced.clear()

    await group_members.leave("ana", room)

    assert [(event.action, event.user_id) for event in publisher.events][-1] == ("left", "ana")
    assert publisher.announced == [(["ana", "ben", "cleo"], room)]
    draft = a_draft(str(uuid.uuid4()), author_id="ana", conversation_id=room)
    assert (await messaging.post([draft]))[0].code is ErrorCode.NOT_FOUND
    heir = (await conversations.get_summary("ben", room)).members
    assert {member.user_id: member.role for member in heir} == {"ben": Role.OWNER, "cleo": Role.MEMBER}


async def test_an_admin_removes_a_member_who_loses_the_conversation(group_members, conversations, publisher, room):
    publisher.announced.clear()

    await group_members.remove("ana", room, "ben")

    assert [(e.action, e.user_id, e.actor_id) for e in publisher.events] == [("removed", "ben", "ana")]
    assert publisher.announced == [(["ben"], room)]
    assert await conversations.list_summaries("ben") == []
    assert (await refused(group_members.remove("ana", room, "ben"))).code is ErrorCode.NOT_FOUND


async def test_removing_oneself_is_leaving(group_members, publisher, room):
    await group_members.remove("ben", room, "ben")

    assert [(event.action, event.actor_id) for event in publisher.events] == [("left", "ben")]


async def test_a_member_without_the_right_is_refused(group_members, room, roles):
    for work in (
        group_members.remove("ben", room, "ana"),
        group_members.remove("ben", room, "nobody"),
        group_members.rename("ben", room, "Mine"),
        group_members.change_role("ben", room, "ben", Role.ADMIN),
    ):
        assert (await refused(work)).code is ErrorCode.NOT_ALLOWED

    assert await roles() == {"ana": Role.OWNER, "ben": Role.MEMBER}


async def test_a_role_changes_and_every_member_gets_the_group(group_members, publisher, room, roles):
    publisher.announced.clear()

    member = await group_members.change_role("ana", room, "ben", Role.ADMIN)
    await group_members.change_role("ana", room, "ben", Role.ADMIN)

    assert (member.user_id, member.role) == ("ben", Role.ADMIN)
    assert publisher.announced == [(["ana", "ben"], room)]
    assert await roles() == {"ana": Role.OWNER, "ben": Role.ADMIN}
    assert (await refused(group_members.change_role("ben", room, "ben", Role.OWNER))).code is ErrorCode.NOT_ALLOWED
    assert (await refused(group_members.change_role("ana", room, "cleo", Role.ADMIN))).code is ErrorCode.NOT_FOUND


async def test_a_group_keeps_an_owner(group_members, room, roles):
    refusal = await refused(group_members.change_role("ana", room, "ana", Role.MEMBER))
    await group_members.change_role("ana", room, "ben", Role.OWNER)
    await group_members.change_role("ana", room, "ana", Role.MEMBER)

    assert refusal.code is ErrorCode.LAST_OWNER
    assert await roles() == {"ana": Role.MEMBER, "ben": Role.OWNER}


async def test_a_new_title_is_an_event_and_the_same_one_is_none(group_members, publisher, room):
    summary = await group_members.rename("ana", room, "  Plans ")
    await group_members.rename("ana", room, "Plans")

    assert summary.title == "Plans"
    assert [(e.title, e.actor_id, e.actor_name, e.seq) for e in publisher.events] == [("Plans", "ana", "Ana", 1)]


@pytest.mark.parametrize("title", ["", "  ", "x" * 101, "two\nlines"])
async def test_a_title_is_checked(group_members, publisher, room, title):
    refusal = await refused(group_members.rename("ana", room, title))

    assert (refusal.code, set(refusal.fields)) == (ErrorCode.INVALID_FIELDS, {"title"})
    assert publisher.events == []


async def test_a_direct_conversation_keeps_its_two_and_has_no_title(group_members, direct):
    for work in (
        group_members.add("ana", direct, ["cleo"]),
        group_members.leave("ana", direct),
        group_members.rename("ana", direct, "Us"),
    ):
        assert (await refused(work)).code is ErrorCode.INVALID_FIELDS
    assert (await refused(group_members.remove("ana", direct, "ben"))).code is ErrorCode.NOT_ALLOWED
    assert (await refused(group_members.change_role("ana", direct, "ben", Role.OWNER))).code is ErrorCode.NOT_ALLOWED


async def test_what_was_done_to_members_is_in_the_trail(group_members, room, caplog):
    caplog.set_level(logging.INFO, logger="nova.audit")

    await group_members.add("ana", room, ["cleo"])
    await group_members.change_role("ana", room, "ben", Role.ADMIN)
    await group_members.rename("ben", room, "Plans")
    await group_members.remove("ben", room, "cleo")
    await group_members.leave("ben", room)

    found = [(line.message, line.account, getattr(line, "by", ""), line.conversation) for line in caplog.records]
    assert found == [
        ("member_added", "cleo", "ana", room),
        ("role_changed", "ben", "ana", room),
        ("conversation_renamed", "ben", "", room),
        ("member_removed", "cleo", "ben", room),
        ("member_left", "ben", "", room),
    ]


@pytest.fixture
def remove_after(group_members, room, monkeypatch):
    """Removes an admin as soon as what they asked for is committed."""

    def arrange(name):
        commit = getattr(group_members._members, name)

        async def commit_and_remove(*args):
            done = await commit(*args)
            await group_members.remove("ana", room, "ben")
            return done

        monkeypatch.setattr(group_members._members, name, commit_and_remove)

    return arrange


@pytest.mark.parametrize("change", ["change_role", "rename", "add_member"])
async def test_what_was_committed_is_said_and_shown_though_the_actor_was_removed_since(
    change, group_members, publisher, room, roles, remove_after
):
    await group_members.change_role("ana", room, "ben", Role.ADMIN)
    if change != "add_member":
        await group_members.add("ana", room, ["cleo"])
    publisher.announced.clear()
    remove_after(change)

    if change == "rename":
        assert (await group_members.rename("ben", room, "Plans B")).title == "Plans B"
    elif change == "add_member":
        assert [event.user_id for event in await group_members.add("ben", room, ["cleo"])] == ["cleo"]
        assert (["cleo"], room) in publisher.announced
    else:
        assert (await group_members.change_role("ben", room, "cleo", Role.ADMIN)).role is Role.ADMIN
        assert (["ana", "cleo"], room) in [(sorted(users), where) for users, where in publisher.announced]
    assert "ben" not in await roles()
