"""The switcher: Ctrl+K, a few letters of a name, Enter."""

import re

import pytest
from playwright.sync_api import expect

from tests.controls.acts import LINES, fresh, go_offline, is_there
from tests.controls.ledger import use
from tests.e2e.axe import violations
from tests.e2e.conftest import shared_server
from tests.e2e.pages import by

server = shared_server()


@pytest.fixture
def visit(guest):
    """Somebody with two groups, who is in none of them, and has opened the switcher."""

    def visit(size, *, is_offline=False):
        user = guest("", size=size)
        rooms = {name: user.make_group(fresh(name)) for name in ("Harbour", "Lighthouse")}
        user.page.goto("/posts")
        user.expect_connected()
        user.page.wait_for_load_state("networkidle")
        by(user.page, "place-posts").focus()
        user.page.keyboard.press("Control+k")
        expect(by(user.page, "switcher")).to_be_visible()
        if is_offline:
            go_offline(user)
        return user.page, rooms

    return visit


def option(page, text):
    return by(page, "switcher-option").filter(has_text=text)


@LINES
def test_a_few_letters_find_a_chat(visit, size, is_offline):
    page, _ = visit(size, is_offline=is_offline)
    expect(by(page, "switcher-input")).to_be_focused()
    search = option(page, "Search messages for “hou lig”")
    with use(page, "switcher-input", effect="offers to search messages", holds=is_there(search)):
        by(page, "switcher-input").press_sequentially("hou lig")
    expect(by(page, "switcher-option").first).to_contain_text("Lighthouse")
    expect(by(page, "switcher-option").first).to_have_attribute("aria-selected", "true")


@LINES
def test_a_click_opens_the_chat(visit, size, is_offline):
    page, rooms = visit(size, is_offline=is_offline)
    by(page, "switcher-input").press_sequentially("lighthouse")
    newest = option(page, "Lighthouse").and_(page.locator(f"[data-conversation-id='{rooms['Lighthouse']}']"))
    with use(page, "switcher-option", effect="opens the chat", holds=lambda: rooms["Lighthouse"] in page.url):
        newest.click()
    expect(by(page, "switcher")).to_have_count(0)


def test_keys_alone_lead_to_a_chat(visit):
    page, _ = visit({"width": 1280, "height": 800})
    page.keyboard.type("light")
    marked = by(page, "switcher-input").get_attribute("aria-activedescendant")
    page.keyboard.press("ArrowDown")
    expect(by(page, "switcher-input")).not_to_have_attribute("aria-activedescendant", marked)
    page.keyboard.press("ArrowUp")
    assert violations(page) == []
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("/c/"))
    expect(by(page, "composer")).to_be_visible()


def test_escape_leaves_everything_as_it_was(visit):
    page, _ = visit({"width": 1280, "height": 800})
    page.keyboard.press("Escape")
    expect(by(page, "switcher")).to_have_count(0)
    expect(by(page, "place-posts")).to_be_focused()


def test_nothing_is_put_over_a_dialog(visit):
    page, _ = visit({"width": 1280, "height": 800})
    page.keyboard.press("Control+k")
    expect(by(page, "switcher")).to_have_count(0)
    by(page, "conversation-new").click()
    expect(by(page, "conversation-members")).to_be_visible()
    page.keyboard.press("Control+k")
    expect(by(page, "switcher")).to_have_count(0)
