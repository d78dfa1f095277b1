"""What people do with messages, without a pointer: on a phone's width with keys, and on a wide screen."""

import pytest
from playwright.sync_api import expect

from tests.controls.acts import SIZES, fresh, is_focused, say
from tests.e2e.conftest import shared_server
from tests.e2e.pages import by

server = shared_server()
STEPS_MAX = 60


@pytest.fixture
def keys(person, server):
    """Somebody who has put the pointer away, in a group in which another member has said something."""

    def open_room(size):
        ana, ben = person(path="", viewport=size), person(path="")
        room = ana.make_group(fresh("Keys"), ben.username)
        say(ben, room, "shall we meet?", "at noon")
        ana.page.goto(f"/c/{room}")
        expect(ana.rows()).to_have_count(2)
        ana.expect_connected()
        expect(by(ana.page, "composer")).to_be_enabled()
        return ana, ben

    return open_room


def tab_to(page, testid, key="Tab"):
    """Go on with one key until this control has the focus."""
    for _ in range(STEPS_MAX):
        if is_focused(page, testid)():
            return
        page.keyboard.press(key)
    raise AssertionError(f"{testid} is not reached with {key}")


def go_to_row(user, text):
    """From the composer to a message, and from there to its buttons."""
    tab_to(user.page, "timeline-scroll", "Shift+Tab")
    for _ in range(STEPS_MAX):
        user.page.keyboard.press("ArrowUp")
        if user.row(text).evaluate("row => row === document.activeElement"):
            break
    expect(user.row(text)).to_be_focused()
    user.page.keyboard.press("Enter")
    expect(by(user.page, "message-actions")).to_be_visible()


def choose_in_menu(user, text, testid):
    go_to_row(user, text)
    tab_to(user.page, "message-more", "ArrowRight")
    user.page.keyboard.press("Enter")
    tab_to(user.page, testid)
    user.page.keyboard.press("Enter")


def back_to_composer(page):
    page.keyboard.press("Escape")
    tab_to(page, "composer")


@SIZES
def test_everything_about_a_message_is_done_with_keys_alone(keys, size):
    ana, ben = keys(size)
    page, composer = ana.page, by(ana.page, "composer")
    tab_to(page, "composer")
    page.keyboard.type(f"yes @{ben.username[:2]}")
    expect(by(page, "mention-list")).to_be_visible()
    page.keyboard.press("Enter")
    page.keyboard.type("**noon**")
    page.keyboard.press("Enter")
    expect(ana.row("noon").locator(".row-text strong")).to_be_visible()
    expect(composer).to_have_value("")
    # Edited from the empty composer, replied to, reacted to.
    page.keyboard.press("ArrowUp")
    expect(composer).to_have_attribute("data-mode", "edit")
    page.keyboard.type(" sharp")
    page.keyboard.press("Enter")
    expect(ana.row("noon sharp")).to_have_attribute("data-edited", "true")
    go_to_row(ana, "shall we meet?")
    tab_to(page, "message-reply", "ArrowRight")
    page.keyboard.press("Enter")
    expect(composer).to_be_focused()
    page.keyboard.type("of course")
    page.keyboard.press("Enter")
    expect(by(ana.row("of course"), "reply-quote")).to_be_visible()
    go_to_row(ana, "at noon")
    page.keyboard.press("Enter")
    expect(by(page, "emoji-option").first).to_be_visible()
    page.keyboard.press("ArrowDown")
    tab_to(page, "emoji-option")
    page.keyboard.press("Enter")
    expect(by(ana.row("at noon"), "reaction")).to_have_attribute("data-mine", "true")
    _delete_and_look(ana, ben)
    _find(ana)


def _delete_and_look(ana, ben):
    """A deletion that is undone, the versions, the details, and marking as unread."""
    page = ana.page
    choose_in_menu(ana, "of course", "message-delete")
    expect(by(page, "undo")).to_be_visible()
    tab_to(page, "undo")
    page.keyboard.press("Enter")
    expect(ana.row("of course")).to_be_visible()
    tab_to(page, "composer")
    choose_in_menu(ana, "noon sharp", "message-details")
    expect(by(page, "receipts")).to_contain_text(ben.username.title())
    page.keyboard.press("Escape")
    expect(by(page, "receipts")).to_be_hidden()
    tab_to(page, "composer")
    choose_in_menu(ana, "at noon", "mark-unread")
    expect(by(page, "new-marker")).to_be_visible()


def _find(ana):
    """From the search back to the message."""
    page = ana.page
    page.goto("/search")
    tab_to(page, "search-text")
    page.keyboard.type("from:me sharp")
    page.keyboard.press("Enter")
    expect(by(page, "search-hit")).to_have_count(1)
    tab_to(page, "search-open")
    page.keyboard.press("Enter")
    expect(ana.row("noon sharp")).to_be_focused()
