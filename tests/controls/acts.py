"""What the tests of controls do and look at."""

from __future__ import annotations

import itertools
import re
from urllib.parse import urlsplit

import httpx
import pytest
from playwright.sync_api import expect

from tests.e2e.pages import PASSWORD, by

NARROW = {"width": 360, "height": 760}
WIDE = {"width": 1280, "height": 800}
SIZES = pytest.mark.parametrize("size", [NARROW, WIDE], ids=["narrow", "wide"])
LINES = pytest.mark.parametrize(
    ("size", "is_offline"),
    [(NARROW, False), (WIDE, False), (WIDE, True)],
    ids=["narrow", "wide", "offline"],
)
numbers = itertools.count()
OPEN_DRAG = {"dragOperationsMask": 1, "items": []}


def at(page, path):
    """Whether the page is at this path."""
    return lambda: urlsplit(page.url).path.rstrip("/") == path.rstrip("/")


def is_there(locator):
    """Whether it is seen, once."""
    return lambda: locator.count() == 1 and locator.is_visible()


def is_gone(locator):
    return lambda: not is_there(locator)()


def reads(locator, text):
    """Whether what is there reads so."""
    return lambda: any(text in found for found in locator.all_inner_texts())


def holds_value(locator, value):
    return lambda: locator.count() == 1 and locator.input_value() == value


def is_suggested(locator):
    """Whether the field holds a suggested password that can be read."""
    return lambda: (
        re.fullmatch(r"([a-z]{3,8}-){4}[a-z]{3,8}", locator.input_value()) and locator.get_attribute("type") == "text"
    )


def is_focused(page, testid):
    return lambda: page.evaluate("document.activeElement?.dataset.testid") == testid


def is_reloaded(page):
    """Whether the page was loaded again since."""
    page.evaluate("window.isOld = true")
    return lambda: page.evaluate("!window.isOld")


def go_offline(user):
    """The browser loses its network, once the page has been connected: before, it only connects for longer."""
    user.expect_connected()
    user.context.set_offline(True)
    user.expect_not_connected()


IS_LOADED_AHEAD = """path => {
    const loaded = new Set(performance.getEntriesByType("resource").map(({ name }) => name));
    const routes = Object.values(__reactRouterManifest.routes).filter(({ id }) => id !== "root");
    const route = routes.find((one) => (one.path ?? "") === path);
    return [route.module, ...route.imports].every((file) => loaded.has(new URL(file, location).href));
}"""


def expect_loaded_ahead(page, path):
    """Wait until the page of a route, to which a link leads, opens without a network: ``c/:conversation_id``."""
    page.wait_for_function(IS_LOADED_AHEAD, arg=path)


def make_account(server, word):
    """An account of somebody without a browser; gives the name, which begins with this word."""
    name = f"{word}{next(numbers)}x"
    body = {"username": name, "display_name": name.title(), "password": PASSWORD}
    httpx.post(f"{server.origin}/api/v1/auth/register", json=body).raise_for_status()
    return name


def fresh(word):
    """A name that nothing else in this run has."""
    return f"{word} {next(numbers)}"


def open_empty(user, room):
    """Open a conversation without messages and wait until it says so: what is used in it is used in an empty one."""
    user.page.goto(f"/c/{room}")
    expect(user.page.locator("#content .timeline-empty:not([role=alert], [role=status])")).to_be_visible()
    expect(by(user.page, "composer")).to_be_enabled()
    user.expect_connected()


def refuse(page, pattern):
    """Answer these requests with something that nobody expects, which is not worth asking again by itself."""
    page.route(pattern, lambda route: route.fulfill(status=418, body=""))


def say(user, room, *texts):
    for text in texts:
        user.post(f"conversations/{room}/messages", {"text": text})


def drop(user, testid, *paths):
    """Drag files from outside onto the middle of an element and let go."""
    page = user.page
    box = by(page, testid).bounding_box()
    place = {"x": box["x"] + box["width"] / 2, "y": box["y"] + box["height"] / 2}
    session = user.context.new_cdp_session(page)
    data = {**OPEN_DRAG, "files": [str(path) for path in paths]}
    for kind in ("dragEnter", "dragOver", "drop"):
        session.send("Input.dispatchDragEvent", {"type": kind, **place, "data": data})
    session.detach()


PICTURE_TO_CLIPBOARD = """async () => {
    const canvas = document.createElement("canvas");
    canvas.width = canvas.height = 8;
    const blob = await new Promise((done) => canvas.toBlob(done, "image/png"));
    await navigator.clipboard.write([new ClipboardItem({ "image/png": blob })]);
}"""


def paste_picture(user, testid):
    """Paste a picture from the clipboard with the keyboard."""
    user.context.grant_permissions(["clipboard-read", "clipboard-write"])
    user.page.evaluate(PICTURE_TO_CLIPBOARD)
    by(user.page, testid).press("Control+v")


def choose(user, button, *paths):
    """Choose files in the system's own dialog."""
    with user.page.expect_file_chooser() as chooser:
        by(user.page, button).click()
    chooser.value.set_files([str(path) for path in paths])
