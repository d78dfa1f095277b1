import pytest

from nova_app.domain.errors import ErrorCode, Refused, Unavailable
from nova_app.domain.models import ConversationKind
from nova_app.services.cost_table import Budget
from tests.builders import a_user

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("people")]


@pytest.fixture
def create(conversations):
    async def make(*usernames, creator="ana", kind=ConversationKind.GROUP, title="Team", key=None):
        return await conversations.create(creator, kind=kind, title=title, usernames=usernames, creation_key=key)

    return make


async def refused(work):
    with pytest.raises(Refused) as refusal:
        await work
    return refusal.value


async def test_group_has_its_creator_and_everyone_is_notified(create, publisher):
    summary, is_new = await create(" Ben ", "cleo", "ben", "ana", "", title=" Team ")

    assert is_new
    assert summary.title == "Team"
    assert [member.person.username for member in summary.members] == ["ana", "ben", "cleo"]
    assert publisher.announced == [(["ana", "ben", "cleo"], summary.id)]


async def test_group_may_begin_alone(create):
    summary, _ = await create()

    assert [member.person.username for member in summary.members] == ["ana"]


async def test_unknown_names_are_named(create, storage, clock):
    await storage.accounts.add_user(a_user("dora", disabled_at=clock.now()))

    one = await refused(create("ben", "zoe"))
    two = await refused(create("zoe", "dora"))

    assert one.code is ErrorCode.INVALID_FIELDS
    assert one.fields == {"members": 'Nobody here has the user name "zoe".'}
    assert two.fields == {"members": 'Nobody here has these user names: "zoe", "dora".'}


@pytest.mark.parametrize(
    ("usernames", "words"),
    [
        ([], "Enter a user name."),
        ([" ", "@"], "Enter a user name."),
        (["ana"], "That is your own user name. Enter another person's."),
        ([" @ANA "], "That is your own user name. Enter another person's."),
        (["ben", "cleo"], "A direct chat is with one person. Start a group to add more."),
        (["ana", "ben", "cleo"], "A direct chat is with one person. Start a group to add more."),
        (["Zoe Fischer"], 'Nobody here has the user name "Zoe Fischer".'),
        (["@Zoe"], 'Nobody here has the user name "@Zoe".'),
        (["ben", "Zoe"], 'Nobody here has the user name "Zoe".'),
    ],
)
async def test_direct_conversation_needs_exactly_one_other_and_says_what_is_wrong(create, usernames, words):
    refusal = await refused(create(*usernames, kind=ConversationKind.DIRECT))

    assert refusal.fields == {"members": words}


@pytest.mark.parametrize("typed", ["ben", " Ben ", "BEN", "@ben", " @Ben ", "@ ben"])
async def test_a_user_name_is_found_however_it_is_typed(create, typed):
    summary, _ = await create(typed, "ben", "ana", kind=ConversationKind.DIRECT)

    assert sorted(member.person.username for member in summary.members) == ["ana", "ben"]


async def test_unknown_names_stand_in_the_error_as_they_were_typed_but_not_without_end(create):
    many = await refused(create(*(f"Nobody{number}" for number in range(7))))
    long = await refused(create("Z" * 900))

    assert many.fields["members"].endswith('"Nobody4" and 2 more.')
    assert len(long.fields["members"]) < 100


async def test_direct_conversation_of_two_people_is_one_and_has_no_title(create, publisher):
    first, is_new = await create("ben", kind=ConversationKind.DIRECT, title="ignored")
    second, is_second_new = await create("ana", creator="ben", kind=ConversationKind.DIRECT)

    assert (is_new, is_second_new) == (True, False)
    assert (first.id, first.title) == (second.id, "")
    assert len(publisher.announced) == 1


@pytest.mark.parametrize("title", ["", "  ", "x" * 101, "two\nlines"])
async def test_group_needs_a_title(create, title):
    refusal = await refused(create(title=title))

    assert (refusal.code, set(refusal.fields)) == (ErrorCode.INVALID_FIELDS, {"title"})


async def test_too_many_members_at_once_are_refused(create):
    refusal = await refused(create(*(f"user{n}" for n in range(501))))

    assert set(refusal.fields) == {"members"}


async def test_repeated_creation_answers_the_first_and_notifies_nobody(create, publisher):
    first, _ = await create("ben", key="k")
    again, is_new = await create("ben", key="k")

    assert (again.id, is_new) == (first.id, False)
    assert len(publisher.announced) == 1


async def test_a_strangers_conversation_does_not_exist(conversations, storage, room):
    assert (await refused(conversations.get_summary("cleo", room))).code is ErrorCode.NOT_FOUND
    assert (await refused(conversations.get_summary("ana", "nowhere"))).code is ErrorCode.NOT_FOUND
    assert await conversations.list_summaries("cleo") == []
    assert (await storage.arrivals.read("cleo")).positions == []


async def test_a_creation_that_is_refused_costs_nothing(create, budgets, spent):
    budgets.spend("ana", Budget.ADDITIONS, 499)
    spent.clear()

    assert (await refused(create("ben", "cleo"))).code is ErrorCode.TOO_MANY_ADDITIONS

    assert (spent[Budget.CONVERSATIONS], spent[Budget.ADDITIONS]) == (0, 0)


async def test_a_creation_that_was_not_stored_costs_nothing(create, storage, spent, monkeypatch):
    async def fail(**_values):
        raise Unavailable(ErrorCode.STORAGE_UNAVAILABLE)

    monkeypatch.setattr(storage.conversations, "create", fail)
    with pytest.raises(Unavailable):
        await create("ben", "cleo")

    assert (spent[Budget.CONVERSATIONS], spent[Budget.ADDITIONS]) == (0, 0)
