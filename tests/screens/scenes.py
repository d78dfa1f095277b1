"""The screens: every page and main state, with what leads there."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from playwright.sync_api import expect

from tests.e2e.pages import by
from tests.screens.answers import BAD_STATUS, FAULT, STATUS
from tests.screens.data import id_of

SOCKET = re.compile("/api/v1/socket")
READ_POSTS = re.compile("/api/v1/posts/me")


def nothing(_page):
    """What most screens need."""


@dataclass(frozen=True, slots=True)
class Scene:
    """One screen.

    Attributes:
        viewer: The user name of who is signed in; empty for nobody.
        ready: What is there once the screen is, as CSS.
        before: What is arranged on the page before it is opened.
        act: What is done in the page then.
        is_online: The page is connected before ``act``.
        is_moving: The clock goes on from the moment at which it stands otherwise: what is shown waits by it.
        is_main: ``make test`` compares it too.
    """

    name: str
    path: str
    ready: str
    viewer: str = "mara"
    before: Callable[[Any], None] = nothing
    act: Callable[[Any], None] = nothing
    is_online: bool = True
    is_moving: bool = False
    is_main: bool = False


def hang(pattern):
    """Let requests to these addresses go unanswered."""
    return lambda page: page.route(pattern, lambda _route: None)


def fail(pattern):
    """Let requests to these addresses fail in the server."""
    return lambda page: page.route(pattern, lambda route: route.fulfill(**FAULT))


def answer(pattern, body):
    """Answer these addresses; for what the server measures, which is never the same."""
    return lambda page: page.route(pattern, lambda route: route.fulfill(json=body))


def mute_socket(page):
    """Let the server accept the messaging socket and say nothing."""
    page.route_web_socket(SOCKET, lambda _socket: None)


def keep_unread(context):
    """Let nothing become read: each screen shows the same, whatever was shown before it."""

    def meet(socket):
        server = socket.connect_to_server()

        def pass_on(text):
            value = json.loads(text)
            if isinstance(value, list):
                server.send(json.dumps([frame for frame in value if frame["type"] != "read"]))
            elif value["type"] != "read":
                server.send(text)

        socket.on_message(pass_on)

    context.route_web_socket(SOCKET, meet)
    context.route(READ_POSTS, lambda _route: None)


def refuse_messages(page):
    """Let every message be refused."""

    def meet(socket):
        server = socket.connect_to_server()
        socket.on_message(lambda text: refuse(socket, server, text))

    page.route_web_socket(SOCKET, meet)


def refuse(socket, server, text):
    """Refuse each message of these frames in the server's place, and pass on the rest."""
    value = json.loads(text)
    for frame in value if isinstance(value, list) else [value]:
        if frame["type"] == "send":
            error = {"code": "not_a_member", "message": "", "request_id": "screens"}
            socket.send(json.dumps({"type": "nack", "client_id": frame["client_id"], "error": error}))
        else:
            server.send(json.dumps(frame))


def go_offline(page):
    """Cut the network, and wait until the page says so."""
    # It listens for that from the moment at which its runtime starts, not from the first paint.
    page.wait_for_function("() => globalThis.novaReport")
    page.context.set_offline(True)
    expect(by(page, "connection-banner")).to_be_visible(timeout=40_000)


def freeze(page):
    """Keep what is shown now: a banner follows each attempt to connect."""
    expect(by(page, "connection-banner")).to_contain_text("You are offline")
    page.evaluate("document.body.replaceWith(document.body.cloneNode(true))")


def write(*texts):
    """Write these messages."""

    def act(page):
        for text in texts:
            by(page, "composer").fill(text)
            by(page, "composer-send").click()
            expect(page.locator(".row").filter(has_text=text)).to_be_visible()

    return act


def click(*testids):
    """Click these controls in turn."""

    def act(page):
        for testid in testids:
            by(page, testid).click()

    return act


def fill(testid, text):
    """Fill a field."""
    return lambda page: by(page, testid).fill(text)


def steps(*acts):
    """Do one after the other."""

    def act(page):
        for one in acts:
            one(page)

    return act


def report(*codes):
    """Let the page report these errors."""

    def act(page):
        for code in codes:
            page.evaluate("(code) => novaReport({ code })", code)
        expect(by(page, "notice").first).to_be_visible()

    return act


def sign_in_wrongly(page):
    """Submit the form with a wrong password."""
    by(page, "auth-username").fill("mara")
    by(page, "auth-password").fill("not the password")
    by(page, "auth-submit").click()
    expect(page.locator(".field-error, .form-error").first).to_be_visible()


def room(key):
    """The path of a chat."""
    return f"/c/{id_of(key)}"


ROW, LIST = "[data-testid=message]", "[data-testid=conversation-item]"
MESSAGES = re.compile(r"/api/v1/conversations/[^/]+/messages\?")
POSTS, SEARCH, ME = "**/api/v1/posts*", "**/api/v1/search*", "**/api/v1/users/me"
STATUS_ANSWER = "**/api/v1/status"
DETAILS = "[data-testid=status-verdict]"
SENTENCE = "[data-testid=status-sentence]"

SCENES = (
    Scene("sign-in", "/login", "[data-testid=auth-submit]", viewer="", is_main=True),
    Scene("sign-in-wrong", "/login", "[data-testid=auth-submit]", viewer="", act=sign_in_wrongly),
    Scene("register", "/register", "h1", viewer=""),
    Scene("reset-missing", "/reset", "[data-testid=reset-note]", viewer=""),
    Scene("not-found", "/nowhere", "[data-testid=not-found-home]", viewer=""),
    Scene("first-run", "/", ".first-run, .page h1", viewer="lena"),
    Scene("list", "/", LIST, is_main=True),
    Scene("list-loading", "/", ".sidebar .skeleton", before=mute_socket, is_online=False),
    Scene(
        "list-failed",
        "/",
        ".sidebar .skeleton",
        before=mute_socket,
        act=steps(go_offline, freeze),
        is_online=False,
        is_moving=True,
    ),
    Scene("list-many", "/", LIST, viewer="otto"),
    Scene("list-names", "/", LIST, viewer="wide"),
    Scene("list-found-none", "/", LIST, act=fill("quick-search", "zebra")),
    Scene("group", room("Release 2.0"), ROW, is_main=True),
    Scene("direct", room("mara and ines"), ROW, is_main=True),
    Scene("density", room("Short messages"), ROW),
    Scene("files", room("Files"), ROW),
    Scene("names", room("odd"), ROW),
    Scene("right-to-left", room("odd"), ROW, viewer="rtl"),
    Scene("long-message", room("long"), ROW),
    Scene("empty", room("Quiet room"), ".timeline-empty"),
    Scene("loading", room("Release 2.0"), ".timeline .skeleton", before=hang(MESSAGES)),
    Scene("failed", room("Release 2.0"), "[data-testid=history-retry]", before=fail(MESSAGES)),
    Scene("missing", room("nowhere"), "[data-testid=conversation-missing-back]"),
    Scene("refused", room("Release 2.0"), ROW, before=refuse_messages, act=write("This one is refused")),
    Scene("offline", room("Release 2.0"), ROW, act=steps(go_offline, write("Sent without a network")), is_moving=True),
    Scene(
        "notices",
        room("Release 2.0"),
        ROW,
        act=report("unexpected_answer", "outbox_full", "storage_unavailable", "rate_limited", "internal"),
    ),
    Scene("new-chat", "/", LIST, act=click("conversation-new")),
    Scene("account-menu", "/posts", "[data-testid=post]", act=click("account-menu-open")),
    Scene("connection", "/posts", "[data-testid=post]", act=click("connection-details")),
    Scene("date", room("Release 2.0"), ROW, act=click("go-to-date")),
    Scene("posts", "/posts", "[data-testid=post]"),
    Scene("posts-loading", "/posts", ".feed .bone", before=hang(POSTS)),
    Scene("posts-failed", "/posts", "[data-testid=feed-retry]", before=fail(POSTS)),
    Scene("search", "/search?q=cover", "[data-testid=search-hit]"),
    Scene("search-none", "/search?q=zebra", ".timeline-empty"),
    Scene("search-failed", "/search?q=cover", "[data-testid=search-retry]", before=fail(SEARCH)),
    Scene("settings", "/settings", "[data-testid=settings][data-state=ready]", is_main=True),
    Scene("settings-loading", "/settings", ".settings .skeleton", before=hang(ME)),
    Scene("settings-failed", "/settings", "[data-testid=settings-retry]", before=fail(ME)),
    Scene("status", "/status", DETAILS, before=answer(STATUS_ANSWER, STATUS)),
    Scene("status-bad", "/status", DETAILS, before=answer(STATUS_ANSWER, BAD_STATUS)),
    Scene("status-member", "/status", SENTENCE, viewer="otto"),
    Scene("status-loading", "/status", ".status-board", before=hang(STATUS_ANSWER)),
    Scene("status-failed", "/status", "[data-testid=status-retry]", before=fail(STATUS_ANSWER)),
)
