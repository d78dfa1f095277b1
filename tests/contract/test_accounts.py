from datetime import timedelta

import pytest

from nova_app.domain.errors import ErrorCode, Refused
from nova_app.domain.models import ApiToken
from tests.builders import A_MOMENT, a_session, a_user

pytestmark = pytest.mark.anyio


async def test_user_is_found_by_id_and_by_name(storage):
    await storage.accounts.add_user(a_user("ana", id="1"))

    by_id = await storage.accounts.find_user("1")
    by_name = await storage.accounts.find_user_by_name("ana")

    assert by_id.username == "ana"
    assert by_name.id == "1"
    assert by_name.created_at == A_MOMENT
    assert await storage.accounts.find_user("2") is None
    assert await storage.accounts.find_user_by_name("ben") is None


async def test_name_that_is_taken_is_refused_and_nothing_changes(storage):
    await storage.accounts.add_user(a_user("ana", id="1"))

    with pytest.raises(Refused) as refusal:
        await storage.accounts.add_user(a_user("ana", id="2"))

    assert refusal.value.code is ErrorCode.USERNAME_TAKEN
    assert (await storage.accounts.find_user_by_name("ana")).id == "1"


async def test_user_can_be_renamed_and_get_another_hash(storage):
    await storage.accounts.add_user(a_user("ana"))

    await storage.accounts.rename_user("ana", "Ana B.")
    await storage.accounts.replace_password_hash("ana", "better")

    user = await storage.accounts.find_user("ana")
    assert (user.display_name, user.password_hash) == ("Ana B.", "better")


async def test_session_is_found_with_its_user_until_it_is_deleted(storage):
    await storage.accounts.add_user(a_user("ana"))
    await storage.accounts.add_session(a_session("ana", id="s", secret_hash="h"))

    session, user = await storage.accounts.find_session("h")
    assert (session.id, user.username) == ("s", "ana")
    assert (await storage.accounts.find_session_by_id("s"))[0].secret_hash == "h"

    await storage.accounts.delete_session("s")
    await storage.accounts.delete_session("s")
    assert await storage.accounts.find_session("h") is None
    assert await storage.accounts.find_session_by_id("s") is None


async def test_touched_session_was_seen_later(storage):
    await storage.accounts.add_user(a_user("ana"))
    await storage.accounts.add_session(a_session("ana", id="s", secret_hash="h"))
    later = A_MOMENT + timedelta(minutes=5)

    await storage.accounts.touch_session("s", later)

    assert (await storage.accounts.find_session("h"))[0].seen_at == later


async def test_token_is_found_with_its_user(storage):
    await storage.accounts.add_user(a_user("ana"))
    await storage.accounts.add_token(ApiToken(id="t", secret_hash="h", user_id="ana", name="bot", created_at=A_MOMENT))

    token, user = await storage.accounts.find_token("h")
    assert (token.id, token.name, user.id) == ("t", "bot", "ana")
    assert (await storage.accounts.find_token_by_id("t"))[0].secret_hash == "h"
    assert await storage.accounts.find_token("other") is None
    assert await storage.accounts.find_token_by_id("other") is None
