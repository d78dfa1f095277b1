"""The controls of the search."""

import pytest
from playwright.sync_api import expect

from tests.controls.acts import (
    WIDE,
    at,
    fresh,
    go_offline,
    holds_value,
    is_gone,
    is_there,
    refuse,
    say,
)
from tests.controls.ledger import use
from tests.controls.widths import widths, widths_and_offline
from tests.e2e.conftest import shared_server
from tests.e2e.pages import by

server = shared_server()


@pytest.fixture(scope="module")
def said():
    """Who has said something already."""
    return set()


@pytest.fixture
def visit(guest, said):
    """Somebody on the page of search who has said many things."""

    def visit(query="", *, is_offline=False, **options):
        user = guest("", **options)
        if user.username not in said:
            say(user, user.make_group(fresh("Launch")), *(f"launched {number}" for number in range(90)))
            said.add(user.username)
        user.page.goto(f"/search?q={query}")
        user.expect_connected()
        if query:
            expect(hits(user).first).to_be_visible()
        if is_offline:
            go_offline(user)
        return user

    return visit


def hits(user):
    return by(user.page, "search-hit")


def test_typing_finds_and_enter_looks_for_exactly_that(visit):
    user = visit()
    page, field = user.page, by(user.page, "search-text")
    help_ = by(page, "search-results").locator(".search-help")
    asked = []
    page.on("request", lambda request: "/search?q=launc" in request.url and asked.append(request.url))
    nothing = by(page, "search-results").locator(".timeline-empty")
    for _ in widths(user):
        with use(page, "search-text", effect="finds while one types", holds=lambda: hits(user).count() > 0):
            field.press_sequentially("laun")
        with use(page, "search-text+Enter", effect="looks for exactly that", holds=is_there(nothing)):
            field.press("Enter")
        with use(page, "search-text", effect="finds where nothing was found", holds=lambda: hits(user).count() > 0):
            field.press_sequentially("ched")
        field.fill("launc")
        field.press("Enter")
        expect(nothing).to_be_visible()
        asked.clear()
        with use(page, "search-text+Enter", effect="asks again", holds=lambda: bool(asked)):
            field.press("Enter")
        with use(page, "search-text", effect="shows what can be looked for", holds=is_there(help_)):
            field.press("Control+a")
            field.press("Delete")


@pytest.mark.expects("lost connection")
def test_a_filter_is_set_and_removed_by_its_chip(visit):
    user = visit("launched")
    page, field = user.page, by(user.page, "search-text")
    chip = page.locator('[data-testid=search-chip][data-term="mentions:me"]')
    for _ in widths_and_offline(user):
        expect(chip).to_have_attribute("data-set", "false")
        with use(page, "search-chip", effect="sets the filter", holds=holds_value(field, "launched mentions:me")):
            chip.click()
        expect(chip).to_have_attribute("data-set", "true")
        with use(page, "search-chip", effect="removes it", holds=holds_value(field, "launched")):
            chip.click()


@pytest.mark.expects("lost connection")
def test_more_hits_are_shown(visit):
    user = visit("launched")
    page, failed = user.page, by(user.page, "search-results").locator(".older [role=alert]")
    for _, is_offline in widths_and_offline(user):
        before = hits(user).count()
        holds = is_there(failed) if is_offline else lambda: hits(user).count() > before
        effect = "says that it cannot" if is_offline else "shows more hits"
        with use(page, "search-more", effect=effect, holds=holds):
            by(page, "search-more").click()


@pytest.mark.expects("lost connection")
def test_what_was_said_around_a_hit_is_shown_and_hidden(visit):
    user = visit("launched")
    page = user.page
    for place, (_, is_offline) in enumerate(widths_and_offline(user), 5):
        button, around = by(hits(user).nth(place), "search-context"), hits(user).nth(place).locator(".context")
        if is_offline:
            failed = hits(user).nth(place).locator("[role=alert]")
            with use(page, "search-context", effect="says that it cannot", holds=is_there(failed)):
                button.click()
            return
        with use(page, "search-context", effect="shows what was said around it", holds=is_there(around)):
            button.click()
        with use(page, "search-context", effect="hides it again", holds=is_gone(around)):
            button.click()


@pytest.mark.expects("lost connection")
def test_a_hit_leads_to_its_conversation(visit):
    user = visit("launched")
    page, target = user.page, hits(user).first
    for _, is_offline in widths_and_offline(user):
        place = by(target, "search-open").get_attribute("href").split("?")[0]
        with use(page, "search-open", effect="opens the conversation", holds=at(page, place)):
            by(target, "search-open").click()
        expect(by(page, "composer")).to_be_visible()
        if not is_offline:
            page.go_back()
            expect(target).to_be_visible()


def test_posts_are_found_and_lead_to_themselves(guest):
    user, word = guest(""), fresh("post").replace(" ", "")
    page = user.page
    user.post("posts", {"text": f"old {word}"})
    for number in range(25):
        user.post("posts", {"text": f"newer {number}"})
    for _ in widths(user):
        page.goto(f"/search?q={word}")
        expect(hits(user)).to_have_count(1)
        chip = by(page, "search-chip").and_(page.locator("[data-term='is:message']"))
        with use(page, "search-chip", effect="leaves messages only", holds=lambda: hits(user).count() == 0):
            chip.click()
        chip.click()
        expect(hits(user)).to_have_attribute("data-kind", "post")
        expect(by(hits(user), "search-context")).to_have_count(0)
        found = by(page, "post").filter(has_text=f"old {word}")
        with use(page, "search-open", effect="opens the post", holds=lambda: found.count() == 1):
            by(page, "search-open").click()
        expect(found).to_be_in_viewport()
        expect(found).to_be_focused()


@pytest.mark.expects("lost connection", "status 418")
def test_a_search_that_failed_is_made_again(visit):
    user = visit()
    page = user.page
    for _ in widths(user):
        refuse(page, "**/api/v1/search*")
        by(page, "search-text").fill("launched")
        expect(by(page, "search-retry")).to_be_visible(timeout=20_000)
        page.unroute("**/api/v1/search*")
        with use(page, "search-retry", effect="searches again", holds=lambda: hits(user).count() > 0):
            by(page, "search-retry").click()
        by(page, "search-text").fill("")
        expect(hits(user)).to_have_count(0)


@pytest.mark.expects("lost connection")
def test_offline_the_search_says_so_and_is_asked_again(visit):
    user = visit(size=WIDE, is_offline=True)
    page, failed = user.page, by(user.page, "search-retry")
    with use(page, "search-text", effect="says that it cannot search", holds=is_there(failed)):
        # At once: after a search for every letter that failed, none would be sent any more.
        by(page, "search-text").fill("launched")
    asked = []
    page.on("request", lambda request: request.url.endswith("/search?q=launched") and asked.append(request.url))
    with use(page, "search-text+Enter", effect="asks again", holds=lambda: bool(asked)):
        by(page, "search-text").press("Enter")


@pytest.mark.expects("lost connection")
def test_how_a_search_was_made_is_among_its_details(visit):
    user = visit("launched")
    for _ in widths_and_offline(user):
        open_and_close_details(user.page)


def test_how_a_search_was_made_is_explained_where_nothing_was_found(visit):
    user = visit()
    by(user.page, "search-text").fill("neversaid")
    expect(by(user.page, "search-results").locator(".timeline-empty")).to_be_visible()
    for _ in widths(user):
        open_and_close_details(user.page)


def open_and_close_details(page):
    figures = page.get_by_text("rows read")
    with use(page, "search-details", effect="shows how it was searched", holds=is_there(figures)):
        by(page, "search-details").click()
    with use(page, "search-details", effect="hides it again", holds=is_gone(figures)):
        by(page, "search-details").click()
