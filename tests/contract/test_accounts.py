from datetime import timedelta

import pytest

from nova_app.domain.errors import ErrorCode, Refused
from nova_app.domain.models import ApiToken
from tests.builders import A_MOMENT, a_session, a_user

pytestmark = pytest.mark.anyio

A_YEAR = {"scopes": "posts", "expires_at": A_MOMENT + timedelta(days=365)}


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


async def test_user_can_be_changed_column_by_column(storage):
    await storage.accounts.add_user(a_user("ana"))

    await storage.accounts.change_user("ana", {"display_name": "Ana B.", "avatar_id": "a", "shares_read": False})
    await storage.accounts.change_user("ana", {"avatar_id": None})
    await storage.accounts.change_user("nobody", {"status": "here"})

    user = await storage.accounts.find_user("ana")
    assert (user.display_name, user.password_hash, user.status) == ("Ana B.", "hash", "")
    assert (user.avatar_id, user.shares_read, user.shares_presence) == (None, False, True)


async def test_session_is_found_with_its_user_until_it_is_deleted(storage):
    await storage.accounts.add_user(a_user("ana"))
    await storage.accounts.add_session(a_session("ana", id="s", secret_hash="h"))

    session, user = await storage.accounts.find_session("h")
    assert (session.id, user.username) == ("s", "ana")
    assert [access.id for access in await storage.accounts.find_access(["s"])] == ["s"]

    assert not await storage.accounts.delete_session("s", "ben")
    assert await storage.accounts.delete_session("s", "ana")
    assert not await storage.accounts.delete_session("s", "ana")
    assert await storage.accounts.find_session("h") is None
    assert await storage.accounts.find_access(["s"]) == []


async def test_touched_session_was_seen_later(storage):
    await storage.accounts.add_user(a_user("ana"))
    await storage.accounts.add_session(a_session("ana", id="s", secret_hash="h"))
    later = A_MOMENT + timedelta(minutes=5)

    await storage.accounts.touch_session("s", later)

    assert (await storage.accounts.find_session("h"))[0].seen_at == later


async def test_token_is_found_with_its_user(storage):
    await storage.accounts.add_user(a_user("ana"))
    await storage.accounts.add_token(
        ApiToken(id="t", secret_hash="h", user_id="ana", name="bot", created_at=A_MOMENT, **A_YEAR)
    )

    token, user = await storage.accounts.find_token("h")
    assert (token.id, token.name, user.id) == ("t", "bot", "ana")
    assert [access.seen_at for access in await storage.accounts.find_access(["t"])] == [None]
    assert await storage.accounts.find_token("other") is None
    assert await storage.accounts.find_access(["other"]) == []


async def test_sessions_are_listed_from_the_one_used_last(storage):
    await storage.accounts.add_user(a_user("ana"))
    await storage.accounts.add_user(a_user("ben"))
    later = A_MOMENT + timedelta(hours=1)
    await storage.accounts.add_session(a_session("ana", id="old", secret_hash="1", device="Firefox on Linux"))
    await storage.accounts.add_session(a_session("ana", id="new", secret_hash="2", seen_at=later))
    await storage.accounts.add_session(a_session("ben", id="other", secret_hash="3"))

    found = await storage.accounts.list_sessions("ana")

    assert [(session.id, session.device) for session in found] == [("new", ""), ("old", "Firefox on Linux")]
    assert await storage.accounts.list_sessions("nobody") == []


async def test_tokens_are_listed_until_they_are_deleted(storage):
    await storage.accounts.add_user(a_user("ana"))
    for index, name in enumerate(["bot", "script"]):
        at = A_MOMENT + timedelta(hours=index)
        await storage.accounts.add_token(
            ApiToken(id=name, secret_hash=name, user_id="ana", name=name, created_at=at, **A_YEAR)
        )

    assert [token.name for token in await storage.accounts.list_tokens("ana")] == ["script", "bot"]
    assert not await storage.accounts.delete_token("bot", "ben")
    assert await storage.accounts.delete_token("bot", "ana")
    assert not await storage.accounts.delete_token("bot", "ana")
    assert [token.name for token in await storage.accounts.list_tokens("ana")] == ["script"]
    assert await storage.accounts.list_tokens("ben") == []


async def test_acquaintances_share_a_conversation(storage, make_room):
    await make_room("ana", "ben")
    await make_room("ana", "cleo", conversation_id="other")
    await make_room("ben", conversation_id="alone")

    assert sorted(await storage.accounts.list_acquaintances("ana")) == ["ana", "ben", "cleo"]
    assert sorted(await storage.accounts.list_acquaintances("ben")) == ["ana", "ben"]
    assert await storage.accounts.list_acquaintances("nobody") == ["nobody"]


async def test_people_are_found_by_any_part_of_either_name(storage):
    for name, display_name in (("ana", "Zoe Lind"), ("ben.k", "Ben 100%"), ("cleo", "anaïs")):
        await storage.accounts.add_user(a_user(name, display_name=display_name))

    async def find(wanted, limit=10):
        return [user.username for user in await storage.accounts.find_people(wanted, limit=limit)]

    assert await find("") == ["cleo", "ben.k", "ana"]
    assert await find("", limit=2) == ["cleo", "ben.k"]
    assert await find("LIN") == await find("zoe l") == ["ana"]
    assert await find("ana") == ["cleo", "ana"]
    # What the database would take for a pattern is text like any other.
    assert await find("%") == ["ben.k"]
    assert await find("_") == []


async def test_password_is_replaced_only_if_it_is_still_the_one_that_was_proved(storage):
    await storage.accounts.add_user(a_user("ana"))
    for session_id in ("here", "there"):
        await storage.accounts.add_session(a_session("ana", id=session_id, secret_hash=session_id))
    replace = storage.accounts.replace_password

    assert await replace("ana", was="hash", password_hash="better") == []
    assert await replace("ana", was="hash", password_hash="worse", only_session="here") is None
    assert await replace("nobody", was="hash", password_hash="worse") is None
    assert len(await storage.accounts.list_sessions("ana")) == 2
    assert await replace("ana", was="better", password_hash="best", only_session="here") == ["there"]

    assert (await storage.accounts.find_user("ana")).password_hash == "best"
    assert [session.id for session in await storage.accounts.list_sessions("ana")] == ["here"]


async def test_a_used_token_says_when_and_when_it_ends(storage):
    await storage.accounts.add_user(a_user("ana"))
    token = ApiToken(id="t", secret_hash="h", user_id="ana", name="bot", created_at=A_MOMENT, **A_YEAR)
    await storage.accounts.add_token(token)
    later = A_MOMENT + timedelta(minutes=5)

    await storage.accounts.touch_token("t", later)

    assert (await storage.accounts.find_token("h"))[0].used_at == later
    assert [access.expires_at for access in await storage.accounts.find_access(["t"])] == [A_YEAR["expires_at"]]


async def test_a_new_password_may_end_the_tokens_of_that_account_only(storage):
    for name in ("ana", "ben"):
        await storage.accounts.add_user(a_user(name, password_hash="old"))
        await storage.accounts.add_session(a_session(name, id=f"{name}-1", secret_hash=name))
        for secret in ("1", "2"):
            key = f"{name}-token-{secret}"
            token = ApiToken(id=key, secret_hash=key, user_id=name, name="bot", created_at=A_MOMENT, **A_YEAR)
            await storage.accounts.add_token(token)

    kept = await storage.accounts.replace_password("ana", was="old", password_hash="new", only_session="ana-1")
    assert (kept, len(await storage.accounts.list_tokens("ana"))) == ([], 2)
    ended = await storage.accounts.replace_password(
        "ana", was="new", password_hash="newer", only_session="ana-1", end_tokens=True
    )
    assert sorted(ended) == ["ana-token-1", "ana-token-2"]
    assert await storage.accounts.list_tokens("ana") == []
    assert len(await storage.accounts.list_tokens("ben")) == 2
