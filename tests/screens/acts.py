"""What leads to a screen: what is arranged before its page is opened, and what is done in it then."""

from __future__ import annotations

import json

from playwright.sync_api import expect

from tests.e2e.pages import by
from tests.screens.answers import FAULT, WRONG_FIELDS
from tests.screens.world import id_of

FREEZE = """([state, text]) => {
    const now = document.body;
    const sign = now.querySelector("[data-testid=connection-status]");
    if ((state && sign?.dataset.state !== state) || !now.innerText.includes(text)) return false;
    const then = now.cloneNode(true);
    const fields = (body) => body.querySelectorAll("textarea, input");
    fields(then).forEach((field, place) => { field.defaultValue = fields(now)[place].value; });
    const scrolled = [...now.querySelectorAll("*")].map((element) => element.scrollTop);
    now.replaceWith(then);
    then.querySelectorAll("*").forEach((element, place) => { element.scrollTop = scrolled[place]; });
    return true;
}"""
"""Looked at and kept in one step."""
OPEN_DRAG = {"dragOperationsMask": 1, "items": []}


def nothing(_page):
    """What most screens need."""


def steps(*acts):
    """Do one after the other."""

    def act(page):
        for one in acts:
            one(page)

    return act


def hang(pattern):
    """Let requests to these addresses go unanswered."""
    return lambda page: page.route(pattern, lambda _route: None)


def fail(pattern):
    """Let requests to these addresses fail in the server."""
    return lambda page: page.route(pattern, lambda route: route.fulfill(**FAULT))


def fail_once(pattern):
    """Let the first request to these addresses fail in the server, and those after it go unanswered."""

    def before(page):
        hang(pattern)(page)
        page.route(pattern, lambda route: route.fulfill(**FAULT), times=1)

    return before


def answer(pattern, body):
    """Answer these addresses; for what the server measures, which is never the same."""
    return lambda page: page.route(pattern, lambda route: route.fulfill(json=body))


def abort(pattern):
    """Let requests to these addresses be blocked, as a network without pictures does."""
    return lambda page: page.route(pattern, lambda route: route.abort())


def keep_drafts(**texts):
    """Let these drafts be in the browser, by the key of their conversation."""

    def before(page):
        for key, text in texts.items():
            name = f"nova:draft:{id_of('vera')}:{id_of(key.replace('_', ' '))}"
            page.add_init_script(f"localStorage.setItem({json.dumps(name)}, {json.dumps(text)})")

    return before


def freeze(page):
    """Keep what is shown now, whatever the page would do next."""
    page.evaluate(FREEZE, ["", ""])


def freeze_offline(page):
    """Keep what is shown between two attempts to connect."""
    page.wait_for_function(FREEZE, arg=["DISCONNECTED", "You are offline"])


def see(selector, *, count=None):
    """Wait until this is there, as CSS."""

    def act(page):
        found = page.locator(selector)
        if count is None:
            expect(found.first).to_be_visible()
        else:
            expect(found).to_have_count(count)

    return act


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
            by(page, testid).first.click()

    return act


def fill(testid, text):
    """Fill a field."""
    return lambda page: by(page, testid).first.fill(text)


def type_into(testid, text):
    """Type into a field, key by key."""
    return lambda page: by(page, testid).press_sequentially(text)


def press(*keys):
    """Press these keys in turn."""

    def act(page):
        for key in keys:
            page.keyboard.press(key)

    return act


def leave_chat(page):
    """Go to the list, which stands alone on a phone."""
    back = by(page, "back")
    (back if back.is_visible() else by(page, "place-messages").first).click()
    expect(by(page, "composer")).to_have_count(0)


def point_at(text):
    """Move the pointer to the message with this text; a finger rests on it."""

    def act(page):
        row = page.locator(".row").filter(has_text=text).locator(".row-text").first
        if page.evaluate("matchMedia('(pointer: coarse)').matches"):
            # Focus brings the bar on every kind of device; a finger would open the sheet.
            row.locator("xpath=ancestor::article").focus()
        else:
            row.hover()
        expect(by(page, "message-actions")).to_be_visible()

    return act


def open_menu(text):
    """Open the menu of the message with this text; on a phone it is a sheet."""

    def act(page):
        point_at(text)(page)
        by(page, "message-more").click()
        expect(by(page, "message-details")).to_be_visible()

    return act


def drag_over(testid):
    """Hold a file over an element, and do not let go."""

    def act(page):
        box = by(page, testid).bounding_box()
        place = {"x": box["x"] + box["width"] / 2, "y": box["y"] + box["height"] / 2}
        session = page.context.new_cdp_session(page)
        data = {**OPEN_DRAG, "files": [__file__]}
        for kind in ("dragEnter", "dragOver"):
            session.send("Input.dispatchDragEvent", {"type": kind, **place, "data": data})
        expect(page.locator("[data-dropping=true]").first).to_be_visible()

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


def register_wrongly(page):
    """Submit the form of a new account with a name that cannot be one."""
    page.route("**/api/v1/auth/register", lambda route: route.fulfill(**WRONG_FIELDS))
    by(page, "auth-display-name").fill("Vera Sommer")
    by(page, "auth-username").fill("vera sommer")
    by(page, "auth-password").fill("short")
    by(page, "auth-submit").click()
    expect(page.locator(".field-error").first).to_be_visible()
