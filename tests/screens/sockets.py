"""What is arranged on the messaging socket before a page is opened: what the server hears, and what it says."""

from __future__ import annotations

import contextlib
import json
import re
import weakref

from playwright.sync_api import Error, expect

from tests.e2e.pages import by
from tests.screens.world import id_of

SOCKET = re.compile("/api/v1/socket")
READ_POSTS = re.compile("/api/v1/posts/me")

_sockets = weakref.WeakKeyDictionary()
"""The messaging sockets of each context."""


def mute_socket(page):
    """Let the server accept the messaging socket and say nothing."""
    page.route_web_socket(SOCKET, lambda _socket: None)


def pass_on(server, text, *, withheld=("read",)):
    """Send frames of the page to the server, but for those that would make something read."""
    value = json.loads(text)
    frames = [frame for frame in (value if isinstance(value, list) else [value]) if frame["type"] not in withheld]
    if frames:
        server.send(json.dumps(frames if isinstance(value, list) else frames[0]))


def _connect(context, socket):
    """Connect a socket of the context to the server; without a network it stays silent."""
    _sockets.setdefault(context, []).append(socket)
    return socket.connect_to_server()


def keep_unread(context):
    """Let nothing become read: each screen shows the same, whatever was shown before it."""

    def meet(socket):
        server = _connect(context, socket)
        socket.on_message(lambda text: pass_on(server, text))

    context.route_web_socket(SOCKET, meet)
    context.route(READ_POSTS, lambda _route: None)


def refuse_messages(page):
    """Let every message be refused."""

    def meet(socket):
        server = _connect(page.context, socket)
        socket.on_message(lambda text: refuse(socket, server, text))

    page.route_web_socket(SOCKET, meet)


def refuse(socket, server, text):
    """Refuse each message of these frames in the server's place, and pass on the rest."""
    value = json.loads(text)
    for frame in value if isinstance(value, list) else [value]:
        if frame["type"] == "send":
            error = {"code": "not_a_member", "message": "", "request_id": "screens"}
            socket.send(json.dumps({"type": "nack", "client_id": frame["client_id"], "error": error}))
    pass_on(server, text, withheld=("read", "send"))


def let_type(**people):
    """Let these people type, each in the conversation of that key; the pages' clocks stand, so they never stop.

    Messages are refused besides, as ``refuse_messages`` does.
    """
    said = [
        {"type": "typing", "conversation_id": id_of(key.replace("_", " ")), "user_id": id_of(name)}
        for key, name in people.items()
    ]
    return _push(said, refuse)


def let_happen(*events):
    """Let these things happen to the account elsewhere: the kind, the name and the moment of each."""
    happened = [
        {
            "type": "account_event",
            "id": f"event-{place}",
            "kind": kind,
            "name": name,
            "created_at": moment.isoformat(),
            "device": "Firefox on Windows",
            "address": "203.0.113.7",
        }
        for place, (kind, name, moment) in enumerate(events)
    ]
    return _push(happened, lambda _socket, server, text: pass_on(server, text))


def _push(frames, on_said):
    """Let the server say these frames once the page is connected; ``on_said`` gets what the page says."""
    said = [json.dumps(frame) for frame in frames]

    def before(page):
        def meet(socket):
            server = _connect(page.context, socket)
            socket.on_message(lambda text: on_said(socket, server, text))

            def answered(text):
                socket.send(text)
                if '"welcome"' in text:
                    for frame in said:
                        socket.send(frame)

            server.on_message(answered)

        page.route_web_socket(SOCKET, meet)

    return before


def go_offline(page):
    """Cut the network, and wait until the page says so."""
    # It listens for that from the moment at which its runtime starts, not from the first paint.
    page.wait_for_function("() => globalThis.novaReport")
    page.context.set_offline(True)
    for socket in _sockets.pop(page.context, []):
        with contextlib.suppress(Error):
            socket.close()
    expect(by(page, "connection-banner")).to_contain_text("You are offline")
