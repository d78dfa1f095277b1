"""The controls around every page: ways to other pages, the list, and the connection's figures."""

import pytest
from playwright.sync_api import expect

from tests.controls.acts import NARROW, SIZES, WIDE, at, fresh, go_offline, is_focused, is_gone, is_there
from tests.controls.ledger import use
from tests.controls.widths import widths_and_offline
from tests.e2e.conftest import shared_server
from tests.e2e.pages import by, in_account_menu

server = shared_server()
PLACES = ("posts", "search", "status")
BACK_TO_THE_TOP = "document.body.tabIndex = -1; document.body.focus(); document.body.removeAttribute('tabindex')"


def to_list(page):
    """Back to the list, on a narrow screen as on a wide one."""
    page.go_back()
    expect(by(page, "conversation-new")).to_be_visible()


@pytest.mark.expects("lost connection")
def test_the_ways_to_the_other_pages(guest):
    user = guest()
    page = user.page
    for _ in widths_and_offline(user):
        for place in PLACES:
            with use(page, f"place-{place}", effect=f"opens /{place}", holds=at(page, f"/{place}")):
                by(page, f"place-{place}").click()
            to_list(page)
        for control in ("settings-link", "settings-icon"):
            opened = is_there(by(page, control))
            with use(page, "account-menu-open", effect="opens the account menu", holds=opened):
                by(page, "account-menu-open").click()
            with use(page, control, effect="opens the settings", holds=at(page, "/settings")):
                by(page, control).click()
            to_list(page)
        by(page, "place-status").click()
        expect(by(page, "status-board")).to_be_attached()
        with use(page, "place-messages", effect="leads to the list", holds=lambda: page.url.endswith("/")):
            by(page, "place-messages").click()


@pytest.mark.expects("lost connection")
def test_the_first_tab_stop_leads_past_the_list(guest):
    user = guest("/posts")
    page = user.page
    expect(by(page, "post-text")).to_be_visible()
    reached = "document.activeElement?.id === 'content'"
    for _ in widths_and_offline(user):
        page.keyboard.press("Tab")
        expect(by(page, "skip-link")).to_be_focused()
        with use(page, "skip-link", effect="moves the focus to the content", holds=lambda: page.evaluate(reached)):
            page.keyboard.press("Enter")
        page.evaluate(BACK_TO_THE_TOP)


@pytest.mark.expects("lost connection")
def test_one_step_leads_to_the_message_box(guest):
    user = guest("")
    page = user.page
    page.goto(f"/c/{user.make_group(fresh('Empty'))}")
    expect(by(page, "composer")).to_be_enabled()
    user.expect_connected()
    for _ in widths_and_offline(user):
        by(page, "skip-to-composer").focus()
        with use(page, "skip-to-composer", effect="leads to the message box", holds=is_focused(page, "composer")):
            page.keyboard.press("Enter")


@pytest.mark.expects("lost connection")
def test_the_figures_of_the_connection(guest):
    user = guest()
    page = user.page
    figures = page.locator(".status-figures")
    for _ in widths_and_offline(user):
        with use(page, "connection-details", effect="shows the figures", holds=is_there(figures)):
            by(page, "connection-details").click()
        with use(page, "connection-details", effect="hides the figures", holds=is_gone(figures)):
            by(page, "connection-details").click()


def search_messages(page):
    """Look in the list for what is not in it, and then in the messages."""
    way = by(page, "quick-search-messages")
    with use(page, "quick-search", effect="offers to search messages", holds=is_there(way)):
        by(page, "quick-search").press_sequentially("plan & more")
    with use(page, "quick-search-messages", effect="searches messages for it", holds=at(page, "/search")):
        way.click()
    expect(by(page, "search-text")).to_have_value("plan & more")


def test_the_search_of_the_list_leads_to_messages(person):
    user = person(path="", viewport=NARROW)
    user.make_group(fresh("Kitchen"))  # where the first steps take the place of an empty list
    user.page.goto("/")
    expect(by(user.page, "conversation-item")).to_be_visible()
    search_messages(user.page)


@pytest.mark.expects("lost connection")
def test_the_search_of_an_empty_list_leads_to_messages(person):
    user = person(viewport=WIDE)
    page, empty = user.page, user.page.locator(".sidebar .empty-note")
    expect(empty).to_be_visible()
    search_messages(page)
    page.go_back()
    expect(by(page, "search-text")).to_have_count(0)
    by(page, "quick-search").fill("")
    expect(by(page, "quick-search-messages")).to_have_count(0)
    page.wait_for_load_state("networkidle")
    go_offline(user)
    search_messages(page)


@pytest.mark.expects("lost connection")
def test_the_list_finds_opens_and_is_come_back_to(guest):
    user = guest()
    page = user.page
    made = [(title, user.make_group(title)) for title in (fresh("Kitchen"), fresh("Garden"), fresh("Garage"))]
    items = by(page, "conversation-item")
    expect(items.filter(has_text=made[-1][0])).to_be_visible()
    for (title, room), (size, _) in zip(made, widths_and_offline(user), strict=True):
        with use(page, "quick-search", effect="leaves what has these letters", holds=lambda: items.count() == 1):
            by(page, "quick-search").press_sequentially(title.upper())
        opened = page.locator("#content h1").get_by_text(title)
        with use(page, "conversation-item", effect="opens the conversation", holds=is_there(opened)):
            items.click()
        assert at(page, f"/c/{room}")()
        if size == NARROW:
            with use(page, "back", effect="leads back to the list", holds=is_there(items.first)):
                by(page, "back").click()
        by(page, "quick-search").fill("")


@pytest.mark.expects("lost connection")
def test_back_leads_to_the_list_offline_too(guest):
    user = guest()
    title = fresh("Kitchen")
    user.make_group(title)
    item = by(user.page, "conversation-item").filter(has_text=title)
    item.click()
    expect(by(user.page, "back")).to_be_visible()
    go_offline(user)
    with use(user.page, "back", effect="leads back to the list", holds=is_there(item)):
        by(user.page, "back").click()


@pytest.mark.expects("lost connection")
@pytest.mark.parametrize(("control", "find"), [("sign-out", by), ("account-sign-out", in_account_menu)])
@SIZES
def test_signing_out_ends_here_and_says_so_where_it_cannot(person, size, control, find):
    user = person(viewport=size)
    page = user.page
    if size == WIDE:
        go_offline(user)
        sign_out = find(page, control)
        notified = is_there(by(page, "notice"))
        with use(page, control, effect="says that the server cannot be reached", holds=notified):
            sign_out.click()
        user.context.set_offline(False)
        user.expect_connected()
    sign_out = find(page, control)
    with use(page, control, effect="ends the session and leads to signing in", holds=at(page, "/login")):
        sign_out.click()
    assert user.context.request.get("/api/v1/users/me").status == 401


@pytest.mark.expects("lost connection")
def test_a_section_of_the_list_is_folded(guest):
    user = guest()
    title = fresh("Folded")
    user.make_group(title)
    page = user.page
    item = by(page, "conversation-item").filter(has_text=title)
    expect(item).to_be_visible()
    section = by(page, "conversation-section").and_(page.locator("[data-section=group]"))
    for _, is_offline in widths_and_offline(user):
        with use(page, "conversation-section", effect="hides the chats of the section", holds=is_gone(item)):
            section.click()
        expect(section).to_have_attribute("aria-expanded", "false")
        by(page, "quick-search").fill(title)
        expect(item).to_be_visible()
        by(page, "quick-search").fill("")
        expect(item).to_have_count(0)
        if not is_offline:
            page.reload()
            user.expect_connected()
            expect(section).to_have_attribute("aria-expanded", "false")
            expect(item).to_have_count(0)
        with use(page, "conversation-section", effect="shows them again", holds=is_there(item)):
            section.click()
