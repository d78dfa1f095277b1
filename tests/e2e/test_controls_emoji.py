"""The controls of the emoji picker: opened from the composer, by pointer and by keys, with and without a network."""

import pytest
from playwright.sync_api import expect

from tests.controls.acts import fresh, holds_value, is_focused, is_there, open_empty
from tests.controls.ledger import use
from tests.controls.widths import widths_and_offline
from tests.e2e.conftest import shared_server
from tests.e2e.pages import by

server = shared_server()
FORGET = "localStorage.removeItem('nova:emoji')"


def option(page, emoji):
    return page.locator(f"[data-testid=emoji-option][data-emoji='{emoji}']")


def is_first(page, emoji):
    first = by(page, "emoji-option").first
    return lambda: first.get_attribute("data-emoji") == emoji


@pytest.fixture
def visit(guest):
    def visit():
        user = guest("")
        open_empty(user, user.make_group(fresh("Room")))
        # The browser of a guest has been here before.
        user.page.evaluate(FORGET)
        by(user.page, "composer-emoji").click()
        expect(option(user.page, "😂").first).to_be_visible()
        user.page.keyboard.press("Escape")
        expect(by(user.page, "emoji-picker")).to_be_hidden()
        return user

    return visit


def test_an_emoji_is_found_and_chosen(visit):
    user = visit()
    page = user.page
    picker, field = by(page, "emoji-picker"), by(page, "composer")
    for _ in widths_and_offline(user):
        field.fill("Ship it ")
        with use(page, "composer-emoji", effect="opens the emoji picker", holds=is_there(picker)):
            by(page, "composer-emoji").click()
        expect(by(page, "emoji-search")).to_be_focused()
        with use(page, "emoji-search", effect="finds emoji", holds=is_first(page, "🚀")):
            by(page, "emoji-search").press_sequentially("rocket")
        with use(page, "emoji-option", effect="types it", holds=holds_value(field, "Ship it 🚀")):
            by(page, "emoji-option").first.click()
        expect(picker).to_be_hidden()
        expect(field).to_be_focused()
        # What was used comes first from now on, and the keys reach it.
        by(page, "composer-emoji").click()
        expect(by(page, "emoji-option").first).to_have_attribute("data-emoji", "🚀")
        page.keyboard.press("ArrowDown")
        assert is_focused(page, "emoji-option")()
        page.keyboard.press("Enter")
        expect(field).to_have_value("Ship it 🚀🚀")
        page.keyboard.press("Control+z")
        expect(field).to_have_value("Ship it 🚀")
        page.evaluate(FORGET)
