"""Each field that an author sets is stored, and a used key with another value of it is refused."""

import uuid

import msgspec
import pytest

from nova_app.protocol.frames import Send
from nova_app.schemas.messages import MessageRequest
from tests.integration.test_attachments import upload

pytestmark = pytest.mark.anyio

ADDRESS = {"client_id", "conversation_id"}
"""These say which message and where."""
FIELDS = [field.name for field in msgspec.structs.fields(Send) if field.name not in ADDRESS]
IN_A_REQUEST = {"files": "upload_ids"}
"""The names of fields in a request, where they differ from those in a frame."""


async def a_value(field, ana):
    """A value that the field of a message may have besides its default."""
    match field:
        case "reply_to":
            (summary,) = (await ana.get("/api/v1/conversations")).json()["items"]
            return summary["last_message"]["message_id"]
        case "text":
            return "another text"
        case "files":
            return [(await upload(ana))["id"]]
    raise AssertionError(f"give {field} of Send a value here, so that this test can see it stored")


def differences(one, other):
    """The names of the fields in which two messages differ."""
    return {name for name in one.keys() | other.keys() if one.get(name) != other.get(name)}


async def names_that_show_it(ana, path):
    """Where the third message differs from the first two, besides where those differ from each other."""
    first, second, third = (await ana.get(path)).json()["items"]
    return differences(first, third) - differences(first, second)


async def send(ana, path, **body):
    """Send a message by a request; gives its id."""
    answer = await ana.post(path, json={"text": "hi", **body}, headers={"Idempotency-Key": str(uuid.uuid4())})
    assert answer.status_code == 201, answer.text
    return answer.json()["message_id"]


@pytest.mark.parametrize("field", FIELDS)
async def test_a_field_of_a_frame_is_stored(group, connect, field):
    (ana, _), room = await group("ana", "ben")
    socket = await connect(ana)
    first, second, third = (
        {"type": "send", "client_id": str(uuid.uuid4()), "conversation_id": room, "text": "hi"} for _ in range(3)
    )

    for frame in (first, second):
        socket.send(frame)
        await socket.expect("ack")
    value = await a_value(field, ana)
    socket.send({**third, field: value})
    await socket.expect("ack")
    socket.send({**first, field: value})
    reused = await socket.expect("ack", "nack")

    assert await names_that_show_it(ana, f"/api/v1/conversations/{room}/messages")
    assert reused["error"]["code"] == "key_reused"


@pytest.mark.parametrize("field", FIELDS)
async def test_nothing_of_a_field_is_left_of_a_deleted_message(group, field):
    (ana, _), room = await group("ana", "ben")
    path = f"/api/v1/conversations/{room}/messages"
    sent = [await send(ana, path), await send(ana, path)]
    sent.append(await send(ana, path, **{IN_A_REQUEST.get(field, field): await a_value(field, ana)}))
    for message in sent:
        answer = await ana.delete(f"{path}/{message}", headers={"Idempotency-Key": str(uuid.uuid4())})
        assert answer.is_success, answer.text

    assert not await names_that_show_it(ana, path)


@pytest.mark.parametrize("field", FIELDS)
async def test_a_field_of_a_request_is_stored(group, field):
    (ana, _), room = await group("ana", "ben")
    path = f"/api/v1/conversations/{room}/messages"

    await send(ana, path)
    await send(ana, path)
    await send(ana, path, **{IN_A_REQUEST.get(field, field): await a_value(field, ana)})

    assert await names_that_show_it(ana, path)


def test_a_request_has_the_fields_of_a_frame():
    assert set(MessageRequest.model_fields) == {IN_A_REQUEST.get(field, field) for field in FIELDS}
