"""More than two hundred conversations: all are there, in order, found, reached by scrolling and by keys."""

import itertools

import pytest
from playwright.sync_api import expect

from tests.controls.acts import SIZES, say
from tests.e2e.conftest import server_of_file
from tests.e2e.pages import by

MANY = 205
"""More than two pages of the list over the API."""

server = server_of_file(NOVA_CONVERSATIONS_PER_HOUR="10000", NOVA_ADDITIONS_PER_DAY="10000")


@pytest.fixture
def enter(person):

    def enter(size):
        ana, ben = person(path="", viewport=size), person(path="")
        # By turns: what one account may start at once is bounded.
        pairs = [(ana, ben), (ben, ana)]
        rooms = [
            maker.make_group(f"Room {number:03}", other.username)
            for number, (maker, other) in zip(range(MANY), itertools.cycle(pairs), strict=False)
        ]
        return ana, ben, rooms

    return enter


def titles(page, count):
    """The titles of the first so many conversations of the list."""
    return page.locator("[data-testid=conversation-item] .item-title").all_inner_texts()[:count]


@SIZES
def test_two_hundred_conversations_are_all_there_in_order_and_found(enter, size):
    ana, ben, rooms = enter(size)
    page = ana.page
    page.goto("/")
    ana.expect_connected()
    items = by(page, "conversation-item")
    expect(items).to_have_count(MANY)
    assert titles(page, MANY) == [f"Room {number:03}" for number in reversed(range(MANY))]
    expect(items.last).not_to_be_in_viewport()
    _reach_the_end_and_back(page, items)
    _find_and_forget(page, items)
    _sort_what_is_unread(ana, ben, rooms, items)


def _reach_the_end_and_back(page, items):
    """By keys, which scroll."""
    items.first.focus()
    page.keyboard.press("ArrowDown")
    expect(items.nth(1)).to_be_focused()
    page.keyboard.press("End")
    expect(items.last).to_be_focused()
    expect(items.last).to_be_in_viewport()
    page.keyboard.press("ArrowUp")
    expect(items.nth(MANY - 2)).to_be_focused()
    page.keyboard.press("Home")
    expect(items.first).to_be_focused()
    expect(items.first).to_be_in_viewport()


def _find_and_forget(page, items):
    """Only what has these letters, also of the oldest ones; all of them again without."""
    search = by(page, "quick-search")
    search.fill("room 00")
    expect(items).to_have_count(10)
    assert titles(page, MANY) == [f"Room 00{number}" for number in reversed(range(10))]
    search.fill("room 00x")
    expect(items).to_have_count(0)
    search.fill("")
    expect(items).to_have_count(MANY)


def _sort_what_is_unread(ana, ben, rooms, items):
    """What is unread comes first, the newest of it before the others, also from the end of the list."""
    page = ana.page
    items.last.scroll_into_view_if_needed()
    expect(items.last).to_be_in_viewport()
    say(ben, rooms[100], "first")
    expect(ana.item(rooms[100])).to_have_attribute("data-unread", "1")
    say(ben, rooms[0], "one", "two")
    expect(ana.item(rooms[0])).to_have_attribute("data-unread", "2")
    assert titles(page, 3) == ["Room 000", "Room 100", f"Room {MANY - 1}"]
    page.reload()
    ana.expect_connected()
    expect(items).to_have_count(MANY)
    assert titles(page, 3) == ["Room 000", "Room 100", f"Room {MANY - 1}"]
    ana.item(rooms[0]).click()
    expect(page.locator("#content h1")).to_have_text("Room 000")
    expect(ana.item(rooms[0])).to_have_attribute("data-unread", "0")
