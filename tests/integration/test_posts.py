"""Posts over REST and the socket: edits, deletions, reactions, comments, and what is unread."""

import asyncio
import json
import uuid
from urllib.parse import quote

import pytest

from tests.integration.test_uploads import send_whole
from tests.series import read_series

pytestmark = pytest.mark.anyio
THUMB = quote("👍")


def key(value=None):
    return {"Idempotency-Key": value or str(uuid.uuid4())}


async def publish(client, text="hello", **body):
    answer = await client.post("/api/v1/posts", json={"text": text, **body}, headers=key())
    assert answer.status_code == 201, answer.text
    return answer.json()


def of(post):
    return f"/api/v1/posts/{post['id']}"


async def shown(client, **params):
    return (await client.get("/api/v1/posts", params=params)).json()["items"]


async def comment(client, post, text, name=None):
    return await client.post(f"{of(post)}/comments", json={"text": text}, headers=key(name))


@pytest.fixture
def people(register):
    """The first account administers the server."""

    async def make():
        return [await register(name) for name in ("root", "ana", "ben")]

    return make


async def test_every_change_of_a_post_is_stored_once_and_sent_to_all(people, connect):
    root, ana, ben = await people()
    socket = await connect(root)
    post = await publish(ana)
    name = str(uuid.uuid4())

    edited = await ana.patch(of(post), json={"text": "better"}, headers=key(name))
    again = await ana.patch(of(post), json={"text": "better"}, headers=key(name))
    reused = await ana.patch(of(post), json={"text": "other"}, headers=key(name))
    reacted = [await ben.put(f"{of(post)}/reactions/{THUMB}") for _ in range(2)]
    both = [await ben.put(f"{of(post)}/reactions/{quote(form)}") for form in ("❤", "❤️")]
    removed = [await ben.delete(f"{of(post)}/reactions/{THUMB}") for _ in range(2)]
    comments = [await comment(ben, post, "nice", name) for _ in range(2)]
    (current,) = await shown(root)
    deleted = [await ana.delete(of(post)) for _ in range(2)]

    assert (edited.status_code, edited.json()["text"], edited.json()["edited_at"]) == (
        200,
        "better",
        again.json()["edited_at"],
    )
    assert (reused.status_code, reused.json()["code"]) == (422, "key_reused")
    assert [answer.status_code for answer in [*reacted, *both, *removed, *deleted]] == [204] * 8
    assert [answer.status_code for answer in comments] == [201, 200]
    assert comments[0].json() == comments[1].json()
    assert current["reactions"] == [{"emoji": "❤️", "count": 1, "user_ids": [ben.user_id]}]
    assert (current["comment_count"], current["text"]) == (1, "better")
    assert await shown(root) == []
    frames = await socket.collect(7, "post")
    assert [(frame["action"], frame["user_id"]) for frame in frames] == [
        ("created", ana.user_id),
        ("edited", ana.user_id),
        ("reaction", ben.user_id),
        ("reaction", ben.user_id),
        ("reaction", ben.user_id),
        ("commented", ben.user_id),
        ("deleted", ana.user_id),
    ]
    assert frames[5]["comment"] == comments[0].json()
    assert frames[5]["post"] == current
    gone = frames[-1]["post"]
    assert (gone["deleted"], gone["text"], gone["reactions"], gone["comment_count"]) == (True, "", [], 0)


async def test_authors_change_their_own_posts_and_admins_delete_anybodys(people, browser):
    root, ana, ben = await people()
    post, other = await publish(ana), await publish(ana)
    stranger = await browser()

    for client in (root, ben):
        assert (await client.patch(of(post), json={"text": "mine"})).status_code == 403
    assert (await ben.delete(of(post))).status_code == 403
    assert (await root.delete(of(post))).status_code == 204
    assert [item["id"] for item in await shown(ben)] == [other["id"]]
    requests = [("PATCH", "", {"text": "x"}), ("DELETE", "", None), ("PUT", f"/reactions/{THUMB}", None)]
    reads = [("GET", "/comments", None), ("POST", "/comments", {"text": "x"})]
    for method, path, body in [*requests, *reads]:
        asked = [f"/api/v1/posts/{name}{path}" for name in (uuid.uuid4(), "nothing")]
        assert [(await ana.request(method, url, json=body, headers=key())).status_code for url in asked] == [404] * 2
        assert (await stranger.request(method, of(other) + path, json=body, headers=key())).status_code == 401


async def test_a_deleted_post_takes_everything_with_it(people):
    _, ana, ben = await people()
    file = (await send_whole(ana, b"x")).json()
    name = str(uuid.uuid4())
    body = {"text": "", "upload_ids": [file["id"]]}
    post = (await ana.post("/api/v1/posts", json=body, headers=key(name))).json()
    await comment(ben, post, "nice")
    assert (await ben.get(file["url"])).status_code == 200

    await ana.delete(of(post))

    assert (await ana.get(file["url"])).status_code == 404
    assert (await ben.get(f"{of(post)}/comments")).json() == {"items": [], "has_more": False}
    for answer in (
        await ana.patch(of(post), json={"text": "x"}),
        await ben.put(f"{of(post)}/reactions/{THUMB}"),
        await comment(ben, post, "late"),
    ):
        assert (answer.status_code, answer.json()["code"]) == (409, "post_deleted")
    repeated = await ana.post("/api/v1/posts", json=body, headers=key(name))
    assert (repeated.status_code, repeated.json()["deleted"], repeated.json()["id"]) == (200, True, post["id"])


@pytest.mark.parametrize(
    ("text", "code"), [(" ", "text_empty"), ("x" * 10_001, "text_too_long"), ("\ud800", "invalid_fields")]
)
async def test_texts_that_cannot_be_shown_are_refused(people, text, code):
    _, ana, _ = await people()
    post = await publish(ana)
    content = json.dumps({"text": text})
    headers = {**key(), "Content-Type": "application/json"}

    edited = await ana.patch(of(post), content=content, headers=headers)
    commented = await ana.post(f"{of(post)}/comments", content=content, headers=headers)

    assert [answer.json()["code"] for answer in (edited, commented)] == [code] * 2
    assert (await shown(ana)) == [post]


async def test_reactions_are_emoji_and_limited(people, nova):
    _, ana, _ = await people()
    post = await publish(ana)
    kinds = [chr(0x1F600 + number) for number in range(21)]

    answers = [await ana.put(f"{of(post)}/reactions/{quote(emoji)}") for emoji in kinds]
    wrong = await ana.put(f"{of(post)}/reactions/no")
    rest = await asyncio.gather(*(ana.put(f"{of(post)}/reactions/{quote(kinds[0])}") for _ in range(80)))
    late = next(answer for answer in rest if answer.status_code == 429)

    assert [answer.status_code for answer in answers] == [204] * 20 + [422]
    assert answers[-1].json()["code"] == "reaction_limit"
    assert wrong.json()["fields"].keys() == {"emoji"}
    assert late.json()["code"] == "too_many_reactions"
    counted = read_series(nova.instruments.metrics.registry)
    name = "nova_post_changes_total"
    assert counted[name, ("action", "create"), ("result", "ok")] == 1
    assert counted[name, ("action", "react"), ("result", "ok")] == 20
    assert counted[name, ("action", "react"), ("result", "refused")] == 2
    assert counted[name, ("action", "react"), ("result", "rate_limited")] >= 1


async def test_comments_are_read_in_both_directions(people):
    _, ana, ben = await people()
    post = await publish(ana)
    numbers = [(await comment(ben, post, f"comment {number}")).json()["number"] for number in range(4)]

    async def listed(**params):
        page = (await ana.get(f"{of(post)}/comments", params=params)).json()
        return [item["text"][-1] for item in page["items"]], page["has_more"]

    assert await listed() == (["0", "1", "2", "3"], False)
    assert await listed(limit=2) == (["2", "3"], True)
    assert await listed(before_number=numbers[2], limit=2) == (["0", "1"], False)
    assert await listed(after_number=numbers[0], limit=2) == (["1", "2"], True)


async def test_a_comment_is_deleted_by_its_author_or_an_admin(people, connect):
    root, ana, ben = await people()
    post = await publish(ana)
    first, second = [(await comment(ben, post, text, str(uuid.uuid4()))).json() for text in ("one", "two")]
    socket = await connect(root)

    async def delete(client, item, at=post):
        return (await client.delete(f"{of(at)}/comments/{item['id']}")).status_code

    assert await delete(ana, first) == 403
    assert [await delete(ben, first), await delete(ben, first), await delete(root, second)] == [204] * 3
    assert await delete(ben, first, await publish(ana)) == 404
    assert await delete(ben, {"id": uuid.uuid4()}) == 404
    assert (await ana.get(f"{of(post)}/comments")).json()["items"] == []
    frames = [frame for frame in await socket.collect(3, "post") if frame["action"] == "comment_deleted"]
    assert [(frame["comment"]["id"], frame["comment"]["text"], frame["post"]["comment_count"]) for frame in frames] == [
        (first["id"], "", 1),
        (second["id"], "", 0),
    ]


async def test_unread_posts_are_counted_and_read_on_every_device(people, connect):
    root, ana, ben = await people()
    first = await publish(root)
    late = await publish(ana)
    phone, laptop = await connect(ben, hello=False), await connect(ben, hello=False)
    phone.send({"type": "hello", "protocol": 1, "cursors": {}})
    welcome = await phone.expect("welcome")
    laptop.send({"type": "hello", "protocol": 1, "cursors": {}})
    await laptop.expect("welcome")

    assert welcome["posts"] == {"last_number": late["number"], "read_number": 0, "unread": 2}
    await ana.delete(of(first))
    assert (await root.delete(of(first))).status_code == 204
    assert (await ben.get("/api/v1/posts/me")).json()["unread"] == 1
    marked = await ben.patch("/api/v1/posts/me", json={"read_number": 2**40})
    assert marked.json() == {"last_number": late["number"], "read_number": late["number"], "unread": 0}
    assert await laptop.expect("posts") == {"type": "posts", **marked.json()}
    back = await ben.patch("/api/v1/posts/me", json={"read_number": 0})
    assert back.json()["read_number"] == late["number"]
    await publish(ben)
    assert (await ben.get("/api/v1/posts/me")).json()["unread"] == 0


async def test_an_account_has_not_missed_what_is_older_than_itself(register):
    ana = await register("ana")
    await publish(ana)
    ben = await register("ben")
    assert (await ben.get("/api/v1/posts/me")).json()["unread"] == 0


async def test_a_client_catches_up_by_number(people):
    _, ana, ben = await people()
    posts = [await publish(ana, f"post {number}") for number in range(3)]

    after = (await ben.get("/api/v1/posts", params={"after_number": posts[0]["number"], "limit": 1})).json()

    assert ([post["text"] for post in after["items"]], after["has_more"]) == (["post 1"], True)
