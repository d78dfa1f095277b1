import pytest

from nova_app.domain.errors import ErrorCode, Refused
from nova_app.domain.events import Person
from nova_app.domain.models import UploadState
from nova_app.services.profiles import ProfileChange, Profiles
from tests.builders import an_upload

pytestmark = pytest.mark.anyio


class FakeUploads:
    """Files by their id."""

    def __init__(self):
        self.files = {}

    def add(self, upload_id, owner_id="ana", *, width=64, state=UploadState.READY):
        self.files[upload_id] = an_upload(upload_id, owner_id=owner_id, width=width, height=width, state=state)

    async def find_upload(self, upload_id):
        return self.files.get(upload_id)


@pytest.fixture
def uploads():
    return FakeUploads()


@pytest.fixture
def profiles(storage, uploads, publisher):
    return Profiles(storage.accounts, uploads, publisher)


async def test_what_is_named_changes_and_the_rest_stays(profiles, people, uploads):
    uploads.add("picture")

    await profiles.change("ana", ProfileChange(status=" On the train ", shares_read=False))
    after = await profiles.change("ana", ProfileChange(display_name=" Ana B ", avatar_id="picture"))

    assert after.person == Person("ana", "ana", "Ana B", "On the train", "picture")
    assert (after.shares_read, after.shares_presence) == (False, True)
    assert (await profiles.change("ana", ProfileChange(avatar_id="", status=""))).person == Person(
        "ana", "ana", "Ana B"
    )


async def test_everybody_who_shares_a_conversation_is_notified_once(profiles, room, publisher):
    change = ProfileChange(status="Away")

    after = await profiles.change("ana", change)
    await profiles.change("ana", change)
    await profiles.change("ana", ProfileChange(shares_read=False))

    assert publisher.introduced == [(["ana", "ben"], after.person)]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        (ProfileChange(display_name=" "), "display_name"),
        (ProfileChange(display_name="x" * 65), "display_name"),
        (ProfileChange(status="two\nlines"), "status"),
        (ProfileChange(status="x" * 101), "status"),
        (ProfileChange(avatar_id="nobodys"), "avatar_id"),
        (ProfileChange(avatar_id="bens"), "avatar_id"),
        (ProfileChange(avatar_id="half"), "avatar_id"),
        (ProfileChange(avatar_id="text"), "avatar_id"),
    ],
)
async def test_a_change_that_cannot_be_says_why_and_changes_nothing(profiles, people, uploads, change, field):
    uploads.add("bens", "ben")
    uploads.add("half", state=UploadState.RECEIVING)
    uploads.add("text", width=0)
    before = await profiles.get_profile("ana")

    with pytest.raises(Refused) as refusal:
        await profiles.change("ana", change)

    assert (refusal.value.code, set(refusal.value.fields)) == (ErrorCode.INVALID_FIELDS, {field})
    assert await profiles.get_profile("ana") == before


async def test_nobody_has_no_profile(profiles):
    with pytest.raises(Refused) as refusal:
        await profiles.get_profile("nobody")

    assert refusal.value.code is ErrorCode.NOT_FOUND


async def test_a_choice_about_presence_is_published_when_it_was_made(profiles, publisher, people):
    assert await profiles.shares_presence("ana")

    await profiles.change("ana", ProfileChange(status="busy"))
    assert publisher.shared == {}
    await profiles.change("ana", ProfileChange(shares_presence=False))

    assert publisher.shared == {"ana": False}
    assert not await profiles.shares_presence("ana")


async def test_an_old_name_that_is_not_allowed_any_more_does_not_keep_the_rest_from_changing(profiles, people, storage):
    await storage.accounts.change_user("ana", {"display_name": "Ana\u200b"})

    after = await profiles.change("ana", ProfileChange(display_name="Ana\u200b", status="Away"))

    assert (after.display_name, after.status) == ("Ana\u200b", "Away")
    with pytest.raises(Refused):
        await profiles.change("ana", ProfileChange(status="A\u200bway"))


async def test_people_are_the_others_and_never_more_than_asked_for(profiles, people):
    async def find(wanted="", limit=10):
        found, has_more = await profiles.find_people("ben", wanted, limit=limit)
        return [person.username for person in found], has_more

    assert await find() == (["ana", "cleo"], False)
    assert await find(limit=2) == (["ana", "cleo"], False)
    assert await find(limit=1) == (["ana"], True)
    assert await find(" CLE ") == (["cleo"], False)
    assert await find("ben") == ([], False)
