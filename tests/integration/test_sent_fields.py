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
SET_FOR_EACH = {"message_id", "client_id", "seq", "created_at"}
"""These differ between messages with the same content."""


async def a_value(field, ana):
    """A value that the field of a message may have besides its default."""
    match field:
        case "text":
            return "another text"
        case "files":
            return [(await upload(ana))["id"]]
    raise AssertionError(f"give {field} of Send a value here, so that this test can see it stored")


async def read(ana, path):
    """The messages of a conversation without the fields that always differ."""
    answer = await ana.get(path)
    return [
        {name: value for name, value in item.items() if name not in SET_FOR_EACH} for item in answer.json()["items"]
    ]


@pytest.mark.parametrize("field", FIELDS)
async def test_a_field_of_a_frame_is_stored(group, connect, field):
    (ana, _), room = await group("ana", "ben")
    socket = await connect(ana)
    usual = {"type": "send", "conversation_id": room, "text": "hi"}
    first, second, changed = (str(uuid.uuid4()) for _ in range(3))
    value = await a_value(field, ana)

    for frame in (
        {**usual, "client_id": first},
        {**usual, "client_id": second},
        {**usual, "client_id": changed, field: value},
    ):
        socket.send(frame)
        await socket.expect("ack")
    socket.send({**usual, "client_id": first, field: value})
    reused = await socket.expect("ack", "nack")

    one, same, other = await read(ana, f"/api/v1/conversations/{room}/messages")
    assert one == same
    assert one != other
    assert reused["error"]["code"] == "key_reused"


@pytest.mark.parametrize("field", FIELDS)
async def test_a_field_of_a_request_is_stored(group, field):
    (ana, _), room = await group("ana", "ben")
    path = f"/api/v1/conversations/{room}/messages"
    changed = {"text": "hi", IN_A_REQUEST.get(field, field): await a_value(field, ana)}

    for body in ({"text": "hi"}, {"text": "hi"}, changed):
        answer = await ana.post(path, json=body, headers={"Idempotency-Key": str(uuid.uuid4())})
        assert answer.status_code == 201, answer.text

    one, same, other = await read(ana, path)
    assert one == same
    assert one != other


def test_a_request_has_the_fields_of_a_frame():
    assert set(MessageRequest.model_fields) == {IN_A_REQUEST.get(field, field) for field in FIELDS}
