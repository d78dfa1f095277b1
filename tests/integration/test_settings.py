"""What a person says of themself, who is told, and how what opens the account ends."""

import uuid

import pytest

from tests.asgi import a_send
from tests.builders import a_picture

pytestmark = pytest.mark.anyio

ME = "/api/v1/users/me"
SIGN_IN = {"username": "ana", "password": "correct horse battery"}


async def upload_picture(client):
    answer = await client.post("/api/v1/uploads", files={"file": ("me.png", a_picture())})
    assert answer.status_code == 201, answer.text
    return answer.json()["id"]


async def sign_in_elsewhere(browser, device):
    other = await browser(**{"User-Agent": device})
    assert (await other.post("/api/v1/auth/login", json=SIGN_IN)).status_code == 200
    return other


async def test_a_picture_and_a_status_reach_who_knows_the_person_at_once_and_later(group, register, connect):
    (ana, ben), _ = await group("ana", "ben")
    stranger = await register("cleo")
    bens, strangers = await connect(ben), await connect(stranger)
    picture = await upload_picture(ana)

    answer = await ana.patch(ME, json={"status": "On the train", "avatar_id": picture})

    url = f"/api/v1/uploads/{picture}/thumbnail"
    assert (answer.json()["status"], answer.json()["avatar_url"]) == ("On the train", url)
    notified = await bens.expect("profile")
    assert (notified["user_id"], notified["status"], notified["avatar_url"]) == (ana.user_id, "On the train", url)
    assert "profile" not in [frame["type"] for frame in await strangers.settle()]
    again = await connect(ben, hello=False)
    members = (await again.hello({}))["conversations"][0]["members"]
    assert {member["username"]: member["avatar_url"] for member in members} == {"ana": url, "ben": ""}
    assert (await ben.get(url)).status_code == 200
    await ana.delete(f"/api/v1/uploads/{picture}")
    assert (await ben.get(url)).status_code == 200, "what is shown stays"


async def test_a_picture_that_was_taken_away_is_a_file_of_its_owner_again(group):
    (ana, ben), _ = await group("ana", "ben")
    picture = await upload_picture(ana)
    await ana.patch(ME, json={"avatar_id": picture})

    answer = await ana.patch(ME, json={"avatar_id": ""})

    assert answer.json()["avatar_url"] == ""
    assert (await ben.get(f"/api/v1/uploads/{picture}")).status_code == 404


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"status": "x" * 101}, "status"),
        ({"avatar_id": str(uuid.uuid4())}, "avatar_id"),
        ({"avatar_id": "../../etc/passwd"}, "avatar_id"),
        ({"shares_read": "perhaps"}, "shares_read"),
        ({"display_name": "a\nb"}, "display_name"),
    ],
)
async def test_a_bad_change_is_named_at_its_field(register, body, field):
    ana = await register("ana")

    answer = await ana.patch(ME, json={"status": "fine", **body})

    assert (answer.status_code, answer.json()["kind"]) == (422, "VALIDATION_ERROR")
    assert any(name.startswith(field) for name in answer.json()["fields"])
    assert (await ana.get(ME)).json()["status"] == ""


async def test_the_picture_of_another_account_cannot_be_taken(register):
    ana, ben = await register("ana"), await register("ben")

    answer = await ben.patch(ME, json={"avatar_id": await upload_picture(ana)})

    assert (answer.status_code, set(answer.json()["fields"])) == (422, {"avatar_id"})


async def test_who_reads_in_private_is_only_delivered_to_others(group, connect, browser):
    (ana, ben), room = await group("ana", "ben")
    assert (await ben.patch(ME, json={"shares_read": False})).json()["shares_read"] is False
    anas, bens, bens_phone = await connect(ana), await connect(ben), await connect(ben)
    anas.send(a_send(room, "hi"))
    await bens.expect("message")

    bens.send({"type": "read", "conversation_id": room, "seq": 1})

    notified = await anas.expect("delivered", "read")
    assert (notified["type"], notified["user_id"], notified["seq"]) == ("delivered", ben.user_id, 1)
    assert (await bens_phone.expect("read"))["seq"] == 1, "one's own devices agree"
    later = await connect(ana, hello=False)
    await later.hello({})
    assert "read" not in [frame["type"] for frame in await later.settle() if frame.get("user_id") == ben.user_id]


async def test_when_a_user_reads_in_private_nobody_else_receives_anything(group, connect):
    (ana, ben), room = await group("ana", "ben")
    await ben.patch(ME, json={"shares_read": False})
    anas, bens = await connect(ana), await connect(ben)
    anas.send(a_send(room, "hi"))
    await bens.expect("message")
    bens.send({"type": "delivered", "conversation_id": room, "seq": 1})
    assert (await anas.expect("delivered"))["seq"] == 1

    bens.send({"type": "read", "conversation_id": room, "seq": 1})
    await bens.expect("read")

    received = [frame for frame in await anas.settle() if frame.get("user_id") == ben.user_id]
    assert not [frame for frame in received if frame["type"] in ("read", "delivered")]


async def test_a_newcomer_is_seen_as_they_are_by_those_who_were_there(group, register, connect):
    (ana, ben), room = await group("ana", "ben")
    cleo = await register("cleo")
    await cleo.patch(ME, json={"status": "New here"})
    bens = await connect(ben)

    await ana.post(f"/api/v1/conversations/{room}/members", json={"username": "cleo"})

    assert (await bens.expect("member"))["username"] == "cleo"
    notified = await bens.expect("profile")
    assert (notified["user_id"], notified["status"]) == (cleo.user_id, "New here")


async def test_a_session_is_known_by_its_device_and_ends_with_its_sockets(register, browser, connect):
    ana = await register("ana")
    phone = await sign_in_elsewhere(browser, "Mozilla/5.0 (iPhone) Version/18.0 Safari/604.1")
    socket = await connect(phone)

    listed = (await ana.get("/api/v1/auth/sessions")).json()["items"]
    (other,) = [item for item in listed if not item["is_current"]]
    assert len(listed) == 2
    assert other["device"] == "Safari on iPhone"
    assert (await ana.delete(f"/api/v1/auth/sessions/{other['id']}")).status_code == 204

    assert await socket.closed() == 4401
    assert (await phone.get(ME)).status_code == 401
    assert (await ana.get(ME)).status_code == 200


async def test_ending_ones_own_session_signs_out(register):
    ana = await register("ana")
    (mine,) = (await ana.get("/api/v1/auth/sessions")).json()["items"]

    assert (await ana.delete(f"/api/v1/auth/sessions/{mine['id']}")).status_code == 204

    assert (await ana.get(ME)).status_code == 401
    assert set(ana.cookies) == {"nova_device"}


async def test_another_password_closes_the_sockets_of_every_other_session(register, browser, connect):
    ana = await register("ana")
    phone = await sign_in_elsewhere(browser, "")
    here, there = await connect(ana), await connect(phone)

    body = {"current_password": "correct horse battery", "new_password": "battery staple horse"}
    assert (await ana.post("/api/v1/auth/password", json=body)).status_code == 204

    assert await there.closed() == 4401
    assert await here.settle() is not None
    assert here.close_code is None
    assert (await phone.post("/api/v1/auth/login", json=SIGN_IN)).status_code == 401


async def test_a_token_is_listed_without_its_secret_and_ends_with_its_sockets(nova, register, browser):
    ana = await register("ana")
    made = (await ana.post("/api/v1/auth/tokens", json={"name": "bot"})).json()
    program = await browser(origin="", Authorization=f"Bearer {made['token']}")

    listed = (await ana.get("/api/v1/auth/tokens")).json()["items"]

    assert [(item["id"], item["name"]) for item in listed] == [(made["id"], "bot")]
    assert made["token"] not in str(listed)
    assert (await program.get(ME)).status_code == 200
    assert (await ana.delete(f"/api/v1/auth/tokens/{made['id']}")).status_code == 204
    assert (await program.get(ME)).status_code == 401


@pytest.mark.parametrize("kind", ["sessions", "tokens"])
async def test_to_a_stranger_an_existing_id_looks_like_none(register, kind):
    ana, ben = await register("ana"), await register("ben")
    await ana.post("/api/v1/auth/tokens", json={"name": "bot"})
    (anas,) = (await ana.get(f"/api/v1/auth/{kind}")).json()["items"]

    answers = [await ben.delete(f"/api/v1/auth/{kind}/{guess}") for guess in (anas["id"], uuid.uuid4(), "1 OR 1=1")]

    assert {answer.status_code for answer in answers} == {404}
    assert len({answer.json()["detail"] for answer in answers}) == 1
    assert len((await ana.get(f"/api/v1/auth/{kind}")).json()["items"]) == 1
