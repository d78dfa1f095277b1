"""A message that the server never answers fails with words, and can be sent again."""

import json
import re

from playwright.sync_api import expect

from nova_app.protocol.codes import LIMITS
from tests.e2e.conftest import shared_server
from tests.e2e.pages import by

server = shared_server()

SOCKET = re.compile("/api/v1/socket")
UNNAMED = {
    "type": "error",
    "error": {"kind": "VALIDATION_ERROR", "code": "malformed_frame", "message": "", "retryable": False},
}


def intercept(person, what_with):
    """Let the person's sockets through; ``what_with(ws, frame)`` is asked about each message that is sent."""

    def route(ws):
        server = ws.connect_to_server()

        def pass_on(text):
            frame = json.loads(text)
            if frame["type"] != "send" or not what_with(ws, frame):
                server.send(text)

        ws.on_message(pass_on)

    person.page.route_web_socket(SOCKET, route)
    person.page.reload()
    person.expect_connected()
    expect(by(person.page, "composer")).to_be_enabled()


def expect_failed(person, text, *actions):
    row = person.row(text)
    expect(row).to_have_attribute("data-state", "failed")
    for action in actions or ("Retry", "Edit", "Delete"):
        expect(row.get_by_role("button", name=action)).to_be_visible()
    expect(by(person.page, "outbox-count")).to_have_text("0")


def test_a_message_that_ends_every_connection_fails_alone_and_survives_a_reload(person):
    ana = person()
    room = ana.start_group("Poison")
    sent = []

    def poison(ws, frame):
        if frame["text"] == "poison":
            sent.append(frame["client_id"])
            ws.close(code=1011)
            return True
        return False

    # The pauses between the attempts pass at once.
    ana.install_clock()
    intercept(ana, poison)
    ana.write("poison")
    ana.write("innocent")

    def has_failed():
        ana.page.clock.run_for(250)
        return len(sent) >= LIMITS.sends_max

    ana.wait_until(has_failed, seconds=60)

    expect_failed(ana, "poison")
    ana.expect_connected()
    ana.expect_state("innocent", "sent", "delivered", "read")
    ana.page.reload()
    ana.expect_connected()
    expect_failed(ana, "poison")
    expect(ana.row("poison")).to_contain_text("did not confirm")
    assert len(sent) == LIMITS.sends_max
    assert len(set(sent)) == 1
    assert ana.stored(room) == ["innocent"]


def test_an_error_that_names_no_message_fails_the_one_that_is_under_way(person):
    ana = person()
    room = ana.start_group("Unnamed")

    def refuse(ws, frame):
        if frame["text"] == "unreadable":
            ws.send(json.dumps(UNNAMED))
            return True
        return False

    intercept(ana, refuse)
    for text in ("one", "unreadable", "two"):
        ana.write(text)

    expect_failed(ana, "unreadable", "Edit", "Delete")
    for text in ("one", "two"):
        ana.expect_state(text, "sent", "delivered", "read")
    assert sorted(ana.stored(room)) == ["one", "two"]
