"""What a webhook's target is sent."""

import json
from dataclasses import replace

from nova_app.domain.events import MessagePosted
from nova_app.domain.files import FileFacts, PostedFile
from nova_app.protocol.webhook_payload import payload

MESSAGE = MessagePosted("room", 7, "id", "client", "ana", "hé\u2028llo", "2026-01-02T03:04:05.000006Z")


def test_the_body_holds_the_message_and_not_its_keys():
    sent = json.loads(payload(MESSAGE))

    assert (sent["type"], sent["timestamp"]) == ("message.created", MESSAGE.created_at)
    assert (sent["data"]["seq"], sent["data"]["text"]) == (7, MESSAGE.text)
    assert "client_id" not in sent["data"]


def test_the_body_holds_the_files():
    photo = PostedFile("u1", "photo.jpg", FileFacts("image/jpeg", 48_211, 900, 600))

    (sent,) = json.loads(payload(replace(MESSAGE, files=(photo,))))["data"]["files"]

    assert (sent["name"], sent["content_type"], sent["size_bytes"]) == ("photo.jpg", "image/jpeg", 48_211)
    assert (sent["url"], sent["thumbnail_url"]) == ("/api/v1/uploads/u1", "/api/v1/uploads/u1/thumbnail")
