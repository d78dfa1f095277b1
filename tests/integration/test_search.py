"""Searching over the API: what is found, in which order, and what nobody else may find."""

import sqlite3
import uuid

import httpx
import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from nova_app.container import open_container
from nova_app.domain.models import UserId
from nova_app.domain.search import parse
from nova_app.persistence import search as sql
from nova_app.persistence.storage import open_storage
from tests.asgi import gated, services_of
from tests.builders import a_draft
from tests.fakes import FakePublisher

pytestmark = pytest.mark.anyio


async def write(client, conversation_id, *texts):
    for text in texts:
        key = {"Idempotency-Key": str(uuid.uuid4())}
        answer = await client.post(
            f"/api/v1/conversations/{conversation_id}/messages", json={"text": text}, headers=key
        )
        assert answer.status_code == 201, answer.text


async def find(client, q, **params):
    answer = await client.get("/api/v1/search", params={"q": q, **params})
    assert answer.status_code == 200, answer.text
    return answer.json()


async def texts(client, q, **params):
    return [item["text"] for item in (await find(client, q, **params))["items"]]


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("release", ["The release AND the launch", "launch the release"]),
        ("release launch", ["The release AND the launch", "launch the release"]),
        ('"the release"', ["The release AND the launch", "launch the release"]),
        ('"release and"', ["The release AND the launch"]),
        ("AND", ["The release AND the launch"]),
        ("laun*", ["The release AND the launch", "launch the release"]),
        ("laun", []),
        ("C++", ["I like C++, not C#"]),
        ("c#", ["I like C++, not C#"]),
        ("cafe", ["Zoë's Café, 日本語 😀"]),
        ("ZOE", ["Zoë's Café, 日本語 😀"]),
        ("本語", ["Zoë's Café, 日本語 😀"]),
        ("😀", ["Zoë's Café, 日本語 😀"]),
        ("ok", ["ok"]),
        ("has:link", ["see https://example.org/x"]),
        ("from:ben", ["ok"]),
        ("from:me ok", []),
        ("from:nobody ok", []),
        ("in:team ok", ["ok"]),
        ("in:elsewhere ok", []),
        ("ok before:2000-01-01", []),
        ("ok after:2000-01-01", ["ok"]),
        ("ok after:2999-01-01", []),
        ("ok after:0001-01-01 before:9999-12-31", ["ok"]),
        ("ok after:9999-12-31", []),
        ("ok before:0001-01-01", []),
        ("", []),
        ('"', []),
        ("*", []),
        ("()", []),
    ],
)
async def test_what_is_looked_for_is_found_newest_first(group, typed, found):
    (ana, ben), room = await group("ana", "ben")
    await write(ana, room, "launch the release", "The release AND the launch", "I like C++, not C#")
    await write(ana, room, "Zoë's Café, 日本語 😀", "see https://example.org/x")
    await write(ben, room, "ok")

    assert await texts(ana, typed) == found


async def test_an_answer_says_where_and_how_it_was_found(group):
    (ana, _ben), room = await group("ana", "ben")
    await write(ana, room, "first a hit, then more")
    answer = await find(ana, "hit")
    (item,) = answer["items"]
    assert (item["author_name"], item["conversation_name"], item["seq"]) == ("Ana", "Team", 1)
    assert item["snippet"] == [
        {"text": "first a ", "hit": False},
        {"text": "hit", "hit": True},
        {"text": ", then more", "hit": False},
    ]
    assert (answer["index_type"], answer["rows_looked_at"], answer["has_more"]) == ("fts_words", 1, False)
    assert answer["took_ms"] > 0


async def test_pages_follow_one_another(group):
    (ana, _ben), room = await group("ana", "ben")
    await write(ana, room, *(f"word {number}" for number in range(5)))
    first = await find(ana, "word", limit=2)
    assert ([item["text"] for item in first["items"]], first["has_more"]) == (["word 4", "word 3"], True)
    second = await find(ana, "word", limit=3, before=first["items"][-1]["message_id"])
    assert ([item["text"] for item in second["items"]], second["has_more"]) == (["word 2", "word 1", "word 0"], False)


async def test_nobody_finds_what_they_may_not_read(group, register):
    (ana, ben), room = await group("ana", "ben")
    eve = await register("eve")
    await write(ana, room, "the secret")
    assert await texts(eve, "secret") == []
    for place in (room, str(uuid.uuid4()), "no id at all", ""):
        assert await texts(eve, "secret", conversation_id=place) == []
    assert await texts(ben, "secret", conversation_id=room) == ["the secret"]
    assert (await ben.delete(f"/api/v1/conversations/{room}/members/me")).status_code == 204
    assert await texts(ben, "secret") == []


async def test_two_conversations_that_share_a_name_in_the_index_stay_apart(group, monkeypatch):
    monkeypatch.setattr("nova_app.persistence.search_index.conversation_tag", lambda _: "csame")
    monkeypatch.setattr(sql, "conversation_tag", lambda _: "csame")
    (ana, _), room = await group("ana", "ben")
    (eve, _), _other = await group("eve", "fay")
    await write(ana, room, "the secret")
    assert await texts(eve, "secret") == []
    assert await texts(ana, "secret") == ["the secret"]


async def test_searching_too_often_is_refused_with_a_time(settings, register):
    ana = await register("ana")
    async with open_container(settings.model_copy(update={"searches_per_minute": 1})) as strict:
        transport = httpx.ASGITransport(gated(strict))
        async with httpx.AsyncClient(base_url="http://localhost:3000", transport=transport, cookies=ana.cookies) as one:
            await one.get("/api/v1/search", params={"q": "x"})
            late = await one.get("/api/v1/search", params={"q": "x"})
    assert (late.status_code, late.json()["code"]) == (429, "too_many_searches")
    assert int(late.headers["retry-after"]) in range(50, 61)


async def test_a_refused_batch_leaves_no_word_behind(group, nova):
    (ana, _ben), room = await group("ana", "ben")
    await write(ana, room, "kept")
    stranger = a_draft(str(uuid.uuid4()), text="lost", conversation_id=room, author_id="nobody")
    (refusal,) = await services_of(nova).messaging.post([stranger])
    assert refusal.code == "not_found"
    assert await texts(ana, "lost") == []


TYPED = st.text(
    st.sampled_from(" aAb*\"'():^-+~.,{}日😀\x00_éANDORNT") | st.characters(exclude_categories=["Cs"]), max_size=60
)


async def test_no_input_is_an_error(settings, made_database):
    async with open_storage(settings, FakePublisher()) as storage:
        connection = sqlite3.connect(settings.database_path)

        @hypothesis_settings(suppress_health_check=list(HealthCheck), max_examples=300)
        @given(TYPED)
        def any_input(typed):
            query = parse(typed)
            match = sql.compile_match(query, ["room"], ["ana"])
            connection.execute("SELECT rowid FROM message_search WHERE message_search MATCH ?", (match,)).fetchall()

        any_input()
        found = await storage.search.find_messages(UserId("nobody"), parse("x"), within=None, before=None, limit=1)
        connection.close()
    assert found.hits == ()


async def publish(client, text):
    answer = await client.post("/api/v1/posts", json={"text": text}, headers={"Idempotency-Key": str(uuid.uuid4())})
    assert answer.status_code == 201, answer.text
    return answer.json()["id"]


async def post_texts(client, q, **params):
    return [item["text"] for item in (await find(client, q, **params))["posts"]]


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("release", ["The RELEASE is out"]),
        ("ZOE cafe\u0301", ["Zoë's Café, https://example.org/x"]),
        ("\uff32\uff25\uff2c\uff25\uff21\uff33\uff25", ["The RELEASE is out"]),
        ('"release is"', ["The RELEASE is out"]),
        ("releas", []),
        ("relea* is:post", ["The RELEASE is out"]),
        ("release is:message", []),
        ("has:link", ["Zoë's Café, https://example.org/x"]),
        ("from:me is:post", ["Zoë's Café, https://example.org/x", "The RELEASE is out"]),
        ("from:ben is:post", ["Written by Ben"]),
        ("from:nobody is:post", []),
        ("is:post", ["Written by Ben", "Zoë's Café, https://example.org/x", "The RELEASE is out"]),
        ("is:post before:2000-01-01", []),
        ("is:post after:2000-01-01 ben", ["Written by Ben"]),
        *((f"release {narrowed}", []) for narrowed in ("in:team", "mentions:me", "replies:me", "reacted:me")),
        ("", []),
        ('"', []),
    ],
)
async def test_posts_are_found_as_messages_are(group, typed, found):
    (ana, ben), room = await group("ana", "ben")
    for text in ("The RELEASE is out", "Zoë's Café, https://example.org/x"):
        await publish(ana, text)
    await publish(ben, "Written by Ben")
    await write(ana, room, "a message of the release")
    assert await post_texts(ana, typed) == found
    assert await post_texts(ana, typed, conversation_id=room) == []


async def test_a_search_finds_both_and_a_filter_one_of_them(group):
    (ana, ben), room = await group("ana", "ben")
    await write(ana, room, "launch here")
    await publish(ben, "launch there")
    both = await find(ana, "launch")
    assert ([item["text"] for item in both["items"]], both["posts"][0]["text"]) == (["launch here"], "launch there")
    assert both["posts"][0]["snippet"] == [{"text": "launch", "hit": True}, {"text": " there", "hit": False}]
    for typed, counts in (
        ("launch is:post", (0, 1)),
        ("launch is:message", (1, 0)),
        ("launch is:post is:message", (1, 1)),
    ):
        answer = await find(ana, typed)
        assert ((len(answer["items"]), len(answer["posts"])), answer["index_type"]) == (counts, "fts_words")


async def test_what_happens_to_a_post_is_seen_by_the_next_search(group):
    (ana, ben), _ = await group("ana", "ben")
    post = await publish(ana, "first words")
    assert (await ana.patch(f"/api/v1/posts/{post}", json={"text": "other words"}, headers=a_key())).is_success
    assert await post_texts(ben, "first") == []
    assert await post_texts(ben, "other") == ["other words"]
    assert (await ana.delete(f"/api/v1/posts/{post}", headers=a_key())).is_success
    assert await post_texts(ben, "other") == await post_texts(ben, "is:post") == []


async def test_pages_of_posts_follow_one_another(group):
    (ana, _), room = await group("ana", "ben")
    for number in range(5):
        await publish(ana, f"launch {number}")
    await write(ana, room, "launch of a message")
    assert await post_texts(ana, "launch") == ["launch 4", "launch 3", "launch 2"]
    first = await find(ana, "launch is:post", limit=3)
    assert first["has_more"] is True
    second = await find(ana, "launch is:post", limit=3, before=first["posts"][-1]["id"])
    assert [item["text"] for item in second["posts"]] == ["launch 1", "launch 0"]
    assert second["has_more"] is False
    message = (await find(ana, "launch"))["items"][-1]["message_id"]
    assert await post_texts(ana, "launch", before=message) == []


def a_key():
    return {"Idempotency-Key": str(uuid.uuid4())}
