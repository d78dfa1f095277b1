from datetime import timedelta

import pytest

from nova_app.domain.errors import ErrorCode, Refused
from tests.builders import A_MOMENT, a_session

pytestmark = pytest.mark.anyio


@pytest.fixture
async def signed_in(people, storage):
    """Ana is signed in twice, Ben once."""
    for owner, session_id in (("ana", "here"), ("ana", "there"), ("ben", "his")):
        await storage.accounts.add_session(a_session(owner, id=session_id, secret_hash=session_id))


async def test_what_has_ended_by_itself_is_listed_no_more(access, signed_in, storage, clock, settings):
    clock.moment = A_MOMENT + timedelta(days=settings.session_idle_days)
    await storage.accounts.touch_session("here", clock.now())

    assert [session.id for session in await access.list_sessions("ana")] == ["here"]


async def test_a_session_ends_with_its_sockets(access, signed_in, publisher):
    await access.end_session("ana", "there")

    assert [session.id for session in await access.list_sessions("ana")] == ["here"]
    assert publisher.revoked == ["there"]


@pytest.mark.parametrize("session_id", ["his", "nobodys", "", "there'; --"])
async def test_only_the_owner_ends_a_session(access, signed_in, publisher, session_id):
    with pytest.raises(Refused) as refusal:
        await access.end_session("ana", session_id)

    assert refusal.value.code is ErrorCode.NOT_FOUND
    assert len(await access.list_sessions("ben")) == 1
    assert publisher.revoked == []


async def test_a_token_is_shown_once_and_ends_with_its_sockets(access, people, storage, publisher):
    token_id, secret = await access.create_token("ana", " bot ")

    assert secret not in str(storage.accounts.tokens)
    assert [(token.id, token.name) for token in await access.list_tokens("ana")] == [(token_id, "bot")]
    await access.end_token("ana", token_id)
    assert await access.list_tokens("ana") == []
    assert publisher.revoked == [token_id]


async def test_only_the_owner_ends_a_token(access, people, publisher):
    token_id, _ = await access.create_token("ben", "bot")

    with pytest.raises(Refused) as refusal:
        await access.end_token("ana", token_id)

    assert refusal.value.code is ErrorCode.NOT_FOUND
    assert len(await access.list_tokens("ben")) == 1
    assert publisher.revoked == []


@pytest.mark.parametrize("name", ["", " ", "x" * 65, "two\nlines"])
async def test_a_token_needs_a_name(access, people, name):
    with pytest.raises(Refused) as refusal:
        await access.create_token("ana", name)

    assert (refusal.value.code, set(refusal.value.fields)) == (ErrorCode.INVALID_FIELDS, {"name"})
    assert await access.list_tokens("ana") == []
