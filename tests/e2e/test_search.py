"""Searching as people do it: while typing, from the list, with what was said around a hit."""

import re

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import shared_server
from tests.e2e.pages import by

server = shared_server()


@pytest.fixture
def reader(person, wire):
    """Somebody behind the wire who has said a few things."""
    reader = person(origin=wire.origin)
    reader.start_group("Release team")
    for text in ("When do we launch?", "The launch is on Thursday", "I like C++, and <b>tags</b>"):
        reader.write(text)
        reader.expect_state(text, "sent", "delivered", "read")
    return reader


def hits(user):
    return by(user.page, "search-hit")


def test_words_are_found_while_they_are_typed(reader):
    reader.page.get_by_role("link", name="Search", exact=True).click()
    box = by(reader.page, "search-text")
    box.press_sequentially("laun")
    expect(hits(reader)).to_have_count(2)
    expect(hits(reader).first).to_contain_text("The launch is on Thursday")
    expect(hits(reader).first.locator("mark")).to_have_text("launch")
    expect(by(reader.page, "search-results")).to_contain_text("Index fts_words")
    box.fill("C++")
    expect(hits(reader)).to_have_count(1)
    expect(hits(reader)).to_contain_text("and <b>tags</b>")
    box.fill("nobody said this")
    expect(by(reader.page, "search-results")).to_contain_text("No results")
    box.fill("")
    expect(by(reader.page, "search-results")).to_contain_text("Examples")


def test_what_is_typed_while_results_appear_stays(reader):
    page = reader.page
    page.goto("/search")
    reader.expect_connected()
    reader.install_clock()
    page.clock.pause_at(page.evaluate("Date.now()") / 1000 + 60)
    held = []
    page.route("**/api/v1/search?**", lambda route: held.append(route))  # noqa: PLW0108 - Playwright refuses built-ins
    box = by(page, "search-text")
    box.press_sequentially("laun")
    page.clock.run_for(300)
    reader.wait_until(lambda: held)
    # The next search waits for its pause, which does not end here: the address names the last one.
    box.press_sequentially("ch")
    held[0].continue_()
    expect(hits(reader)).to_have_count(2)

    expect(box).to_have_value("launch")


@pytest.mark.expects("lost connection")
def test_what_was_said_around_a_hit_is_shown_in_place(reader):
    reader.page.goto("/search?q=thursday")
    expect(hits(reader)).to_have_count(1)
    hits(reader).get_by_role("button", name="Show context").click()
    expect(hits(reader).locator(".context li")).to_have_count(3)
    expect(hits(reader).locator(".context mark")).to_have_text("The launch is on Thursday")
    hits(reader).get_by_role("link", name="Open chat").click()
    expect(by(reader.page, "timeline")).to_contain_text("The launch is on Thursday")


def test_the_list_finds_conversations_and_leads_to_messages(reader):
    reader.start_group("Kitchen")
    quick = by(reader.page, "quick-search")
    quick.fill("kitch")
    expect(by(reader.page, "conversation-item")).to_have_count(1)
    quick.fill("launch & more")
    expect(by(reader.page, "conversation-item")).to_have_count(0)
    by(reader.page, "quick-search-messages").click()
    expect(by(reader.page, "search-text")).to_have_value("launch & more")
    quick.fill("")
    expect(by(reader.page, "conversation-item")).to_have_count(2)


def test_a_search_without_a_line_says_so_and_works_again(reader, wire):
    reader.page.get_by_role("link", name="Search", exact=True).click()
    reader.page.wait_for_load_state("networkidle")
    wire.cut()
    by(reader.page, "search-text").fill("launch")
    results = by(reader.page, "search-results")
    expect(results).to_have_attribute("data-state", "error", timeout=30_000)
    expect(results).to_contain_text(re.compile("Search failed"))
    # Before the line is there again: then it may be asked again automatically, sooner than this can be pressed.
    by(reader.page, "search-retry").click()
    wire.heal()
    expect(hits(reader)).to_have_count(2)
