"""What a person does in Nova's pages."""

from __future__ import annotations

import contextlib
import itertools
import json
import re
import uuid
import weakref
from pathlib import Path
from urllib.parse import urlsplit

import httpx
from playwright.sync_api import Error, expect

from tests.e2e.guard import guard
from tests.e2e.profiles import first_tab, watch_tab
from tests.e2e.without_network import give_network, renew_network
from tests.processes import until

PASSWORD = "correct horse battery"
usernames = (f"p{number}" for number in itertools.count())
"""Of people who need no name that means something: no two of a run are the same."""


def by(page, testid):
    return page.get_by_test_id(testid)


def in_account_menu(page, testid):
    """A control of the account menu, which is opened unless it is open."""
    control = by(page, testid)
    if not by(page, "settings-icon").is_visible():
        by(page, "account-menu-open").click()
    return control


def open_new_group(page):
    """Open the form of a new chat, for a group."""
    by(page, "conversation-new").click()
    by(page, "conversation-kind-group").click()


SOCKETS = Path(__file__).with_name("sockets.js")


class Line:
    """One messaging socket as the browser had it: what went through."""

    def __init__(self, page, websocket):
        self.page = page
        self.sent, self.received = [], []
        websocket.on("framesent", lambda text: self.sent.extend(_objects(text)))
        websocket.on("framereceived", lambda text: self.received.extend(_objects(text)))


def _objects(text):
    value = json.loads(text)
    return value if isinstance(value, list) else [value]


NOT_ASKED = """(() => {
    const own = window.Notification && Object.getOwnPropertyDescriptor(Notification, "permission");
    const permission = () => own.get.call(Notification).replace("denied", "default");
    if (own) Object.defineProperty(Notification, "permission", { ...own, get: permission });
})();"""
"""The headless shell refuses notifications before anybody was asked; a browser with a window asks."""

_watched = weakref.WeakSet()


def _watch_once(context):
    if context in _watched:
        return
    _watched.add(context)
    context.add_init_script(path=SOCKETS)
    context.add_init_script(NOT_ASKED)
    give_network(context)
    guard.context(context)


class Person:
    """Somebody with a browser profile of their own."""

    def __init__(self, context, username="", *, on_spoiled=lambda: None):
        self.context = context
        self.username = username or next(usernames)
        self.errors = []
        self.lines = []
        self._on_spoiled = on_spoiled
        self._listeners = []
        self._scripts = []
        _watch_once(context)
        self._path = ""
        self._page = self._listen(first_tab(context))
        watch_tab(self._page)

    @property
    def page(self):
        """The first tab; whoever has joined without having been anywhere goes to the list first."""
        if self._path:
            self._visit(self._path)
        return self._page

    @page.setter
    def page(self, page):
        self._page = page

    def _visit(self, path):
        """Go there, and nowhere else before."""
        self._path = ""
        self._page.goto(path)
        self.expect_connected()

    def new_page(self):
        page = self._listen(self.context.new_page())
        for script in self._scripts:
            page.add_init_script(script)
        return page

    def _listen(self, page):
        listeners = {
            "pageerror": lambda error: self.errors.append(str(error)),
            "websocket": lambda websocket: self._watch(page, websocket),
        }
        for event, listener in listeners.items():
            page.on(event, listener)
            self._listeners.append((page, event, listener))
        return page

    def leave(self):
        """Hear nothing more of the pages: somebody else goes on with them."""
        for page, event, listener in self._listeners:
            with contextlib.suppress(Error):
                page.remove_listener(event, listener)

    def _watch(self, page, websocket):
        if websocket.url.endswith("/api/v1/socket"):
            self.lines.append(Line(page, websocket))

    def frames(self, direction, kind, page=None):
        """Every frame of this type that the person's sockets carried (``sent`` or ``received``)."""
        lines = [line for line in self.lines if page in (None, line.page)]
        return [frame for line in lines for frame in getattr(line, direction) if frame["type"] == kind]

    def add_script(self, script):
        """Run a script before those of every page, in each tab that is here or opened by ``new_page``."""
        self._scripts.append(script)
        for page in self.context.pages:
            page.add_init_script(script)

    def install_clock(self):
        """Take the clock of this browser in hand; the profile is not used again after the test."""
        self._on_spoiled()
        self.page.clock.install()

    def join(self, path=None):
        """Have an account and be signed in at this page; how that is done in the page, other tests show.

        Args:
            path: Where to begin; ``""`` opens no page yet. Without one, the list is opened when the page is first
                asked for, unless that is for a conversation: every page that is loaded costs a third of a second.
        """
        body = {"username": self.username, "display_name": self.username.title(), "password": PASSWORD}
        self.post("auth/register", body)
        if path is None:
            self._path = "/"
        elif path:
            self._visit(path)

    def enter(self, session, path="/"):
        """Be signed in at this page, by the secret of a session that was made over the API."""
        self.context.add_cookies([{"name": "nova_session", "value": session, "domain": "localhost", "path": "/"}])
        self._visit(path)

    def register(self):
        self.page.goto("/register")
        by(self.page, "auth-display-name").fill(self.username.title())
        self.submit_credentials()

    def sign_in(self):
        self.page.goto("/login")
        self.submit_credentials()

    def submit_credentials(self):
        """Say who this is, on the page that asks for it."""
        by(self.page, "auth-username").fill(self.username)
        by(self.page, "auth-password").fill(PASSWORD)
        by(self.page, "auth-submit").click()
        self.expect_connected()

    def end_session(self, origin=""):
        """End this browser's session from outside; the browser hears of it from the server alone.

        Args:
            origin: By which way to reach the server; that of the page by default.
        """
        (cookie,) = [cookie for cookie in self.context.cookies() if cookie["name"] == "nova_session"]
        with httpx.Client(base_url=origin or self.origin, cookies={"nova_session": cookie["value"]}) as other:
            assert other.post("/api/v1/auth/logout").status_code == 204

    @property
    def origin(self):
        return self.page.evaluate("location.origin")

    def error_log(self, page=None):
        """The entries of the error log that this browser keeps."""
        entries = (page or self.page).evaluate(
            "Object.entries(localStorage).filter(([key]) => key.startsWith('nova:error:')).map(([, entry]) => entry)"
        )
        return [json.loads(entry) for entry in entries]

    def wait_until(self, is_it, *, page=None, seconds=15):
        """Wait for what the test itself sees, while the page goes on."""
        until(is_it, seconds=seconds, every=0.02, page=page or self.page)

    def expect_kept(self, text):
        """Wait until this browser keeps a text that was typed."""
        self.page.wait_for_function("text => JSON.stringify({ ...localStorage }).includes(text)", arg=text)

    def expect_connected(self, page=None):
        renew_network(self.context)
        expect(by(page or self.page, "connection-status")).to_have_attribute("data-state", "CONNECTED")

    def try_now(self):
        """Click "Try now", unless the connection was faster."""
        with contextlib.suppress(Error):
            by(self.page, "connection-retry").click(timeout=1_000)

    def expect_not_connected(self):
        expect(by(self.page, "connection-status")).not_to_have_attribute("data-state", "CONNECTED")

    def _show_list(self):
        """The list of conversations stands beside every page but the settings."""
        if urlsplit(self.page.url).path.startswith("/settings"):
            by(self.page, "place-messages").click()
            self.page.wait_for_url(lambda url: urlsplit(url).path == "/")

    def post(self, path, body):
        """Call the API as this browser's account."""
        key = {"Idempotency-Key": str(uuid.uuid4())}
        # The server may just be closing the connection that is used for it once more.
        answer = self.context.request.post(f"/api/v1/{path}", data=body, headers=key, max_retries=2)
        assert answer.ok, answer.text()
        return answer.json()

    def make_group(self, title, *members):
        """Have a group that is there already; gives its id."""
        return self.post("conversations", {"kind": "group", "title": title, "members": list(members)})["id"]

    def start_group(self, title, *members):
        """Be in a group that has just been made; ``start_group_in_page`` costs more than most tests do."""
        room = self.make_group(title, *members)
        self.open(room)
        return room

    def start_group_in_page(self, title, *members):
        """Make a group with the form of a new chat."""
        self._show_list()
        before = self.page.url
        open_new_group(self.page)
        by(self.page, "conversation-title").fill(title)
        by(self.page, "conversation-members").fill(", ".join(members))
        by(self.page, "conversation-create").click()
        self.page.wait_for_url(lambda url: url != before and re.search(r"/c/[0-9a-f-]{36}", url) is not None)
        expect(by(self.page, "composer")).to_be_enabled()
        # The list hears of it over the socket, which a test may cut next.
        expect(self.item(self.conversation_id)).to_have_count(1)
        return self.conversation_id

    @property
    def conversation_id(self):
        return self.page.url.rstrip("/").rsplit("/", 1)[-1]

    def item(self, conversation_id, page=None):
        """A conversation in the list."""
        page = page or self.page
        return by(page, "conversation-item").and_(page.locator(f'[data-conversation-id="{conversation_id}"]'))

    def open(self, conversation_id):
        """Go to a conversation: from the list, or to its page at once by who has been nowhere yet."""
        if self._path:
            self._visit(f"/c/{conversation_id}")
        else:
            self._show_list()
            self.item(conversation_id).click()
        # Nobody writes before the conversation has changed in front of them.
        expect(self.item(conversation_id)).to_have_attribute("aria-current", "page")
        expect(by(self.page, "composer")).to_be_enabled()

    def write(self, text):
        composer = by(self.page, "composer")
        composer.fill(text)
        composer.press("Enter")

    def rows(self, page=None):
        return by(page or self.page, "message")

    def row(self, text):
        return self.rows().filter(has_text=text)

    def expect_texts(self, *texts, page=None):
        expect(self.rows(page)).to_have_count(len(texts))
        for position, text in enumerate(texts):
            expect(self.rows(page).nth(position)).to_contain_text(text)

    def expect_state(self, text, *states):
        expect(self.row(text)).to_have_attribute("data-state", re.compile(f"^({'|'.join(states)})$"))

    def texts(self, page=None):
        return self.rows(page).locator(".row-text").all_text_contents()

    def stored(self, room):
        """The texts of a conversation as the server has them."""
        answer = self.context.request.get(f"/api/v1/conversations/{room}/messages?limit=100")
        return [item["text"] for item in answer.json()["items"]]

    def expect_truth(self, room, *texts, page=None):
        """The server has exactly these texts, in this order, and the screen shows them so, over one socket."""
        page = page or self.page
        expect(self.rows(page)).to_have_count(len(texts))
        expect(by(page, "outbox-count")).to_have_text("0")
        stored, shown = self.stored(room), self.texts(page)
        assert stored == list(texts), f"the server has {stored}"
        assert shown == list(texts), f"the screen has {shown}"
        assert page.evaluate("window.messagingSockets.filter((socket) => socket.readyState <= 1).length") <= 1

    def seqs(self, page=None):
        return self.rows(page).evaluate_all("rows => rows.map((row) => Number(row.dataset.seq))")
